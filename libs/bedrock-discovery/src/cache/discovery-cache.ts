import { Injectable } from '@nestjs/common';
import { type CacheEntry, TieredCache } from './tiered-cache.js';

/**
 * What is known, in tiers: memory, disk, a shared store and a read-only seed. An entry is fresh until `cache.memoryTtlMs` and
 * served until `cache.diskTtlMs`, whichever tier it comes from. While memory holds it fresh, no other tier is asked; else the
 * newest of all tiers wins and moves up with the age that it has. A tier that fails is done without: one warning, no error.
 *
 * Values are JSON. What `set` is given is handed out again as it is, neither copied nor frozen, so do not change it afterwards;
 * what comes from disk, shared store or seed is deeply frozen.
 *
 * @publicApi
 */
@Injectable()
export class DiscoveryCache {
  readonly #tiers: TieredCache;

  /** @internal Nest makes it. */
  constructor(tiers: TieredCache) {
    this.#tiers = tiers;
  }

  /**
   * The value of a key, fresh or stale; `undefined` where there is none that may be served.
   *
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) for a key that is empty or longer than 1024 characters
   */
  get<T>(key: string): Promise<T | undefined> {
    return this.#tiers.get<T>(key);
  }

  /** As {@link get}, with age and origin. Concurrent calls for one key share one look into the lower tiers. */
  getEntry<T>(key: string): Promise<CacheEntry<T> | undefined> {
    return this.#tiers.getEntry<T>(key);
  }

  /**
   * Stores a value as of now. In memory at once; resolves when disk and shared store have it too, or have failed to. The last
   * call for a key wins in every tier.
   *
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) for a value that is not JSON, `undefined` included
   */
  set<T>(key: string, value: T): Promise<void> {
    return this.#tiers.set(key, value);
  }

  /** Removes an entry from every tier; one that comes from the seed is hidden from this process. */
  delete(key: string): Promise<void> {
    return this.#tiers.delete(key);
  }

  /**
   * Removes all entries of this namespace, or those whose key starts with `prefix`: from memory, disk and, for keys that this
   * process finds there, the shared store. The seed itself stays as it is; its entries are hidden from this process.
   */
  clear(prefix?: string): Promise<void> {
    return this.#tiers.clear(prefix);
  }

  /**
   * Removes what is past `cache.diskTtlMs`, damaged or left over: files that were set aside, temporary files of writers that
   * were killed, and files of another format version once they are past that age too.
   *
   * @returns how many entries and files went
   */
  prune(): Promise<number> {
    return this.#tiers.prune();
  }
}
