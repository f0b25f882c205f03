import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache } from 'cache-manager';
import { Keyv } from 'keyv';
import { InvalidOptionsError } from '../errors/errors.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { deepFreeze } from '../util/deep-freeze.js';
import { LruMap } from '../util/lru-map.js';
import { DiskStore } from './disk-store.js';
import { ENVELOPE_VERSION, type StoredEntry } from './envelope.js';
import { namespaceSegment } from './file-names.js';
import { SharedStoreAdapter } from './shared-store.js';
import { parseSnapshot, type Snapshot } from './snapshot.js';

/** Where an entry can be, uppermost first. @publicApi */
export const CACHE_TIERS = ['memory', 'disk', 'shared', 'seed'] as const;

/** Where an entry was found. @publicApi */
export type CacheTier = (typeof CACHE_TIERS)[number];

/** An entry as Keyv wraps it. */
interface MemoryItem {
  readonly value: StoredEntry;
}

/** A tier as `CacheModule` holds it: Keyv moves its values, the store does what Keyv cannot. */
export interface HeldTier<S> {
  readonly keyv: Keyv;
  readonly store: S;
}

/** Above what 33 regions of models, profiles and access make; a bound for keys that nobody asks for again. */
const MAX_ENTRIES = 5_000;

/** The memory tier. It keeps values as they are. */
export class MemoryStore extends LruMap<string, MemoryItem> {
  constructor() {
    super(MAX_ENTRIES);
  }
}

/** The seed tier: a snapshot that is only read. Deleting hides an entry from this process. */
export class SeedStore {
  readonly #entries = new Map<string, StoredEntry>();

  /** Freezes the values of the snapshot: it must not be an object that a user handed in. */
  constructor(snapshot: Snapshot) {
    for (const { key, storedAt, value } of snapshot.entries) {
      const entry = { key, storedAtMs: Date.parse(storedAt), value: deepFreeze(value) };
      if (entry.storedAtMs > (this.#entries.get(key)?.storedAtMs ?? -Infinity)) {
        this.#entries.set(key, entry);
      }
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

/**
 * The tiers, uppermost first: memory, then those of disk, shared store and seed that the options ask for. They are what
 * `CacheModule` holds and what `TieredCache` drives. None has a `disconnect` of its own: Nest calls it before the module
 * that flushes is destroyed, and the shared store is the user's.
 *
 * @throws InvalidOptionsError (`INVALID_OPTIONS`) where `cache.seed` cannot be read or is no snapshot
 */
export async function createCacheStores({ cache }: ResolvedOptions): Promise<Keyv[]> {
  const segment = namespaceSegment(cache.namespace);
  const stores: object[] = [new MemoryStore()];
  if (cache.directory !== false) {
    stores.push(new DiskStore(join(cache.directory, segment)));
  }
  if (cache.sharedStore) {
    const prefix = `nestjs-bedrock-discovery:v${ENVELOPE_VERSION}:${segment}:`;
    stores.push(new SharedStoreAdapter(cache.sharedStore.reveal(), prefix, cache));
  }
  if (cache.seed !== undefined) {
    stores.push(new SeedStore(parseSnapshot(await readSeed(cache.seed))));
  }
  return stores.map(createKeyv);
}

/** The tier of a kind among those that `CacheModule` holds. */
export function findTier<S>(
  cache: Pick<Cache, 'stores'>,
  kind: abstract new (...args: never[]) => S,
): HeldTier<S> | undefined {
  for (const outer of cache.stores) {
    // CacheModule before 3.1.2 puts a Keyv of its own around one that another module system loaded.
    const keyv = (outer.store as unknown) instanceof Keyv ? (outer.store as Keyv) : outer;
    const store: unknown = keyv.store;
    if (store instanceof kind) {
      return { keyv, store };
    }
  }
  return undefined;
}

/** No namespace, no serialisation and no lifetime: an envelope has all three. Errors are thrown, or a failing `set` looks well. */
function createKeyv(store: object): Keyv {
  const keyv = new Keyv({
    store,
    namespace: undefined,
    serialize: undefined,
    deserialize: undefined,
    throwOnErrors: true,
  });
  // CacheModule before 3.1.2 wraps what another module system loaded in a Keyv of its own, which takes a store with an
  // `iterator` for a database and fails.
  delete keyv.iterator;
  return keyv;
}

async function readSeed(seed: string | object): Promise<unknown> {
  try {
    // An object goes through JSON as well: the tier freezes its values, and the object is the user's.
    return JSON.parse(typeof seed === 'string' ? await readFile(seed, 'utf8') : JSON.stringify(seed));
  } catch (cause) {
    const what = typeof seed === 'string' ? `the file ${JSON.stringify(seed)}` : 'the object';
    throw new InvalidOptionsError(
      'cache.seed',
      `cache.seed cannot be read: ${what} is not readable JSON. Give a snapshot from DiscoveryRefresher.export() or its path.`,
      { cause },
    );
  }
}
