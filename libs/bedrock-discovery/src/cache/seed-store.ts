import { deepFreeze } from './deep-freeze.js';
import type { StoredEntry } from './envelope.js';
import type { Snapshot } from './snapshot.js';

/** The seed tier: a snapshot that is only read. Deleting hides an entry from this process. */
export class SeedStore {
  readonly #entries = new Map<string, StoredEntry>();

  /** Freezes the values of the snapshot: it must not be an object that a user handed in. */
  constructor(snapshot: Snapshot) {
    for (const { key, storedAt, value } of snapshot.entries) {
      const entry = { key, storedAtMs: Date.parse(storedAt), value: deepFreeze(value) };
      if (entry.storedAtMs > (this.#entries.get(key)?.storedAtMs ?? -Infinity)) this.#entries.set(key, entry);
    }
  }

  get(key: string): { value: StoredEntry } | undefined {
    const value = this.#entries.get(key);
    return value && { value };
  }

  /** Writes nothing: what an application learns does not become part of its seed. */
  set(): boolean {
    return true;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  entries(): readonly StoredEntry[] {
    return [...this.#entries.values()];
  }
}
