import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { Keyv } from 'keyv';
import { InvalidArgumentError } from '../errors/errors.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { BEDROCK_DISCOVERY_CLOCK, type Clock } from '../util/clock.js';
import { deepFreeze } from '../util/deep-freeze.js';
import { KeyedQueue } from '../util/keyed-queue.js';
import { DiskStore } from './disk-store.js';
import { decodeEnvelope, encodeEnvelope, type StoredEntry } from './envelope.js';
import { TierGuard } from './tier-guard.js';
import { MemoryStore, SeedStore, SharedStoreAdapter } from './tiers.js';

/** Where an entry was found. @publicApi */
export type CacheTier = 'memory' | 'disk' | 'shared' | 'seed';

/**
 * A value with its age.
 *
 * @publicApi
 */
export interface CacheEntry<T> {
  readonly value: T;
  /** When the value was obtained, ISO 8601. */
  readonly storedAt: string;
  readonly ageMs: number;
  /** Older than `cache.memoryTtlMs`: still served, but due to be refreshed. */
  readonly stale: boolean;
  readonly tier: CacheTier;
}

/** What the tiers below memory are good for. */
export interface CacheTiers {
  /** Folder of the disk tier; absent without one. */
  readonly folder?: string;
  /** `memory-only`: there is no folder, or nothing in it can be used. */
  readonly mode: 'ok' | 'read-only' | 'memory-only';
  /** Why nothing can be written to the folder. */
  readonly problem?: string;
  readonly sharedStore: boolean;
  readonly seed: boolean;
}

interface Found {
  readonly entry: StoredEntry;
  readonly tier: CacheTier;
  /** The envelope as the shared store had it. */
  readonly text?: string;
}

/** A tier below memory: Keyv moves its values, the store does what Keyv cannot, the guard keeps its failures away. */
interface LowerTier<S> {
  readonly keyv: Keyv;
  readonly store: S;
  readonly guard: TierGuard;
}

interface Lookup {
  readonly found: Promise<Found | undefined>;
  readonly state: { superseded: boolean };
}

/** Clocks of two machines differ by less; an entry from further in the future is not believed. */
const CLOCK_SKEW_MS = 60_000;
const SHARED_LIMITS = { timeoutMs: 1_000, pauseMs: 30_000 };
const MAX_KEY_LENGTH = 1_024;
/** No key is empty, so that this one is free for work on all keys. */
const ALL_KEYS = '';

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
  readonly #logger = new Logger(DiscoveryCache.name);
  readonly #memory: MemoryStore;
  readonly #disk: LowerTier<DiskStore> | undefined;
  readonly #shared: LowerTier<SharedStoreAdapter> | undefined;
  readonly #seed: SeedStore | undefined;
  readonly #limits: ResolvedOptions['cache'];
  readonly #clock: Clock;
  readonly #writes = new KeyedQueue();
  readonly #lookups = new Map<string, Lookup>();
  readonly #reported = new Set<string>();
  #closed = false;

  constructor(
    @Inject(CACHE_MANAGER) cache: Cache,
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    @Inject(BEDROCK_DISCOVERY_CLOCK) clock: Clock,
  ) {
    this.#limits = options.cache;
    this.#clock = clock;
    // CacheModule before 3.1.2 puts a Keyv of its own around one that another module system loaded.
    const tiers = cache.stores.map((keyv) => ((keyv.store as unknown) instanceof Keyv ? (keyv.store as Keyv) : keyv));
    const disk = tierOf(tiers, DiskStore);
    const shared = tierOf(tiers, SharedStoreAdapter);
    this.#memory = tierOf(tiers, MemoryStore)?.store ?? new MemoryStore();
    this.#seed = tierOf(tiers, SeedStore)?.store;
    this.#disk = disk && {
      ...disk,
      guard: new TierGuard(clock, (problem) =>
        this.#logger.warn(
          `The folder ${disk.store.folder} cannot be used (${problem}); what is not written there is kept in memory only. ` +
            'Make it writable, or choose another with cache.directory, or set that to false.',
        ),
      ),
    };
    this.#shared = shared && {
      ...shared,
      guard: new TierGuard(
        clock,
        (problem) =>
          this.#logger.warn(
            `cache.sharedStore does not work (${problem}); it is done without and tried again every ${SHARED_LIMITS.pauseMs} ms.`,
          ),
        SHARED_LIMITS,
      ),
    };
    this.#warnOfOldSeed();
  }

  /**
   * The value of a key, fresh or stale; `undefined` where there is none that may be served.
   *
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) for a key that is empty or longer than 1024 characters
   */
  async get<T>(key: string): Promise<T | undefined> {
    return (await this.getEntry<T>(key))?.value;
  }

  /** As {@link get}, with age and origin. Concurrent calls for one key share one look into the lower tiers. */
  async getEntry<T>(key: string): Promise<CacheEntry<T> | undefined> {
    requireKey(key);
    const held = this.#held(key);
    const found: Found | undefined =
      held && this.#ageMs(held) <= this.#limits.memoryTtlMs ? { entry: held, tier: 'memory' } : await this.#lookUp(key);
    return found && this.#describe<T>(found);
  }

  /**
   * Stores a value as of now. In memory at once; resolves when disk and shared store have it too, or have failed to. The last
   * call for a key wins in every tier.
   *
   * @throws InvalidArgumentError (`INVALID_ARGUMENT`) for a value that is not JSON, `undefined` included
   */
  async set<T>(key: string, value: T): Promise<void> {
    await this.setEntry(key, value, this.#clock.now());
  }

  /** @internal As {@link set}, with an age of its own: `storedAtMs` in milliseconds since the epoch, at most now. */
  async setEntry<T>(key: string, value: T, storedAtMs: number): Promise<void> {
    requireKey(key);
    const entry = { key, storedAtMs: Math.floor(Math.min(storedAtMs, this.#clock.now())), value };
    const text = encode(entry);
    this.#supersedeLookup(key);
    this.#reported.delete(key);
    this.#memory.set(key, { value: entry });
    await this.#below(key, (keyv) => keyv.set(key, text));
  }

  /** @internal The entry of the seed alone, whatever the other tiers hold; `undefined` where it may not be served. */
  getSeedEntry<T>(key: string): CacheEntry<T> | undefined {
    const entry = this.#seed?.get(key)?.value;
    return entry && this.#isLive(entry.storedAtMs) ? this.#describe<T>({ entry, tier: 'seed' }) : undefined;
  }

  /** @internal Keys of the seed, expired ones included. */
  seedKeys(): string[] {
    return (this.#seed?.entries() ?? []).map(({ key }) => key);
  }

  /** Removes an entry from every tier; one that comes from the seed is hidden from this process. */
  async delete(key: string): Promise<void> {
    requireKey(key);
    await this.#drop(key);
  }

  /**
   * Removes all entries of this namespace, or those whose key starts with `prefix`: from memory, disk and, for keys that this
   * process finds there, the shared store. The seed itself stays as it is; its entries are hidden from this process.
   */
  async clear(prefix = ''): Promise<void> {
    const entries = await this.#localEntries();
    await Promise.all([...entries.keys()].filter((key) => key.startsWith(prefix)).map((key) => this.#drop(key)));
  }

  /**
   * Removes what is past `cache.diskTtlMs`, damaged or left over: files that were set aside, temporary files of writers that
   * were killed, and files of another format version once they are past that age too.
   *
   * @returns how many entries and files went
   */
  async prune(): Promise<number> {
    const gone = new Set<string>();
    for (const [key, { value }] of this.#memory) {
      if (!this.#isLive(value.storedAtMs) && this.#memory.delete(key)) gone.add(key);
    }
    const { keys = [], otherFiles = 0 } = (await this.#writes.run(ALL_KEYS, () => this.#pruneDisk())) ?? {};
    for (const key of keys) gone.add(key);
    return gone.size + otherFiles;
  }

  /** @internal Keys of the entries that may be served from memory, disk and seed, sorted; of those that start with `prefix`. */
  async keys(prefix = ''): Promise<string[]> {
    const entries = await this.#localEntries();
    return [...entries]
      .filter(([key, storedAtMs]) => key.startsWith(prefix) && this.#isLive(storedAtMs))
      .map(([key]) => key)
      .sort();
  }

  /** @internal Tries the disk tier out. Never rejects. */
  async inspect(): Promise<CacheTiers> {
    const others = { sharedStore: this.#shared !== undefined, seed: this.#seed !== undefined };
    const store = this.#disk?.store;
    if (store === undefined) {
      return { mode: 'memory-only', ...others };
    }
    const { folder } = store;
    try {
      await store.probe();
      return { folder, mode: 'ok', ...others };
    } catch (error) {
      const mode = (await store.isReadable()) ? 'read-only' : 'memory-only';
      return { folder, mode, problem: error instanceof Error ? error.message : String(error), ...others };
    }
  }

  /** @internal Waits for pending writes. From then on there is only memory and seed. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lookups.values()].map(({ found }) => found));
    await this.#writes.drained();
  }

  #describe<T>({ entry, tier }: Found): CacheEntry<T> {
    const ageMs = this.#ageMs(entry);
    return Object.freeze({
      value: entry.value as T,
      storedAt: new Date(entry.storedAtMs).toISOString(),
      ageMs,
      stale: ageMs > this.#limits.memoryTtlMs,
      tier,
    });
  }

  #held(key: string): StoredEntry | undefined {
    const entry = this.#memory.get(key)?.value;
    if (!entry || this.#isLive(entry.storedAtMs)) return entry;
    this.#memory.delete(key);
    return undefined;
  }

  #lookUp(key: string): Promise<Found | undefined> {
    const running = this.#lookups.get(key);
    if (running) return running.found;
    const state = { superseded: false };
    const found = this.#search(key, state).finally(() => {
      if (!state.superseded) this.#lookups.delete(key);
    });
    this.#lookups.set(key, { found, state });
    return found;
  }

  async #search(key: string, state: Lookup['state']): Promise<Found | undefined> {
    await this.#writes.settled(key);
    const below = await Promise.all([this.#readDisk(key), this.#readShared(key)]);
    const held = this.#held(key);
    const seed = this.#seed?.get(key)?.value;
    const candidates: (Found | undefined)[] = [
      held && { entry: held, tier: 'memory' },
      ...below,
      seed && { entry: seed, tier: 'seed' },
    ];
    let newest: Found | undefined;
    for (const candidate of candidates) {
      if (!candidate || !this.#isLive(candidate.entry.storedAtMs)) continue;
      if (!newest || candidate.entry.storedAtMs > newest.entry.storedAtMs) newest = candidate;
    }
    if (newest && !state.superseded) this.#promote(newest);
    return newest;
  }

  /** Not awaited by the query that found the entry; {@link close} waits for it. */
  #promote({ entry, tier, text }: Found): void {
    if (tier === 'disk' || tier === 'shared') this.#memory.set(entry.key, { value: entry });
    const disk = this.#disk;
    if (disk && text !== undefined && !this.#closed) {
      const { key, storedAtMs } = entry;
      void this.#writes.run(key, () => disk.guard.run(() => disk.store.setIfNewer(key, text, storedAtMs)));
    }
  }

  async #readDisk(key: string): Promise<Found | undefined> {
    if (!this.#disk || this.#closed) return undefined;
    const { keyv, store, guard } = this.#disk;
    const bytes = await guard.run(() => keyv.get<Uint8Array>(key), false);
    if (bytes === undefined) return undefined;
    const decoded = decodeEnvelope(bytes, key);
    const damage = 'damage' in decoded ? decoded.damage : this.#fromTheFuture(decoded.entry);
    if ('damage' in decoded || damage !== undefined) {
      const file = await guard.run(() => store.setAside(key, bytes), false);
      if (!this.#reported.has(key)) this.#logger.warn(`Set aside the cache file ${file ?? `of ${key}`}: ${damage}`);
      this.#reported.add(key);
      return undefined;
    }
    if (this.#isLive(decoded.entry.storedAtMs)) return { entry: deepFreezeValue(decoded.entry), tier: 'disk' };
    await guard.run(() => store.discard(key, bytes), false);
    return undefined;
  }

  async #readShared(key: string): Promise<Found | undefined> {
    if (!this.#shared || this.#closed) return undefined;
    const { keyv, guard } = this.#shared;
    const text = await guard.run(() => keyv.get<unknown>(key));
    if (text === undefined) return undefined;
    const decoded = typeof text === 'string' ? decodeEnvelope(text, key) : { damage: 'it is not a string' };
    const damage = 'damage' in decoded ? decoded.damage : this.#fromTheFuture(decoded.entry);
    if (typeof text === 'string' && 'entry' in decoded && damage === undefined) {
      return { entry: deepFreezeValue(decoded.entry), tier: 'shared', text };
    }
    if (!this.#reported.has(ALL_KEYS))
      this.#logger.warn(`cache.sharedStore holds a foreign value for ${key}: ${damage}`);
    this.#reported.add(ALL_KEYS);
    return undefined;
  }

  /** By key, the newest `storedAtMs` that memory, disk and seed know of. */
  async #localEntries(): Promise<Map<string, number>> {
    const disk = this.#closed ? undefined : this.#disk;
    const headers = (await disk?.guard.run(() => disk.store.headers(), false)) ?? [];
    const memory = [...this.#memory.values()].map(({ value }) => value);
    const newest = new Map<string, number>();
    for (const { key, storedAtMs } of [...headers, ...memory, ...(this.#seed?.entries() ?? [])]) {
      newest.set(key, Math.max(storedAtMs, newest.get(key) ?? -Infinity));
    }
    return newest;
  }

  #drop(key: string): Promise<void> {
    this.#supersedeLookup(key);
    this.#memory.delete(key);
    this.#seed?.delete(key);
    return this.#below(key, (keyv) => keyv.delete(key));
  }

  /** A look that began before a change must not move what it found back up. */
  #supersedeLookup(key: string): void {
    const lookup = this.#lookups.get(key);
    if (lookup) lookup.state.superseded = true;
    this.#lookups.delete(key);
  }

  async #below(key: string, operation: (keyv: Keyv) => Promise<unknown>): Promise<void> {
    if (this.#closed) return;
    const tiers = [this.#disk, this.#shared].filter((tier) => tier !== undefined);
    if (tiers.length === 0) return;
    await this.#writes.run(key, () => Promise.all(tiers.map(({ keyv, guard }) => guard.run(() => operation(keyv)))));
  }

  async #pruneDisk(): Promise<Awaited<ReturnType<DiskStore['prune']>> | undefined> {
    const disk = this.#closed ? undefined : this.#disk;
    return disk?.guard.run(
      () =>
        disk.store.prune({
          isLive: (storedAtMs) => this.#isLive(storedAtMs),
          nowMs: this.#clock.now(),
          maxAgeMs: this.#limits.diskTtlMs,
        }),
      false,
    );
  }

  #warnOfOldSeed(): void {
    const entries = this.#seed?.entries() ?? [];
    if (entries.length === 0 || entries.some(({ storedAtMs }) => this.#isLive(storedAtMs))) return;
    const hours = Math.floor(Math.min(...entries.map((entry) => this.#ageMs(entry))) / 3_600_000);
    this.#logger.warn(
      `Nothing in cache.seed may be served: its newest entry is ${hours} hours old, and cache.diskTtlMs is ${this.#limits.diskTtlMs} ms. Export it anew.`,
    );
  }

  #ageMs({ storedAtMs }: StoredEntry): number {
    return Math.max(0, this.#clock.now() - storedAtMs);
  }

  #isLive(storedAtMs: number): boolean {
    const ageMs = this.#clock.now() - storedAtMs;
    return ageMs >= -CLOCK_SKEW_MS && ageMs <= this.#limits.diskTtlMs;
  }

  #fromTheFuture({ storedAtMs }: StoredEntry): string | undefined {
    return storedAtMs > this.#clock.now() + CLOCK_SKEW_MS ? 'it is from the future' : undefined;
  }
}

function tierOf<S>(tiers: Keyv[], type: abstract new (...args: never[]) => S): { keyv: Keyv; store: S } | undefined {
  for (const keyv of tiers) {
    const store: unknown = keyv.store;
    if (store instanceof type) return { keyv, store };
  }
  return undefined;
}

function deepFreezeValue(entry: StoredEntry): StoredEntry {
  deepFreeze(entry.value);
  return entry;
}

function encode(entry: StoredEntry): string {
  try {
    return encodeEnvelope(entry);
  } catch (error) {
    throw new InvalidArgumentError(
      `The value for ${JSON.stringify(entry.key)} cannot be cached (${(error as Error).message}). Give plain JSON data, and delete() to remove.`,
    );
  }
}

function requireKey(key: string): void {
  if (typeof key === 'string' && key !== '' && key.length <= MAX_KEY_LENGTH) return;
  throw new InvalidArgumentError(`A key of the cache must be a string of 1 to ${MAX_KEY_LENGTH} characters.`);
}
