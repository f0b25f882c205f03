import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LatencyReading } from '../latency/latency-store.js';
import { bucketOf, LatencyBuckets } from './latency-buckets.js';

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

  it('are another value only when a region moves, comes or goes', () => {
    const buckets = new LatencyBuckets();
    buckets.update(roundTrips({ near: 40, far: 200 }));
    const { current } = buckets;
    buckets.update(roundTrips({ near: 44, far: 190 }));
    expect(buckets.current).toBe(current);
    expect(buckets.of('near').latencyMs).toBe(44);
    expect(buckets.of('near').bucket).toBeLessThan(buckets.of('far').bucket);
    buckets.update(roundTrips({ near: 300, far: 190 }));
    const moved = buckets.current;
    expect(moved).not.toBe(current);
    buckets.update(roundTrips({ near: 300 }));
    expect(buckets.current).not.toBe(moved);
    expect(buckets.of('far')).toMatchObject({ bucket: Number.POSITIVE_INFINITY, from: 'nothing' });
  });

  it('list their regions by latency', () => {
    const buckets = new LatencyBuckets();
    buckets.update(roundTrips({ a: 97, b: 90, c: 300 }));
    expect(buckets.of('a').bucket).toBe(buckets.of('b').bucket);
    expect([buckets.of('b').place, buckets.of('a').place, buckets.of('c').place]).toEqual([0, 1, 2]);
  });

  it('do not list a region before another for a difference of less than 5 %', () => {
    const buckets = new LatencyBuckets();
    const isFirst = (a: number, b: number): boolean => {
      buckets.update(roundTrips({ a, b }));
      return buckets.of('a').place < buckets.of('b').place;
    };
    expect([isFirst(95, 96), isFirst(97, 96), isFirst(100, 96)]).toEqual([true, true, true]);
    expect([isFirst(100, 94), isFirst(96, 98), isFirst(93, 100)]).toEqual([false, false, true]);
  });

  it('never list a region before one that is faster by more than 5 %, whatever was before', () => {
    const latencies = fc.array(fc.double({ min: 1, max: 500, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(latencies, { minLength: 1, maxLength: 20 }), (updates) => {
        const buckets = new LatencyBuckets();
        updates.forEach((values) => buckets.update(roundTrips(Object.fromEntries(Object.entries(values)))));
        const listed = Object.entries(updates.at(-1) ?? []).sort(
          ([a], [b]) => buckets.of(a).place - buckets.of(b).place,
        );
        listed.forEach(([, ms], index) =>
          listed.slice(index + 1).forEach(([, later]) => expect(later).toBeGreaterThanOrEqual(ms * 0.95 - 1e-9)),
        );
      }),
    );
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
