interface Waiting {
  readonly priority: number;
  readonly share: number;
  readonly pass: () => void;
}

/**
 * Lets one piece of work through per turn of the event loop, or some that take little, the most urgent first and equals in the
 * order of asking, so that launching or parsing many requests never stalls the host in one go.
 */
export class Turnstile {
  /** Least urgent first. */
  readonly #waiting: Waiting[] = [];
  #turning = false;

  /** @param share of a turn of the event loop that the work takes */
  turn(priority: number, share = 1): Promise<void> {
    return new Promise((pass) => {
      const after = this.#waiting.findIndex((other) => other.priority >= priority);
      this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, { priority, share, pass });
      if (!this.#turning) {
        this.#turning = true;
        setImmediate(this.#next);
      }
    });
  }

  readonly #next = (): void => {
    for (let left = 1; left > 0 && this.#waiting.length > 0;) {
      const next = this.#waiting.pop();
      left -= next?.share ?? 0;
      next?.pass();
    }
    this.#turning = this.#waiting.length > 0;
    if (this.#turning) {
      setImmediate(this.#next);
    }
  };
}
