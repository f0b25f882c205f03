import { InvalidArgumentError, type RegionFailure } from '../errors/errors.js';
import type { FailureKind } from '../errors/failure-texts.js';
import { LISTING_LABELS, type ListingName } from '../inventory/listing.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import { type Geography, regionsOf } from '../regions/geographies.js';

/** What queries for models and routes are answered from: either alone is enough for some. */
const ANSWERING = ['models', 'profiles'] as const satisfies readonly ListingName[];

type Answering = (typeof ANSWERING)[number];
type ByAnswering<V> = Readonly<Record<Answering, V>>;

/**
 * What is asked of the data for it to count.
 *
 * @publicApi
 */
export interface HealthOptions {
  /** Only what these regions list counts: a geography such as `eu`, or names of regions. @default all that are scanned */
  residency?: Geography | readonly string[];
  /**
   * Older data does not count, in milliseconds; with `residency` to be what `maxDestinationAgeMs` is for the routes.
   *
   * @default as old as may be served, `cache.diskTtlMs`
   */
  maxAgeMs?: number;
}

/**
 * What is known from one listing, in the regions that count.
 *
 * @publicApi
 */
export interface ListingHealth {
  /** Regions that are scanned. */
  readonly regions: number;
  /** Regions among them whose data may be served, and is no older than asked for. */
  readonly usable: number;
  /** Regions among those whose data is older than `cache.memoryTtlMs`, or was not to be had again. */
  readonly stale: number;
  /** Age of the newest data that may be served, in milliseconds. */
  readonly newestAgeMs?: number;
  /** Age of the oldest data that may be served, in milliseconds. */
  readonly oldestAgeMs?: number;
  /** What regions failed with when last asked, each kind once: `33 regions: credentials-missing`. */
  readonly failures: readonly string[];
}

/**
 * Whether queries can be answered, and how well. Plain, JSON-safe data.
 *
 * @publicApi
 */
export interface DiscoveryHealth {
  /** Of foundation models. */
  readonly models: ListingHealth;
  /** Of inference profiles. */
  readonly profiles: ListingHealth;
  /** Why it is not as good as it may be, though queries are answered, one line each; empty where all is well. */
  readonly degraded: readonly string[];
  /** Where nothing counts, why, and what to do. */
  readonly message?: string;
}

/** Regions that are named in a line; more are counted. */
const MAX_NAMED = 3;

/**
 * @param statuses of all regions
 * @throws InvalidArgumentError for what is no residency, or no age
 */
export function healthOf(
  statuses: ByAnswering<readonly RegionStatus[]>,
  { residency, maxAgeMs = Number.POSITIVE_INFINITY }: HealthOptions = {},
): DiscoveryHealth {
  if (!(maxAgeMs >= 0)) {
    throw new InvalidArgumentError(`maxAgeMs must be milliseconds, at least 0, got ${maxAgeMs}.`);
  }
  const within = residency === undefined ? undefined : new Set(regionsOf(residency));
  const counting = mapAnswering((name) =>
    statuses[name].filter(({ region }) => within === undefined || within.has(region)),
  );
  const listings = mapAnswering((name) => listingHealth(counting[name], maxAgeMs));
  const isUp = ANSWERING.some((name) => listings[name].usable > 0);
  return isUp
    ? { ...listings, degraded: ANSWERING.flatMap((name) => troubles(name, counting[name], maxAgeMs)) }
    : { ...listings, degraded: [], message: whyDown(ANSWERING.flatMap((name) => counting[name])) };
}

function mapAnswering<T>(map: (name: Answering) => T): ByAnswering<T> {
  return Object.fromEntries(ANSWERING.map((name) => [name, map(name)])) as unknown as ByAnswering<T>;
}

function listingHealth(statuses: readonly RegionStatus[], maxAgeMs: number): ListingHealth {
  const usable = statuses.filter((status) => isUsable(status, maxAgeMs));
  const ages = statuses.flatMap(({ ageMs }) => (ageMs === undefined ? [] : [ageMs]));
  return {
    regions: statuses.length,
    usable: usable.length,
    stale: usable.filter(({ stale }) => stale).length,
    ...(ages.length > 0 && { newestAgeMs: Math.min(...ages), oldestAgeMs: Math.max(...ages) }),
    failures: failureLines(statuses),
  };
}

function isKnown({ scannedAt }: RegionStatus): boolean {
  return scannedAt !== undefined;
}

/** Data of unknown age counts only where age does not matter. */
function isUsable(status: RegionStatus, maxAgeMs: number): boolean {
  const { ageMs = Number.POSITIVE_INFINITY } = status;
  return isKnown(status) && ageMs <= maxAgeMs;
}

function troubles(name: Answering, statuses: readonly RegionStatus[], maxAgeMs: number): string[] {
  const label = LISTING_LABELS[name];
  if (!statuses.some(isKnown)) {
    return [`${label}: nothing is known${joined(failureLines(statuses))}`];
  }
  const old = statuses.filter((status) => isKnown(status) && !isUsable(status, maxAgeMs));
  return [
    // Most accounts have most opt-in regions switched off; that is no trouble.
    ...failureLines(statuses.filter(({ failure }) => failure?.kind !== 'region-not-enabled')),
    ...lineOf(
      statuses.filter(({ status }) => status === 'partial'),
      'known in part',
    ),
    ...lineOf(
      statuses.filter(({ status }) => status === 'pending'),
      'not asked yet',
    ),
    ...lineOf(old, `older than ${maxAgeMs} ms`),
  ].map((line) => `${label}: ${line}`);
}

function whyDown(statuses: readonly RegionStatus[]): string {
  if (statuses.length === 0) {
    return 'No region that counts is scanned: see the residency, and the option `regions`.';
  }
  if (statuses.some(isKnown)) {
    return 'All that is known is older than asked for: refresh, or find out why refreshing fails.';
  }
  const kinds = byKind(statuses);
  const remedies = [...kinds.values()].map(({ failure }) => failure.remedy);
  return kinds.size === 0
    ? 'No region has answered yet. Ask again in a few seconds.'
    : `Nothing is known that may be served${joined(failureLines(statuses))}. ${remedies[0] ?? ''}`;
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : ` (${lines.join('; ')})`;
}

function failureLines(statuses: readonly RegionStatus[]): string[] {
  return [...byKind(statuses)].flatMap(([kind, { regions }]) => lineOf(regions, kind));
}

function byKind(
  statuses: readonly RegionStatus[],
): ReadonlyMap<FailureKind, { readonly regions: RegionStatus[]; readonly failure: RegionFailure }> {
  const kinds = new Map<FailureKind, { regions: RegionStatus[]; failure: RegionFailure }>();
  for (const status of statuses) {
    const { failure } = status;
    if (failure !== undefined) {
      const group = kinds.get(failure.kind) ?? { regions: [], failure };
      group.regions.push(status);
      kinds.set(failure.kind, group);
    }
  }
  return new Map([...kinds].sort(([, first], [, second]) => second.regions.length - first.regions.length));
}

/** One line for any number of regions, none for none. */
function lineOf(statuses: readonly RegionStatus[], what: string): string[] {
  const regions = [...new Set(statuses.map(({ region }) => region))];
  const where = regions.length > MAX_NAMED ? `${regions.length} regions` : regions.join(', ');
  return regions.length === 0 ? [] : [`${where}: ${what}`];
}
