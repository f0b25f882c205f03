import { ACCESS_TEXTS, type AccessState } from '../access/access.types.js';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import type { DescribedFact, RouteFacts } from '../facts/path-fact.js';
import { priceWords } from '../facts/pricing/price.types.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { ResolvedConstraints } from './eligibility.js';
import { daysUntil, REJECTION_WORDS } from './eligibility.js';
import type { LatencyRank } from './latency-buckets.js';
import type { CheaperRoute, RejectedRoute, Resolution, Route, Verdict } from './route.types.js';
import { mayOffer } from './verdict.js';

/** What is known of an eligible path at this moment. */
export interface RouteState {
  readonly access: AccessState;
  /** Of its listing; infinity where that is not known. */
  readonly ageMs: number;
  readonly latency: LatencyRank;
  /** Why it is ranked behind others like it, if its health is why. */
  readonly trouble: string | undefined;
  /** Asking again has failed since it was listed. */
  readonly outdated: boolean;
}

/** A path as callers see it, with the reasons for its place. */
export function describeRoute(
  path: InvocationPath,
  state: RouteState,
  facts: readonly DescribedFact[],
  constraints: ResolvedConstraints,
  now: number,
): Route {
  const { modelId, region, invocationId, arn, via, destinations, targetArns, lifecycle } = path;
  const daysToLegacy = wholeDaysUntil(lifecycle.legacyTime, now);
  const daysToEndOfLife = wholeDaysUntil(lifecycle.endOfLifeTime, now);
  return Object.freeze({
    modelId,
    region,
    invocationId,
    arn,
    via,
    destinations,
    ...(targetArns && { targetArns }),
    ...(state.latency.latencyMs !== undefined && { latencyMs: state.latency.latencyMs }),
    access: state.access,
    lifecycle,
    ...(daysToLegacy !== undefined && { daysToLegacy }),
    ...(daysToEndOfLife !== undefined && { daysToEndOfLife }),
    ...(Number.isFinite(state.ageMs) && { ageMs: state.ageMs }),
    ...shownOf(facts),
    reasons: Object.freeze([
      ...reasonsFor(path, state, constraints, daysToEndOfLife),
      ...facts.flatMap(({ reason = [] }) => reason),
    ]),
  });
}

function shownOf(facts: readonly DescribedFact[]): RouteFacts {
  const all: RouteFacts = {};
  facts.forEach(({ shown }) => Object.assign(all, shown));
  return all;
}

/** A route of which facts that are demanded are not known, as it then says. */
export function withUnknownFacts(route: Route, missing: readonly string[]): Route {
  return missing.length === 0
    ? route
    : Object.freeze({
        ...route,
        reasons: Object.freeze([...route.reasons, ...missing.map((each) => `Unknown: ${each}`)]),
      });
}

/** A route that stands before a faster one of its class. */
export function listedBefore(route: Route, { region, latencyMs }: Route, decided: string): Route {
  const reason = `Same class: ${region} with its ${Math.round(latencyMs ?? 0)} ms counts as equally fast, so that ${decided} decides.`;
  return Object.freeze({ ...route, reasons: Object.freeze([...route.reasons, reason]) });
}

function reasonsFor(
  { region, description, lifecycle, modelListed }: InvocationPath,
  { access, latency, trouble, outdated, ageMs }: RouteState,
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
  reasons.push(latencyText(latency), `Access: ${ACCESS_TEXTS[access]}.`);
  if (trouble !== undefined) {
    reasons.push(`Health: it ${trouble}.`);
  }
  if (lifecycle.status !== 'ACTIVE' || daysToEndOfLife !== undefined) {
    reasons.push(lifecycleText(lifecycle.status, lifecycle.endOfLifeTime, daysToEndOfLife));
  }
  if (modelListed === false) {
    reasons.push(`Listing: ${region} lists the profile, but not the model itself.`);
  }
  if (outdated) {
    reasons.push(
      `Listing: ${Number.isFinite(ageMs) ? `${Math.round(ageMs / 60_000)} minutes old` : 'of unknown age'}; asking again has failed since, so that it ranks behind others like it.`,
    );
  }
  return reasons;
}

function latencyText({ latencyMs, from }: LatencyRank): string {
  switch (from) {
    case 'first-byte':
      return `Latency: first byte after ${Math.round(latencyMs ?? 0)} ms in recent calls.`;
    case 'round-trip':
      return `Latency: round trip of ${Math.round(latencyMs ?? 0)} ms.`;
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

/** Of one code, regions beyond this number are counted and not named. */
const MAX_NAMED = 6;

/** A resolution as text for people: the routes in order with their reasons, then what was left out, by reason. */
function explainResolution({
  modelId,
  routes,
  rejected,
  cheaper,
  unknownRegions,
}: Omit<Resolution, 'explain'>): string {
  const lines = [headline(modelId, routes.length, unknownRegions.length)];
  routes.forEach(({ region, invocationId, reasons }, index) => {
    lines.push(`${index + 1}. ${region}  ${invocationId}`, ...reasons.map((reason) => `     ${reason}`));
  });
  if (cheaper !== undefined) {
    const { region, invocationId, code, price, surchargePercent } = cheaper;
    lines.push(
      `Cheaper: ${invocationId} in ${region}, at ${priceWords(price)} for a million tokens; what is left costs ${surchargePercent} % more. It is left out: ${REJECTION_WORDS[code]} (${code}).`,
    );
  }
  if (rejected.length > 0) {
    lines.push(`Left out: ${rejected.length}`);
    const byReason = new Map<string, { code: string; invocationId: string; reason: string; regions: string[] }>();
    for (const { region, invocationId, code, reason } of rejected) {
      const key = `${code} ${invocationId} ${reason}`;
      const group = byReason.get(key) ?? { code, invocationId, reason, regions: [] };
      group.regions.push(region);
      byReason.set(key, group);
    }
    for (const { code, invocationId, reason, regions } of byReason.values()) {
      lines.push(`   ${invocationId} in ${named(regions)}: ${reason} (${code})`);
    }
  }
  if (unknownRegions.length > 0) {
    lines.push(`Not known: ${unknownRegions.length}`);
    for (const { region, failure, ageMs, unreadable } of unknownRegions) {
      const age = ageMs === undefined ? '' : ` What it listed ${Math.round(ageMs / 60_000)} minutes ago is used.`;
      lines.push(
        failure === undefined
          ? `   ${region}: ${unreadable === undefined ? 'it has not answered yet' : `${unreadable} entries of its list could not be read`}.${age}`
          : `   ${region}: ${failure.kind}. ${failure.message} ${failure.remedy}${age}`,
      );
    }
  }
  return lines.join('\n');
}

function headline(modelId: string, routes: number, unknown: number): string {
  const found = routes === 0 ? 'no eligible route' : routes === 1 ? 'one route' : `${routes} routes, best first`;
  return `${modelId}: ${found}${unknown === 0 ? '' : `; ${unknown} regions are not fully known`}.`;
}

function named(regions: readonly string[]): string {
  const more = regions.length - MAX_NAMED;
  return more > 0 ? `${regions.slice(0, MAX_NAMED).join(', ')} and ${more} more` : regions.join(', ');
}

/** A resolution is data; that it can explain itself is all that it does. */
export class RouteResolution implements Resolution {
  readonly routes: readonly Route[];
  readonly rejected: readonly RejectedRoute[];
  readonly unknownRegions: readonly RegionStatus[];
  readonly verdict: Verdict;
  declare readonly cheaper?: CheaperRoute;

  constructor(
    readonly modelId: string,
    routes: readonly Route[],
    rejected: readonly RejectedRoute[],
    unknown: readonly RegionStatus[],
    cheaper: CheaperRoute | undefined,
  ) {
    this.routes = Object.freeze(routes);
    this.rejected = Object.freeze(rejected);
    this.unknownRegions = Object.freeze(unknown);
    if (cheaper !== undefined) {
      this.cheaper = cheaper;
    }
    this.verdict = routes.length > 0 ? 'eligible' : unknown.some(mayOffer) ? 'unknown' : 'not';
    Object.freeze(this);
  }

  explain(): string {
    return explainResolution(this);
  }
}
