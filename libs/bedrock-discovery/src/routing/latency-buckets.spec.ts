import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LatencyReading } from '../latency/latency-store.js';
import { ManualClock } from '../testing/manual-clock.js';
import { bucketOf, LatencyBuckets, LatencyRanking } from './latency-buckets.js';

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

  it('have bounds, beyond which a region goes for more than a third of a bucket before it leaves', () => {
    /** The latency at a place between the bounds of buckets. */
    const at = (position: number): number => 10 * (1.25 ** position - 1);
    expect([0, at(0.99), at(1.01), at(7.5)].map((ms) => bucketOf(ms))).toEqual([0, 0, 1, 7]);
    expect([6.66, 7.5, 8.34].map((position) => bucketOf(at(position), 7))).toEqual([7, 7, 7]);
    expect([6.64, 8.36].map((position) => bucketOf(at(position), 7))).toEqual([6, 8]);
    expect(bucketOf(Infinity)).toBe(Infinity);
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

  it('are another value where two regions of one bucket change places, or one leaves its bucket for nobody else’s place', () => {
    const buckets = new LatencyBuckets();
    const moves = (entries: Record<string, number>): boolean => {
      const { current } = buckets;
      buckets.update(roundTrips(entries));
      return buckets.current !== current;
    };
    expect([moves({ a: 90, b: 97 }), moves({ a: 91, b: 96 })]).toEqual([true, false]);
    expect(moves({ a: 101, b: 95 })).toBe(true);
    expect(buckets.of('a').bucket).toBe(buckets.of('b').bucket);
    expect([moves({ a: 400, b: 95 }), moves({ a: 400, b: 95, c: 900 }), moves({ a: 400, b: 95 })]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('know of a region that was never measured nothing but its place behind all others', () => {
    const buckets = new LatencyBuckets();
    const [unknown, other]: LatencyReading[] = [
      { roundTripMs: undefined, firstByteMs: undefined },
      { roundTripMs: undefined, firstByteMs: undefined },
    ];
    buckets.update(
      new Map([
        ...roundTrips({ near: 40 }),
        ['unknown', unknown as LatencyReading],
        ['other', other as LatencyReading],
      ]),
    );
    expect(buckets.of('unknown')).toStrictEqual({ bucket: Infinity, place: 1, from: 'nothing' });
    expect(buckets.of('other').place).toBe(2);
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
        ['a', called(200, 1_000)],
        ['c', uncalled],
      ]),
    );
    expect(buckets.of('c').bucket).toBeLessThan(buckets.of('a').bucket);
    buckets.update(
      new Map([
        ['a', called(200, 1_000)],
        ['b', called(40, 1_240)],
        ['c', uncalled],
      ]),
    );
    // 800 ms is the least that the models take.
    expect(buckets.of('c').bucket).toBe(bucketOf(900));
    expect(buckets.of('c')).toMatchObject({ latencyMs: 100, from: 'round-trip' });
    expect(buckets.of('a')).toMatchObject({ latencyMs: 1_000, from: 'first-byte' });
  });
});

describe('the ranking of regions for a model', () => {
  /** Latencies that are counted as they are read, and are the same until something was measured. */
  function start() {
    const clock = new ManualClock();
    const asked: string[] = [];
    const latencies = {
      current: {},
      readings: (modelId: string): Map<string, LatencyReading> => {
        asked.push(modelId);
        return roundTrips({ near: 40 });
      },
    };
    return { clock, asked, latencies, ranking: new LatencyRanking(latencies as never, clock) };
  }

  it('is one for each model, and is that of the last minute or of what was measured since', () => {
    const { clock, asked, latencies, ranking } = start();
    const ofA = ranking.of('a');
    expect(ofA.of('near')).toMatchObject({ place: 0, latencyMs: 40 });
    expect(ranking.of('b')).not.toBe(ofA);
    clock.advance(59_999);
    expect(ranking.of('a')).toBe(ofA);
    expect(asked).toEqual(['a', 'b']);
    clock.advance(1);
    expect(ranking.of('a')).toBe(ofA);
    expect(asked).toEqual(['a', 'b', 'a']);
    latencies.current = {};
    ranking.of('a');
    ranking.of('a');
    expect(asked).toEqual(['a', 'b', 'a', 'a']);
  });
});
