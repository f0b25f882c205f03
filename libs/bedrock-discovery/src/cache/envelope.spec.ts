import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEnvelope, decodeHeader, encodeEnvelope } from './envelope.js';

const key = fc.string({ minLength: 1, unit: 'binary' });
const storedAtMs = fc.integer({ min: 0, max: Date.parse('2100-01-01') });
/** JSON as it comes back: no negative zero. */
const value = fc.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as unknown);
const entry = fc.record({ key, storedAtMs, value });

describe('envelope', () => {
  it('gives back any JSON value under any key with its time', () => {
    fc.assert(
      fc.property(entry, (stored) => {
        const text = encodeEnvelope(stored);
        expect(decodeEnvelope(text, stored.key)).toEqual({ entry: stored });
        expect(decodeEnvelope(Buffer.from(text), stored.key)).toEqual({ entry: stored });
      }),
    );
  });

  it('notices every single flipped bit, in the header as in the value', () => {
    fc.assert(
      fc.property(entry, fc.nat(), (stored, position) => {
        const bytes = Buffer.from(encodeEnvelope(stored));
        const bit = position % (bytes.length * 8);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(decodeEnvelope(bytes, stored.key)).toHaveProperty('damage');
      }),
      { numRuns: 2_000 },
    );
  });

  it('notices every truncation', () => {
    fc.assert(
      fc.property(entry, fc.nat(), (stored, length) => {
        const bytes = Buffer.from(encodeEnvelope(stored));
        expect(decodeEnvelope(bytes.subarray(0, length % bytes.length), stored.key)).toHaveProperty('damage');
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    const line = fc.oneof(
      fc.uint8Array(),
      fc.json().map((json) => Buffer.from(`${json}\n${json}`)),
    );
    fc.assert(
      fc.property(line, fc.string(), (bytes, name) => {
        expect(decodeEnvelope(bytes, name)).toHaveProperty('damage');
        expect(decodeHeader(bytes)).toBeUndefined();
      }),
    );
  });

  it('tells another key, another version and a missing header apart', () => {
    const text = encodeEnvelope({ key: 'a', storedAtMs: 0, value: 1 });
    expect(decodeEnvelope(text, 'b')).toEqual({ damage: 'it belongs to another key' });
    expect(decodeEnvelope(text.replace('"version":1', '"version":2'), 'a')).toEqual({
      damage: 'its format version is 2, not 1',
    });
    expect(decodeEnvelope('{}', 'a')).toEqual({ damage: 'it does not begin with a header of this library' });
  });

  it.each([undefined, () => 1, Symbol('s'), 10n])('refuses %p, which JSON cannot hold', (bad) => {
    expect(() => encodeEnvelope({ key: 'a', storedAtMs: 0, value: bad })).toThrow(TypeError);
  });
});
