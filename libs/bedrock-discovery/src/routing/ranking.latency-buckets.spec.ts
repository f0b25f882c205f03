import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LatencyReading } from '../latency/latency.types.js';
import { bucketOf, LatencyBuckets } from './ranking.js';

const roundTrips = (entries: Record<string, number>): Map<string, { roundTripMs: number; firstByteMs: undefined }> =>
  new Map(Object.entries(entries).map(([region, roundTripMs]) => [region, { roundTripMs, firstByteMs: undefined }]));

describe('latency buckets', () => {
  it('rise with the latency, and span about a quarter of it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        (a, b) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)];
          expect(bucketOf(less)).toBeLessThanOrEqual(bucketOf(more));
          if (more > 1.5 * less + 15) {
            expect(bucketOf(less)).toBeLessThan(bucketOf(more));
          }
        },
      ),
    );
  });

  it('are kept by a latency that swings by a fifteenth, wherever it begins', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 5_000, noNaN: true }),
        fc.array(fc.double({ min: 0.93, max: 1.07, noNaN: true }), { maxLength: 50 }),
        (latencyMs, swings) => {
          let bucket = bucketOf(latencyMs);
          // It may begin at the very edge: once it has settled, nothing moves it.
          bucket = bucketOf(latencyMs * 1.07, bucket);
          const settled = bucket;
          for (const swing of swings) {
            bucket = bucketOf(latencyMs * swing, bucket);
          }
          expect(bucket).toBe(settled);
        },
      ),
    );
  });

  it('have a new version only when a region moves, comes or goes', () => {
    const buckets = new LatencyBuckets();
    buckets.update(roundTrips({ near: 40, far: 200 }));
    const { version } = buckets;
    buckets.update(roundTrips({ near: 44, far: 190 }));
    expect(buckets.version).toBe(version);
    expect(buckets.of('near').bucket).toBeLessThan(buckets.of('far').bucket);
    buckets.update(roundTrips({ near: 300, far: 190 }));
    expect(buckets.version).toBeGreaterThan(version);
    const moved = buckets.version;
    buckets.update(roundTrips({ near: 300 }));
    expect(buckets.version).toBeGreaterThan(moved);
    expect(buckets.of('far')).toEqual({ bucket: Number.POSITIVE_INFINITY, from: 'nothing' });
  });

  it('compare real calls with round trips once two regions tell what the models take', () => {
    const buckets = new LatencyBuckets();
    const called = (roundTripMs: number, firstByteMs: number): LatencyReading => ({ roundTripMs, firstByteMs });
    const uncalled: LatencyReading = { roundTripMs: 100, firstByteMs: undefined };
    buckets.update(
      new Map([
        ['a', called(20, 820)],
        ['c', uncalled],
      ]),
    );
    expect(buckets.of('c').bucket).toBeLessThan(buckets.of('a').bucket);
    buckets.update(
      new Map([
        ['a', called(20, 820)],
        ['b', called(40, 860)],
        ['c', uncalled],
      ]),
    );
    expect(buckets.of('c').bucket).toBeGreaterThanOrEqual(buckets.of('a').bucket);
    expect(buckets.of('c')).toMatchObject({ latencyMs: 100, from: 'round-trip' });
    expect(buckets.of('a')).toMatchObject({ latencyMs: 820, from: 'first-byte' });
  });
});
