import { isDeepStrictEqual } from 'node:util';
import type { CacheTier } from '../cache/tiers.js';
import { asRegionNotEnabled, isTokenRefused } from '../errors/classify-failure.js';
import { type RegionFailure, restoreFailure } from '../errors/errors.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { isFuture } from '../util/clock.js';
import { isRecord, isText } from '../util/guards.js';
import type { KnownRegions } from './changes.js';
import type { InventoryContext } from './inventory-context.js';
import { type Listing, type RegionList, restoreList, toStored } from './listing.js';
import type { RegionOutcome } from './region-client.js';
import { failed, isDenied, nextDueAt, type RegionState, succeeded, toStatus } from './region-state.js';
import type { RegionStatus } from './scan.types.js';

/** What one region lists, as it goes to the cache and into a snapshot. */
export interface StoredList {
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly scannedAt: number;
  readonly value: unknown;
}

type States<T> = ReadonlyMap<string, RegionState<T>>;

/** What is known of each region from one operation, kept in the cache tiers for other runs and processes. */
export class RegionStore<T> {
  readonly #writes = new Set<Promise<void>>();
  #states: States<T> = new Map();
  #lists: ReadonlyMap<string, RegionList<T>> = new Map();
  #keptDenials = '[]';

  constructor(
    private readonly listing: Pick<Listing<T, KnownRegions>, 'name' | 'restore' | 'accountOf' | 'operation'>,
    private readonly context: InventoryContext,
    private readonly logger: DiscoveryLogger,
  ) {
    context.owner.onChange(() => this.#changeOwner());
  }

  /** All that is known at this moment; another value whenever anything is learnt or forgotten. */
  get states(): States<T> {
    return this.#states;
  }

  /** What the regions list whose list is known; another value only if a list has changed. */
  get lists(): ReadonlyMap<string, RegionList<T>> {
    return this.#lists;
  }

  /** As it is to be understood: a refused token means a region that is not enabled, if another accepts the identity. */
  get(region: string): RegionState<T> | undefined {
    const state = this.#states.get(region);
    if (state?.failure === undefined || !isTokenRefused(state.failure) || !this.context.evidence.accepted) {
      return state;
    }
    return { ...state, failure: asRegionNotEnabled(state.failure, region) };
  }

  status(region: string): RegionStatus {
    const { clock, options } = this.context;
    return toStatus(region, this.get(region), clock.now(), options.cache.memoryTtlMs);
  }

  regions(): string[] {
    return [...this.#states.keys()].sort();
  }

  /** By region, why it is not known, or not anew. */
  failures(): Record<string, RegionFailure> {
    return Object.fromEntries(
      this.regions().flatMap((region) => {
        const { failure } = this.get(region) ?? {};
        return failure === undefined ? [] : [[region, failure]];
      }),
    );
  }

  /** What all known regions list, by region, as it goes to the cache. */
  entries(): readonly StoredList[] {
    return this.regions().flatMap((region) => {
      const data = this.#states.get(region)?.data;
      return data === undefined ? [] : [{ region, scannedAt: data.scannedAt, value: toStored(data.list) }];
    });
  }

  /** When one of the regions is to be asked again, milliseconds since the epoch. */
  dueAt(regions: readonly string[]): number {
    const { clock, options } = this.context;
    const now = clock.now();
    return Math.min(...regions.map((region) => nextDueAt(this.get(region), now, options.cache.memoryTtlMs)));
  }

  /** When the oldest data stops being served, milliseconds since the epoch. */
  get expiresAt(): number {
    const { diskTtlMs } = this.context.options.cache;
    const times = [...this.#states.values()].map(({ data }) => data?.scannedAt ?? Number.POSITIVE_INFINITY);
    return Math.min(...times) + diskTtlMs;
  }

  /** Data past `cache.diskTtlMs` is not known any more, nor what is dated as far ahead. */
  expire(): void {
    const now = this.context.clock.now();
    const { diskTtlMs } = this.context.options.cache;
    for (const [region, { data, ...rest }] of this.#states) {
      if (data !== undefined && Math.abs(now - data.scannedAt) > diskTtlMs) {
        this.#set(region, rest);
      }
    }
  }

  /** Takes over what a region answered, or why it did not. */
  take(region: string, outcome: RegionOutcome<RegionList<T>>): void {
    const now = this.context.clock.now();
    const { operation } = this.listing;
    if (!outcome.ok) {
      this.context.evidence.observe(operation, region, outcome.failure.kind);
      this.#set(region, failed(this.#states.get(region), outcome.failure, now));
      return;
    }
    this.context.evidence.observe(operation, region, undefined);
    const former = this.#lists.get(region);
    // Mostly nothing has changed, and then neither has the index.
    const list = former !== undefined && isDeepStrictEqual(former, outcome.value) ? former : outcome.value;
    this.#set(region, succeeded(list, now));
    this.#keep(region, list, now);
  }

  /** Forgets regions that are not to be asked any more. */
  drop(regions: readonly string[]): void {
    if (regions.some((region) => this.#states.has(region))) {
      this.#replace(new Map([...this.#states].filter(([region]) => !regions.includes(region))));
    }
  }

  /** Takes over what a cache tier has that is newer than what is known here. */
  async adopt(regions: readonly string[]): Promise<void> {
    const { owner, cache } = this.context;
    const [prefix, seed] = await Promise.all([this.#dataPrefix(), owner.seedPrefix()]);
    await Promise.all([
      this.#adoptDenials(regions),
      ...regions.map(async (region) => {
        this.#adoptData(region, prefix === undefined ? undefined : await cache.getEntry(`${prefix}${region}`));
        if (seed !== undefined) {
          this.#adoptData(region, cache.getSeedEntry(`${seed}/${this.listing.name}/${region}`));
        }
      }),
    ]);
  }

  /**
   * Keeps denials, so that a restart does not ask again at once. Only where other regions answer: a policy that denies
   * everything is asked about again after a restart.
   */
  keepDenials(): void {
    const denials = Object.entries(this.failures()).filter(([, failure]) => isDenied(failure));
    const kept = JSON.stringify(denials);
    if (this.#lists.size === 0 || kept === this.#keptDenials) {
      return;
    }
    this.#keptDenials = kept;
    this.write(async () => {
      const key = await this.#denialsKey();
      if (key !== undefined) {
        await this.context.cache.set(key, Object.fromEntries(denials));
      }
    });
  }

  /** Forgets everything, in every tier of the owner's cache. */
  async clear(): Promise<void> {
    this.#replace(new Map());
    this.#keptDenials = '[]';
    const prefixes = await Promise.all([this.#dataPrefix(), this.#denialsKey()]);
    await Promise.all(prefixes.filter(isText).map((prefix) => this.context.cache.clear(prefix)));
  }

  /** Runs a write that nobody waits for; {@link flush} does. */
  write(write: () => Promise<void>): void {
    const writing = write()
      .catch((error: unknown) =>
        this.logger.debug('keeping-failed', `Keeping ${this.listing.name} failed: ${String(error)}`),
      )
      .finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
  }

  async flush(): Promise<void> {
    while (this.#writes.size > 0) {
      await Promise.all(this.#writes);
    }
  }

  #set(region: string, state: RegionState<T>): void {
    this.#replace(new Map(this.#states).set(region, state));
  }

  #replace(states: States<T>): void {
    this.#states = states;
    const known = [...states].flatMap(([region, { data }]) =>
      data === undefined ? [] : [[region, data.list] as const],
    );
    if (known.length !== this.#lists.size || known.some(([region, list]) => this.#lists.get(region) !== list)) {
      this.#lists = new Map(known);
    }
  }

  #adoptData(region: string, entry: CachedEntry | undefined): void {
    const state = this.#states.get(region);
    const scannedAt = entry === undefined ? Number.NaN : Date.parse(entry.storedAt);
    if (entry === undefined || !(scannedAt > this.#timeOf(state?.data?.scannedAt))) {
      return;
    }
    const list = restoreList(entry.value, this.listing);
    if (list === undefined) {
      this.logger.warn(
        'cache-entry-foreign',
        `${region}: the cached ${this.listing.name} are not what was stored there; they are ignored.`,
      );
      return;
    }
    const data = { list, scannedAt, source: entry.tier };
    const outdated = state?.failedAt === undefined || this.#timeOf(state.failedAt) < scannedAt;
    this.#set(region, outdated ? { data, failures: 0 } : { ...state, data });
  }

  async #adoptDenials(regions: readonly string[]): Promise<void> {
    const key = await this.#denialsKey();
    const denials = key === undefined ? undefined : await this.context.cache.get<unknown>(key);
    if (!isRecord(denials)) {
      return;
    }
    for (const region of regions) {
      const failure = restoreFailure(denials[region]);
      const failedAt = Date.parse(failure?.at ?? '');
      const state = this.#states.get(region);
      const isNews = this.#timeOf(state?.data?.scannedAt) < this.#timeOf(failedAt);
      if (failure !== undefined && state?.failure === undefined && isNews) {
        this.#set(region, failed(state, failure, failedAt));
      }
    }
  }

  /** To compare by; before all others where there is none, or where it says nothing since it lies in the future. */
  #timeOf(at: number | undefined): number {
    return at === undefined || isFuture(at, this.context.clock.now()) ? 0 : at;
  }

  #keep(region: string, list: RegionList<T>, scannedAt: number): void {
    this.write(async () => {
      const account = this.listing.accountOf?.(list.items);
      if (account !== undefined) {
        await this.context.owner.learn(account);
      }
      const prefix = await this.#dataPrefix();
      if (prefix !== undefined) {
        await this.context.cache.setEntry(`${prefix}${region}`, toStored(list), scannedAt);
      }
    });
  }

  /** The owner became known, or is another: what was adopted may be somebody else's, what was scanned is kept for it. */
  #changeOwner(): void {
    for (const [region, { data, ...rest }] of this.#states) {
      if (data?.source === 'scan') {
        this.#keep(region, data.list, data.scannedAt);
      } else if (data !== undefined) {
        this.#set(region, rest);
      }
    }
  }

  async #dataPrefix(): Promise<string | undefined> {
    const owner = await this.context.owner.prefix();
    return owner && `${owner}/${this.listing.name}/`;
  }

  /** What is denied depends on the principal. */
  async #denialsKey(): Promise<string | undefined> {
    const [owner, principal] = await Promise.all([this.context.owner.prefix(), this.context.owner.principal()]);
    return owner && principal && `${owner}/denied/${principal}/${this.listing.name}`;
  }
}

interface CachedEntry {
  readonly value: unknown;
  readonly storedAt: string;
  readonly tier: CacheTier;
}
