import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageOf, pageSizeOf } from './paging.js';

const rejected = { name: 'ValidationException', message: expect.stringContaining('no longer valid') };
const failure = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

describe('pageOf', () => {
  it('cuts pages that add up to the list, whatever their size', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (items, size) => {
        const collected: number[] = [];
        let token: string | undefined;
        do {
          const page = pageOf(items, size, token, 'list');
          expect(page.items.length).toBeLessThanOrEqual(size);
          collected.push(...page.items);
          token = page.nextToken;
        } while (token !== undefined);
        expect(collected).toEqual(items);
      }),
    );
  });

  it('rejects every token that it did not give out for that list', () => {
    const { nextToken } = pageOf([1, 2, 3], 1, undefined, 'one list');
    expect(failure(() => pageOf([1, 2, 3], 1, nextToken, 'another list'))).toMatchObject(rejected);
    fc.assert(
      fc.property(fc.string(), (token) => {
        expect(failure(() => pageOf([1, 2, 3], 1, token, 'one list'))).toMatchObject(rejected);
      }),
    );
  });
});

describe('pageSizeOf', () => {
  it('is the maximum unless asked for less', () => {
    expect([pageSizeOf(undefined, 50, 'maxResults'), pageSizeOf('7', 50, 'maxResults')]).toEqual([50, 7]);
  });

  it.each(['', 'many', '1.5', '0', '-1', '51', 'NaN', 'Infinity'])('refuses the page size "%s"', (value) => {
    expect(failure(() => pageSizeOf(value, 50, 'maxResults'))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(`'${value}' at 'maxResults'`),
    });
  });
});
