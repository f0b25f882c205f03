import type { CacheTier } from '../cache/tiers.js';
import type { RegionFailure } from '../errors/errors.js';
import type { ListingName } from './listing.js';
import type { RegionName } from '../regions/partitions.js';

/**
 * What is known of one operation in one region. `failed` with `count > 0` means that the last good data is still served.
 * Where `unreadable` is above 0, what is served counts, and what it lacks is unknown and not absent.
 *
 * @publicApi
 */
export interface RegionStatus {
  /** That the operation was asked of. */
  readonly region: string;
  /** `pending`: not asked yet, or being asked for the first time. `partial`: it answered, and not all could be read. */
  readonly status: 'ok' | 'partial' | 'failed' | 'pending';
  /** What the latest question failed with; absent where it did not. */
  readonly failure?: RegionFailure;
  /** When the data served was listed, ISO 8601. */
  readonly scannedAt?: string;
  /** Age of the data served, in milliseconds; absent where it is not known, since the data is dated in the future. */
  readonly ageMs?: number;
  /** The data served is older than `cache.memoryTtlMs` or of unknown age, or asking again has failed since. */
  readonly stale: boolean;
  /** Models or profiles known in this region. */
  readonly count: number;
  /** Entries of the list served that could not be read; absent where all could. */
  readonly unreadable?: number;
  /** Where the data served came from. */
  readonly source?: 'scan' | CacheTier;
}

/** One region of a scan is done. @publicApi */
export interface ScanProgress {
  /** Regions finished so far. */
  readonly done: number;
  /** Regions of this scan. */
  readonly total: number;
  /** The one that is done. */
  readonly region: string;
  /** `ok`: it answered, though perhaps in part. */
  readonly status: 'ok' | 'failed';
}

/**
 * One region has been asked for its models or its profiles, whoever had it asked: a schedule, a query or a caller. However
 * many wait for a region, it is told once.
 *
 * @publicApi
 */
export interface DiscoveryProgress {
  /** What it was asked for. */
  readonly operation: ListingName;
  /** Regions asked since the last time that none was being asked. */
  readonly done: number;
  /** Those and the ones still being asked; grows when another scan asks for more. */
  readonly total: number;
  /** The one that is done. */
  readonly region: string;
  /** `ok`: it answered, though perhaps in part. `aborted`: ended before it had answered, because nobody waited any more or the application closes. */
  readonly status: 'ok' | 'failed' | 'aborted';
}

/** What a scan asks, and who waits for it. @publicApi */
export interface ScanOptions {
  /** Ask only these. @default all */
  regions?: readonly RegionName[];
  /** Ask AWS even if what is known is fresh, and also where it denied the operation less than a day ago. @default false */
  force?: boolean;
  /** Detaches this caller; the scan itself stops when nobody is left. */
  signal?: AbortSignal;
  /** Called for each region that is done, in the order in which they are. */
  onProgress?: (progress: ScanProgress) => void;
}

/** What came of a scan. @publicApi */
export interface ScanReport {
  /** ISO 8601. */
  readonly startedAt: string;
  /** From its start to its last answer, in milliseconds. */
  readonly durationMs: number;
  /** Requests sent to AWS for it, retries included; those shared with another caller count in both reports. */
  readonly requests: number;
  /** What is known of each region now, by name. */
  readonly regions: readonly RegionStatus[];
}
