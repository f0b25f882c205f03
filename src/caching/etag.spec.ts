import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { etagOf } from './etag.js';

const etag = (value: unknown): string => etagOf(JSON.stringify(value));

describe('an ETag', () => {
  it('is the same whatever the ages are', () => {
    const ages = fc.nat();
    fc.assert(
      fc.property(ages, ages, (first, second) => {
        const regions = (ageMs: number): unknown => [
          { region: 'eu-west-1', models: { ageMs, stale: false } },
          { ageMs },
        ];
        expect(etag(regions(first))).toBe(etag(regions(second)));
      }),
    );
  });

  it('differs where anything else does, also in a text that looks like an age', () => {
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom('"ageMs":1,', '{"ageMs":2}', { text: '"ageMs":3' }));
    fc.assert(
      fc.property(values, values, (first, second) => {
        expect(etag(first) === etag(second)).toBe(JSON.stringify(first) === JSON.stringify(second));
      }),
    );
  });

  it('is the same for the bytes as for the text', () => {
    expect(etagOf(Buffer.from('{"a":"ä"}'))).toBe(etagOf('{"a":"ä"}'));
  });
});
