import { createHash } from 'node:crypto';
import type { RankedRoute } from './route-resolver.js';
import { compareRanks } from './rank-routes.js';

/** What a choice among equal routes goes by. */
export interface Choice {
  /** Calls through a route that are under way. */
  readonly inFlight: (key: string) => number;
  /** Differs from call to call, so that equal routes with equal load take turns. */
  readonly turn: number;
  readonly affinityKey: string | undefined;
  /** Where the last call with the same affinity succeeded. */
  readonly lastKey: string | undefined;
}

/**
 * The route to take: the best, or of several equal ones the one with the least load. With an affinity key, the one where
 * its last call succeeded while that is among the best, else one that the key alone decides, in every process alike.
 */
export function chooseRoute(ranked: readonly RankedRoute[], choice: Choice): RankedRoute | undefined {
  const [best] = ranked;
  if (best === undefined) {
    return undefined;
  }
  const equals = ranked.filter(({ rank }) => compareRanks(rank, best.rank) === 0);
  const { affinityKey, lastKey, inFlight, turn } = choice;
  if (affinityKey !== undefined) {
    return equals.find(({ key }) => key === lastKey) ?? leastBy(equals, ({ key }) => weight(affinityKey, key));
  }
  const least = Math.min(...equals.map(({ key }) => inFlight(key)));
  const idle = equals.filter(({ key }) => inFlight(key) === least);
  return idle[turn % idle.length];
}

/** Rendezvous hashing: when a route goes, only the calls that it had move. */
function weight(affinityKey: string, key: string): string {
  return createHash('sha256').update(`${affinityKey}\0${key}`).digest('hex');
}

function leastBy<T>(items: readonly T[], value: (item: T) => string): T | undefined {
  const valued = items.map((item) => ({ item, by: value(item) }));
  return valued.sort((a, b) => (a.by < b.by ? -1 : 1))[0]?.item;
}
