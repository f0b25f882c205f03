import type { ParameterReader } from '../requests/parameter-readers.js';

/** Where a page begins: behind the item of this key, or, where that is gone, at this place. */
export interface Cursor {
  readonly place: number;
  readonly key: string;
}

const MOST = 1_000;
const USUAL = 100;

const limit: ParameterReader<number> = {
  accepts: `a number from 1 to ${MOST}`,
  schema: { type: 'integer', minimum: 1, maximum: MOST, default: USUAL },
  read: (value) => {
    const number = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : undefined;
    return number !== undefined && number >= 1 && number <= MOST ? number : undefined;
  },
};

const cursor: ParameterReader<Cursor> = {
  accepts: 'the `next` of the page before',
  read: (value) => (typeof value === 'string' ? decoded(value) : undefined),
};

/** What part of a list is wanted. */
export const PAGE_PARAMETERS = { limit, cursor };

export const PAGE_PARAMETERS_ABOUT: Readonly<Record<keyof typeof PAGE_PARAMETERS, string>> = {
  limit: `Items of a page at most; ${USUAL} unless given.`,
  cursor: 'Where the page begins; without it, at the first item. The other parameters have to be the same.',
};

export interface Page {
  readonly limit?: number;
  readonly cursor?: Cursor;
}

/** Items of one page, and where the next begins; undefined behind the last. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit: most = USUAL, cursor: from }: Page,
): { readonly page: readonly T[]; readonly next: string | undefined } {
  const start = from === undefined ? 0 : startOf(items, keyOf, from);
  const page = items.slice(start, start + most);
  const last = page.at(-1);
  const end = start + page.length;
  const next = last === undefined || end >= items.length ? undefined : encoded({ place: end, key: keyOf(last) });
  return { page, next };
}

/** Lists change between two pages: what was read last is looked for, so that nothing comes twice or is passed over. */
function startOf<T>(items: readonly T[], keyOf: (item: T) => string, { place, key }: Cursor): number {
  const index = items.findIndex((item) => keyOf(item) === key);
  return index === -1 ? Math.max(0, place - 1) : index + 1;
}

function encoded({ place, key }: Cursor): string {
  return Buffer.from(`${place} ${key}`).toString('base64url');
}

function decoded(text: string): Cursor | undefined {
  const [, place, key] = /^(\d{1,9}) (.+)$/s.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  return place === undefined || key === undefined ? undefined : { place: Number(place), key };
}
