/**
 * Lets one piece of work through per turn of the event loop, in the order of asking, so that launching or parsing many
 * requests never stalls the host in one go.
 */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #turning = false;

  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#turning) {
        this.#turning = true;
        setImmediate(this.#next);
      }
    });
  }

  readonly #next = (): void => {
    this.#waiting.shift()?.();
    this.#turning = this.#waiting.length > 0;
    if (this.#turning) {
      setImmediate(this.#next);
    }
  };
}
