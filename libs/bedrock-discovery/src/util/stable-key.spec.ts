import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stableKey } from './stable-key.js';

describe('stableKey', () => {
  it('is equal for equal plain values, whatever the order of their properties', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(stableKey(structuredClone(value))).toBe(stableKey(value));
      }),
    );
    expect(stableKey({ a: 1, b: [2, undefined] })).toBe(stableKey({ b: [2, undefined], a: 1, c: undefined }));
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
    expect(new Set(looksAlike.map(stableKey)).size).toBe(looksAlike.length);
  });

  it('compares functions and instances of classes by reference', () => {
    const make = (): (() => void) => () => undefined;
    const one = make();
    expect(stableKey({ one })).toBe(stableKey({ one }));
    expect(stableKey(one)).not.toBe(stableKey(make()));
    expect(stableKey(new Map())).not.toBe(stableKey(new Map()));
  });

  it('copes with values that contain themselves', () => {
    const looped: Record<string, unknown> = {};
    looped['self'] = looped;
    expect(stableKey(looped)).toBe(stableKey(looped));
  });
});
