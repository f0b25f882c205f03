/** A map that forgets what was used longest ago once it is full. */
export class LruMap<K, V> {
  readonly #entries = new Map<K, V>();

  constructor(private readonly limit: number) {}

  /** The value of a key, made where there is none; it becomes the last to be forgotten. */
  getOrCreate(key: K, create: () => V): V {
    const value = this.#entries.get(key) ?? create();
    this.set(key, value);
    return value;
  }

  /** The value of a key, which becomes the last to be forgotten. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.limit) {
        break;
      }
      this.#entries.delete(oldest);
    }
  }

  /** Forgets all that the condition holds for. */
  deleteWhere(condition: (value: V) => boolean): void {
    for (const [key, value] of this.#entries) {
      if (condition(value)) {
        this.#entries.delete(key);
      }
    }
  }
}
