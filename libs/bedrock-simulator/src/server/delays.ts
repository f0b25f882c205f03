/** Timers that end with the simulator. */
export class Delays {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Runs `action` after `delayMs`, or at once for 0. */
  after(delayMs: number, action: () => void): void {
    if (delayMs <= 0) {
      return action();
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delayMs);
    this.#timers.add(timer);
  }

  /** Drops all that have not run. */
  clear(): void {
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    this.#timers.clear();
  }
}
