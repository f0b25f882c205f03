/** So many at once, and as many again in each interval. */
export class RateLimit {
  #left: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly most: number,
    private readonly intervalMs: number,
  ) {
    this.#left = most;
  }

  /**
   * Counts one.
   *
   * @param now milliseconds of a clock that never goes backwards
   * @returns how long to wait in milliseconds, where it is one too many; 0 else
   */
  take(now: number): number {
    const eachMs = this.intervalMs / this.most;
    this.#left = Math.min(this.most, this.#left + (now - this.#at) / eachMs);
    this.#at = now;
    if (this.#left < 1) {
      return (1 - this.#left) * eachMs;
    }
    this.#left -= 1;
    return 0;
  }
}
