/** What a query answered last, where nobody may be kept waiting for what it answers next. */
export class LatestValue<T> {
  #value: T;
  #query: Promise<void> | undefined;

  /** @param initial until the query has answered for the first time */
  constructor(
    initial: T,
    private readonly read: () => Promise<T>,
  ) {
    this.#value = initial;
  }

  /** The answer if it is at hand, else the one before; the query goes on. */
  async get(): Promise<T> {
    this.#query ??= this.read()
      .then((value) => {
        this.#value = value;
      })
      // It is asked again at the next look; until then what was known holds.
      .catch(() => undefined)
      .finally(() => {
        this.#query = undefined;
      });
    await Promise.race([this.#query, new Promise((resolve) => setImmediate(resolve))]);
    return this.#value;
  }
}
