import type { Logger } from '@nestjs/common';
import pLimit from 'p-limit';
import type { RegionFailure } from '../errors/failure.js';
import { RetryBudget } from '../inventory/retry-policy.js';
import type { Clock } from '../util/clock.js';
import { pause } from '../util/deadline.js';
import type { AskOptions } from './access-checker.js';

/** Half of what a region may be asked at a time, so that who waits for an answer finds room. */
const PARALLEL_PER_REGION = 2;
const PARALLEL = 8;
const BACK_OFF_MS = 30_000;
/** Failures in a row that may pass before a region is left to the next pass. */
const MAX_BACK_OFFS = 3;

export interface FillTasks {
  /** Models to be asked about, by region. */
  due(): ReadonlyMap<string, readonly string[]>;
  isDue(modelId: string, region: string): boolean;
  /** Resolves with why there is no answer. */
  ask(modelId: string, region: string, options: AskOptions): Promise<RegionFailure | undefined>;
}

/** The questions of one region, in a pass. */
interface Lane {
  readonly region: string;
  readonly models: string[];
  backOffs: number;
  /** Set while the region is given time to recover. */
  resting?: Promise<void>;
}

/** Finds out in the background what is due, one pass at a time. */
export class AccessFiller {
  readonly #controller = new AbortController();
  #passing: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly tasks: FillTasks,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Begins a pass, or has another follow the one under way. */
  fill(): void {
    if (this.#controller.signal.aborted) {
      return;
    }
    this.#again = true;
    this.#passing ??= this.#passes().finally(() => (this.#passing = undefined));
  }

  /** Ends the pass under way; there is no other after it. */
  async stop(reason: Error): Promise<void> {
    this.#controller.abort(reason);
    await this.#passing;
  }

  async #passes(): Promise<void> {
    while (this.#again && !this.#controller.signal.aborted) {
      this.#again = false;
      try {
        await this.#pass();
      } catch (error) {
        if (!this.#controller.signal.aborted) {
          this.logger.debug(`Finding out about access ended early: ${String(error)}`);
        }
      }
    }
  }

  async #pass(): Promise<void> {
    const overall = pLimit(PARALLEL);
    // Shared by all, so that an outage is not answered with a storm.
    const options = { signal: this.#controller.signal, background: true, budget: new RetryBudget(0) };
    let asked = 0;
    const ask = (modelId: string, region: string): Promise<RegionFailure | undefined> =>
      overall(() => {
        options.signal.throwIfAborted();
        asked += 1;
        return this.tasks.ask(modelId, region, options);
      });
    const lanes = [...this.tasks.due()].map(([region, models]): Lane => ({ region, models: [...models], backOffs: 0 }));
    const workers = lanes.flatMap((lane) => Array.from({ length: PARALLEL_PER_REGION }, () => this.#work(lane, ask)));
    const ended = await Promise.allSettled(workers);
    const failed = ended.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') {
      throw failed.reason;
    }
    if (asked > 0) {
      this.logger.debug(`Asked about access to models ${asked} times in ${lanes.length} regions.`);
    }
  }

  async #work(lane: Lane, ask: (modelId: string, region: string) => Promise<RegionFailure | undefined>): Promise<void> {
    const { signal } = this.#controller;
    for (;;) {
      await lane.resting;
      const modelId = lane.models.shift();
      if (modelId === undefined || signal.aborted) {
        return;
      }
      if (this.tasks.isDue(modelId, lane.region)) {
        this.#heed(lane, await ask(modelId, lane.region));
      }
    }
  }

  #heed(lane: Lane, failure: RegionFailure | undefined): void {
    // Whatever AWS does not know by that id, or answers oddly, is that model's matter.
    if (failure === undefined || failure.kind === 'unknown' || failure.kind === 'malformed-response') {
      lane.backOffs = 0;
    } else if (failure.retryable && lane.backOffs < MAX_BACK_OFFS) {
      if (lane.resting === undefined) {
        lane.resting = pause(this.clock, BACK_OFF_MS * 2 ** lane.backOffs, this.#controller.signal).finally(
          () => (lane.resting = undefined),
        );
        lane.backOffs += 1;
      }
    } else {
      lane.models.length = 0;
    }
  }
}
