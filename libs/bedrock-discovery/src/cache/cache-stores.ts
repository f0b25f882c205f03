import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Keyv } from 'keyv';
import { InvalidOptionsError } from '../errors/invalid-options.error.js';
import type { ResolvedOptions } from '../options/resolved-options.js';
import { DiskStore } from './disk-store.js';
import { ENVELOPE_VERSION } from './envelope.js';
import { namespaceSegment } from './file-names.js';
import { MemoryStore } from './memory-store.js';
import { SeedStore } from './seed-store.js';
import { SharedStoreAdapter } from './shared-store.js';
import { parseSnapshot } from './snapshot.js';

/**
 * The tiers, uppermost first: memory, then those of disk, shared store and seed that the options ask for. They are what
 * `CacheModule` holds and what `DiscoveryCache` drives. None has a `disconnect` of its own: Nest calls it before the module
 * that flushes is destroyed, and the shared store is the user's.
 *
 * @throws InvalidOptionsError (`INVALID_OPTIONS`) where `cache.seed` cannot be read or is no snapshot
 */
export async function createCacheStores({ cache }: ResolvedOptions): Promise<Keyv[]> {
  const segment = namespaceSegment(cache.namespace);
  const stores: object[] = [new MemoryStore()];
  if (cache.directory !== false) stores.push(new DiskStore(join(cache.directory, segment)));
  if (cache.sharedStore) {
    const prefix = `nestjs-bedrock-discovery:v${ENVELOPE_VERSION}:${segment}:`;
    stores.push(new SharedStoreAdapter(cache.sharedStore, prefix, cache.diskTtlMs));
  }
  if (cache.seed !== undefined) stores.push(new SeedStore(parseSnapshot(await readSeed(cache.seed))));
  return stores.map(createKeyv);
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
