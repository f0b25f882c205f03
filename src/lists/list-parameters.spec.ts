import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Cursor, PAGE_PARAMETERS, pageOf } from './list-parameters.js';

const self = (item: string): string => item;
const READ = (): boolean => true;

function cursorOf(text: string): Cursor | undefined {
  return PAGE_PARAMETERS.cursor.read(text, READ);
}

const LISTS = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 30 });

describe('a list that is read page by page', () => {
  it('is the whole list, each item once, whatever the items are called', () => {
    const property = fc.property(LISTS, fc.integer({ min: 1, max: 9 }), (items, limit) => {
      const read: string[] = [];
      let cursor: Cursor | undefined;
      for (let pages = 0; pages <= items.length; pages += 1) {
        const { page, next } = pageOf(items, self, { limit, ...(cursor && { cursor }) });
        read.push(...page);
        cursor = next === undefined ? undefined : cursorOf(next);
        if (cursor === undefined) {
          break;
        }
      }
      expect(read).toEqual(items);
    });
    fc.assert(property);
  });

  it('passes nothing over that was there all the time, though others come and go in between', () => {
    const property = fc.property(LISTS, LISTS, fc.nat(), (former, later, number) => {
      const sorted = [...former].sort();
      const first = pageOf(sorted, self, { limit: 1 + (number % 9) });
      const cursor = first.next === undefined ? undefined : cursorOf(first.next);
      if (cursor === undefined || first.page.length === 0) {
        return;
      }
      // What was read last is there still.
      const now = [...new Set([...later, ...sorted.slice(first.page.length - 1)])].sort();
      const { page } = pageOf(now, self, { limit: 1_000, cursor });
      expect(page).toEqual(now.slice(now.indexOf(cursor.key) + 1));
    });
    fc.assert(property);
  });

  it('goes on about where it was when what was read last is gone', () => {
    const { next = '' } = pageOf(['a', 'b', 'c', 'd'], self, { limit: 2 });
    const cursor = cursorOf(next);
    expect(cursor && pageOf(['a', 'c', 'd'], self, { cursor }).page).toEqual(['c', 'd']);
  });
});

it.each(['', '7', 'not a cursor', Buffer.from('x y').toString('base64url')])('no cursor is read from %p', (text) => {
  expect(cursorOf(text)).toBeUndefined();
});
