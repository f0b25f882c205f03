import type { AccessState } from '../access/access.types.js';
import { type Rejection, type RouteCandidate, servedIn } from '../catalog/invocation-paths.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { ResolvedConstraints } from './constraints.js';

const DAY_MS = 86_400_000;

/** What is known of a candidate at this moment. */
export interface CandidateState {
  readonly access: AccessState;
  /** Age of its listing, in milliseconds. */
  readonly ageMs: number;
}

/**
 * Why a candidate is no lawful route now, or undefined if it is one. What is wrong with the listing itself goes first,
 * then what the caller rules out, then what may change by itself.
 *
 * @param profile the only profile to go through, where the caller named one as the id
 */
export function judgeCandidate(
  candidate: RouteCandidate,
  constraints: ResolvedConstraints,
  { access, ageMs }: CandidateState,
  now: number,
  profile?: string,
): Rejection | undefined {
  return (
    candidate.flaw ??
    judgeChoice(candidate, constraints, profile) ??
    judgeResidency(candidate, constraints) ??
    judgeLifecycle(candidate, constraints, now) ??
    judgeAge(ageMs, constraints) ??
    judgeAccess(access, constraints)
  );
}

/** Whether a region's endpoint may be called at all. */
export function isSourceAllowed(region: string, { sourceRegions, residency }: ResolvedConstraints): boolean {
  return sourceRegions === undefined ? residency === undefined || residency.has(region) : sourceRegions.has(region);
}

function judgeChoice(
  { via, profileId, region }: RouteCandidate,
  constraints: ResolvedConstraints,
  profile: string | undefined,
): Rejection | undefined {
  const { applicationProfile, sourceRegions } = constraints;
  const wanted = applicationProfile ?? profile;
  if (wanted !== undefined && profileId !== wanted) {
    return { code: 'OTHER_PROFILE', reason: `Only routes through the profile ${wanted} were asked for.` };
  }
  if (constraints.via?.has(via) === false) {
    return { code: 'VIA_EXCLUDED', reason: `via leaves out ${via}.` };
  }
  if (isSourceAllowed(region, constraints)) {
    return undefined;
  }
  return sourceRegions === undefined
    ? {
        code: 'SOURCE_OUTSIDE_RESIDENCY',
        reason: `The endpoint that would be called is not within ${constraints.residencyName}.`,
      }
    : { code: 'SOURCE_EXCLUDED', reason: 'sourceRegions leaves the region out.' };
}

function judgeResidency({ destinations }: RouteCandidate, constraints: ResolvedConstraints): Rejection | undefined {
  const { residency, residencyName, allowGlobal } = constraints;
  if (residency !== undefined) {
    if (destinations === 'global' || destinations.length === 0) {
      const reason = `It is ${servedIn(destinations)}, not only within ${residencyName}.`;
      return { code: 'OUTSIDE_RESIDENCY', reason };
    }
    if (destinations.every((region) => residency.has(region))) {
      return undefined;
    }
    const outside = destinations.filter((region) => !residency.has(region));
    return {
      code: 'OUTSIDE_RESIDENCY',
      reason: `It may be served in ${outside.join(', ')}, outside ${residencyName}.`,
    };
  }
  // What lists no destination promises none.
  return !allowGlobal && (destinations === 'global' || destinations.length === 0)
    ? { code: 'GLOBAL_EXCLUDED', reason: `It is ${servedIn(destinations)}, which allowGlobal: false leaves out.` }
    : undefined;
}

function judgeLifecycle(
  { lifecycle }: RouteCandidate,
  { minDaysToEndOfLife }: ResolvedConstraints,
  now: number,
): Rejection | undefined {
  const days = daysUntil(lifecycle.endOfLifeTime, now);
  if (days === undefined || days >= minDaysToEndOfLife) {
    return undefined;
  }
  const date = lifecycle.endOfLifeTime?.slice(0, 10);
  return {
    code: 'END_OF_LIFE',
    reason:
      days < 0
        ? `The model reached the end of its life on ${date}.`
        : `The model reaches the end of its life on ${date}, in less than ${minDaysToEndOfLife} days.`,
  };
}

function judgeAge(ageMs: number, { maxDestinationAgeMs }: ResolvedConstraints): Rejection | undefined {
  return ageMs > maxDestinationAgeMs
    ? {
        code: 'UNVERIFIED',
        reason: `Listed ${Math.round(ageMs / 1_000)} s ago, longer than maxDestinationAgeMs allows: unverified.`,
      }
    : undefined;
}

function judgeAccess(access: AccessState, { access: wanted }: ResolvedConstraints): Rejection | undefined {
  if (access === 'denied' && wanted !== 'any') {
    return { code: 'ACCESS_DENIED', reason: 'The account or principal has no access to it.' };
  }
  const known = access === 'observed' || access === 'available';
  return wanted === 'known' && !known
    ? { code: 'ACCESS_UNKNOWN', reason: `Access is ${access}, and only what is known to work was asked for.` }
    : undefined;
}

/** Days from now, with fractions; undefined where there is no time. */
export function daysUntil(time: string | undefined, now: number): number | undefined {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? undefined : (at - now) / DAY_MS;
}

/** Statuses of all regions by name, by what was asked. */
export interface RegionStatuses {
  readonly models: ReadonlyMap<string, RegionStatus>;
  readonly profiles: ReadonlyMap<string, RegionStatus>;
  /** Regions with an operation that failed or was not asked. */
  readonly unanswered: readonly string[];
}

export function regionStatuses(models: readonly RegionStatus[], profiles: readonly RegionStatus[]): RegionStatuses {
  const unanswered = [...models, ...profiles].filter(({ status }) => status !== 'ok');
  return {
    models: new Map(models.map((status) => [status.region, status])),
    profiles: new Map(profiles.map((status) => [status.region, status])),
    unanswered: [...new Set(unanswered.map(({ region }) => region))].sort(),
  };
}

/**
 * Regions that may be called and did not answer, or were not asked, for something that matters: by their worse operation.
 */
export function unknownRegions(
  { models, profiles, unanswered }: RegionStatuses,
  constraints: ResolvedConstraints,
): RegionStatus[] {
  const { via, sourceRegions, applicationProfile } = constraints;
  const onDemand = applicationProfile === undefined && via?.has('on-demand') !== false;
  const throughProfiles = via === undefined || via.has('system-profile') || via.has('application-profile');
  const mattering = [...(onDemand ? [models] : []), ...(throughProfiles ? [profiles] : [])];
  const neverScanned = [...(sourceRegions ?? [])].filter((region) => !models.has(region));
  return [...unanswered, ...neverScanned].flatMap((region) => {
    const unknown = mattering
      .map((statuses) => statuses.get(region) ?? notScanned(region))
      .filter(({ status }) => status !== 'ok' && isSourceAllowed(region, constraints));
    return unknown.find(({ scannedAt }) => scannedAt === undefined) ?? unknown.slice(0, 1);
  });
}

function notScanned(region: string): RegionStatus {
  return Object.freeze({ region, status: 'pending', stale: false, count: 0 });
}
