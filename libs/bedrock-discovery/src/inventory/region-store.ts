import { isDeepStrictEqual } from 'node:util';
import { asRegionNotEnabled, isTokenRefused } from '../errors/classify-failure.js';
import type { RegionFailure } from '../errors/errors.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { isFuture } from '../util/clock.js';
import type { KnownRegions } from './changes.js';
import type { InventoryContext } from './inventory-context.js';
import { concernsOthers, KeptRegions } from './kept-regions.js';
import { type Listing, type RegionList, toStored } from './listing.js';
import type { RegionOutcome } from './region-client.js';
import {
  failed,
  isDenied,
  nextDueAt,
  type RegionData,
  type RegionState,
  RETRY_MS,
  succeeded,
  toStatus,
} from './region-state.js';
import type { RegionStatus } from './scan.types.js';

/** What one region lists, as it goes to the cache and into a snapshot. */
export interface StoredList {
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly scannedAt: number;
  readonly value: object;
}

type States<T> = ReadonlyMap<string, RegionState<T>>;

/** What is known of each region from one operation, kept in the cache tiers for other runs and processes. */
export class RegionStore<T> {
  readonly #kept: KeptRegions<T>;
  #states = new Map<string, RegionState<T>>();
  /** A copy of the states, until they change. */
  #shown: States<T> | undefined;
  #lists: ReadonlyMap<string, RegionList<T>> = new Map();
  /** Regions that have answered since what they list was last kept. */
  readonly #answered = new Set<string>();
  /** Why regions did not answer the last scan, until that was kept. */
  #failuresToKeep: readonly (readonly [region: string, failure: RegionFailure])[] = [];

  constructor(
    private readonly listing: Pick<Listing<T, KnownRegions>, 'name' | 'restore' | 'accountOf' | 'operation'>,
    private readonly context: InventoryContext,
    logger: DiscoveryLogger,
  ) {
    this.#kept = new KeptRegions(listing, context, logger);
    context.owner.onChange(() => this.#changeOwner());
  }

  /** All that is known at this moment; another value whenever anything is learnt or forgotten. */
  get states(): States<T> {
    this.#shown ??= new Map(this.#states);
    return this.#shown;
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
    this.#answered.add(region);
  }

  /** Forgets regions that are not to be asked any more. */
  drop(regions: readonly string[]): void {
    const known = regions.filter((region) => this.#states.has(region));
    if (known.length > 0) {
      this.#remove(known);
    }
  }

  /**
   * Takes over what a cache tier has that is newer than what is known here. That others asked in vain is news of a region that
   * would have to be asked: it saves asking.
   *
   * @param since from when on an answer is new enough, and a failure that may have passed not too old; milliseconds since the epoch
   */
  async adopt(regions: readonly string[] | Promise<readonly string[]>, since?: number): Promise<void> {
    const { clock, options } = this.context;
    const { data, failures } = await this.#kept.newer(
      regions,
      (region) => this.#states.get(region)?.data,
      (region, at) => this.#isNewer(region, at),
    );
    const now = clock.now();
    const isWanting = (region: string): boolean =>
      (this.#states.get(region)?.data?.scannedAt ?? 0) <= (since ?? now - options.cache.memoryTtlMs);
    for (const [region, failure] of failures) {
      if (isDenied(failure) || (Date.parse(failure.at) > (since ?? now - RETRY_MS) && isWanting(region))) {
        this.#adoptFailure(region, failure);
      }
    }
    for (const [region, known] of data) {
      // It may have answered meanwhile.
      if (this.#isNewer(region, known.scannedAt)) {
        this.#adopt(region, known);
      }
    }
  }

  /** Has kept what was learnt since the last time. */
  async keep(): Promise<void> {
    const answered = [...this.#answered].flatMap((region) => {
      const data = this.#states.get(region)?.data;
      return data === undefined ? [] : [[region, data] as const];
    });
    const failures = this.#failuresToKeep;
    this.#answered.clear();
    this.#failuresToKeep = [];
    await Promise.all([
      answered.length === 0 ? undefined : this.#kept.keep(answered),
      failures.length === 0 ? undefined : this.#kept.keepFailures(failures),
    ]);
  }

  /**
   * A scan is over. Why regions did not answer is to be kept as well, so that neither a restart nor another instance asks again at
   * once. Only where others did: a policy that denies everything is asked about again after a restart, and a machine that
   * reaches few regions says nothing about these.
   *
   * @param regions that the scan was for
   */
  conclude(regions: readonly string[]): void {
    const failures = Object.entries(this.failures());
    const answered = regions.filter((region) => this.#states.get(region)?.failure === undefined);
    const isSound = answered.length > regions.length / 2;
    this.#failuresToKeep = failures.filter(([region, failure]) =>
      isDenied(failure)
        ? this.#lists.size > 0
        : isSound && concernsOthers(failure) && this.#states.get(region)?.askedElsewhere !== true,
    );
  }

  /** Forgets everything, in every tier of the owner's cache. */
  async clear(): Promise<void> {
    this.#remove([...this.#states.keys()]);
    await this.#kept.clear();
  }

  /** Runs a write that nobody waits for; {@link flush} does. */
  write(write: () => Promise<void>): void {
    this.#kept.write(write);
  }

  /** What is still to be kept is: a scan that is being ended may not have come to it. */
  flush(): Promise<void> {
    this.write(() => this.keep());
    return this.#kept.flush();
  }

  #set(region: string, state: RegionState<T>): void {
    this.#states.set(region, state);
    this.#shown = undefined;
    if (this.#lists.get(region) !== state.data?.list) {
      this.#relist();
    }
  }

  #remove(regions: readonly string[]): void {
    for (const region of regions) {
      this.#states.delete(region);
      this.#answered.delete(region);
    }
    this.#kept.drop(regions);
    this.#shown = undefined;
    this.#relist();
  }

  #relist(): void {
    const known = [...this.#states].flatMap(([region, { data }]) =>
      data === undefined ? [] : [[region, data.list] as const],
    );
    this.#lists = new Map(known);
  }

  #adopt(region: string, data: RegionData<T>): void {
    const state = this.#states.get(region);
    const outdated = state?.failedAt === undefined || this.#timeOf(state.failedAt) < data.scannedAt;
    this.#set(region, outdated ? { data, failures: 0 } : { ...state, data });
  }

  #adoptFailure(region: string, failure: RegionFailure): void {
    const failedAt = Date.parse(failure.at);
    const state = this.#states.get(region);
    const known = Math.max(this.#timeOf(state?.data?.scannedAt), this.#timeOf(state?.failedAt));
    if (known < this.#timeOf(failedAt)) {
      this.#set(region, failed(state, failure, failedAt, { elsewhere: true }));
    }
  }

  #isNewer(region: string, at: number): boolean {
    return at > this.#timeOf(this.#states.get(region)?.data?.scannedAt);
  }

  /** To compare by; before all others where there is none, or where it says nothing since it lies in the future. */
  #timeOf(at: number | undefined): number {
    return at === undefined || isFuture(at, this.context.clock.now()) ? 0 : at;
  }

  /** The owner became known, or is another: what was adopted may be somebody else's, what was scanned is kept for it. */
  #changeOwner(): void {
    for (const [region, { data, ...rest }] of this.#states) {
      if (data?.source === 'scan') {
        this.#answered.add(region);
      } else if (data !== undefined) {
        this.#set(region, rest);
      }
    }
    this.write(() => this.keep());
  }
}
