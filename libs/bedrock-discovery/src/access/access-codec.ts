import { isRegionName } from '../regions/partitions.js';
import { isRecord, isText } from '../util/guards.js';
import { restoreFailure } from '../errors/failure.js';
import type { AccessRecord, Refusal } from './access-store.js';
import type { AccessState } from './access.types.js';
import { isAvailability } from './availability.js';
import { type Answer, type Denial, latestSuccess, type Standing, type Success } from './access-evidence.js';

const TOLD: ReadonlySet<unknown> = new Set<AccessState>(['observed', 'available', 'obtainable', 'denied']);
/** Clocks of two machines differ by less; what is from further in the future is not believed. */
const CLOCK_SKEW_MS = 60_000;

/** What of a standing goes to the cache, as JSON. That asking failed is not kept: it may have passed. */
interface StoredStanding {
  readonly answer?: Answer;
  readonly denial?: Denial;
  readonly routes?: readonly (Success | Denial)[];
  readonly told?: AccessState;
}

export interface StoredAccess {
  readonly models: Readonly<Record<string, Readonly<Record<string, StoredStanding>>>>;
  readonly refusals: Readonly<Record<string, Refusal>>;
}

/** A copy: what a cache was given is not changed any more. */
export function storeAccess({ standings, refusals }: AccessRecord): StoredAccess {
  const models: Record<string, Record<string, StoredStanding>> = {};
  for (const [region, ofRegion] of standings) {
    models[region] = Object.fromEntries([...ofRegion].map(([modelId, standing]) => [modelId, storeStanding(standing)]));
  }
  return { models, refusals: Object.fromEntries(refusals) };
}

/**
 * Reads what a cache tier returned; a tier is trusted no more than a response. What is not as it was stored is left out.
 *
 * @param evidenceOnly leaves out what AWS answered
 * @returns undefined if it is not at all what was stored
 */
export function restoreAccess(value: unknown, now: number, evidenceOnly: boolean): AccessRecord | undefined {
  if (!isRecord(value) || !isRecord(value['models']) || !isRecord(value['refusals'])) {
    return undefined;
  }
  const latest = now + CLOCK_SKEW_MS;
  const standings = new Map<string, Map<string, Standing>>();
  for (const [region, ofRegion] of Object.entries(value['models']).filter(([name]) => isRegionName(name))) {
    const restored = new Map<string, Standing>();
    for (const [modelId, stored] of isRecord(ofRegion) ? Object.entries(ofRegion) : []) {
      const standing = restoreStanding(stored, latest, evidenceOnly);
      if (standing !== undefined) {
        restored.set(modelId, standing);
      }
    }
    standings.set(region, restored);
  }
  const refusals = new Map<string, Refusal>();
  const refused = evidenceOnly ? [] : Object.entries(value['refusals']).filter(([name]) => isRegionName(name));
  for (const [region, refusal] of refused) {
    const failure = isRecord(refusal) ? restoreFailure(refusal['failure']) : undefined;
    const at = timeOf(refusal, latest);
    if (failure !== undefined && at !== undefined) {
      refusals.set(region, Object.freeze({ at, failure }));
    }
  }
  return { standings, refusals };
}

function storeStanding({ answer, denial, routes, told }: Standing): StoredStanding {
  return {
    ...(answer && { answer }),
    ...(denial && { denial }),
    ...(routes && { routes: [...routes.values()] }),
    ...(told !== undefined && { told }),
  };
}

function restoreStanding(stored: unknown, latest: number, evidenceOnly: boolean): Standing | undefined {
  if (!isRecord(stored)) {
    return undefined;
  }
  const answer = evidenceOnly ? undefined : toAnswer(stored['answer'], latest);
  const denial = toEvidence(stored['denial'], latest);
  const list = Array.isArray(stored['routes']) ? (stored['routes'] as unknown[]) : [];
  const facts = list.map((fact) => toEvidence(fact, latest)).filter((fact) => fact !== undefined);
  const routes = new Map(facts.map((fact) => [fact.invocationId, fact]));
  const success = latestSuccess(routes);
  const told = stored['told'];
  const standing: Standing = {
    ...(answer && { answer }),
    ...(denial?.kind === 'denial' && { denial }),
    ...(routes.size > 0 && { routes }),
    ...(success && { success }),
    ...(TOLD.has(told) && { told: told as AccessState }),
  };
  return answer === undefined && denial === undefined && routes.size === 0 ? undefined : standing;
}

function toAnswer(value: unknown, latest: number): Answer | undefined {
  const at = timeOf(value, latest);
  if (!isRecord(value) || at === undefined || !isAvailability(value['availability'])) {
    return undefined;
  }
  const { agreement, authorization, entitlement, region, message } = value['availability'];
  const availability = { agreement, authorization, entitlement, region, ...(message !== undefined && { message }) };
  return Object.freeze({ kind: 'answer', at, availability: Object.freeze(availability) });
}

function toEvidence(value: unknown, latest: number): Success | Denial | undefined {
  const at = timeOf(value, latest);
  if (!isRecord(value) || at === undefined || !isText(value['invocationId'])) {
    return undefined;
  }
  const { kind, invocationId } = value;
  if (kind === 'success') {
    return Object.freeze({ kind, at, invocationId });
  }
  const failure = restoreFailure(value['failure']);
  return kind === 'denial' && failure !== undefined ? Object.freeze({ kind, at, invocationId, failure }) : undefined;
}

function timeOf(value: unknown, latest: number): number | undefined {
  const at = isRecord(value) ? value['at'] : undefined;
  return typeof at === 'number' && at >= 0 && at <= latest ? at : undefined;
}
