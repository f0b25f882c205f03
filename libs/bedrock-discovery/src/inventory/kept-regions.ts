import { sha256Of, type Stamp } from '../cache/kept-values.js';
import type { CacheTier } from '../cache/tiers.js';
import { type RegionFailure, restoreFailure } from '../errors/errors.js';
import { failsEverywhere, isCredentialFailure } from '../errors/failure-texts.js';
import type { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { isText } from '../util/guards.js';
import type { KnownRegions } from './changes.js';
import type { InventoryContext } from './inventory-context.js';
import { type Listing, restoreList, toStored } from './listing.js';
import { isDenied, type RegionData } from './region-state.js';

/** What a process knows of a region's list. */
export type KnownList<T> = Pick<RegionData<T>, 'list' | 'scannedAt'>;

/** By region. */
export interface KeptNews<T> {
  readonly data: readonly (readonly [region: string, data: RegionData<T>])[];
  /** Why regions did not answer. */
  readonly failures: ReadonlyMap<string, RegionFailure>;
}

type Failures = readonly (readonly [region: string, failure: RegionFailure])[];

/** Rows of the manifest that say what was asked in vain, by what is the same for all whom that concerns. */
type FailureGroup = 'denied' | 'failed';

/** What the tiers of the cache hold of one listing, for other runs and processes. */
export class KeptRegions<T> {
  readonly #writes = new Set<Promise<void>>();

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
    given: readonly string[] | Promise<readonly string[]>,
    knownOf: (region: string) => KnownList<T> | undefined,
    isNewer: (region: string, at: number) => boolean,
  ): Promise<KeptNews<T>> {
    const { owner, kept } = this.context;
    const [prefix, seed, regions, stamps] = await Promise.all([
      owner.prefix(),
      owner.seedPrefix(),
      given,
      owner.prefix().then((known) => (known === undefined ? new Map<string, Stamp>() : kept.look(known))),
    ]);
    const news = prefix === undefined ? NOTHING : await this.#newerIn(prefix, stamps, regions, knownOf, isNewer);
    const seeded = (seed === undefined ? [] : regions).flatMap((region) => {
      const entry = this.context.cache.getSeedEntry<unknown>(`${seed}/${this.#nameOf(region)}`);
      const at = Date.parse(entry?.storedAt ?? '');
      const data = entry && isNewer(region, at) ? this.#restored(region, entry.value, at, entry.tier) : undefined;
      return data === undefined ? [] : [[region, data] as const];
    });
    return { data: [...news.data, ...seeded], failures: news.failures };
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

  /** Keeps why regions did not answer, for those whom it concerns as well. */
  async keepFailures(failures: Failures): Promise<void> {
    const prefix = await this.context.owner.prefix();
    const [denied, failed] = await Promise.all([this.#failureNames('denied'), this.#failureNames('failed')]);
    const sets = failures.map(async ([region, { at, ...failure }]) => {
      const name = (isDenied({ at, ...failure }) ? denied : failed)?.(region);
      if (prefix !== undefined && name !== undefined) {
        await this.context.kept.set(prefix, name, failure, Date.parse(at));
      }
    });
    await Promise.all(sets);
  }

  /** These regions are not this process's to keep any more. */
  drop(regions: readonly string[]): void {
    this.context.kept.drop(regions.map((region) => this.#nameOf(region)));
  }

  /** Removes all of the owner's in every tier. */
  async clear(): Promise<void> {
    const prefix = await this.context.owner.prefix();
    const { name } = this.listing;
    for (const group of prefix === undefined ? [] : [name, `denied-${name}`, `failed-${name}`]) {
      await this.context.kept.clear(prefix as string, group);
    }
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
    stamps: ReadonlyMap<string, Stamp>,
    regions: readonly string[],
    knownOf: (region: string) => KnownList<T> | undefined,
    isNewer: (region: string, at: number) => boolean,
  ): Promise<KeptNews<T>> {
    const data: (readonly [region: string, data: RegionData<T>])[] = [];
    const wanted = new Map<string, Stamp>();
    for (const region of regions) {
      const stamp = stamps.get(this.#nameOf(region));
      const list = knownOf(region)?.list;
      if (stamp === undefined || !isNewer(region, stamp.at)) {
        continue;
      }
      if (list !== undefined && sha256Of(toStored(list)) === stamp.sha256) {
        data.push([region, { list, scannedAt: stamp.at, source: stamp.tier }]);
      } else {
        wanted.set(this.#nameOf(region), stamp);
      }
    }
    const failed = await this.#failedIn(stamps, regions, isNewer);
    const values = await this.context.kept.fetch(owner, new Map([...wanted, ...failed.values()]));
    for (const region of regions) {
      const [value, stamp] = [values.get(this.#nameOf(region)), wanted.get(this.#nameOf(region))];
      const restored = value && stamp && this.#restored(region, value, stamp.at, stamp.tier);
      if (restored !== undefined) {
        data.push([region, restored]);
      }
    }
    const failures = [...failed].map(([region, [name, { at }]]) => {
      const value = values.get(name);
      return [region, value && restoreFailure({ ...value, at: new Date(at).toISOString() })] as const;
    });
    return {
      data,
      failures: new Map(failures.filter((each): each is [string, RegionFailure] => each[1] !== undefined)),
    };
  }

  /** By region, which value says why it did not answer since what is known of it. */
  async #failedIn(
    stamps: ReadonlyMap<string, Stamp>,
    regions: readonly string[],
    isNewer: (region: string, at: number) => boolean,
  ): Promise<ReadonlyMap<string, readonly [name: string, stamp: Stamp]>> {
    const namings = await Promise.all([this.#failureNames('failed'), this.#failureNames('denied')]);
    const found = new Map<string, readonly [name: string, stamp: Stamp]>();
    for (const region of regions) {
      for (const name of namings.map((nameOf) => nameOf?.(region)).filter(isText)) {
        const stamp = stamps.get(name);
        if (stamp !== undefined && isNewer(region, stamp.at) && stamp.at > (found.get(region)?.[1].at ?? 0)) {
          found.set(region, [name, stamp]);
        }
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

  /**
   * Names of what was asked in vain, by region: what is denied depends on the principal, and what can be reached on the place.
   * Undefined while that is not known.
   */
  async #failureNames(group: FailureGroup): Promise<((region: string) => string) | undefined> {
    const { owner, options } = this.context;
    const concerned = group === 'denied' ? await owner.principal() : (options.location ?? '');
    return concerned === undefined
      ? undefined
      : (region) => `${group}-${this.listing.name}/${encodeURIComponent(concerned)}/${region}`;
  }
}

const NOTHING: KeptNews<never> = { data: [], failures: new Map() };

/** Whether a failure says something of the region to all who ask it from the same place: it is no matter of who asked. */
export function concernsOthers({ kind }: RegionFailure): boolean {
  return !isCredentialFailure(kind) && !failsEverywhere(kind) && kind !== 'aborted';
}
