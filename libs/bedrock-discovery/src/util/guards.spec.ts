import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isoTime,
  isRecord,
  isStream,
  isText,
  isTextList,
  isTimeOrAbsent,
  nameIn,
  oneLine,
  only,
  present,
  read,
  recordIn,
  texts,
  union,
} from './guards.js';

/** What moves a cursor, begins a line, or turns the direction of writing. */
const CONTROLS = ['\n', '\r', '\t', '\u0000', '\u001b', '\u0085', '\u2028', '\u2029', '\u202e', '\u2066'];
const anyText = fc.string({ unit: fc.oneof(fc.constantFrom(...CONTROLS), fc.string({ unit: 'grapheme' })) });

describe('texts of others', () => {
  it.each(CONTROLS)('are none with %j, which becomes a space in what is shown', (control) => {
    expect(isText(`a${control}b`)).toBe(false);
    expect(oneLine(`a${control}${control}b`)).toBe('a b');
    expect(nameIn(`${control}a`)).toBe('a');
    expect(nameIn(control)).toBeUndefined();
  });

  it('are what is not empty and has none of these', () => {
    expect([isText('a b'), isText(''), isText(7), isText(undefined)]).toEqual([true, false, false, false]);
    expect([nameIn('a '), nameIn(''), nameIn(7), nameIn(undefined)]).toEqual(['a ', undefined, undefined, undefined]);
  });

  it('stay as they are, or become one line that may be shown', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = oneLine(text);
        expect(line === '' || isText(line)).toBe(true);
        expect(oneLine(line)).toBe(line);
        expect(isText(text) ? line === text : true).toBe(true);
      }),
    );
  });

  it('are taken from a list, or asked of all of it', () => {
    expect(texts(['a', '', 7, 'b\n', 'c'])).toEqual(['a', 'c']);
    expect([texts('a'), texts(undefined)]).toEqual([[], []]);
    expect([isTextList(['a', 'b']), isTextList([]), isTextList(['a', '']), isTextList('ab')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('objects of others', () => {
  it('are records where they are neither lists nor null', () => {
    expect([{}, [], null, undefined, 'a', 7].map(isRecord)).toEqual([true, false, false, false, false, false]);
  });

  it('are read from JSON that holds one, and from nothing else', () => {
    expect(recordIn('{"a":1}')).toEqual({ a: 1 });
    expect(['[1]', '"a"', 'null', '{', ''].map(recordIn)).toEqual(Array(5).fill(undefined));
  });

  it('are read without throwing, whatever they do', () => {
    const hostile = {
      get message(): string {
        throw new Error('no');
      },
    };
    expect([read(hostile, 'message'), read(null, 'a'), read(undefined, 'a'), read({ a: 1 }, 'a')]).toEqual([
      undefined,
      undefined,
      undefined,
      1,
    ]);
  });

  it('keep the members that are asked for, and stay the same object where they have no others', () => {
    const record = { a: 1, b: 2 };
    expect(only(record, ['a', 'b', 'c'])).toBe(record);
    expect(only(record, ['a'])).toStrictEqual({ a: 1 });
  });

  it('lose what is undefined, and nothing else', () => {
    expect(present({ a: undefined, b: null, c: 0, d: '' })).toStrictEqual({ b: null, c: 0, d: '' });
  });

  it('are streams where they are read once', () => {
    const streams = [(async function* () {})(), { pipe: () => {} }, { getReader: () => {} }];
    expect(streams.map(isStream)).toEqual([true, true, true]);
    expect([{}, null, 'pipe', undefined].map(isStream)).toEqual([false, false, false, false]);
  });
});

describe('times of others', () => {
  it('are told as ISO 8601, of a Date or of a text that holds a date', () => {
    expect(isoTime('2026-01-31T12:00:00Z')).toBe('2026-01-31T12:00:00.000Z');
    expect(isoTime(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect([isoTime('soon'), isoTime(new Date(Number.NaN)), isoTime(0), isoTime('')]).toEqual(Array(4).fill(undefined));
  });

  it('are of years with four digits alone, so that they compare as texts do', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.date({ noInvalidDate: true }), (a, b) => {
        const [first, second] = [isoTime(a), isoTime(b)];
        expect(first === undefined).toBe(a.getUTCFullYear() < 0 || a.getUTCFullYear() > 9_999);
        if (first !== undefined && second !== undefined) {
          expect(first < second).toBe(a < b);
        }
      }),
    );
  });

  it('are as they were told, or absent, where they come back from a store', () => {
    expect(['2026-01-31T12:00:00.000Z', undefined].map(isTimeOrAbsent)).toEqual([true, true]);
    expect(['2026-01-31T12:00:00Z', '2026-01-31', null, 0, ''].map(isTimeOrAbsent)).toEqual(Array(5).fill(false));
  });
});

describe('the union of two lists', () => {
  it('has each value once, in the order in which they come first', () => {
    expect(union(['b', 'a', 'b'], ['c', 'a'])).toEqual(['b', 'a', 'c']);
  });
});
