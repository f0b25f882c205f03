import { Inject, Injectable } from '@nestjs/common';
import { merge, type Observable } from 'rxjs';
import { AccessRegistry } from '../access/access-registry.js';
import { AccountScope } from '../cache/account-scope.js';
import { type Snapshot, SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from '../cache/snapshot.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { isOwnError } from '../errors/errors.js';
import type { DiscoveryChange } from '../inventory/changes.js';
import { type ByListing, LISTING_LABELS, LISTINGS, type ListingName } from '../inventory/listing.js';
import { type Provenance, provenanceOf } from '../inventory/provenance.js';
import { countFailed, type InventoryScanOptions } from '../inventory/region-scan.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import type { DiscoveryProgress, ScanOptions, ScanProgress, ScanReport } from '../inventory/scan.types.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { Reporter } from '../reporting/reporter.js';
import { ageOf, type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { ChangeLog } from './change-log.js';
import { REFRESH_EVENTS } from './refresh-events.js';

const DAY_MS = 86_400_000;

/** One pass over all listings, and what follows from it. */
@Injectable()
export class RefreshPass {
  readonly #logger: DiscoveryLogger;
  /** What a pass tells of, so that no other that shares it does. */
  readonly #told = new WeakSet<object>();
  #prunedAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(LISTINGS) private readonly listings: readonly RegionalInventory[],
    private readonly access: AccessRegistry,
    private readonly cache: TieredCache,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly reporter: Reporter,
  ) {
    this.#logger = reporter.logger('DiscoveryRefresher');
  }

  /** @throws BedrockDiscoveryError `ABORTED` and `SHUT_DOWN` as each scan does. */
  async run(options: InventoryScanOptions): Promise<ByListing<ScanReport>> {
    const trace = this.reporter.begin(REFRESH_EVENTS, () => ({ force: options.force === true }));
    try {
      const reports = await trace.run(() => this.#run(options));
      trace.end(() => totalOf(Object.values(reports)));
      return reports;
    } catch (error) {
      trace.end(() => ({ errorType: isOwnError(error) ? error.code : '_OTHER' }));
      throw error;
    }
  }

  async #run(options: InventoryScanOptions): Promise<ByListing<ScanReport>> {
    let isToTell = false;
    const onAsked = (landing: object): void => {
      isToTell ||= !this.#told.has(landing);
      this.#told.add(landing);
    };
    const shares = shareProgress({ ...options, onAsked }, this.listings.length);
    const reports = await Promise.all(
      this.listings.map(async (inventory, index) => ({ inventory, report: await inventory.scan(shares[index]) })),
    );
    if (isToTell && reports.some(({ report }) => report.requests > 0)) {
      this.#prune();
      const summaries = reports.map(
        ({ inventory, report }) => `${LISTING_LABELS[inventory.listing.name]}: ${summary(report)}.`,
      );
      this.#logger.log('refreshed', summaries.join(' '), totalOf(reports.map(({ report }) => report)));
    }
    this.access.refreshed();
    return Object.fromEntries(
      reports.map(({ inventory, report }) => [inventory.listing.name, report]),
    ) as ByListing<ScanReport>;
  }

  /** Left-overs of other runs, once a day. */
  #prune(): void {
    const now = this.clock.now();
    if (ageOf(this.#prunedAt, now) >= DAY_MS) {
      this.#prunedAt = now;
      this.cache
        .prune()
        .catch((error: unknown) => this.#logger.debug('pruning-failed', `Pruning the cache failed: ${String(error)}`));
    }
  }
}

/**
 * Refreshes models and profiles in one pass, and exports what is known.
 *
 * @publicApi
 */
@Injectable()
export class DiscoveryRefresher {
  /** @internal Nest makes it. */
  constructor(
    @Inject(LISTINGS) private readonly listings: readonly RegionalInventory[],
    private readonly pass: RefreshPass,
    private readonly owner: AccountScope,
    private readonly changeLog: ChangeLog,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {}

  /**
   * One pass over models and profiles. Concurrent calls share it; what is fresh is not asked for again without `force`.
   *
   * @returns a report for each listing
   * @throws BedrockDiscoveryError `ABORTED` when the caller's signal ends its wait, `SHUT_DOWN` once the application closes.
   */
  refresh(options: ScanOptions = {}): Promise<ByListing<ScanReport>> {
    return this.pass.run(options);
  }

  /** Each change as it is noticed, by a refresh or by reading what another process found out. Ends with the application. */
  get changes$(): Observable<DiscoveryChange> {
    return this.changeLog.changes$;
  }

  /**
   * Each region as it has been asked, by whatever scan: a schedule, a query or a caller. It is what a refresh under way can
   * be shown by; `ScanOptions.onProgress` tells of one caller's scan alone. Ends with the application.
   */
  get progress$(): Observable<DiscoveryProgress> {
    return merge(...this.listings.map((inventory) => inventory.progress$));
  }

  /**
   * The latest changes, at most 1000, oldest first; also those of earlier runs.
   *
   * @param options.since only changes after this id or ISO 8601 time
   * @throws InvalidArgumentError where it is neither
   */
  getChanges(options: { since?: string } = {}): Promise<readonly DiscoveryChange[]> {
    return this.changeLog.list(options.since);
  }

  /**
   * Since when changes are noticed, ISO 8601; undefined before the first scan. Also by earlier runs, where they have left a
   * cache.
   */
  getRecordedSince(): Promise<string | undefined> {
    return this.changeLog.recordedSince();
  }

  /**
   * Whose it is that is known now, where it comes from, how old it is, and what is missing. Never waits for AWS.
   *
   * @param options.listings those that an answer rests on. @default all that are asked for
   */
  async getProvenance(options: { listings?: readonly ListingName[] } = {}): Promise<Provenance> {
    const { listings } = options;
    const meant = this.listings.filter(({ listing }) => listings?.includes(listing.name) ?? true);
    return provenanceOf(
      meant.flatMap((inventory) => inventory.statuses()),
      {
        now: this.clock.now(),
        account: this.owner.knownAccount,
        partition: await this.owner.partition(),
        ownEndpoint: (await this.owner.network()) !== 'aws',
      },
    );
  }

  /**
   * What is known now, with its age: for `cache.seed`, or to compare in a build.
   *
   * @throws InventoryUnavailableError if nothing is known.
   */
  async export(): Promise<Snapshot> {
    const prepared = await Promise.allSettled(this.listings.map(async (inventory) => inventory.ready()));
    const failed = prepared.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected' && prepared.every(({ status }) => status === 'rejected')) {
      throw failed.reason;
    }
    const owner = await this.owner.ownerOfSnapshots();
    const snapshot: Snapshot = {
      format: SNAPSHOT_FORMAT,
      version: SNAPSHOT_VERSION,
      exportedAt: new Date(this.clock.now()).toISOString(),
      entries: this.listings.flatMap((inventory) =>
        inventory.entries().map(({ region, scannedAt, value }) => ({
          key: `${owner}/${inventory.listing.name}/${region}`,
          storedAt: new Date(scannedAt).toISOString(),
          value,
        })),
      ),
    };
    return snapshot;
  }
}

/** Options for several scans that report into one count. */
function shareProgress(options: InventoryScanOptions, scans: number): readonly InventoryScanOptions[] {
  const { onProgress } = options;
  const latest = Array.from({ length: scans }, (): ScanProgress | undefined => undefined);
  const reporting = (index: number): ScanOptions['onProgress'] =>
    onProgress &&
    ((progress) => {
      latest[index] = progress;
      const sum = (numberOf: (share: ScanProgress) => number, unknown: number): number =>
        latest.reduce((total, share) => total + (share ? numberOf(share) : unknown), 0);
      onProgress({
        ...progress,
        done: sum(({ done }) => done, 0),
        // A scan that has not reported yet is taken to be as long as this one.
        total: sum(({ total }) => total, progress.total),
      });
    });
  return latest.map((_, index) => ({ ...options, onProgress: reporting(index) }));
}

function totalOf(reports: readonly ScanReport[]): { requests: number; failed: number } {
  const sum = (numberOf: (report: ScanReport) => number): number =>
    reports.reduce((total, report) => total + numberOf(report), 0);
  return { requests: sum(({ requests }) => requests), failed: sum(({ regions }) => countFailed(regions)) };
}

function summary({ regions, durationMs }: ScanReport): string {
  const answered = regions.filter(({ status }) => status === 'ok' || status === 'partial').length;
  const failures = new Map<string, number>();
  for (const { failure } of regions) {
    if (failure !== undefined) {
      failures.set(failure.kind, (failures.get(failure.kind) ?? 0) + 1);
    }
  }
  const partial = regions.filter(({ status }) => status === 'partial').length;
  const troubles = [
    ...(partial > 0 ? [`${partial} in part`] : []),
    ...[...failures].map(([kind, count]) => `${count} ${kind}`),
  ];
  const told = troubles.length === 0 ? '' : ` (${troubles.join(', ')})`;
  return `${answered} of ${regions.length} regions in ${durationMs} ms${told}`;
}
