import { z } from 'zod';
import { isRegionName } from '../regions/partitions.js';
import { isRecord, isText, present } from '../util/guards.js';
import { type AccessEvidence, ANSWER, DENIAL, latestSuccess, REFUSAL, SHOWN } from './access-evidence.js';
import type { AccessRecord } from './access-store.js';
import { ACCESS_STATES } from './access.types.js';

/** Clocks of two machines differ by less; what is from further in the future is not believed. */
const CLOCK_SKEW_MS = 60_000;

const TOLD = z.enum(ACCESS_STATES).exclude(['unknown']);

/** All that is known, as JSON: a copy, for what a cache was given is not changed any more. That asking failed may have passed. */
export function storeAccess({ evidence, refusals }: AccessRecord): object {
  const stored = ({ answer, denial, routes, told }: AccessEvidence): object =>
    present({ answer, denial, routes: routes && [...routes.values()], told });
  const models = objectOf(evidence, (ofRegion) => objectOf(ofRegion, stored));
  return { models, refusals: Object.fromEntries(refusals) };
}

function objectOf<T>(map: ReadonlyMap<string, T>, store: (value: T) => object): Record<string, object> {
  return Object.fromEntries([...map].map(([key, value]) => [key, store(value)]));
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
  const read = <T extends { readonly at: number }>(schema: z.ZodType<T>, stored: unknown): T | undefined => {
    const { data } = schema.safeParse(stored);
    return data !== undefined && data.at <= now + CLOCK_SKEW_MS ? data : undefined;
  };
  const evidenceOf = (stored: unknown): AccessEvidence | undefined => {
    if (!isRecord(stored)) {
      return undefined;
    }
    const list: unknown[] = Array.isArray(stored['routes']) ? stored['routes'] : [];
    const facts = list.map((fact) => read(SHOWN, fact)).filter((fact) => fact !== undefined);
    const routes = new Map(facts.map((fact) => [fact.invocationId, fact]));
    const answer = evidenceOnly ? undefined : read(ANSWER, stored['answer']);
    const denial = read(DENIAL, stored['denial']);
    const told = TOLD.safeParse(stored['told']).data;
    const isNothing = answer === undefined && denial === undefined && routes.size === 0;
    return isNothing ? undefined : { answer, denial, routes, success: latestSuccess(routes), told };
  };
  const { models, refusals } = value;
  return {
    evidence: mapOf(models, isRegionName, (ofRegion) => mapOf(ofRegion, isText, evidenceOf)),
    refusals: mapOf(evidenceOnly ? {} : refusals, isRegionName, (stored) => read(REFUSAL, stored)),
  };
}

/** Entry by entry: what cannot be restored is left out. */
function mapOf<T>(
  value: unknown,
  isKey: (key: string) => boolean,
  restore: (stored: unknown) => T | undefined,
): Map<string, T> {
  const map = new Map<string, T>();
  for (const [key, stored] of isRecord(value) ? Object.entries(value) : []) {
    const restored = isKey(key) ? restore(stored) : undefined;
    if (restored !== undefined) {
      map.set(key, restored);
    }
  }
  return map;
}
