import type { LatencyReading, LatencyStore } from '../latency/latency-store.js';
import { ageOf, type Clock } from '../util/clock.js';
import { LruMap } from '../util/lru-map.js';

/** What a region is ranked by. */
export interface LatencyRank {
  /** Regions of one bucket, or class, count as equally fast: they share load. */
  readonly bucket: number;
  /** Where the region is listed among all, the fastest at 0. */
  readonly place: number;
  readonly latencyMs?: number;
  readonly from: 'first-byte' | 'round-trip' | 'nothing';
}

const UNMEASURED: LatencyRank = Object.freeze({
  bucket: Number.POSITIVE_INFINITY,
  place: Number.POSITIVE_INFINITY,
  from: 'nothing',
});
/** Differences of a few milliseconds never matter; beyond, a bucket spans about a quarter of the latency. */
const SCALE_MS = 10;
const RATIO = 1.25;
/** How far a latency must be beyond the bounds of its region's bucket, as a share of a bucket, before the region leaves it. */
const HYSTERESIS = 0.35;
/** A region that is listed behind another comes before it once it is faster by this share. */
const MARGIN = 0.05;

/**
 * Sorts regions into classes of latency that do not flicker: a region leaves its bucket only when its latency is clearly
 * outside, so that the ranking changes only for a real difference. Within a class they are listed by latency, where a
 * difference below a margin changes nothing either.
 *
 * Where real calls were timed in a region, their time to first byte counts, else the round trip. With two or more regions
 * timed by real calls, the least difference between both is what the models themselves take, and regions without such
 * calls are given it on top of their round trip; with fewer, nothing tells whether a region or its models are slow.
 */
export class LatencyBuckets {
  #ranks: ReadonlyMap<string, LatencyRank> = new Map();
  #current = this.#ranks;

  /** The ranking as it stands: another object whenever a region has moved to another bucket or place, come or gone. */
  get current(): ReadonlyMap<string, LatencyRank> {
    return this.#current;
  }

  of(region: string): LatencyRank {
    return this.#ranks.get(region) ?? UNMEASURED;
  }

  /** Takes over what is known now. */
  update(readings: ReadonlyMap<string, LatencyReading>): void {
    const former = this.#ranks;
    const modelMs = modelShare([...readings.values()]);
    const expected = [...readings].map(([region, { roundTripMs, firstByteMs }]): Expected => ({
      region,
      ms: firstByteMs ?? (roundTripMs ?? Number.POSITIVE_INFINITY) + modelMs,
      place: former.get(region)?.place ?? Number.POSITIVE_INFINITY,
    }));
    const ranks = new Map<string, LatencyRank>();
    inOrder(expected).forEach(({ region, ms }, place) => {
      const bucket = bucketOf(ms, former.get(region)?.bucket);
      ranks.set(region, { bucket, place, ...seen(readings.get(region)) });
    });
    this.#ranks = ranks;
    if (!isSameRanking(ranks, this.#current)) {
      this.#current = ranks;
    }
  }
}

/** How long a call to a region takes, as far as can be told. */
interface Expected {
  readonly region: string;
  readonly ms: number;
  /** Where it was listed so far. */
  readonly place: number;
}

/**
 * Fastest first, but of those that are slower than the fastest that is left by less than the margin, the one that was
 * listed first so far. This holds for every subset of the regions, too: none is listed before one that is faster by more.
 */
function inOrder(regions: readonly Expected[]): Expected[] {
  const left = new Set([...regions].sort((a, b) => (a.ms === b.ms ? 0 : a.ms - b.ms)));
  const order: Expected[] = [];
  for (let [fastest] = left; fastest !== undefined; [fastest] = left) {
    const { ms: leastMs } = fastest;
    const close = [...left].filter(({ ms }) => ms * (1 - MARGIN) <= leastMs);
    const next = close.reduce((first, other) => (other.place < first.place ? other : first));
    order.push(next);
    left.delete(next);
  }
  return order;
}

function seen(reading: LatencyReading | undefined): Pick<LatencyRank, 'latencyMs' | 'from'> {
  if (reading?.firstByteMs !== undefined) {
    return { latencyMs: reading.firstByteMs, from: 'first-byte' };
  }
  return reading?.roundTripMs === undefined
    ? { from: 'nothing' }
    : { latencyMs: reading.roundTripMs, from: 'round-trip' };
}

function isSameRanking(a: ReadonlyMap<string, LatencyRank>, b: ReadonlyMap<string, LatencyRank>): boolean {
  const isSame = ([region, { bucket, place }]: [string, LatencyRank]): boolean =>
    b.get(region)?.bucket === bucket && b.get(region)?.place === place;
  return a.size === b.size && [...a].every(isSame);
}

/** What the models take beyond the way there, at least; 0 where it cannot be told. */
function modelShare(readings: readonly LatencyReading[]): number {
  const shares = readings.flatMap(({ roundTripMs, firstByteMs }) =>
    roundTripMs === undefined || firstByteMs === undefined ? [] : [firstByteMs - roundTripMs],
  );
  return shares.length < 2 ? 0 : Math.max(0, Math.min(...shares));
}

/** @param former the bucket that the region is in, which it keeps while the latency is not clearly outside */
export function bucketOf(latencyMs: number, former?: number): number {
  const position = Math.log1p(latencyMs / SCALE_MS) / Math.log(RATIO);
  const inside = former !== undefined && position >= former - HYSTERESIS && position <= former + 1 + HYSTERESIS;
  return inside ? former : Math.floor(position);
}

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
    private readonly latencies: Pick<LatencyStore, 'current' | 'readings'>,
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
    if (ranked.basis !== this.latencies.current || ageOf(ranked.at, now) >= UPDATE_EVERY_MS) {
      ranked.basis = this.latencies.current;
      ranked.at = now;
      ranked.buckets.update(this.latencies.readings(modelId));
    }
    return ranked.buckets;
  }
}
