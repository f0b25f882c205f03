import type { Clock } from '../util/clock.js';

const BEAT_MS = 1_000;
/** A silence of this length beyond the beat means that the process was stopped, or the machine asleep. */
const GAP_MS = 5_000;

/**
 * Notices that the process did not run for a while: what was timed across the gap is worthless, and connections that
 * were open have died unseen. Beats only while somebody watches.
 */
export class SuspensionWatch {
  #lastBeat = 0;
  #cancel: (() => void) | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  /** Calls `onGap` once per gap until the returned function is called. */
  watch(onGap: () => void): () => void {
    this.#watchers.add(onGap);
    if (this.#cancel === undefined) {
      this.#lastBeat = this.clock.now();
      this.#schedule();
    }
    return () => {
      this.#watchers.delete(onGap);
      if (this.#watchers.size === 0) {
        this.#cancel?.();
        this.#cancel = undefined;
      }
    };
  }

  /** Looks now, for a timer that may fire before the beat does after the process resumes. */
  check(): void {
    const now = this.clock.now();
    const gap = now - this.#lastBeat > BEAT_MS + GAP_MS;
    this.#lastBeat = now;
    if (gap) {
      for (const onGap of this.#watchers) {
        onGap();
      }
    }
  }

  #schedule(): void {
    this.#cancel = this.clock.schedule(() => {
      this.#schedule();
      this.check();
    }, BEAT_MS);
  }
}
