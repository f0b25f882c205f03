import type { Clock } from '../util/clock.js';

/** How long a measurement holds where no clock was set meanwhile. */
const MEASURED_FOR_MS = 10_000;
/** Clocks that differ by less agree: then times stay as they were written. */
const AGREEING_MS = 2_000;

/** How far the clock of a store is ahead of this machine's. */
export class StoreTime {
  #aheadMs = 0;
  /** Of this machine: wall clock less the clock that is never set, as of the last measurement. */
  #setTo = Number.NaN;
  #measuredAt = -Infinity;
  #measuring: Promise<void> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly ask: () => Promise<number | undefined>,
  ) {}

  async aheadMs(): Promise<number> {
    const [now, monotonic] = [this.clock.now(), this.clock.monotonic()];
    const wasSet = !(Math.abs(now - monotonic - this.#setTo) < AGREEING_MS);
    if (wasSet || monotonic - this.#measuredAt > MEASURED_FOR_MS) {
      this.#measuring ??= this.#measure().finally(() => (this.#measuring = undefined));
      await this.#measuring;
    }
    return this.#aheadMs;
  }

  async #measure(): Promise<void> {
    const asked = this.clock.now();
    const theirs = await this.ask();
    const now = this.clock.now();
    // The process may have been stopped meanwhile, or its clock set.
    if (Math.abs(now - asked) > AGREEING_MS) {
      return;
    }
    const aheadMs = theirs === undefined ? 0 : Math.round(theirs - (asked + now) / 2);
    this.#aheadMs = Math.abs(aheadMs - this.#aheadMs) < AGREEING_MS ? this.#aheadMs : aheadMs;
    this.#measuredAt = this.clock.monotonic();
    this.#setTo = now - this.#measuredAt;
  }
}
