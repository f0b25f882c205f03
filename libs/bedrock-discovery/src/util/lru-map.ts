/** A map that forgets what was used longest ago once it is full. */
export class LruMap<K, V> extends Map<K, V> {
  constructor(private readonly limit: number) {
    super();
  }

  /** The value of a key, which becomes the last to be forgotten. */
  override get(key: K): V | undefined {
    const value = super.get(key);
    if (value !== undefined) {
      this.set(key, value);
    }
    return value;
  }

  override set(key: K, value: V): this {
    this.delete(key);
    super.set(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.limit) {
        break;
      }
      this.delete(oldest);
    }
    return this;
  }

  /** The value of a key, made where there is none; it becomes the last to be forgotten. */
  getOrCreate(key: K, create: () => V): V {
    const value = super.get(key) ?? create();
    this.set(key, value);
    return value;
  }

  /** Forgets all that the condition holds for. */
  deleteWhere(condition: (value: V) => boolean): void {
    for (const [key, value] of this) {
      if (condition(value)) {
        this.delete(key);
      }
    }
  }
}
