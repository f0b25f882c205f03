import { Inject, Injectable, Logger } from '@nestjs/common';
import { merge, type Observable } from 'rxjs';
import { CacheOwner } from '../cache/account-scope.js';
import { TieredCache } from '../cache/tiered-cache.js';
import type { Snapshot } from '../cache/snapshot.js';
import { ModelAccessService } from '../access/model-access.service.js';
import type { DiscoveryChange } from '../inventory/change.types.js';
import { ModelInventory } from '../catalog/models/model-inventory.js';
import { ProfileInventory } from '../catalog/profiles/profile-inventory.js';
import type { DiscoveryProgress, ScanOptions, ScanProgress, ScanReport } from '../inventory/scan.types.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { ChangeLog } from './change-log.js';

const DAY_MS = 86_400_000;

/**
 * Refreshes models and profiles in one pass, and exports what is known.
 *
 * @publicApi
 */
@Injectable()
export class DiscoveryRefresher {
  readonly #logger = new Logger(DiscoveryRefresher.name);
  #pruneAt = 0;

  constructor(
    private readonly models: ModelInventory,
    private readonly profiles: ProfileInventory,
    private readonly access: ModelAccessService,
    private readonly owner: CacheOwner,
    private readonly cache: TieredCache,
    private readonly changeLog: ChangeLog,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {}

  /**
   * One pass over models and profiles. Concurrent calls share it; what is fresh is not asked for again without `force`.
   *
   * @throws BedrockDiscoveryError `ABORTED` when the caller's signal ends its wait, `SHUT_DOWN` once the application closes.
   */
  async refresh(options: ScanOptions = {}): Promise<{ models: ScanReport; profiles: ScanReport }> {
    const [ofModels, ofProfiles] = bothProgresses(options);
    const [models, profiles] = await Promise.all([this.models.scan(ofModels), this.profiles.scan(ofProfiles)]);
    if (models.requests + profiles.requests > 0) {
      this.#prune();
      this.#logger.log(`Models: ${summary(models)}. Profiles: ${summary(profiles)}.`);
    }
    this.access.refreshed();
    return { models, profiles };
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
    return merge(this.models.progress$, this.profiles.progress$);
  }

  /**
   * The latest changes, at most 1000, oldest first; also those of earlier runs.
   *
   * @param options.since only changes after this id or ISO 8601 time
   */
  getChanges(options: { since?: string } = {}): Promise<readonly DiscoveryChange[]> {
    return this.changeLog.list(options.since);
  }

  /** Left-overs of other runs, once a day. */
  #prune(): void {
    const now = this.clock.now();
    if (now >= this.#pruneAt) {
      this.#pruneAt = now + DAY_MS;
      this.cache.prune().catch((error: unknown) => this.#logger.debug(`Pruning the cache failed: ${String(error)}`));
    }
  }

  /**
   * What is known now, with its age: for `cache.seed`, or to compare in a build.
   *
   * @throws InventoryUnavailableError if nothing is known.
   */
  async export(): Promise<Snapshot> {
    await Promise.allSettled([this.profiles.ready()]);
    await this.models.ready();
    const owner = (await this.owner.prefix()) ?? `${await this.owner.partition()}/unknown`;
    const entries = [...entriesOf(owner, 'models', this.models), ...entriesOf(owner, 'profiles', this.profiles)];
    const snapshot: Snapshot = {
      format: 'nestjs-bedrock-discovery/snapshot',
      version: 1,
      exportedAt: new Date(this.clock.now()).toISOString(),
      entries,
    };
    return snapshot;
  }
}

type Entries = Pick<ModelInventory | ProfileInventory, 'entries'>;

function entriesOf(owner: string, name: string, inventory: Entries): Snapshot['entries'] {
  return inventory.entries().map(({ region, scannedAt, items }) => ({
    key: `${owner}/${name}/${region}`,
    storedAt: new Date(scannedAt).toISOString(),
    value: items,
  }));
}

/** Both scans report into one count. */
function bothProgresses(options: ScanOptions): [ScanOptions, ScanOptions] {
  const { onProgress, ...rest } = options;
  if (onProgress === undefined) {
    return [options, options];
  }
  const latest: (ScanProgress | undefined)[] = [undefined, undefined];
  const reporting = (index: number): ScanOptions => ({
    ...rest,
    onProgress: (progress) => {
      latest[index] = progress;
      const other = latest[1 - index];
      onProgress({
        ...progress,
        done: progress.done + (other?.done ?? 0),
        total: progress.total + (other?.total ?? progress.total),
      });
    },
  });
  return [reporting(0), reporting(1)];
}

function summary({ regions, durationMs }: ScanReport): string {
  const answered = regions.filter((region) => region.status === 'ok').length;
  const failures = new Map<string, number>();
  for (const { failure } of regions) {
    if (failure !== undefined) {
      failures.set(failure.kind, (failures.get(failure.kind) ?? 0) + 1);
    }
  }
  const failed = [...failures].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return `${answered} of ${regions.length} regions in ${durationMs} ms${failed === '' ? '' : ` (${failed})`}`;
}
