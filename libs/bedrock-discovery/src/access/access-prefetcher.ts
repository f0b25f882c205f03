import pLimit from 'p-limit';
import type { RegionFailure } from '../errors/errors.js';
import type { InventoryContext } from '../inventory/inventory-context.js';
import type { ScanPatience } from '../inventory/scan-lease.js';
import type { StoreLease } from '../options/bedrock-discovery.options.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { pause } from '../util/deadline.js';
import type { PrincipalAccess } from './principal-access.js';

/** Half of what a region may be asked at a time, so that who waits for an answer finds room. */
const PARALLEL_PER_REGION = 2;
const PARALLEL = 8;
const BACK_OFF_MS = 30_000;
/** Failures in a row that may pass before a region is left to the next pass. */
const MAX_BACK_OFFS = 3;

/** A pass asks hundreds of questions; nobody waits for its end but those who would ask the same. */
const PATIENCE: ScanPatience = { leaseMs: 5 * 60_000, waitMs: 10 * 60_000, longestPauseMs: 5_000 };

/** The questions of one region, in a pass. */
interface Lane {
  readonly region: string;
  readonly models: string[];
  backOffs: number;
  /** Set while the region is given time to recover. */
  resting?: Promise<void>;
}

/** Finds out in the background what is due, one pass at a time. */
export class AccessPrefetcher {
  readonly #controller = new AbortController();
  #passing: Promise<void> | undefined;
  #again = false;

  /**
   * @param present the access of whoever the credentials are of
   * @param models those that can be invoked, by region
   */
  constructor(
    private readonly present: () => PrincipalAccess,
    private readonly models: () => ReadonlyMap<string, readonly string[]>,
    private readonly context: Pick<InventoryContext, 'clock' | 'lease'>,
    private readonly logger: DiscoveryLogger,
  ) {}

  /** Begins a pass, or has another follow the one under way. */
  prefetch(): void {
    this.#again = true;
    this.#passing ??= this.#passes().finally(() => (this.#passing = undefined));
  }

  /** Ends the pass under way; there is no other after it. */
  async stop(reason: Error): Promise<void> {
    this.#controller.abort(reason);
    await this.#passing;
  }

  async #passes(): Promise<void> {
    const { signal } = this.#controller;
    while (this.#again && !signal.aborted) {
      this.#again = false;
      const lease = await this.#takeTurn(signal).catch(() => undefined);
      await this.#pass(signal);
      if (lease !== undefined) {
        await this.present().save();
        await lease.release();
      }
    }
  }

  /** One instance asks for all that have the same principal: the others take over what it has found out. */
  async #takeTurn(signal: AbortSignal): Promise<StoreLease | undefined> {
    const access = this.present();
    const { principal } = access.store;
    const isWanted = async (): Promise<boolean> => {
      await access.readAgain();
      return [...this.models()].some(([region, models]) => models.some((model) => access.store.isDue(model, region)));
    };
    if (principal === undefined || !(await isWanted())) {
      return undefined;
    }
    const lease = await this.context.lease.take(isWanted, PATIENCE, signal, `access-lease/${principal}`);
    await access.readAgain();
    return lease;
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const options = { signal, background: true };
    const overall = pLimit(PARALLEL);
    const check = (modelId: string, region: string): Promise<RegionFailure | undefined> =>
      overall(() => {
        signal.throwIfAborted();
        return this.present().check(modelId, region, options);
      });
    const lanes = [...this.models()].map(([region, models]): Lane => ({ region, models: [...models], backOffs: 0 }));
    const work = lanes.flatMap((lane) => Array.from({ length: PARALLEL_PER_REGION }, () => this.#work(lane, check)));
    const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected' && !signal.aborted) {
      this.logger.debug('access-prefetch-failed', `Finding out about access ended early: ${String(failed.reason)}`);
    }
  }

  async #work(
    lane: Lane,
    check: (modelId: string, region: string) => Promise<RegionFailure | undefined>,
  ): Promise<void> {
    for (;;) {
      await lane.resting;
      const modelId = lane.models.shift();
      if (modelId === undefined || this.#controller.signal.aborted) {
        return;
      }
      if (this.present().store.isDue(modelId, lane.region)) {
        this.#heed(lane, await check(modelId, lane.region));
      }
    }
  }

  #heed(lane: Lane, failure: RegionFailure | undefined): void {
    // Whatever AWS does not know by that id, or answers oddly, is that model's matter.
    if (failure === undefined || failure.kind === 'unknown' || failure.kind === 'malformed-response') {
      lane.backOffs = 0;
    } else if (failure.retryable && lane.backOffs < MAX_BACK_OFFS) {
      if (lane.resting === undefined) {
        lane.resting = pause(this.context.clock, BACK_OFF_MS * 2 ** lane.backOffs, this.#controller.signal).finally(
          () => (lane.resting = undefined),
        );
        lane.backOffs += 1;
      }
    } else {
      lane.models.length = 0;
    }
  }
}
