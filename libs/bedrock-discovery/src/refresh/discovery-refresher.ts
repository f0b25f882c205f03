import { Inject, Injectable } from '@nestjs/common';
import { merge, type Observable } from 'rxjs';
import { AccountScope } from '../cache/account-scope.js';
import { SNAPSHOT_FORMAT, SNAPSHOT_VERSION, type Snapshot } from '../cache/snapshot.js';
import type { DiscoveryChange } from '../inventory/change.types.js';
import { type ByListing, LISTINGS } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import type { DiscoveryProgress, ScanOptions, ScanReport } from '../inventory/scan.types.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { ChangeLog } from './change-log.js';
import { RefreshPass } from './refresh-pass.js';

/**
 * Refreshes models and profiles in one pass, and exports what is known.
 *
 * @publicApi
 */
@Injectable()
export class DiscoveryRefresher {
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
   */
  getChanges(options: { since?: string } = {}): Promise<readonly DiscoveryChange[]> {
    return this.changeLog.list(options.since);
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
    const owner = (await this.owner.prefix()) ?? `${await this.owner.partition()}/unknown`;
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
