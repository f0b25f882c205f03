import { isDeepStrictEqual } from 'node:util';
import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { InvalidArgumentError } from '../errors/errors.js';
import type { StoreLease } from '../options/bedrock-discovery.options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { KeyedQueue } from '../util/keyed-queue.js';
import { CACHE_EVENTS, type CacheEvent } from './cache-events.js';
import { DiskStore } from './disk-store.js';
import { encodeEnvelope, EntryAge, type StoredEntry } from './envelope.js';
import { type DiskInspection, DiskTier, type Found, type LowerTier } from './lower-tiers.js';
import { SharedStoreAdapter } from './shared-store.js';
import { FREE, SharedTier } from './shared-tier.js';
import { type CacheTier, findTier, MemoryStore, SeedStore } from './tiers.js';

// Longer than other files: looking up, writing and forgetting keep one order among the tiers, and wait for each other.

/**
 * A value with its age.
 *
 * @publicApi
 */
export interface CacheEntry<T> {
  /** As it was stored. */
  readonly value: T;
  /** When the value was obtained, ISO 8601. */
  readonly storedAt: string;
  /** Time since then, in milliseconds. */
  readonly ageMs: number;
  /** Older than `cache.memoryTtlMs`: still served, but due to be refreshed. */
  readonly stale: boolean;
  /** Where it was found. */
  readonly tier: CacheTier;
}

/** What the tiers below memory are good for. */
export interface CacheTiers extends DiskInspection {
  readonly sharedStore: boolean;
  /** Why nothing can be written to the shared store, or read from it. */
  readonly sharedProblem?: string;
  readonly seed: boolean;
}

/** Where an entry may be. */
interface TierChoice {
  /** Whether it says something to other instances as well. Always the same for a key. Default true. */
  readonly shared?: boolean;
  /** Whether other tiers are asked although memory has something fresh: another process may have written since. Default false. */
  readonly anew?: boolean;
}

interface Lookup {
  readonly found: Promise<Found | undefined>;
  readonly state: { superseded: boolean };
}

const MAX_KEY_LENGTH = 1_024;
/** Whoever changes an entry tries it so often where others go on changing it as well. */
const MAX_MERGES = 10;
/** No key is empty, so that this one is free for work on all keys. */
const ALL_KEYS = '';

/** What `DiscoveryCache` shows the application, and what the library itself needs besides. Drives the tiers one by one. */
@Injectable()
export class TieredCache {
  readonly #memory: MemoryStore;
  readonly #seed: SeedStore | undefined;
  readonly #disk: DiskTier | undefined;
  readonly #shared: SharedTier | undefined;
  readonly #limits: ResolvedOptions['cache'];
  readonly #clock: Clock;
  readonly #age: EntryAge;
  readonly #writes = new KeyedQueue();
  readonly #lookups = new Map<string, Lookup>();
  /** When what was last merged was stored, by key. */
  readonly #merged = new WeakMap<LowerTier, Map<string, number>>();
  #closed = false;

  constructor(
    @Inject(CACHE_MANAGER) cache: Cache,
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) clock: Clock = systemClock,
    private readonly reporter: Reporter,
  ) {
    this.#limits = options.cache;
    this.#clock = clock;
    this.#age = new EntryAge(options.cache, clock);
    const disk = findTier(cache, DiskStore);
    const shared = findTier(cache, SharedStoreAdapter);
    this.#memory = findTier(cache, MemoryStore)?.store ?? new MemoryStore();
    this.#seed = findTier(cache, SeedStore)?.store;
    this.#disk = disk && new DiskTier(disk, this.#age, clock, reporter);
    this.#shared = shared && new SharedTier(shared, this.#age, clock, options.cache, reporter);
    this.#warnOfOldSeed();
  }

  /** As `DiscoveryCache.get`. */
  async get<T>(key: string, options?: TierChoice): Promise<T | undefined> {
    return (await this.getEntry<T>(key, options))?.value;
  }

  /** As `DiscoveryCache.getEntry`. */
  async getEntry<T>(key: string, options?: TierChoice): Promise<CacheEntry<T> | undefined> {
    requireKey(key);
    const held = this.#held(key);
    const found: Found | undefined =
      held && this.#age.isFresh(held.storedAtMs) && options?.anew !== true
        ? { entry: held, tier: 'memory' }
        : await this.#lookUp(key, options);
    this.reporter.publish(CACHE_EVENTS, () => this.#lookedUp(found));
    return found && this.#describe<T>(found);
  }

  /** The entry of the seed alone, whatever the other tiers hold; `undefined` where it may not be served. */
  getSeedEntry<T>(key: string): CacheEntry<T> | undefined {
    const entry = this.#seed?.get(key)?.value;
    return entry && this.#age.isLive(entry.storedAtMs) ? this.#describe<T>({ entry, tier: 'seed' }) : undefined;
  }

  /** Keys of the seed, expired ones included. */
  seedKeys(): string[] {
    return (this.#seed?.entries() ?? []).map(({ key }) => key);
  }

  /** As `DiscoveryCache.set`. */
  async set<T>(key: string, value: T, options?: TierChoice): Promise<void> {
    await this.setEntry(key, value, this.#clock.now(), options);
  }

  /** As {@link set}, with an age of its own: `storedAtMs` in milliseconds since the epoch, at most now. */
  async setEntry<T>(key: string, value: T, storedAtMs: number, { shared = true }: TierChoice = {}): Promise<void> {
    requireKey(key);
    const entry = { key, storedAtMs: Math.floor(Math.min(storedAtMs, this.#clock.now())), value };
    const text = encode(entry);
    this.#supersedeLookup(key);
    this.#memory.set(key, { value: entry });
    await this.#below(key, (tier) => (shared || tier === this.#disk ? tier.set(entry, text) : Promise.resolve()));
  }

  /**
   * Changes an entry that others change as well: of what two write at once nothing is lost. In each tier what is there is merged
   * while nobody else does the same, where the tier can see to that; what has it all already is left as it is.
   *
   * @param merge given what a tier has that it was not given before, else `undefined`: all that is to be kept, as JSON
   * @returns what is kept
   */
  async merge<T>(key: string, merge: (stored: unknown) => T, { shared = true }: TierChoice = {}): Promise<T> {
    requireKey(key);
    const storedAtMs = this.#clock.now();
    await this.#below(key, (tier) =>
      shared || tier === this.#disk ? this.#mergeInto(tier, key, merge) : Promise.resolve(),
    );
    const value = merge(undefined);
    this.#supersedeLookup(key);
    this.#memory.set(key, { value: { key, storedAtMs, value } });
    return value;
  }

  /** As `DiscoveryCache.delete`. */
  async delete(key: string): Promise<void> {
    requireKey(key);
    await this.#drop(key);
  }

  /** As `DiscoveryCache.clear`. */
  async clear(prefix = ''): Promise<void> {
    const onDisk = this.#closed ? [] : ((await this.#disk?.keys()) ?? []);
    const keys = new Set([...onDisk, ...this.#memory.keys(), ...this.seedKeys()]);
    await Promise.all([...keys].filter((key) => key.startsWith(prefix)).map((key) => this.#drop(key)));
  }

  /** As `DiscoveryCache.prune`. */
  async prune(): Promise<number> {
    const gone = new Set<string>();
    for (const [key, { value }] of this.#memory) {
      if (!this.#age.isLive(value.storedAtMs) && this.#memory.delete(key)) {
        gone.add(key);
      }
    }
    const disk = this.#closed ? undefined : this.#disk;
    const pruned = disk && (await this.#writes.run(ALL_KEYS, () => disk.prune(this.#limits.diskTtlMs)));
    pruned?.keys.forEach((key) => gone.add(key));
    return gone.size + (pruned?.otherFiles ?? 0);
  }

  /** The tiers below memory, uppermost first, for what has a layout of its own there; none once it is closed. */
  get lower(): readonly LowerTier[] {
    return this.#closed ? [] : [this.#disk, this.#shared].filter((tier) => tier !== undefined);
  }

  /**
   * A lease among all who share the store, so that one does for all what need not be done twice; `undefined` while another has
   * it. It only saves work: where there is no store, or none that answers, everybody gets one.
   */
  async acquire(key: string, ttlMs: number): Promise<StoreLease | undefined> {
    return this.#closed || this.#shared === undefined ? FREE : this.#shared.acquire(key, ttlMs);
  }

  /**
   * Calls `listener` with the owner of whom other instances have kept something new, and without where that is not known. What it
   * returns ends that.
   */
  onNews(listener: (owner?: string) => void): () => void {
    return this.#shared?.listen(listener) ?? (() => undefined);
  }

  /** Tries out disk and shared store. Never rejects. */
  async inspect(): Promise<CacheTiers> {
    const [disk, sharedProblem] = await Promise.all([this.#disk?.inspect(), this.#shared?.inspect()]);
    return {
      ...(disk ?? ({ mode: 'memory-only' } satisfies DiskInspection)),
      sharedStore: this.#shared !== undefined,
      ...(sharedProblem !== undefined && { sharedProblem }),
      seed: this.#seed !== undefined,
    };
  }

  /** Waits for pending writes. From then on there is only memory and seed. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lookups.values()].map(({ found }) => found));
    await this.#writes.drained();
    this.#shared?.close();
  }

  #lookedUp(found: Found | undefined): Pick<CacheEvent, 'outcome' | 'tier'> {
    return found === undefined
      ? { outcome: 'miss' }
      : { outcome: this.#age.isFresh(found.entry.storedAtMs) ? 'hit' : 'stale', tier: found.tier };
  }

  #describe<T>({ entry: { value, storedAtMs }, tier }: Found): CacheEntry<T> {
    return Object.freeze({
      value: value as T,
      storedAt: new Date(storedAtMs).toISOString(),
      ageMs: this.#age.ageMs(storedAtMs),
      stale: !this.#age.isFresh(storedAtMs),
      tier,
    });
  }

  /** What memory has and may still be served. */
  #held(key: string): StoredEntry | undefined {
    const entry = this.#memory.get(key)?.value;
    if (!entry || this.#age.isLive(entry.storedAtMs)) {
      return entry;
    }
    this.#memory.delete(key);
    return undefined;
  }

  #lookUp(key: string, options?: TierChoice): Promise<Found | undefined> {
    const running = this.#lookups.get(key);
    if (running) {
      return running.found;
    }
    const state = { superseded: false };
    const found = this.#search(key, state, options).finally(() => {
      if (!state.superseded) {
        this.#lookups.delete(key);
      }
    });
    this.#lookups.set(key, { found, state });
    return found;
  }

  async #search(key: string, state: Lookup['state'], { shared = true }: TierChoice = {}): Promise<Found | undefined> {
    await this.#writes.settled(key);
    const sharedTier = shared ? this.#shared : undefined;
    const below = this.#closed ? [] : await Promise.all([this.#disk?.read(key), sharedTier?.read(key)]);
    const held = this.#held(key);
    const seed = this.#seed?.get(key)?.value;
    const candidates: (Found | undefined)[] = [
      held && { entry: held, tier: 'memory' },
      ...below,
      seed && { entry: seed, tier: 'seed' },
    ];
    let newest: Found | undefined;
    for (const found of candidates) {
      const isLive = found !== undefined && this.#age.isLive(found.entry.storedAtMs);
      if (isLive && found.entry.storedAtMs > (newest?.entry.storedAtMs ?? -Infinity)) {
        newest = found;
      }
    }
    if (newest && !state.superseded) {
      this.#promote(newest);
    }
    return newest;
  }

  /** Not awaited by the query that found the entry; {@link close} waits for it. */
  #promote({ entry, tier, text }: Found): void {
    if (tier === 'disk' || tier === 'shared') {
      this.#memory.set(entry.key, { value: entry });
    }
    const disk = this.#closed ? undefined : this.#disk;
    if (disk && text !== undefined) {
      void this.#writes.run(entry.key, () => disk.setIfNewer(entry, text));
    }
  }

  async #mergeInto(tier: LowerTier, key: string, merge: (stored: unknown) => unknown): Promise<void> {
    // What many instances learn from each other is there before most of them come to write it.
    if (tier === this.#shared && (await this.#toWrite(tier, key, merge)) === undefined) {
      return;
    }
    const write = async (): Promise<boolean | undefined> => {
      const entry = await this.#toWrite(tier, key, merge);
      // On a machine that is busy some have gone on without the lock.
      const isWritten = entry && (await tier.setIfNewer(entry, encode(entry)));
      if (entry !== undefined && isWritten === true) {
        this.#mergedOf(tier).set(key, entry.storedAtMs);
      }
      return isWritten;
    };
    for (let merges = 0; merges < MAX_MERGES; merges += 1) {
      const isWritten = await (tier.alone === undefined ? write() : tier.alone(key, write));
      if (isWritten !== false) {
        return;
      }
    }
  }

  /**
   * What is to be in a tier, unless it is there or nobody can tell. It is dated by when what was there was read, so that it counts
   * as older than what others write from then on, should this process be stopped in between.
   */
  async #toWrite(tier: LowerTier, key: string, merge: (stored: unknown) => unknown): Promise<StoredEntry | undefined> {
    const readAtMs = this.#clock.now();
    const there = (await tier.read(key))?.entry;
    if (there === undefined && tier === this.#shared && this.#shared.isDown) {
      return undefined;
    }
    const merged = this.#mergedOf(tier);
    const value = merge(there === undefined || there.storedAtMs === merged.get(key) ? undefined : there.value);
    if (there === undefined) {
      return { key, storedAtMs: readAtMs, value };
    }
    merged.set(key, there.storedAtMs);
    return this.#age.isFresh(there.storedAtMs) && isDeepStrictEqual(there.value, value)
      ? undefined
      : { key, storedAtMs: Math.max(readAtMs, there.storedAtMs + 1), value };
  }

  #mergedOf(tier: LowerTier): Map<string, number> {
    const merged = this.#merged.get(tier) ?? new Map<string, number>();
    this.#merged.set(tier, merged);
    return merged;
  }

  #drop(key: string): Promise<void> {
    this.#supersedeLookup(key);
    this.#memory.delete(key);
    this.#seed?.delete(key);
    return this.#below(key, (tier) => tier.delete(key));
  }

  /** A look that began before a change must not move what it found back up. */
  #supersedeLookup(key: string): void {
    const lookup = this.#lookups.get(key);
    if (lookup) {
      lookup.state.superseded = true;
    }
    this.#lookups.delete(key);
  }

  async #below(key: string, change: (tier: LowerTier) => Promise<unknown>): Promise<void> {
    const { lower } = this;
    if (lower.length > 0) {
      await this.#writes.run(key, () => Promise.all(lower.map(change)));
    }
  }

  #warnOfOldSeed(): void {
    const entries = this.#seed?.entries() ?? [];
    if (entries.length === 0 || entries.some(({ storedAtMs }) => this.#age.isLive(storedAtMs))) {
      return;
    }
    const ageMs = Math.min(...entries.map(({ storedAtMs }) => this.#age.ageMs(storedAtMs)));
    const age = Number.isFinite(ageMs) ? `${Math.floor(ageMs / 3_600_000)} hours old` : 'dated in the future';
    this.reporter
      .logger('DiscoveryCache')
      .warn(
        'seed-expired',
        `Nothing in cache.seed may be served: its newest entry is ${age}, and cache.diskTtlMs is ${this.#limits.diskTtlMs} ms. Export it anew.`,
      );
  }
}

function requireKey(key: string): void {
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH) {
    throw new InvalidArgumentError(`A key of the cache must be a string of 1 to ${MAX_KEY_LENGTH} characters.`);
  }
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
