interface Waiting {
  readonly priority: number;
  readonly pass: () => void;
}

/**
 * Lets one piece of work through per turn of the event loop, the most urgent first and equals in the order of asking, so
 * that launching or parsing many requests never stalls the host in one go.
 */
export class Turnstile {
  /** Least urgent first. */
  readonly #waiting: Waiting[] = [];
  #turning = false;

  turn(priority: number): Promise<void> {
    return new Promise((pass) => {
      const after = this.#waiting.findIndex((other) => other.priority >= priority);
      this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, { priority, pass });
      if (!this.#turning) {
        this.#turning = true;
        setImmediate(this.#next);
      }
    });
  }

  readonly #next = (): void => {
    this.#waiting.pop()?.pass();
    this.#turning = this.#waiting.length > 0;
    if (this.#turning) {
      setImmediate(this.#next);
    }
  };
}
