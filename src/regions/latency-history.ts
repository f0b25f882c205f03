import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LatencyTracker } from 'nestjs-bedrock-discovery';

/** Latencies change with each refresh and, where calls are reported, with each call. */
const LOOK_EVERY_MS = 5_000;
/** Points kept for each region. */
const MOST_POINTS = 60;

/** A smoothed round trip: when it was measured, in milliseconds since 1970, and how long it took. */
export type LatencyPoint = readonly [at: number, latencyMs: number];

/** How the latency of each region went, in the memory of this process. */
@Injectable()
export class LatencyHistory {
  readonly #points = new Map<string, LatencyPoint[]>();

  constructor(private readonly latencies: LatencyTracker) {}

  /** Takes up what has been measured since the last look. */
  @Interval('bedrock-explorer-latency-history', LOOK_EVERY_MS)
  look(): void {
    for (const { region, latencyMs, updatedAt } of this.latencies.snapshot()) {
      const at = updatedAt === undefined ? Number.NaN : Date.parse(updatedAt);
      const points = this.#points.get(region) ?? [];
      if (latencyMs !== undefined && !Number.isNaN(at) && points.at(-1)?.[0] !== at) {
        points.push([at, Math.round(latencyMs * 10) / 10]);
        this.#points.set(region, points.slice(-MOST_POINTS));
      }
    }
  }

  /** By region, oldest first, up to now. */
  all(): Readonly<Record<string, readonly LatencyPoint[]>> {
    this.look();
    return Object.fromEntries(this.#points);
  }
}
