import type { AccessState } from '../discovery/access/access.types.js';
import type { LatencyRank } from './latency-buckets.js';
import type { RouteCandidate } from './route-candidates.js';
import type { ResolvedConstraints } from './route-constraints.js';
import type { HealthGrade } from './route-health.js';

/** What a lawful candidate is ranked by, most important first; less is better. */
export interface RouteRank {
  readonly access: number;
  readonly preferred: number;
  readonly health: number;
  readonly latency: number;
  readonly preference: number;
  /** Of its region by latency: where it is listed among its equals. */
  readonly place: number;
}

const ACCESS_RANK: Readonly<Record<AccessState, number>> = {
  observed: 0,
  available: 0,
  unknown: 1,
  obtainable: 2,
  denied: 3,
};
const HEALTH_RANK: Readonly<Record<HealthGrade, number>> = { good: 0, troubled: 1, resting: 2 };

export function rankOf(
  candidate: RouteCandidate,
  state: { access: AccessState; health: HealthGrade; latency: LatencyRank },
  constraints: ResolvedConstraints,
  { asksForAccess }: { asksForAccess: boolean },
): RouteRank {
  const preferred = constraints.preferredRegions.indexOf(candidate.region);
  return {
    // Where nobody asks, what happened to be called first must not go before what is preferred.
    access: state.access === 'unknown' && !asksForAccess ? ACCESS_RANK.available : ACCESS_RANK[state.access],
    preferred: preferred === -1 ? constraints.preferredRegions.length : preferred,
    health: HEALTH_RANK[state.health],
    latency: state.latency.bucket,
    preference: preferenceOf(candidate, constraints),
    place: state.latency.place,
  };
}

/**
 * The order of routes, a law: access, then the caller's preferred regions, then health, latency in buckets, and what
 * `prefer` says. Routes for which this is 0 are equal: they share load.
 */
export function compareRanks(a: RouteRank, b: RouteRank): number {
  return (
    a.access - b.access ||
    a.preferred - b.preferred ||
    a.health - b.health ||
    difference(a.latency, b.latency) ||
    difference(a.preference, b.preference)
  );
}

/** The order in which routes are listed: equal ones by latency itself, then by name. */
export function compareListed(a: Listed, b: Listed): number {
  return (
    compareRanks(a.rank, b.rank) || difference(a.rank.place, b.rank.place) || compareNames(a.candidate, b.candidate)
  );
}

interface Listed {
  readonly rank: RouteRank;
  readonly candidate: RouteCandidate;
}

/** By region, then by invocation id; total, since no two candidates have both in common. */
function compareNames(a: RouteCandidate, b: RouteCandidate): number {
  return compareTexts(a.region, b.region) || compareTexts(a.invocationId, b.invocationId);
}

function preferenceOf(
  { destinations, via }: RouteCandidate,
  { prefer, applicationProfile, via: wanted }: ResolvedConstraints,
): number {
  // Its calls are billed to its tags: it is never first unasked.
  const unasked = via === 'application-profile' && applicationProfile === undefined && wanted?.has(via) !== true;
  const spread = destinations === 'global' ? Number.POSITIVE_INFINITY : destinations.length;
  switch (prefer) {
    case 'latency':
      return unasked ? 1 : 0;
    case 'single-region':
      return spread === Number.POSITIVE_INFINITY ? spread : spread * 2 + (unasked ? 1 : 0);
    case 'throughput':
      return spread === Number.POSITIVE_INFINITY ? -spread : -spread * 2 + (unasked ? 1 : 0);
  }
}

/** `Infinity - Infinity` is not a number. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
