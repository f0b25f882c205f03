import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { AccessRegistry } from '../access/access-registry.js';
import { PATH_FACTS, type AnyFact } from '../facts/path-fact.js';
import { LISTINGS } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { ChangeLog } from '../refresh/change-log.js';
import { DiscoveryRefresher } from '../refresh/discovery-refresher.js';
import { NewsReader } from '../refresh/news-reader.js';
import { RefreshSchedule } from '../refresh/refresh-schedule.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { startDeadline } from '../util/deadline.js';

/** Owns start and stop of everything in the module; nothing else has life-cycle hooks. */
@Injectable()
export class BedrockDiscoveryLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  /** Out of sight: it leads to all that the application holds. */
  readonly #moduleRef: ModuleRef;
  #stopping: Promise<void> | undefined;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    moduleRef: ModuleRef,
    private readonly schedule: RefreshSchedule,
    private readonly news: NewsReader,
    private readonly refresher: DiscoveryRefresher,
    @Inject(LISTINGS) private readonly listings: readonly RegionalInventory[],
    @Inject(PATH_FACTS) private readonly facts: readonly AnyFact[],
    private readonly access: AccessRegistry,
    private readonly changeLog: ChangeLog,
    private readonly latencies: LatencyStore,
    private readonly cache: TieredCache,
    private readonly clients: AwsClientFactory,
    private readonly reporter: Reporter,
  ) {
    this.#moduleRef = moduleRef;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.schedule.start(this.#schedulerRegistry());
    this.news.start();
    const { onBootstrap } = this.options.scan;
    if (onBootstrap === 'off') {
      return;
    }
    const first = this.#firstRefresh();
    if (onBootstrap === 'await') {
      await first;
    }
  }

  onModuleDestroy(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Start-up goes on without AWS: what failed shows in the region statuses, and is asked for again. */
  async #firstRefresh(): Promise<void> {
    const deadline = startDeadline(this.clock, this.options.scan.deadlineMs);
    const scan = this.refresher.refresh().catch((error: unknown) => {
      if (this.#stopping === undefined) {
        const message = error instanceof Error ? error.message : String(error);
        this.reporter
          .logger(DiscoveryRefresher.name)
          .warn('refresh-failed', `The first refresh failed: ${message}`, { message });
      }
    });
    try {
      await Promise.race([
        scan,
        new Promise<void>((resolve) => deadline.signal.addEventListener('abort', () => resolve())),
      ]);
    } finally {
      deadline.end();
    }
  }

  async #stop(): Promise<void> {
    await Promise.all([this.schedule.stop(), this.news.stop()]);
    await Promise.all([...this.listings, ...this.facts, this.access].map(async (each) => each.close?.()));
    await this.changeLog.close();
    await this.latencies.save().catch(() => undefined);
    await this.cache.close();
    this.clients.destroy();
    this.reporter.close();
  }

  #schedulerRegistry(): SchedulerRegistry | undefined {
    try {
      return this.#moduleRef.get(SchedulerRegistry, { strict: false });
    } catch {
      return undefined;
    }
  }
}
