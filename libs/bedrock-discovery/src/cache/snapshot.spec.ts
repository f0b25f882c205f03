import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isOwnError } from '../errors/errors.js';
import { parseSnapshot } from './snapshot.js';

const entry = { key: 'k', storedAt: '2026-03-01T00:00:00.000Z', value: null };
const snapshot = {
  format: 'nestjs-bedrock-discovery/snapshot',
  version: 1,
  exportedAt: '2026-03-01T00:00:00.000Z',
  entries: [entry],
};

describe('parseSnapshot', () => {
  it('accepts a snapshot as it is', () => {
    expect(parseSnapshot(snapshot)).toBe(snapshot);
    expect(parseSnapshot({ ...snapshot, entries: [] }).entries).toEqual([]);
  });

  it.each([
    ['whole', null, 'it must be an object'],
    ['format', { ...snapshot, format: 'x' }, 'format must be nestjs-bedrock-discovery/snapshot'],
    ['version', { ...snapshot, version: 2 }, 'version is 2, and this release reads version 1'],
    ['version', { ...snapshot, version: [1] }, 'version is no number, and this release reads version 1'],
    ['time of export', { ...snapshot, exportedAt: 'yesterday' }, 'exportedAt must be a time such as'],
    ['list of entries', { ...snapshot, entries: {} }, 'entries must be an array'],
    ['entry', { ...snapshot, entries: [entry, null] }, 'entries[1] must be an object'],
    ['key', { ...snapshot, entries: [{ ...entry, key: '' }] }, 'entries[0].key must not be empty'],
    ['key', { ...snapshot, entries: [{ ...entry, key: 7 }] }, 'entries[0].key must be a string'],
    [
      'time of an entry',
      { ...snapshot, entries: [{ ...entry, storedAt: '2026-13-01T00:00:00Z' }] },
      'entries[0].storedAt',
    ],
    ['value', { ...snapshot, entries: [{ key: 'k', storedAt: entry.storedAt }] }, 'entries[0].value is missing'],
  ])('says so where the %s of a snapshot is wrong', (_, value, problem) => {
    const error = { code: 'INVALID_OPTIONS', option: 'cache.seed', message: expect.stringContaining(problem) };
    expect(() => parseSnapshot(value)).toThrow(expect.objectContaining(error));
  });

  it('accepts times with an offset, without fractions and before 1970', () => {
    for (const time of ['2026-03-01T00:00:00Z', '2026-03-01T01:00:00.5+01:00', '1969-12-31T23:59:59Z']) {
      expect(
        parseSnapshot({ ...snapshot, exportedAt: time, entries: [{ ...entry, storedAt: time }] }).entries,
      ).toHaveLength(1);
    }
  });

  it('throws nothing but a typed error, whatever the value', () => {
    const almost = fc.record(
      {
        format: fc.constantFrom(snapshot.format, 1),
        version: fc.constantFrom(1, '1'),
        exportedAt: fc.anything(),
        entries: fc.array(fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), almost), (value) => {
        try {
          parseSnapshot(value);
        } catch (error) {
          expect(isOwnError(error)).toBe(true);
        }
      }),
    );
  });
});
