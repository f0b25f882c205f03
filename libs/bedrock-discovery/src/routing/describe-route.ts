import type { AccessState } from '../discovery/access/access.types.js';
import { daysUntil } from './judge-candidate.js';
import type { LatencyRank } from './latency-buckets.js';
import type { RouteCandidate } from './route-candidates.js';
import type { ResolvedConstraints } from './route-constraints.js';
import type { Route } from './route.types.js';

/** What is known of a lawful candidate at this moment. */
export interface RouteFacts {
  readonly access: AccessState;
  readonly ageMs: number;
  readonly latency: LatencyRank;
  /** Why it is ranked behind others like it, if its health is why. */
  readonly trouble: string | undefined;
  /** Asking again has failed since it was listed. */
  readonly stale: boolean;
}

const ACCESS_TEXTS: Readonly<Record<AccessState, string>> = {
  observed: 'Access: a call has succeeded.',
  available: 'Access: AWS says that the account has it.',
  obtainable: "Access: the first call would accept the provider's terms for the account.",
  unknown: 'Access: not known yet.',
  denied: 'Access: denied.',
};

/** A candidate as callers see it, with the reasons for its place. */
export function describeRoute(
  candidate: RouteCandidate,
  facts: RouteFacts,
  constraints: ResolvedConstraints,
  now: number,
): Route {
  const { modelId, region, invocationId, arn, via, destinations, lifecycle } = candidate;
  const daysToLegacy = wholeDaysUntil(lifecycle.legacyTime, now);
  const daysToEndOfLife = wholeDaysUntil(lifecycle.endOfLifeTime, now);
  return Object.freeze({
    modelId,
    region,
    invocationId,
    arn,
    via,
    destinations,
    ...(facts.latency.latencyMs !== undefined && { latencyMs: facts.latency.latencyMs }),
    access: facts.access,
    lifecycle,
    ...(daysToLegacy !== undefined && { daysToLegacy }),
    ...(daysToEndOfLife !== undefined && { daysToEndOfLife }),
    ageMs: facts.ageMs,
    reasons: Object.freeze(reasonsFor(candidate, facts, constraints, daysToEndOfLife)),
  });
}

function reasonsFor(
  { region, description, lifecycle, modelListed }: RouteCandidate,
  { access, latency, trouble, stale, ageMs }: RouteFacts,
  { residency, residencyName, preferredRegions }: ResolvedConstraints,
  daysToEndOfLife: number | undefined,
): string[] {
  const reasons = [description];
  if (residency !== undefined) {
    reasons.push(`Residency: every listed destination is within ${residencyName}.`);
  }
  const preferred = preferredRegions.indexOf(region);
  if (preferred !== -1) {
    reasons.push(`Preferred: number ${preferred + 1} of the preferred regions.`);
  }
  reasons.push(latencyText(latency), ACCESS_TEXTS[access]);
  if (trouble !== undefined) {
    reasons.push(`Health: it ${trouble}.`);
  }
  if (lifecycle.status !== 'ACTIVE' || daysToEndOfLife !== undefined) {
    reasons.push(lifecycleText(lifecycle.status, lifecycle.endOfLifeTime, daysToEndOfLife));
  }
  if (modelListed === false) {
    reasons.push(`Listing: ${region} lists the profile, but not the model itself.`);
  }
  if (stale) {
    reasons.push(`Listing: ${Math.round(ageMs / 60_000)} minutes old; asking again has failed since.`);
  }
  return reasons;
}

function latencyText({ latencyMs, from, classedWith }: LatencyRank): string {
  const classed = classedWith === undefined ? '' : `, same class as ${classedWith}`;
  switch (from) {
    case 'first-byte':
      return `Latency: first byte after ${Math.round(latencyMs ?? 0)} ms in recent calls${classed}.`;
    case 'round-trip':
      return `Latency: round trip of ${Math.round(latencyMs ?? 0)} ms${classed}.`;
    case 'nothing':
      return 'Latency: not measured yet.';
  }
}

function lifecycleText(status: string, endOfLifeTime: string | undefined, days: number | undefined): string {
  return days === undefined
    ? `Lifecycle: ${status}.`
    : `Lifecycle: ${status}; end of life on ${endOfLifeTime?.slice(0, 10)}, in ${days} days.`;
}

/** Days that are left in full; less than 0 once the time has passed. */
function wholeDaysUntil(time: string | undefined, now: number): number | undefined {
  const days = daysUntil(time, now);
  return days === undefined ? undefined : Math.floor(days);
}
