import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { contentKey, decodeEnvelope, decodeHeader, encodeEnvelope, EntryAge, lifetimeMs } from './envelope.js';

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

describe('the header of an envelope', () => {
  const said = { version: 1, key: 'a', storedAt: '2026-01-31T12:00:00.000Z' };
  const header = { format: 'nestjs-bedrock-discovery/entry', ...said };
  const read = (json: unknown): unknown => decodeHeader(Buffer.from(JSON.stringify(json)));

  it('is read alone, whatever its version and checksum', () => {
    const told = { ...said, storedAtMs: Date.parse(said.storedAt) };
    expect(read(header)).toEqual(told);
    expect(read({ ...header, version: 9, sha256: 'any' })).toEqual({ ...told, version: 9 });
  });

  it.each([
    null,
    7,
    { ...header, format: 'another' },
    { ...header, version: '1' },
    { ...header, key: undefined },
    { ...header, key: 1 },
    { ...header, storedAt: 0 },
    { ...header, storedAt: 'soon' },
  ])('is none where it is %j', (json) => {
    expect(read(json)).toBeUndefined();
  });

  it('is at the beginning of a view into larger bytes, too', () => {
    const bytes = Buffer.from(`----${encodeEnvelope({ key: 'a', storedAtMs: 0, value: [1] })}----`);
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset + 4, bytes.length - 8);
    expect(decodeEnvelope(view, 'a')).toEqual({ entry: { key: 'a', storedAtMs: 0, value: [1] } });
  });

  it('vouches for what is no JSON, and that is said', () => {
    const text = encodeEnvelope({ key: 'a', storedAtMs: 0, value: 1 });
    const [line = ''] = text.split('\n');
    const { sha256: _sha256, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const sha256 = createHash('sha256')
      .update(`${JSON.stringify(fields)}\n{`)
      .digest('hex');
    expect(decodeEnvelope(`${JSON.stringify({ ...fields, sha256 })}\n{`, 'a')).toEqual({
      damage: 'its value is not JSON',
    });
  });
});

describe('the age of an entry', () => {
  const NOW = Date.parse('2026-06-01T00:00:00.000Z');
  const LIMITS = { memoryTtlMs: 1_000, diskTtlMs: 5_000 };
  const age = new EntryAge(LIMITS, { now: () => NOW });
  const CONTENT = contentKey('a/b', 'f'.repeat(64));

  it('decides, to the millisecond, whether it is fresh and whether it may be served', () => {
    expect([age.isFresh(NOW - 1_000), age.isFresh(NOW - 1_001)]).toEqual([true, false]);
    expect([age.isLive(NOW - 5_000, 'a'), age.isLive(NOW - 5_001, 'a')]).toEqual([true, false]);
    expect([age.ageMs(NOW - 7), age.ageMs(NOW + 1)]).toEqual([7, 0]);
  });

  it('is twice as long for what is kept by its content', () => {
    expect(CONTENT).toBe(`a/b/content/${'f'.repeat(64)}`);
    expect([age.isLive(NOW - 10_000, CONTENT), age.isLive(NOW - 10_001, CONTENT)]).toEqual([true, false]);
    for (const other of [
      `${CONTENT}/more`,
      `a/content/${'f'.repeat(63)}`,
      `a/content/${'F'.repeat(64)}`,
      'content',
      '',
    ]) {
      expect(lifetimeMs(other, LIMITS)).toBe(5_000);
    }
    expect(age.isLive(NOW - 5_001)).toBe(false);
  });

  it('is endless where it is from the future, beyond what clocks differ by', () => {
    const [near, far] = [NOW + 60_000, NOW + 60_001];
    expect([age.isFromTheFuture(near), age.isFromTheFuture(far)]).toEqual([false, true]);
    expect([age.ageMs(near), age.ageMs(far)]).toEqual([0, Number.POSITIVE_INFINITY]);
    expect([age.isLive(near), age.isLive(far), age.isFresh(far)]).toEqual([true, false, false]);
  });
});
