import { LruMap } from '../aws/lru-map.js';
import type { LatencyTracker } from '../latency/latency-tracker.js';
import type { Clock } from '../time/clock.js';
import { LatencyBuckets } from './latency-buckets.js';

interface Ranked {
  readonly buckets: LatencyBuckets;
  basis: ReadonlyMap<string, unknown> | undefined;
  at: number;
}

const MAX_MODELS = 1_000;
/** Latencies of real calls go out of date by themselves. */
const UPDATE_EVERY_MS = 60_000;

/** The regions by latency for each model: models differ in how long they take, and one must not be held against another. */
export class LatencyRanking {
  readonly #byModel = new LruMap<string, Ranked>(MAX_MODELS);

  constructor(
    private readonly latencies: Pick<LatencyTracker, 'current' | 'readings'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** As of now. */
  of(modelId: string): LatencyBuckets {
    const ranked = this.#byModel.getOrCreate(modelId, () => ({
      buckets: new LatencyBuckets(),
      basis: undefined,
      at: Number.NEGATIVE_INFINITY,
    }));
    const now = this.clock.now();
    if (ranked.basis !== this.latencies.current || now - ranked.at >= UPDATE_EVERY_MS) {
      ranked.basis = this.latencies.current;
      ranked.at = now;
      ranked.buckets.update(this.latencies.readings(modelId));
    }
    return ranked.buckets;
  }
}
