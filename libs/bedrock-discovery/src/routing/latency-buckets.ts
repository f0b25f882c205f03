import type { LatencyReading } from '../latency/latency.types.js';

/** What a region is ranked by. */
export interface LatencyRank {
  /** Regions of one bucket count as equally fast. */
  readonly bucket: number;
  readonly latencyMs?: number;
  readonly from: 'first-byte' | 'round-trip' | 'nothing';
}

const UNMEASURED: LatencyRank = Object.freeze({ bucket: Number.POSITIVE_INFINITY, from: 'nothing' });
/** Differences of a few milliseconds never matter; beyond, a bucket spans about a quarter of the latency. */
const SCALE_MS = 10;
const RATIO = 1.25;
/** How far a latency must be beyond the bounds of its region's bucket, as a share of a bucket, before the region leaves it. */
const HYSTERESIS = 0.35;

/**
 * Sorts regions into classes of latency that do not flicker: a region leaves its bucket only when its latency is clearly
 * outside, so that the ranking changes only for a real difference.
 *
 * Where real calls were timed in a region, their time to first byte counts, else the round trip. With two or more regions
 * timed by real calls, the least difference between both is what the models themselves take, and regions without such
 * calls are given it on top of their round trip; with fewer, nothing tells whether a region or its models are slow.
 */
export class LatencyBuckets {
  #ranks = new Map<string, LatencyRank>();
  #version = 0;

  /** Changes whenever a region has moved to another bucket. */
  get version(): number {
    return this.#version;
  }

  of(region: string): LatencyRank {
    return this.#ranks.get(region) ?? UNMEASURED;
  }

  /** Takes over what is known now. */
  update(readings: ReadonlyMap<string, LatencyReading>): void {
    const modelMs = modelShare([...readings.values()]);
    const ranks = new Map<string, LatencyRank>();
    for (const [region, reading] of readings) {
      const { roundTripMs, firstByteMs } = reading;
      const former = this.#ranks.get(region)?.bucket;
      const expectedMs = firstByteMs ?? (roundTripMs === undefined ? undefined : roundTripMs + modelMs);
      const bucket = expectedMs === undefined ? Number.POSITIVE_INFINITY : bucketOf(expectedMs, former);
      const latencyMs = firstByteMs ?? roundTripMs;
      ranks.set(region, {
        bucket,
        ...(latencyMs !== undefined && { latencyMs }),
        from: firstByteMs !== undefined ? 'first-byte' : roundTripMs !== undefined ? 'round-trip' : 'nothing',
      });
      if (bucket !== (former ?? Number.POSITIVE_INFINITY)) {
        this.#version += 1;
      }
    }
    if ([...this.#ranks.keys()].some((region) => !ranks.has(region))) {
      this.#version += 1;
    }
    this.#ranks = ranks;
  }
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
