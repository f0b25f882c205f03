import type { StoredEntry } from './envelope.js';

/** An entry as Keyv wraps it. */
export interface MemoryItem {
  readonly value: StoredEntry;
}

/** Above what 33 regions of models, profiles and access make; a bound for keys that nobody asks for again. */
const MAX_ENTRIES = 5_000;

/** The memory tier: a map that forgets the entry that was longest unused once it is full. It keeps values as they are. */
export class MemoryStore extends Map<string, MemoryItem> {
  constructor(private readonly maxEntries = MAX_ENTRIES) {
    super();
  }

  override get(key: string): MemoryItem | undefined {
    const item = super.get(key);
    if (item) this.set(key, item);
    return item;
  }

  override set(key: string, item: MemoryItem): this {
    super.delete(key);
    super.set(key, item);
    const [oldest] = this.size > this.maxEntries ? this.keys() : [];
    if (oldest !== undefined) super.delete(oldest);
    return this;
  }
}
