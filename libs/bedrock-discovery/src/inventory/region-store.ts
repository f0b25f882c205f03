import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '@nestjs/common';
import { asRegionNotEnabled, isTokenRefused } from '../errors/classify-failure.js';
import { type RegionFailure, restoreFailure } from '../errors/failure.js';
import { isRecord, isText } from '../util/guards.js';
import type { InventoryContext } from './inventory-context.js';
import type { InventorySpec } from './inventory-spec.js';
import { failed, isDenied, type RegionState, succeeded } from './region-state.js';

/** What is known of each region from one operation, kept in the cache tiers for other runs and processes. */
export class RegionRecords<T> {
  readonly #states = new Map<string, RegionState<T>>();
  readonly #writes = new Set<Promise<void>>();
  #version = 0;
  #revision = 0;
  #keptDenials = '[]';

  constructor(
    private readonly spec: Pick<InventorySpec<T, unknown>, 'name' | 'restore' | 'accountOf' | 'operation'>,
    private readonly context: InventoryContext,
    private readonly logger: Logger,
  ) {
    context.owner.onChange(() => this.#changeOwner());
  }

  /** Changes whenever data has changed. */
  get version(): number {
    return this.#version;
  }

  /** Changes whenever anything has: data, its age, or a failure. */
  get revision(): number {
    return this.#revision;
  }

  /** As it is to be understood: a refused token means a region that is not enabled, if another accepts the identity. */
  get(region: string): RegionState<T> | undefined {
    const state = this.#states.get(region);
    const failure = state?.failure;
    if (failure === undefined || !isTokenRefused(failure) || !this.context.evidence.accepted) {
      return state;
    }
    return { ...(state as RegionState<T>), failure: asRegionNotEnabled(failure, region) };
  }

  regions(): string[] {
    return [...this.#states.keys()].sort();
  }

  /** Regions whose data is known, with it. */
  lists(): Map<string, readonly T[]> {
    const lists = new Map<string, readonly T[]>();
    for (const [region, { data }] of this.#states) {
      if (data !== undefined) {
        lists.set(region, data.items);
      }
    }
    return lists;
  }

  get anyKnown(): boolean {
    return [...this.#states.values()].some(({ data }) => data !== undefined);
  }

  /** When the oldest data stops being served, milliseconds since the epoch. */
  get expiresAt(): number {
    const { diskTtlMs } = this.context.options.cache;
    const times = [...this.#states.values()].map(({ data }) => data?.scannedAt ?? Number.POSITIVE_INFINITY);
    return Math.min(...times) + diskTtlMs;
  }

  /** Data past `cache.diskTtlMs` is not known any more. */
  expire(): void {
    const now = this.context.clock.now();
    const { diskTtlMs } = this.context.options.cache;
    for (const [region, { data, ...rest }] of this.#states) {
      if (data !== undefined && now - data.scannedAt > diskTtlMs) {
        this.#set(region, rest);
      }
    }
  }

  succeed(region: string, items: readonly T[]): void {
    const now = this.context.clock.now();
    this.context.evidence.observe(this.spec.operation, region, undefined);
    const former = this.#states.get(region)?.data?.items;
    // Mostly nothing has changed, and then neither has the index.
    if (former !== undefined && isDeepStrictEqual(former, items)) {
      this.#update(region, succeeded(former, now));
    } else {
      this.#set(region, succeeded(items, now));
    }
    this.#keep(region, items, now);
  }

  fail(region: string, failure: RegionFailure): void {
    this.context.evidence.observe(this.spec.operation, region, failure.kind);
    this.#update(region, failed(this.#states.get(region), failure, this.context.clock.now()));
  }

  /** Forgets regions that are not to be asked any more. */
  drop(regions: readonly string[]): void {
    for (const region of regions) {
      if (this.#states.delete(region)) {
        this.#version += 1;
        this.#revision += 1;
      }
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
          this.#adoptData(region, cache.getSeedEntry(`${seed}/${this.spec.name}/${region}`));
        }
      }),
    ]);
  }

  /**
   * Keeps denials, so that a restart does not ask again at once. Only where other regions answer: a policy that denies
   * everything is asked about again after a restart.
   */
  keepDenials(): void {
    const denials = this.regions().flatMap((region) => {
      const { failure } = this.get(region) ?? {};
      return failure !== undefined && isDenied(failure) ? [[region, failure] as const] : [];
    });
    const kept = JSON.stringify(denials);
    if (!this.anyKnown || kept === this.#keptDenials) {
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
    this.#states.clear();
    this.#version += 1;
    this.#revision += 1;
    this.#keptDenials = '[]';
    const prefixes = await Promise.all([this.#dataPrefix(), this.#denialsKey()]);
    await Promise.all(prefixes.filter(isText).map((prefix) => this.context.cache.clear(prefix)));
  }

  /** Runs a write that nobody waits for; {@link flush} does. */
  write(write: () => Promise<void>): void {
    const writing = write()
      .catch((error: unknown) => this.logger.debug(`Keeping ${this.spec.name} failed: ${String(error)}`))
      .finally(() => this.#writes.delete(writing));
    this.#writes.add(writing);
  }

  async flush(): Promise<void> {
    while (this.#writes.size > 0) {
      await Promise.all(this.#writes);
    }
  }

  #set(region: string, state: RegionState<T>): void {
    this.#update(region, state);
    this.#version += 1;
  }

  #update(region: string, state: RegionState<T>): void {
    this.#states.set(region, state);
    this.#revision += 1;
  }

  #adoptData(region: string, entry: CachedEntry | undefined): void {
    const state = this.#states.get(region);
    const scannedAt = entry === undefined ? Number.NaN : Date.parse(entry.storedAt);
    if (entry === undefined || !(scannedAt > (state?.data?.scannedAt ?? 0))) {
      return;
    }
    const items = this.spec.restore(entry.value);
    if (items === undefined) {
      this.logger.warn(`${region}: the cached ${this.spec.name} are not what was stored there; they are ignored.`);
      return;
    }
    const data = { items, scannedAt, source: entry.tier };
    const outdated = state?.failedAt === undefined || state.failedAt < scannedAt;
    this.#set(region, outdated ? { data, failures: 0 } : { ...state, data });
  }

  async #adoptDenials(regions: readonly string[]): Promise<void> {
    const key = await this.#denialsKey();
    const denials = key === undefined ? undefined : await this.context.cache.get<unknown>(key);
    for (const region of isRecord(denials) ? regions : []) {
      const failure = restoreFailure((denials as Record<string, unknown>)[region]);
      const failedAt = Date.parse(failure?.at ?? '');
      const state = this.#states.get(region);
      if (failure !== undefined && state?.failure === undefined && (state?.data?.scannedAt ?? 0) < failedAt) {
        this.#update(region, failed(state, failure, failedAt));
      }
    }
  }

  #keep(region: string, items: readonly T[], scannedAt: number): void {
    this.write(async () => {
      const account = this.spec.accountOf?.(items);
      if (account !== undefined) {
        await this.context.owner.learn(account);
      }
      const prefix = await this.#dataPrefix();
      if (prefix !== undefined) {
        await this.context.cache.setEntry(`${prefix}${region}`, items, scannedAt);
      }
    });
  }

  /** The owner became known, or is another: what was adopted may be somebody else's, what was scanned is kept for it. */
  #changeOwner(): void {
    for (const [region, { data, ...rest }] of this.#states) {
      if (data?.source === 'scan') {
        this.#keep(region, data.items, data.scannedAt);
      } else if (data !== undefined) {
        this.#set(region, rest);
      }
    }
  }

  async #dataPrefix(): Promise<string | undefined> {
    const owner = await this.context.owner.prefix();
    return owner && `${owner}/${this.spec.name}/`;
  }

  /** What is denied depends on the principal. */
  async #denialsKey(): Promise<string | undefined> {
    const [owner, principal] = await Promise.all([this.context.owner.prefix(), this.context.owner.principal()]);
    return owner && principal && `${owner}/denied/${principal}/${this.spec.name}`;
  }
}

type CachedEntry = { value: unknown; storedAt: string; tier: 'memory' | 'disk' | 'shared' | 'seed' };
