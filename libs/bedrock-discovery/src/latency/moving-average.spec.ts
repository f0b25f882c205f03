import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addSample, type MovingAverage, type Sample } from './moving-average.js';

const smoothing = { weight: 0.2, halfLifeMs: 60_000 };
const warm = (value: number, at = 0): Sample => ({ value, at, grade: 'warm' });
const cold = (value: number, at = 0): Sample => ({ value, at, grade: 'cold' });
const lagging = (value: number, at = 0): Sample => ({ value, at, grade: 'lagging' });
const after = (...samples: Sample[]): MovingAverage =>
  samples.reduce<MovingAverage | undefined>((average, sample) => addSample(average, sample, smoothing), undefined) ??
  (() => {
    throw new Error('no samples');
  })();

describe('the moving average of a latency', () => {
  it('is the first sample at first, then the mean while samples are few', () => {
    expect(after(warm(100)).value).toBe(100);
    expect(after(warm(100), warm(200)).value).toBeCloseTo(150);
    expect(after(warm(100), warm(200), warm(300)).value).toBeCloseTo(200);
  });

  it('gives a new sample its full weight once there are many', () => {
    const many = after(...Array.from({ length: 50 }, () => warm(100)));
    expect(addSample(many, warm(200), smoothing).value).toBeCloseTo(120);
  });

  it('lets what was known lose half its weight per half-life', () => {
    const many = after(...Array.from({ length: 50 }, () => warm(100)));
    expect(addSample(many, warm(200, 60_000), smoothing).value).toBeCloseTo(160);
  });

  it('replaces first contacts by the first warm sample, and ignores further first contacts', () => {
    const average = after(cold(500), cold(700), warm(100), cold(900));
    expect(average).toMatchObject({ value: 100, grade: 'warm' });
  });

  it('goes by the least of lagging samples only until there is a better one', () => {
    expect(after(lagging(300), lagging(200), lagging(250)).value).toBe(200);
    expect(after(lagging(200), cold(120), lagging(10)).value).toBe(120);
  });

  it('never leaves the range of its samples, and counts those it used', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ value: fc.double({ min: 0, max: 1e6, noNaN: true }), at: fc.nat(1e9) }), { minLength: 1 }),
        (points) => {
          const average = after(...points.map(({ value, at }) => warm(value, at)));
          const values = points.map(({ value }) => value);
          expect(average.value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(average.value).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
          expect(average.samples).toBe(points.length);
        },
      ),
    );
  });
});
