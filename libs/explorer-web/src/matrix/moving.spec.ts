import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moveFocus } from './move-focus.js';
import { visibleSpan } from './visible-span.js';

const SIZE = { rows: 145, columns: 31, page: 20 };
const press = (key: string, row: number, column: number, ctrlKey = false) =>
  moveFocus({ key, ctrlKey, metaKey: false }, { row, column }, SIZE);

describe('a key pressed in the matrix', () => {
  it.each([
    ['ArrowUp', false, { row: -1, column: 5 }],
    ['ArrowDown', false, { row: 1, column: 5 }],
    ['ArrowLeft', false, { row: 0, column: 4 }],
    ['ArrowRight', false, { row: 0, column: 6 }],
    ['PageDown', false, { row: 20, column: 5 }],
    ['Home', false, { row: 0, column: 0 }],
    ['End', false, { row: 0, column: 31 }],
    ['Home', true, { row: 0, column: 0 }],
    ['End', true, { row: 144, column: 31 }],
  ])('leads from the sixth cell of the first row, as %s with control %p, to %o', (key, control, expected) => {
    expect(press(key, 0, 5, control)).toEqual(expected);
  });

  it('leads nowhere else, and never out of the grid', () => {
    expect(press('a', 0, 0)).toBeUndefined();
    const keys = fc.constantFrom(
      'ArrowUp',
      'ArrowDown',
      'ArrowLeft',
      'ArrowRight',
      'PageUp',
      'PageDown',
      'Home',
      'End',
    );
    fc.assert(
      fc.property(
        keys,
        fc.integer({ min: -1, max: 144 }),
        fc.integer({ min: 0, max: 31 }),
        fc.boolean(),
        (...given) => {
          const { row = -2, column = -1 } = press(...given) ?? {};
          expect(row).toBeGreaterThanOrEqual(-1);
          expect(row).toBeLessThan(145);
          expect(column).toBeGreaterThanOrEqual(0);
          expect(column).toBeLessThanOrEqual(31);
        },
      ),
    );
  });
});

describe('the rows that are drawn', () => {
  it('hold all that is in view, and are the same for small steps', () => {
    const amount = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 2_000 }), amount, (scrollTop, height, total) => {
        const { first, end } = visibleSpan(scrollTop, height, 26, total);
        expect(first).toBeLessThanOrEqual(Math.min(total, scrollTop / 26));
        expect(end).toBeGreaterThanOrEqual(Math.min(total, (scrollTop + height) / 26));
        expect(end).toBeLessThanOrEqual(total);
        expect(first % 4 === 0 || first === total).toBe(true);
      }),
    );
    expect(visibleSpan(27, 500, 26, 145)).toEqual(visibleSpan(80, 500, 26, 145));
  });
});
