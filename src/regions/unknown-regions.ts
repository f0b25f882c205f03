import type { RegionStatus } from 'nestjs-bedrock-discovery';

/** Regions of which nobody can say what they do not list: nothing of them is known, or not all. */
export function unknownRegions(statuses: readonly RegionStatus[]): readonly RegionStatus[] {
  return statuses.filter(({ scannedAt, unreadable }) => scannedAt === undefined || unreadable !== undefined);
}

/** A "not found" is as good as the regions that were looked at, for all that the statuses are about. */
export function unlessUnknown(statuses: readonly RegionStatus[]): { hint: string; unknownRegions: readonly string[] } {
  const regions = [...new Set(unknownRegions(statuses).map(({ region }) => region))].sort();
  const hint =
    regions.length === 0
      ? ''
      : ` It may be in ${regions.length} region(s) that could not be looked at: see GET /regions.`;
  return { hint, unknownRegions: regions };
}
