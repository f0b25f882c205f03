import { describe, expect, it } from '@jest/globals';
import { parseChoices, parseDays, parseDuration, parseList, parsePrice, parseRegions } from './parse-values.js';

describe('values of options', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5h', 5_400_000],
    ['15m', 900_000],
    ['2d', 172_800_000],
    ['10', 10_000],
  ])('reads the time %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '0', '-1s', '5 minutes', '1w', 'NaN', 'Infinity'])("refuses the time '%s'", (text) => {
    expect(() => parseDuration(text)).toThrow(/500ms, 30s, 15m/);
  });

  it('reads lists between commas, which may be given several times', () => {
    expect(parseList('b , c', ['a'])).toEqual(['a', 'b', 'c']);
    expect(() => parseList('a,,b')).toThrow(/between commas/);
    expect(parseChoices(['x', 'y'])('y,x')).toEqual(['y', 'x']);
    expect(() => parseChoices(['x', 'y'])('z')).toThrow(/Allowed are x, y/);
  });

  it('refuses a name that is a letter or two off a region, and takes what is like no other', () => {
    expect(parseRegions('eu-west-1', ['sa-east-1'])).toEqual(['sa-east-1', 'eu-west-1']);
    expect(parseRegions('europe')).toEqual(['europe']);
    expect(() => parseRegions('us-east-3')).toThrow(/the name us-east-3\. Did you mean us-east-1\?/);
    expect(() => parseRegions('us-east-1,eu-wst-1')).toThrow(/the name eu-wst-1\. Did you mean eu-west-1\?/);
  });

  it('reads a price', () => {
    expect(parsePrice('12.5')).toBe(12.5);
    for (const text of ['', 'cheap', '-1', 'Infinity']) {
      expect(() => parsePrice(text)).toThrow(/price of at least 0/);
    }
  });

  it('reads a number of days', () => {
    expect(parseDays('0')).toBe(0);
    expect(() => parseDays('soon')).toThrow(/number of days/);
    expect(() => parseDays('-1')).toThrow(/at least 0/);
    expect(() => parseDays('')).toThrow(/number of days/);
  });
});
