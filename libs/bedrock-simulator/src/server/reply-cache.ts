/** Enough for every list of every region, and the pages of a few accounts. */
const MAX_REPLIES = 5000;

/** Bodies that were serialised once, until an edit makes them out of date. */
export class ReplyCache {
  readonly #bodies = new Map<string, Buffer>();

  get(key: string, make: () => Buffer): Buffer {
    const known = this.#bodies.get(key);
    if (known) {
      return known;
    }
    const body = make();
    if (this.#bodies.size >= MAX_REPLIES) {
      this.#bodies.clear();
    }
    this.#bodies.set(key, body);
    return body;
  }

  clear(): void {
    this.#bodies.clear();
  }
}
