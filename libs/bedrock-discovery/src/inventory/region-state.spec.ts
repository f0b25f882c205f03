import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { classifyFailure } from '../errors/classify-failure.js';
import { failed, isDeniedToday, isFresh, nextDueAt, type RegionState, succeeded, toStatus } from './region-state.js';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 86_400_000;
const at = new Date(NOW).toISOString();
const DENIED = classifyFailure(Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }), {
  at,
  region: 'eu-west-1',
  operation: 'ListFoundationModels',
});

const ttlMs = fc.integer({ min: 1, max: 2 * YEAR_MS });
/** What was learnt by a clock that was ahead, or right, or behind. */
const state = (offsetMs: fc.Arbitrary<number>): fc.Arbitrary<RegionState<string>> =>
  fc.tuple(offsetMs, fc.option(offsetMs)).map(([scanned, denied]) => {
    const listed = succeeded({ items: ['a'], unreadable: 0 }, NOW + scanned);
    return denied === null ? listed : failed(listed, DENIED, NOW + denied);
  });
const AHEAD = fc.integer({ min: MINUTE_MS + 1, max: 2 * YEAR_MS });
const AGE = fc.integer({ min: 0, max: 2 * YEAR_MS });

describe('what is known of a region', () => {
  it('is asked again and never fresh where it is dated in the future', () => {
    fc.assert(
      fc.property(state(AHEAD), ttlMs, (known, memoryTtlMs) => {
        expect(isFresh(known, NOW, memoryTtlMs)).toBe(false);
        expect(isDeniedToday(known, NOW)).toBe(false);
        expect(nextDueAt(known, NOW, memoryTtlMs)).toBeLessThanOrEqual(NOW);
        const status = toStatus('eu-west-1', known, NOW, memoryTtlMs);
        expect(status).toMatchObject({ stale: true, count: 1 });
        expect(status).not.toHaveProperty('ageMs');
      }),
    );
  });

  it('is due exactly when it is not fresh any more, where it is dated in the past', () => {
    fc.assert(
      fc.property(AGE, ttlMs, (ageMs, memoryTtlMs) => {
        const known = succeeded({ items: ['a'], unreadable: 0 }, NOW - ageMs);
        expect(nextDueAt(known, NOW, memoryTtlMs) >= NOW).toBe(isFresh(known, NOW, memoryTtlMs));
        expect(toStatus('eu-west-1', known, NOW, memoryTtlMs)).toMatchObject({
          ageMs,
          stale: ageMs > memoryTtlMs,
        });
      }),
    );
  });
});
