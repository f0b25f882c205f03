import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addSample, isAverage, type MovingAverage, type Sample } from './moving-average.js';

const smoothing = { weight: 0.2, halfLifeMs: 60_000 };
const warm = (value: number, at = 0): Sample => ({ value, at, grade: 'warm' });
const cold = (value: number, at = 0): Sample => ({ value, at, grade: 'cold' });
const lagging = (value: number, at = 0): Sample => ({ value, at, grade: 'lagging' });
const after = (...samples: Sample[]): MovingAverage =>
  samples.reduce<MovingAverage | undefined>((average, sample) => addSample(average, sample, smoothing), undefined) ??
  (() => {
    throw new Error('no samples');
  })();
const many = (): Sample[] => Array.from({ length: 50 }, () => warm(100));
const MANY = after(...many());

describe('the moving average of a latency', () => {
  it('is the first sample at first, then a mean on a logarithmic scale while samples are few', () => {
    const mean = (...values: number[]): number =>
      Math.exp(values.reduce((sum, value) => sum + Math.log(value + 10), 0) / values.length) - 10;
    expect(after(warm(100)).value).toBe(100);
    expect(after(warm(100), warm(150)).value).toBeCloseTo(mean(100, 150));
    expect(after(warm(100), warm(150), warm(200)).value).toBeCloseTo(mean(100, 150, 200));
  });

  it('gives a new sample its full weight once there are many', () => {
    const { value } = addSample(MANY, warm(200), smoothing);
    expect(Math.log(210 / (value + 10)) / Math.log(210 / 110)).toBeCloseTo(0.8);
  });

  it('lets what was known lose half its weight per half-life', () => {
    const { value } = addSample(MANY, warm(200, 60_000), smoothing);
    expect(Math.log(210 / (value + 10)) / Math.log(210 / 110)).toBeCloseTo(0.4);
  });

  it('takes a sample that is far faster at once, however many there were before', () => {
    expect(addSample(MANY, warm(40), smoothing)).toMatchObject({ value: 40, samples: 51 });
  });

  it('holds back samples that are far slower until three more in a row confirm the first, then takes the least', () => {
    const spikes = [warm(900), warm(400), warm(700), warm(500)];
    const values = spikes.map((_, index) => after(...many(), ...spikes.slice(0, index + 1)).value);
    expect(values).toEqual([100, 100, 100, 400].map((value) => expect.closeTo(value)));
  });

  it('forgets what it held back once a sample is as usual', () => {
    const spikes = Array.from({ length: 30 }, (_, index) => (index % 4 === 3 ? warm(100) : warm(900)));
    expect(after(...many(), ...spikes).value).toBeCloseTo(100);
  });

  it('does not hold samples against what has not been measured for long', () => {
    expect(addSample(MANY, warm(900, 10 * 60_000), smoothing).value).toBeGreaterThan(890);
  });

  it('goes on with what an earlier version kept, and with what JSON has carried', () => {
    const earlier: MovingAverage = { value: 100, samples: 9, at: 0, grade: 'warm' };
    const held = addSample(earlier, warm(900), smoothing);
    expect(held).toMatchObject({ value: 100, held: { samples: 1, least: 900 } });
    expect(JSON.parse(JSON.stringify(held))).toEqual(held);
  });

  it('replaces first contacts by the first warm sample, and ignores further first contacts', () => {
    const average = after(cold(500), cold(700), warm(100), cold(900));
    expect(average).toMatchObject({ value: 100, grade: 'warm' });
  });

  it('takes a latency twice as long, or half as long, for one that is averaged in', () => {
    const [twice, half] = [210, 45].map((value) => addSample(MANY, warm(value), smoothing));
    expect([twice?.held, half?.held]).toEqual([undefined, undefined]);
    expect(twice?.value).toBeGreaterThan(100);
    expect(twice?.value).toBeLessThan(210);
    expect(half?.value).toBeGreaterThan(45);
  });

  it('is as of its latest sample, whichever comes last', () => {
    expect(addSample(after(warm(100, 5_000)), warm(101, 2_000), smoothing).at).toBe(5_000);
    expect(addSample(after(warm(100, 2_000)), warm(101, 5_000), smoothing).at).toBe(5_000);
  });

  it('goes by the least of lagging samples only until there is a better one', () => {
    expect(after(lagging(300), lagging(200), lagging(250)).value).toBe(200);
    expect(after(lagging(200), cold(120), lagging(10)).value).toBe(120);
  });

  it('never leaves the range of its samples, and counts them', () => {
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

  it('is replaced by the next sample where it is dated in the future, as after a clock was corrected', () => {
    const latency = fc.double({ min: 0, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(latency, latency, fc.integer({ min: 60_001, max: 1e12 }), (former, present, aheadMs) => {
        const average = after(...Array.from({ length: 5 }, () => warm(former, aheadMs)));
        const next = addSample(average, warm(present, 0), smoothing);
        expect(next.value).toBeCloseTo(present, 5);
        expect(next).toMatchObject({ at: 0, samples: 6 });
      }),
    );
  });
});

describe('an average that was stored', () => {
  const stored = { value: 100, samples: 9, at: 0, grade: 'warm', held: { samples: 1, least: 900 } };

  it('comes back', () => {
    const { held: _held, ...settled } = stored;
    expect([stored, settled, { ...stored, value: 0, samples: 0 }, MANY].map(isAverage)).toEqual(Array(4).fill(true));
  });

  it.each([
    null,
    undefined,
    'warm',
    ...['value', 'samples', 'at'].flatMap((part) =>
      [-1, '1', null, Infinity].map((bad) => ({ ...stored, [part]: bad })),
    ),
    ...['hot', 'toString', 2, undefined].map((grade) => ({ ...stored, grade })),
    ...[null, {}, { samples: 1 }, { least: 900 }, { samples: 1.5, least: 900 }, { samples: 1, least: '9' }].map(
      (held) => ({ ...stored, held }),
    ),
  ])('is none where it is %j', (value) => {
    expect(isAverage(value)).toBe(false);
  });
});
