import { MalformedResponseError } from '../errors/errors.js';
import { OPTIONAL_LISTINGS, type OptionalListing } from '../options/optional-listings.js';
import { isRecord, read } from '../util/guards.js';
import type { DiscoveryDifference, KnownRegions } from './changes.js';
import type { RegionCall } from './region-client.js';

/**
 * What is always listed, region by region, kept and refreshed.
 *
 * @publicApi
 */
export const STANDARD_LISTINGS = ['models', 'profiles'] as const;

/**
 * What can be listed: those of {@link STANDARD_LISTINGS}, and what the option `listings` adds.
 *
 * @publicApi
 */
export const LISTING_NAMES = [...STANDARD_LISTINGS, ...OPTIONAL_LISTINGS] as const;

/** One of {@link LISTING_NAMES}. @publicApi */
export type ListingName = (typeof LISTING_NAMES)[number];

/**
 * What each is called before people.
 *
 * @publicApi
 */
export const LISTING_LABELS: Readonly<Record<ListingName, string>> = {
  models: 'Models',
  profiles: 'Inference profiles',
  provisioned: 'Provisioned throughput',
  imported: 'Imported models',
  custom: 'Custom-model deployments',
  marketplace: 'Marketplace endpoints',
  routers: 'Prompt routers',
  mantle: 'Models of bedrock-mantle',
};

/** Injection token of all inventories, one for each listing that is asked for, in the order of {@link LISTING_NAMES}. */
export const LISTINGS = Symbol('nestjs-bedrock-discovery.listings');

/** One value for each listing that is asked for. @publicApi */
export type ByListing<V> = Readonly<
  Record<(typeof STANDARD_LISTINGS)[number], V> & Partial<Record<OptionalListing, V>>
>;

/** What could be read of a region's answer, and how many of its entries could not. */
export interface RegionList<T> {
  readonly items: readonly T[];
  readonly unreadable: number;
}

/** A part of a region's answer. */
export interface ListedPage<T> extends RegionList<T> {
  /** Of the next page; undefined for the last. */
  readonly nextToken: string | undefined;
}

/** A page of an answer, with what could be read of it. */
export function pageOf<T>(output: unknown, list: RegionList<T>): ListedPage<T> {
  const nextToken = read(output, 'nextToken');
  return Object.freeze({ ...list, nextToken: typeof nextToken === 'string' ? nextToken : undefined });
}

/** Far beyond what any account has; an answer that never ends is not believed. */
const MAX_PAGES = 100;

/**
 * All pages of one answer, in their order.
 *
 * @param ask asks for the page of a token, at first without one; pages count from 0
 * @throws MalformedResponseError if a token comes twice, or if there are more than 100 pages; what `ask` rejects with.
 */
export async function readPages<P extends { readonly nextToken?: string | undefined }>(
  ask: (nextToken: string | undefined, page: number) => Promise<P>,
): Promise<readonly P[]> {
  const pages: P[] = [];
  const seen = new Set<string>();
  let nextToken: string | undefined;
  while (pages.length < MAX_PAGES) {
    const page = await ask(nextToken, pages.length);
    pages.push(page);
    nextToken = page.nextToken;
    if (nextToken === undefined || nextToken === '') {
      return pages;
    }
    if (seen.has(nextToken)) {
      throw new MalformedResponseError('The answer repeats a page token.');
    }
    seen.add(nextToken);
  }
  throw new MalformedResponseError(`The answer has more than ${MAX_PAGES} pages.`);
}

/**
 * One record for each id of a region's answer, in the order in which the ids come first; the records themselves where none is
 * said twice.
 */
export function uniteById<T>(
  records: readonly T[],
  idOf: (record: T) => string,
  unite: (former: T, other: T) => T,
): readonly T[] {
  const byId = new Map<string, T>();
  for (const record of records) {
    const id = idOf(record);
    const former = byId.get(id);
    byId.set(id, former === undefined ? record : unite(former, record));
  }
  return byId.size === records.length ? records : [...byId.values()];
}

/** An index, and what it was made of. */
export interface Former<T, I> {
  readonly index: I;
  readonly lists: ReadonlyMap<string, readonly T[]>;
}

/** Ids of what some region does not list as it did. */
export function changedIds<T>(
  before: ReadonlyMap<string, readonly T[]>,
  after: ReadonlyMap<string, readonly T[]>,
  idOf: (item: T) => string,
): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const region of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(region) ?? [], after.get(region) ?? []];
    if (was !== is) {
      const [former, present] = [new Set(was), new Set(is)];
      was.filter((item) => !present.has(item)).forEach((item) => changed.add(idOf(item)));
      is.filter((item) => !former.has(item)).forEach((item) => changed.add(idOf(item)));
    }
  }
  return changed;
}

/** One operation whose answers are kept region by region: how it is asked, kept, indexed and compared. */
export interface Listing<T, I extends KnownRegions> {
  /** Also the name of its entries in the cache. */
  readonly name: ListingName;
  /** The AWS operation behind it. */
  readonly operation: string;
  /** The service whose name stands before its log lines. */
  readonly logContext: string;
  /** Whether its requests say how far away a region is. @default true */
  readonly timed?: boolean;
  list(call: RegionCall): Promise<RegionList<T>>;
  /** Reads what a cache tier returned; undefined if that is not what was stored. */
  restore(value: unknown): readonly T[] | undefined;
  /**
   * @param partialRegions regions that may list more than is given here
   * @param former of which is kept what has not changed
   */
  index(lists: ReadonlyMap<string, readonly T[]>, partialRegions: ReadonlySet<string>, former?: Former<T, I>): I;
  /** What changed from one index to the next. */
  diff(before: I, after: I): readonly DiscoveryDifference[];
  /** The account that the items show, where they show one. */
  accountOf?(items: readonly T[]): string | undefined;
}

export function indexOf<T, I extends KnownRegions>(
  listing: Listing<T, I>,
  lists: ReadonlyMap<string, RegionList<T>>,
  former?: { readonly index: I; readonly lists: ReadonlyMap<string, RegionList<T>> },
): I {
  const partial = new Set([...lists].flatMap(([region, list]) => (list.unreadable > 0 ? [region] : [])));
  return listing.index(itemsOf(lists), partial, former && { index: former.index, lists: itemsOf(former.lists) });
}

function itemsOf<T>(lists: ReadonlyMap<string, RegionList<T>>): ReadonlyMap<string, readonly T[]> {
  return new Map([...lists].map(([region, list]) => [region, list.items]));
}

/** A list as it goes to the cache: its items alone where all could be read. */
export function toStored<T>(list: RegionList<T>): readonly T[] | RegionList<T> {
  return list.unreadable === 0 ? list.items : list;
}

/** A list that comes from the cache; undefined for what is none. */
export function restoreList<T>(
  value: unknown,
  { restore }: Pick<Listing<T, KnownRegions>, 'restore'>,
): RegionList<T> | undefined {
  const { items: stored, unreadable } = isRecord(value) ? value : { items: value, unreadable: 0 };
  const items = restore(stored);
  return items !== undefined && typeof unreadable === 'number' && Number.isInteger(unreadable) && unreadable >= 0
    ? Object.freeze({ items, unreadable })
    : undefined;
}
