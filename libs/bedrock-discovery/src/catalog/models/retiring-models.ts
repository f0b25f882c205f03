import type { DiscoveredModel, ModelLifecycle, RetiringModel, SupersedingModel } from './model.types.js';

/** What a model's name says: the family it belongs to and which edition of it this is. */
interface ModelEdition {
  /** Words of the name without versions, in order of the alphabet: word order changes from one edition to the next. */
  readonly family: string;
  /** Version numbers in the order of the name. */
  readonly versions: readonly Version[];
}

interface Version {
  /** `2407` and `24.07` are dates, and say nothing next to `3`. */
  readonly kind: 'number' | 'date';
  readonly parts: readonly number[];
}

const DATE = /^(2\d)\.?(0[1-9]|1[0-2])$/;
const VERSION = /^v?(\d+(?:\.\d+)*)$/;
/** `m2.5`, `r1`, `x5`: a word with its version. */
const WORD_AND_VERSION = /^([a-z]+)(\d+(?:\.\d+)*)$/;
/** The version that ends an id, without a context length: `-v1:0`, `-v0:2`, `-1:0`. */
const ID_VERSION = /-v?(\d+)(?::(\d+))?(?::[0-9a-z]+)?$/;

/** Reads a name such as `Claude 3.5 Sonnet v2`. A size, such as `70B`, is a word like any other. */
function editionOf({ modelName, providerName }: Pick<DiscoveredModel, 'modelName' | 'providerName'>): ModelEdition {
  const provider = new Set(wordsOf(providerName));
  const family: string[] = [];
  const versions: Version[] = [];
  for (const word of wordsOf(modelName)) {
    const date = DATE.exec(word);
    const [, number] = VERSION.exec(word) ?? [];
    const [, prefix, suffix] = WORD_AND_VERSION.exec(word) ?? [];
    if (date !== null) {
      versions.push({ kind: 'date', parts: date.slice(1).map(Number) });
    } else if (number !== undefined) {
      versions.push(numbered(number));
    } else if (prefix !== undefined && suffix !== undefined) {
      family.push(prefix);
      versions.push(numbered(suffix));
    } else if (!provider.has(word)) {
      family.push(word);
    }
  }
  return { family: family.sort().join(' '), versions };
}

/**
 * Whether a model of the same family is a later edition: by its version and by the start of its life, neither of which
 * may say otherwise.
 */
function isLaterEdition(candidate: DiscoveredModel, model: DiscoveredModel): boolean {
  const byVersion = compareVersions(candidate, model);
  const [start, formerStart] = [startOfLife(candidate), startOfLife(model)];
  const byStart = start === undefined || formerStart === undefined ? undefined : Math.sign(start - formerStart);
  return byVersion === undefined || byVersion === 0 ? byStart === 1 : byVersion > 0 && byStart !== -1;
}

/** The latest edition first. */
export function compareEditions(a: DiscoveredModel, b: DiscoveredModel): number {
  return (
    -(compareVersions(a, b) ?? 0) ||
    (startOfLife(b) ?? 0) - (startOfLife(a) ?? 0) ||
    (a.modelId < b.modelId ? -1 : Number(a.modelId > b.modelId))
  );
}

/** When its life began, in the region where that was first; milliseconds since the epoch. */
export function startOfLife({ availability }: DiscoveredModel): number | undefined {
  const starts = Object.values(availability).flatMap(({ lifecycle: { startOfLifeTime } }) =>
    startOfLifeTime === undefined ? [] : [Date.parse(startOfLifeTime)],
  );
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** By the names; where these are alike, by the ids. Undefined where the versions cannot be compared. */
function compareVersions(a: DiscoveredModel, b: DiscoveredModel): number | undefined {
  const [ofA, ofB] = [editionOf(a).versions, editionOf(b).versions];
  for (let at = 0; at < Math.max(ofA.length, ofB.length); at += 1) {
    const [first, second] = [ofA[at], ofB[at]];
    if (first !== undefined && second !== undefined && first.kind !== second.kind) {
      return undefined;
    }
    const order = compareNumbers(first?.parts ?? [], second?.parts ?? []);
    if (order !== 0) {
      return order;
    }
  }
  const [idA, idB] = [idVersionOf(a.modelId), idVersionOf(b.modelId)];
  return idA === undefined || idB === undefined ? 0 : compareNumbers(idA, idB);
}

function idVersionOf(modelId: string): readonly number[] | undefined {
  return ID_VERSION.exec(modelId)
    ?.slice(1)
    .map((part) => Number(part ?? 0));
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? -1) - (b[at] ?? -1);
    if (difference !== 0) {
      return Math.sign(difference);
    }
  }
  return 0;
}

function numbered(text: string): Version {
  return { kind: 'number', parts: text.split('.').map(Number) };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:\.\d+)*/gu) ?? [];
}

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
