import { sha256Of, type Stamp } from '../cache/kept-values.js';
import type { CacheTier } from '../cache/tiers.js';
import { type RegionFailure, restoreFailure } from '../errors/errors.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { isRecord } from '../util/guards.js';
import type { KnownRegions } from './changes.js';
import type { InventoryContext } from './inventory-context.js';
import { type Listing, restoreList, toStored } from './listing.js';
import type { RegionData } from './region-state.js';

/** What a process knows of a region's list. */
export type KnownList<T> = Pick<RegionData<T>, 'list' | 'scannedAt'>;

/** What the tiers of the cache hold of one listing, for other runs and processes. */
export class KeptRegions<T> {
  readonly #writes = new Set<Promise<void>>();
  #keptDenials = '[]';

  constructor(
    private readonly listing: Pick<Listing<T, KnownRegions>, 'name' | 'restore' | 'accountOf'>,
    private readonly context: InventoryContext,
    private readonly logger: DiscoveryLogger,
  ) {}

  /**
   * What the tiers have that is newer than what is known, and then the seed. A list that is known already is that list itself.
   *
   * @param isNewer whether data of that time is
   */
  async newer(
    regions: readonly string[],
    knownOf: (region: string) => KnownList<T> | undefined,
    isNewer: (region: string, at: number) => boolean,
  ): Promise<readonly (readonly [region: string, data: RegionData<T>])[]> {
    const [owner, seed] = await Promise.all([this.context.owner.prefix(), this.context.owner.seedPrefix()]);
    const kept = owner === undefined ? [] : await this.#newerIn(owner, regions, knownOf, isNewer);
    const seeded = (seed === undefined ? [] : regions).flatMap((region) => {
      const entry = this.context.cache.getSeedEntry<unknown>(`${seed}/${this.#nameOf(region)}`);
      const at = Date.parse(entry?.storedAt ?? '');
      const data = entry && isNewer(region, at) ? this.#restored(region, entry.value, at, entry.tier) : undefined;
      return data === undefined ? [] : [[region, data] as const];
    });
    return [...kept, ...seeded];
  }

  /** Why regions were closed to the principal when it last asked. */
  async denials(regions: readonly string[]): Promise<ReadonlyMap<string, RegionFailure>> {
    const key = await this.#denialsKey();
    const denials = key === undefined ? undefined : await this.context.cache.get<unknown>(key);
    const restored = regions.map((region) => [region, restoreFailure(isRecord(denials) ? denials[region] : undefined)]);
    return new Map(restored.filter((entry): entry is [string, RegionFailure] => entry[1] !== undefined));
  }

  /** Keeps what regions list; the account in it, where it shows one, is the owner's. */
  async keep(lists: readonly (readonly [region: string, known: KnownList<T>])[]): Promise<void> {
    const { owner, kept } = this.context;
    const account = this.#accountIn(lists);
    if (account !== undefined) {
      await owner.learn(account);
    }
    const prefix = await owner.prefix();
    if (prefix !== undefined) {
      const sets = lists.map(([region, { list, scannedAt }]) =>
        kept.set(prefix, this.#nameOf(region), toStored(list), scannedAt),
      );
      await Promise.all(sets);
    }
  }

  /** Keeps why regions are closed, if it is news. */
  keepDenials(denials: readonly (readonly [region: string, failure: RegionFailure])[]): void {
    const kept = JSON.stringify(denials);
    if (kept !== this.#keptDenials) {
      this.#keptDenials = kept;
      this.write(async () => {
        const key = await this.#denialsKey();
        if (key !== undefined) {
          await this.context.cache.set(key, Object.fromEntries(denials));
        }
      });
    }
  }

  /** These regions are not this process's to keep any more. */
  drop(regions: readonly string[]): void {
    this.context.kept.drop(regions.map((region) => this.#nameOf(region)));
  }

  /** Removes all of the owner's in every tier. */
  async clear(): Promise<void> {
    this.#keptDenials = '[]';
    const { owner, kept, cache } = this.context;
    const [prefix, denials] = await Promise.all([owner.prefix(), this.#denialsKey()]);
    await Promise.all([
      prefix === undefined ? undefined : kept.clear(prefix, this.listing.name),
      denials === undefined ? undefined : cache.clear(denials),
    ]);
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
    await this.context.kept.flush();
  }

  async #newerIn(
    owner: string,
    regions: readonly string[],
    knownOf: (region: string) => KnownList<T> | undefined,
    isNewer: (region: string, at: number) => boolean,
  ): Promise<(readonly [region: string, data: RegionData<T>])[]> {
    const { kept } = this.context;
    const stamps = await kept.look(owner);
    const found: (readonly [region: string, data: RegionData<T>])[] = [];
    const wanted = new Map<string, Stamp>();
    for (const region of regions) {
      const stamp = stamps.get(this.#nameOf(region));
      const list = knownOf(region)?.list;
      if (stamp === undefined || !isNewer(region, stamp.at)) {
        continue;
      }
      if (list !== undefined && sha256Of(toStored(list)) === stamp.sha256) {
        found.push([region, { list, scannedAt: stamp.at, source: stamp.tier }]);
      } else {
        wanted.set(this.#nameOf(region), stamp);
      }
    }
    const values = await kept.fetch(owner, wanted);
    for (const region of regions) {
      const [value, stamp] = [values.get(this.#nameOf(region)), wanted.get(this.#nameOf(region))];
      const data = value && stamp && this.#restored(region, value, stamp.at, stamp.tier);
      if (data !== undefined) {
        found.push([region, data]);
      }
    }
    return found;
  }

  #restored(region: string, value: unknown, scannedAt: number, source: CacheTier): RegionData<T> | undefined {
    const list = restoreList(value, this.listing);
    if (list === undefined) {
      this.logger.warn(
        'cache-entry-foreign',
        `${region}: the cached ${this.listing.name} are not what was stored there; they are ignored.`,
      );
      return undefined;
    }
    return { list, scannedAt, source };
  }

  #accountIn(lists: readonly (readonly [region: string, known: KnownList<T>])[]): string | undefined {
    for (const [, { list }] of lists) {
      const account = this.listing.accountOf?.(list.items);
      if (account !== undefined) {
        return account;
      }
    }
    return undefined;
  }

  /** Among all that is kept of an owner. */
  #nameOf(region: string): string {
    return `${this.listing.name}/${region}`;
  }

  /** What is denied depends on the principal. */
  async #denialsKey(): Promise<string | undefined> {
    const [owner, principal] = await Promise.all([this.context.owner.prefix(), this.context.owner.principal()]);
    return owner && principal && `${owner}/denied/${principal}/${this.listing.name}`;
  }
}
