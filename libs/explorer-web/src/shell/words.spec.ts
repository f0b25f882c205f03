import { expect, it } from '@jest/globals';
import { dateInWords, daysBetween, inWords, milliseconds, plural } from './words.js';

it.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_000, '59 min'],
  [3_600_000, '1 h'],
  [47 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 d'],
])('an age of %p milliseconds is %s', (age, words) => {
  expect(inWords(age)).toBe(words);
});

it('what is counted and measured has its unit', () => {
  expect([milliseconds(3.06), milliseconds(31.4)]).toEqual(['3.1 ms', '31 ms']);
  expect([plural(1, 'model'), plural(0, 'model')]).toEqual(['1 model', '0 models']);
  expect(dateInWords('2026-05-04T23:59:00Z')).toBe('4 May 2026');
  const noon = Date.parse('2026-05-04T12:00:00Z');
  expect(
    ['2026-05-05T11:59:00Z', '2026-05-05T12:00:00Z', '2026-05-04T11:00:00Z'].map((iso) => daysBetween(noon, iso)),
  ).toEqual([0, 1, -1]);
});
