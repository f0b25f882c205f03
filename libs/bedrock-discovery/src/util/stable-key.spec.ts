import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyOfValue } from './stable-key.js';

describe('keyOfValue', () => {
  it('is equal for equal plain values, whatever the order of their properties', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(keyOfValue(structuredClone(value))).toBe(keyOfValue(value));
      }),
    );
    expect(keyOfValue({ a: 1, b: [2, undefined] })).toBe(keyOfValue({ b: [2, undefined], a: 1, c: undefined }));
  });

  it('differs for different values, also where they look alike', () => {
    const looksAlike = [
      1,
      '1',
      'number:1',
      true,
      'true',
      null,
      'null',
      undefined,
      [],
      {},
      [[]],
      [1, 2],
      ['1,2'],
      { a: 1 },
    ];
    expect(new Set(looksAlike.map(keyOfValue)).size).toBe(looksAlike.length);
  });

  it('compares functions and instances of classes by reference', () => {
    const make = (): (() => void) => () => undefined;
    const one = make();
    expect(keyOfValue({ one })).toBe(keyOfValue({ one }));
    expect(keyOfValue(one)).not.toBe(keyOfValue(make()));
    expect(keyOfValue(new Map())).not.toBe(keyOfValue(new Map()));
  });

  it('copes with values that contain themselves', () => {
    const looped: Record<string, unknown> = {};
    looped['self'] = looped;
    expect(keyOfValue(looped)).toBe(keyOfValue(looped));
  });
});
