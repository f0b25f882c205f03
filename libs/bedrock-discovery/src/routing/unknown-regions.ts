import type { RegionStatus } from '../scan/scan.types.js';
import { isSourceAllowed } from './judge-candidate.js';
import type { ResolvedConstraints } from './route-constraints.js';

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
