import type { Partition } from '../regions/partitions.js';
import type { RegionStatus } from './scan.types.js';

/**
 * Where what is known comes from. `aws`: from Amazon Bedrock, now or earlier. `endpoint`: from an endpoint of one's own, such
 * as a simulator. `seed`: from `cache.seed` alone.
 *
 * @publicApi
 */
export const PROVENANCE_SOURCES = ['aws', 'endpoint', 'seed'] as const;

/** Where what is known comes from. @publicApi */
export type ProvenanceSource = (typeof PROVENANCE_SOURCES)[number];

/** Whose it is, where it comes from, how old it is, and whether anything is missing. @publicApi */
export interface Provenance {
  /** Twelve digits; absent while nobody knows whose credentials these are. */
  readonly account?: string;
  /** That the credentials reach. */
  readonly partition: Partition;
  /** Where the answers come from. */
  readonly source: ProvenanceSource;
  /**
   * When the oldest of the lists was made that are as new as they should be, or, where none is, the oldest of all; ISO 8601.
   * Absent where nothing is known.
   */
  readonly asOf?: string;
  /** Since `asOf`, in milliseconds; 0 where that is in the future. */
  readonly ageMs?: number;
  /** Whether what every region lists is known to the full. */
  readonly complete: boolean;
  /** Regions that are looked at. */
  readonly regionCount: number;
  /** Regions of which not all that they list is known, by name. */
  readonly unknownRegions: readonly string[];
  /** Regions whose lists are older than they should be, or could not be asked for again, by name. */
  readonly staleRegions: readonly string[];
}

/** What the statuses of some listings say together. */
export function provenanceOf(
  statuses: readonly RegionStatus[],
  { now, ...owner }: { now: number; account?: string; partition: Partition; ownEndpoint: boolean },
): Provenance {
  const { account, partition, ownEndpoint } = owner;
  const known = statuses.filter(({ scannedAt }) => scannedAt !== undefined);
  const fresh = known.filter(({ stale }) => !stale);
  const [asOf] = (fresh.length > 0 ? fresh : known).flatMap(({ scannedAt }) => scannedAt ?? []).sort();
  const unknownRegions = regionsOf(
    statuses,
    ({ scannedAt, unreadable }) => scannedAt === undefined || unreadable !== undefined,
  );
  const seeded = known.length > 0 && known.every(({ source }) => source === 'seed');
  return Object.freeze({
    ...(account !== undefined && { account }),
    partition,
    source: seeded ? 'seed' : ownEndpoint ? 'endpoint' : 'aws',
    ...(asOf !== undefined && { asOf, ageMs: Math.max(0, now - Date.parse(asOf)) }),
    complete: statuses.length > 0 && unknownRegions.length === 0,
    regionCount: new Set(statuses.map(({ region }) => region)).size,
    unknownRegions,
    staleRegions: regionsOf(known, ({ stale }) => stale),
  });
}

function regionsOf(statuses: readonly RegionStatus[], isMeant: (status: RegionStatus) => boolean): readonly string[] {
  return Object.freeze([...new Set(statuses.filter(isMeant).map(({ region }) => region))].sort());
}
