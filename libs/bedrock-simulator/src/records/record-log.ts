import { checkKeys } from '../settings/checks.js';

/** The latest that are kept one by one; counts go on. */
const MAX_LISTED = 10_000;

/** What happened, for assertions about how often it did. */
export class RecordLog<T extends object, K extends keyof T & string> {
  readonly #counts = new Map<string, { readonly sample: T; count: number }>();
  #listed: T[] = [];

  /** @param keys what can be counted by */
  protected constructor(private readonly keys: readonly K[]) {}

  /** @internal */
  record(entry: T): void {
    const key = JSON.stringify(this.keys.map((name) => entry[name] ?? null));
    const counted = this.#counts.get(key);
    if (counted === undefined) {
      this.#counts.set(key, { sample: entry, count: 1 });
    } else {
      counted.count++;
    }
    this.#listed.push(entry);
    if (this.#listed.length > 2 * MAX_LISTED) {
      this.#listed = this.#listed.slice(-MAX_LISTED);
    }
  }

  /**
   * How many there were since the start or the last {@link reset}. What the filter leaves out matches all.
   *
   * @throws RangeError for a filter that cannot be counted by
   */
  count(filter?: Readonly<Partial<Pick<T, K>>>): number {
    checkKeys('count', filter ?? {}, this.keys);
    let count = 0;
    for (const counted of this.#counts.values()) {
      const wanted = this.keys.every((name) => filter?.[name] === undefined || filter[name] === counted.sample[name]);
      if (wanted) {
        count += counted.count;
      }
    }
    return count;
  }

  /** The latest (at most 10,000), oldest first. */
  list(): T[] {
    return this.#listed.slice(-MAX_LISTED);
  }

  /** Forgets all of it, counts included. */
  reset(): void {
    this.#counts.clear();
    this.#listed = [];
  }
}
