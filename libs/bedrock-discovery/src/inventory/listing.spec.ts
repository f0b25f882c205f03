import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KnownRegions } from './changes.js';
import {
  changedIds,
  type Former,
  indexOf,
  type Listing,
  LISTING_LABELS,
  LISTING_NAMES,
  pageOf,
  readPages,
  restoreList,
  toStored,
  uniteById,
} from './listing.js';

interface Item {
  readonly id: string;
}

const item = (id: string): Item => ({ id });
const idOf = ({ id }: Item): string => id;

describe('what can be listed', () => {
  it('has words of its own for each', () => {
    const labels = LISTING_NAMES.map((name) => LISTING_LABELS[name]);
    expect(labels.every((label) => /^[A-Z][a-z]/.test(label))).toBe(true);
    expect(new Set(labels).size).toBe(LISTING_NAMES.length);
  });
});

describe('the pages of an answer', () => {
  /** An endpoint whose pages carry these tokens. */
  const answering =
    (tokens: readonly (string | undefined)[]) =>
    (nextToken: string | undefined, page: number): Promise<{ nextToken: string | undefined; asked: unknown }> =>
      Promise.resolve({ nextToken: tokens[page], asked: [nextToken, page] });

  it('are asked one by one, each by the token of the one before', async () => {
    const pages = await readPages(answering(['a', 'b', undefined]));
    expect(pages.map(({ asked }) => asked)).toEqual([
      [undefined, 0],
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('end at an empty token, too', async () => {
    expect(await readPages(answering(['a', '', 'b']))).toHaveLength(2);
  });

  it('are not believed where a token comes twice', async () => {
    await expect(readPages(answering(['a', 'b', 'a']))).rejects.toThrow('The answer repeats a page token.');
  });

  it('are at most 100', async () => {
    const numbered = (count: number): (string | undefined)[] =>
      Array.from({ length: count }, (_, page) => (page === count - 1 ? undefined : `${page}`));
    expect(await readPages(answering(numbered(100)))).toHaveLength(100);
    await expect(readPages(answering(numbered(101)))).rejects.toThrow('The answer has more than 100 pages.');
  });

  it('have the token that is a text', () => {
    const list = { items: [item('a')], unreadable: 2 };
    expect(pageOf({ nextToken: 'a' }, list)).toStrictEqual({ ...list, nextToken: 'a' });
    expect(pageOf({ nextToken: 7 }, list)).toStrictEqual({ ...list, nextToken: undefined });
    expect(pageOf(undefined, list).nextToken).toBeUndefined();
  });
});

describe('the records of an answer', () => {
  it('are one for each id, united in the order in which they come', () => {
    const records = ['a1', 'b2', 'a3', 'a4'];
    const united = uniteById(
      records,
      (record) => record.charAt(0),
      (former, other) => former + other,
    );
    expect(united).toEqual(['a1a3a4', 'b2']);
  });
});

describe('what some region does not list as it did', () => {
  const [same, former, present, gone, come] = ['same', 'changed', 'changed', 'gone', 'come'].map(item) as [
    Item,
    Item,
    Item,
    Item,
    Item,
  ];

  it('is what came, went, or is another object, in any region, known before or not', () => {
    const before = new Map([
      ['eu', [same, former]],
      ['us', [gone]],
    ]);
    const after = new Map([
      ['eu', [present, same]],
      ['ap', [come]],
    ]);
    expect([...changedIds(before, after, idOf)].sort()).toEqual(['changed', 'come', 'gone']);
  });

  it('is nothing where the objects are the same, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string()).map((ids) => ids.map(item)),
        (items) => {
          const reversed = new Map([['eu', [...items].reverse()]]);
          expect(changedIds(new Map([['eu', items]]), reversed, idOf).size).toBe(0);
        },
      ),
    );
  });
});

describe('a list in the cache', () => {
  const restore = (value: unknown): readonly Item[] | undefined =>
    Array.isArray(value) ? (value as Item[]) : undefined;

  it('comes back as it went', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string()).map((ids) => ids.map(item)),
        fc.nat(),
        (items, unreadable) => {
          const list = { items, unreadable };
          expect(restoreList(toStored(list), { restore })).toStrictEqual(list);
        },
      ),
    );
  });

  it('is its items alone where all could be read', () => {
    const items = [item('a')];
    expect(toStored({ items, unreadable: 0 })).toBe(items);
    expect(restoreList(items, { restore })).toStrictEqual({ items, unreadable: 0 });
    expect(restoreList({ items, unreadable: 0 }, { restore })).toStrictEqual({ items, unreadable: 0 });
    expect(toStored({ items, unreadable: 1 })).toStrictEqual({ items, unreadable: 1 });
  });

  it.each([
    { items: 'a', unreadable: 0 },
    { items: [], unreadable: -1 },
    { items: [], unreadable: 0.5 },
    { items: [], unreadable: '1' },
    { items: [] },
    'a',
    undefined,
  ])('is none where it is %j', (stored) => {
    expect(restoreList(stored, { restore })).toBeUndefined();
  });
});

describe('the index of a listing', () => {
  interface Index extends KnownRegions {
    readonly made: readonly unknown[];
  }
  const listing = {
    index: (lists, partialRegions, former): Index => ({
      made: [lists, former],
      knownRegions: new Set(lists.keys()),
      partialRegions,
    }),
  } as Pick<Listing<Item, Index>, 'index'> as Listing<Item, Index>;

  it('is made of the items, with the regions of which some could not be read, and of the former', () => {
    const lists = new Map([
      ['eu', { items: [item('a')], unreadable: 0 }],
      ['us', { items: [], unreadable: 1 }],
    ]);
    const items = new Map([
      ['eu', [item('a')]],
      ['us', []],
    ]);
    const first = indexOf(listing, lists);
    expect(first).toMatchObject({ made: [items, undefined], partialRegions: new Set(['us']) });
    const former: Former<Item, Index> = { index: first, lists: items };
    expect(indexOf(listing, lists, { index: first, lists }).made).toEqual([items, former]);
  });
});
