import { compareEditions, editionOf, isLaterEdition } from './model-family.js';
import type { DiscoveredModel, ModelLifecycle } from './model.types.js';
import type { RetiringModel, SupersedingModel } from './retiring.types.js';

const DAY_MS = 86_400_000;

export interface RetirementQuery {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly withinDays: number;
  /** Look at this region alone. */
  readonly region?: string;
}

/**
 * Models whose end is near, past, or announced without a date: once for all regions that state the same times. The
 * soonest first, those without a date last.
 */
export function findRetiringModels(
  models: readonly DiscoveredModel[],
  query: RetirementQuery,
): readonly RetiringModel[] {
  const found = models.flatMap((model) => retirementsOf(model, models, query));
  return Object.freeze(found.sort(soonestFirst));
}

function retirementsOf(
  model: DiscoveredModel,
  models: readonly DiscoveredModel[],
  { now, withinDays, region }: RetirementQuery,
): RetiringModel[] {
  const groups = new Map<string, { lifecycle: ModelLifecycle; regions: string[] }>();
  for (const name of region === undefined ? model.regions : [region]) {
    const lifecycle = model.availability[name]?.lifecycle;
    if (lifecycle !== undefined && isRetiring(lifecycle, now, withinDays)) {
      const { status, legacyTime, publicExtendedAccessTime, endOfLifeTime } = lifecycle;
      const key = JSON.stringify([status, legacyTime, publicExtendedAccessTime, endOfLifeTime]);
      const group = groups.get(key) ?? { lifecycle, regions: [] };
      group.regions.push(name);
      groups.set(key, group);
    }
  }
  if (groups.size === 0) {
    return [];
  }
  const supersededBy = Object.freeze(findSuperseding(model, models, now));
  return [...groups.values()].map(({ lifecycle, regions }) => {
    const { status, legacyTime, publicExtendedAccessTime, endOfLifeTime } = lifecycle;
    return Object.freeze({
      modelId: model.modelId,
      modelName: model.modelName,
      providerName: model.providerName,
      regions: Object.freeze(regions),
      status,
      ...(legacyTime !== undefined && { legacyTime, daysToLegacy: daysTo(legacyTime, now) }),
      ...(publicExtendedAccessTime !== undefined && { publicExtendedAccessTime }),
      ...(endOfLifeTime !== undefined && { endOfLifeTime, daysToEndOfLife: daysTo(endOfLifeTime, now) }),
      supersededBy,
    });
  });
}

function isRetiring({ status, endOfLifeTime }: ModelLifecycle, now: number, withinDays: number): boolean {
  return endOfLifeTime === undefined ? status === 'LEGACY' : Date.parse(endOfLifeTime) - now <= withinDays * DAY_MS;
}

/** Later editions of the same family that are active somewhere and can do at least as much. No guesses. */
function findSuperseding(
  model: DiscoveredModel,
  models: readonly DiscoveredModel[],
  now: number,
): readonly SupersedingModel[] {
  const { family } = editionOf(model);
  const ids = new Set(models.map(({ modelId }) => modelId));
  return models
    .filter(
      (candidate) =>
        candidate.providerName !== '' &&
        candidate.providerName === model.providerName &&
        editionOf(candidate).family === family &&
        !isVariant(candidate.modelId, ids) &&
        !isSameModel(candidate.modelId, model.modelId) &&
        hasAll(candidate.outputModalities, model.outputModalities) &&
        hasAll(candidate.inputModalities, model.inputModalities) &&
        activeRegionsOf(candidate, now).length > 0 &&
        isLaterEdition(candidate, model),
    )
    .sort(compareEditions)
    .map((candidate) => {
      const regions = Object.freeze(activeRegionsOf(candidate, now));
      return Object.freeze({ modelId: candidate.modelId, modelName: candidate.modelName, regions });
    });
}

/** The same model under an id with a context length at its end, such as `…-v1:0:24k`. */
function isVariant(modelId: string, ids: ReadonlySet<string>): boolean {
  const end = modelId.lastIndexOf(':');
  return end > 0 && ids.has(modelId.slice(0, end));
}

/** One id goes on where the other ends, by a revision or a context length. */
function isSameModel(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}:`) || b.startsWith(`${a}:`);
}

function activeRegionsOf({ regions, availability }: DiscoveredModel, now: number): string[] {
  return regions.filter((region) => {
    const { status, endOfLifeTime } = availability[region]?.lifecycle ?? {};
    return status === 'ACTIVE' && (endOfLifeTime === undefined || Date.parse(endOfLifeTime) > now);
  });
}

function hasAll(values: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((value) => values.includes(value));
}

/** Negative once it has passed. */
function daysTo(time: string, now: number): number {
  return Math.floor((Date.parse(time) - now) / DAY_MS);
}

function soonestFirst(a: RetiringModel, b: RetiringModel): number {
  const [endA, endB] = [a, b].map(({ endOfLifeTime }) =>
    endOfLifeTime === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(endOfLifeTime),
  ) as [number, number];
  return endA - endB || (a.modelId < b.modelId ? -1 : Number(a.modelId > b.modelId));
}
