import { Inject, Injectable } from '@nestjs/common';
import { AccountScope } from '../cache/account-scope.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { LISTINGS } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';

/** Instances that hear the same news look within this time, each at a moment of its own, so that the store is not stormed. */
export const NEWS_SPREAD_MS = 5_000;

/**
 * Has what other instances have scanned taken over as soon as they tell of it. Where a store tells nothing, that is done when the
 * job or a query next looks.
 */
@Injectable()
export class NewsReader {
  #stopListening: (() => void) | undefined;
  #cancelLook: (() => void) | undefined;
  #looking: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly cache: TieredCache,
    private readonly owner: AccountScope,
    @Inject(LISTINGS) private readonly listings: readonly RegionalInventory[],
    private readonly reporter: Reporter,
  ) {}

  /** Of no effect where timers do not run, as in functions, and where refreshing is left to the user. */
  start(): void {
    const { mode } = this.options.refresh;
    if (mode === 'cron' || mode === 'follow') {
      this.#stopListening ??= this.cache.onNews((owner) => void this.#heard(owner));
    }
  }

  /** Resolves once nothing is looked at any more. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#cancelLook?.();
    await this.#looking;
  }

  async #heard(owner: string | undefined): Promise<void> {
    const isOurs = owner === undefined || owner === (await this.owner.prefix());
    if (isOurs && this.#stopListening !== undefined) {
      this.#cancelLook ??= this.clock.schedule(() => {
        this.#cancelLook = undefined;
        this.#looking = this.#look();
      }, Math.random() * NEWS_SPREAD_MS);
    }
  }

  async #look(): Promise<void> {
    try {
      await Promise.all(this.listings.map((inventory) => inventory.lookAgain()));
    } catch (error) {
      this.reporter
        .logger('DiscoveryRefresher')
        .debug('looking-failed', `Looking at what others have scanned failed: ${String(error)}`);
    }
  }
}
