import { createHash } from 'node:crypto';
import type { AccessState } from '../access/access.types.js';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import { isStandardVia } from '../catalog/vias.js';
import type { KnownFacts } from '../facts/path-fact.js';
import { costOf } from './cheaper-route.js';
import type { CircuitState } from './circuit-breaker.js';
import type { ResolvedConstraints } from './eligibility.js';
import { listedBefore } from './explanation.js';
import type { LatencyRank } from './latency-buckets.js';
import type { Route } from './route.types.js';

/** What an eligible path is ranked by, most important first; less is better. */
export interface RouteRank {
  /** Whether nothing is left of its quota: a call would surely be throttled. */
  readonly room: number;
  readonly access: number;
  readonly preferred: number;
  /** Of its circuit. */
  readonly health: number;
  /** Whether its region's last scan has failed. */
  readonly outdated: number;
  /** Only where it was asked for; infinite where it is not known. */
  readonly price: number;
  readonly latency: number;
  readonly preference: number;
  /** Of its region by latency: where it is listed among its equals. */
  readonly place: number;
}

/** A route with what failover needs to know of it. */
export interface RankedRoute {
  readonly key: string;
  readonly route: Route;
  readonly rank: RouteRank;
}

const ACCESS_RANK: Readonly<Record<AccessState, number>> = {
  observed: 0,
  available: 0,
  unknown: 1,
  obtainable: 2,
  denied: 3,
};
/** Shares of quotas that differ by less are as good as each other. */
const EVEN = 0.005;
const CIRCUIT_RANK: Readonly<Record<CircuitState, number>> = { closed: 0, failing: 1, open: 2 };

/** What is known of a path that decides where it ranks. */
interface RankedState {
  readonly access: AccessState;
  readonly circuit: CircuitState;
  readonly outdated: boolean;
  readonly latency: LatencyRank;
  readonly known: KnownFacts;
}

export function rankOf(
  path: InvocationPath,
  state: RankedState,
  constraints: ResolvedConstraints,
  { asksForAccess }: { asksForAccess: boolean },
): RouteRank {
  const preferred = constraints.preferredRegions.indexOf(path.region);
  return {
    room: state.known.quotas?.quota.left === 0 ? 1 : 0,
    // Where nobody asks, what happened to be called first must not go before what is preferred.
    access:
      state.access === 'unknown' && !(asksForAccess && isStandardVia(path.via))
        ? ACCESS_RANK.available
        : ACCESS_RANK[state.access],
    preferred: preferred === -1 ? constraints.preferredRegions.length : preferred,
    health: CIRCUIT_RANK[state.circuit],
    outdated: state.outdated ? 1 : 0,
    price: constraints.prefer === 'price' ? costOf(state.known.price, constraints.currency) : 0,
    latency: state.latency.bucket,
    preference: preferenceOf(path, constraints),
    place: state.latency.place,
  };
}

/**
 * The order of routes, a law: whether anything is left of their quota, access, then the caller's preferred regions, then regions
 * whose last scan has not failed, then circuits, then the price where it is preferred, then latency in classes, and what else
 * `prefer` says. Routes for which this is 0 are equal: they share load.
 */
export function compareRanks(a: RouteRank, b: RouteRank): number {
  return compareClasses(a, b) || difference(a.preference, b.preference);
}

/** 0 for routes of one class: nothing but what `prefer` says makes one of them better. */
function compareClasses(a: RouteRank, b: RouteRank): number {
  return (
    a.room - b.room ||
    a.access - b.access ||
    a.preferred - b.preferred ||
    a.outdated - b.outdated ||
    a.health - b.health ||
    difference(a.price, b.price) ||
    difference(a.latency, b.latency)
  );
}

/** The order in which routes are listed: equal ones by latency itself, then by name. */
export function compareListed(a: Listed, b: Listed): number {
  return compareRanks(a.rank, b.rank) || difference(a.rank.place, b.rank.place) || compareNames(a.path, b.path);
}

/** The routes in their order, where each that stands before a faster one of its class says why. */
export function withReasons<T extends RankedRoute>(listed: readonly T[]): T[] {
  let fastest: T | undefined;
  const explained = [...listed].reverse().map((one) => {
    const faster = fastest !== undefined && compareClasses(one.rank, fastest.rank) === 0 ? fastest : undefined;
    if (faster === undefined || !isSlower(one.route, faster.route)) {
      fastest = one;
      return one;
    }
    const decided = one.rank.preference === faster.rank.preference ? 'the order so far' : 'the preference';
    return { ...one, route: listedBefore(one.route, faster.route, decided) };
  });
  return explained.reverse();
}

/** As far as anybody sees. */
function isSlower(one: Route, other: Route): boolean {
  return Math.round(one.latencyMs ?? 0) > Math.round(other.latencyMs ?? 0);
}

interface Listed {
  readonly rank: RouteRank;
  readonly path: InvocationPath;
}

/**
 * The routes in the order that is due when those come last that a call does not fit through.
 *
 * @param roomOf what would be left of a route's quota, below 0 where the call does not fit; undefined where nobody knows
 */
export function withoutRoomLast(
  ranked: readonly RankedRoute[],
  roomOf: (route: Route) => number | undefined,
): readonly RankedRoute[] {
  const rooms = ranked.map(({ route, rank }) => {
    const left = roomOf(route);
    return left === undefined ? rank.room : left < 0 ? 1 : 0;
  });
  return rooms.every((room, index) => room === ranked[index]?.rank.room)
    ? ranked
    : ranked
        .map((one, index) => ({ ...one, rank: { ...one.rank, room: rooms[index] ?? 0 } }))
        .sort((a, b) => compareRanks(a.rank, b.rank));
}

/** What a choice among equal routes goes by. */
export interface Choice {
  /** Calls through a route that are under way. */
  readonly inFlight: (key: string) => number;
  /** What a call through a route would leave of its quota, as a share; undefined where nobody knows. */
  readonly roomOf?: (route: Route) => number | undefined;
  /** Differs from call to call, so that equal routes with equal load take turns. */
  readonly turn: number;
  readonly affinityKey: string | undefined;
  /** Where the last call with the same affinity succeeded. */
  readonly lastKey: string | undefined;
}

/**
 * The route to take: the best, or of several equal ones the one with the most of its quota left where all quotas are known,
 * else the one with the least load. With an affinity key, the one where
 * its last call succeeded while that is among the best, else one that the key alone decides, in every process alike.
 */
export function chooseRoute(ranked: readonly RankedRoute[], choice: Choice): RankedRoute | undefined {
  const [best] = ranked;
  if (best === undefined) {
    return undefined;
  }
  const equals = ranked.filter(({ rank }) => compareRanks(rank, best.rank) === 0);
  const { affinityKey, lastKey, inFlight, roomOf, turn } = choice;
  if (affinityKey !== undefined) {
    return equals.find(({ key }) => key === lastKey) ?? leastBy(equals, ({ key }) => weight(affinityKey, key));
  }
  const roomiest = roomOf === undefined || equals.length === 1 ? equals : withMostRoom(equals, roomOf);
  const least = Math.min(...roomiest.map(({ key }) => inFlight(key)));
  const idle = roomiest.filter(({ key }) => inFlight(key) === least);
  return idle[turn % idle.length];
}

/** Those that have about as much left as any; all where it is not known of each. */
function withMostRoom(
  equals: readonly RankedRoute[],
  roomOf: (route: Route) => number | undefined,
): readonly RankedRoute[] {
  const rooms = equals.map(({ route }) => roomOf(route));
  if (rooms.includes(undefined)) {
    return equals;
  }
  const most = Math.max(...rooms.map((room) => room ?? 0));
  return equals.filter((_, index) => (rooms[index] ?? 0) >= most - EVEN);
}

/** Rendezvous hashing: when a route goes, only the calls that it had move. */
function weight(affinityKey: string, key: string): string {
  return createHash('sha256').update(`${affinityKey}\0${key}`).digest('hex');
}

function leastBy<T>(items: readonly T[], value: (item: T) => string): T | undefined {
  const valued = items.map((item) => ({ item, by: value(item) }));
  return valued.sort((a, b) => (a.by < b.by ? -1 : 1))[0]?.item;
}

/** By region, then by invocation id; total, since no two paths have both in common. */
function compareNames(a: InvocationPath, b: InvocationPath): number {
  return compareTexts(a.region, b.region) || compareTexts(a.invocationId, b.invocationId);
}

function preferenceOf(
  { destinations, via }: InvocationPath,
  { prefer, applicationProfile, via: wanted }: ResolvedConstraints,
): number {
  // Its calls are billed to its tags: it is never first unasked.
  const unasked = via === 'application-profile' && applicationProfile === undefined && wanted?.has(via) !== true;
  // What is paid by the hour anyway goes before what is paid by the call.
  const cost = via === 'provisioned-throughput' ? -1 : unasked ? 1 : 0;
  const spread = destinations === 'global' ? Number.POSITIVE_INFINITY : destinations.length;
  switch (prefer) {
    case 'latency':
    case 'price':
      return cost;
    case 'single-region':
      return spread * 2 + cost;
    case 'throughput':
      return cost - spread * 2;
  }
}

/** `Infinity - Infinity` is not a number. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
