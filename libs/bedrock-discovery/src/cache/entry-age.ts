import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Clock } from '../util/clock.js';

/** Clocks of two machines differ by less; an entry from further in the future is not believed. */
const CLOCK_SKEW_MS = 60_000;

/** Judges entries by the injected clock and by when their values were obtained, in milliseconds since the epoch. */
export class EntryAge {
  constructor(
    private readonly limits: Pick<ResolvedOptions['cache'], 'memoryTtlMs' | 'diskTtlMs'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  ageMs(storedAtMs: number): number {
    return Math.max(0, this.clock.now() - storedAtMs);
  }

  /** Whether it need not be refreshed yet. */
  isFresh(storedAtMs: number): boolean {
    return this.ageMs(storedAtMs) <= this.limits.memoryTtlMs;
  }

  /** Whether it may be served at all. */
  isLive(storedAtMs: number): boolean {
    return !this.isFromTheFuture(storedAtMs) && this.ageMs(storedAtMs) <= this.limits.diskTtlMs;
  }

  isFromTheFuture(storedAtMs: number): boolean {
    return storedAtMs > this.clock.now() + CLOCK_SKEW_MS;
  }
}
