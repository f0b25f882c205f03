/**
 * How far a sample can be trusted: `lagging` ones were taken while the event loop was late, `cold` ones on a connection
 * that was new, `warm` ones on one in use.
 */
export type SampleGrade = keyof typeof TRUST;

const TRUST = { lagging: 0, cold: 1, warm: 2 };

export interface Sample {
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly grade: SampleGrade;
}

/** A smoothed value with what is needed to go on smoothing it. JSON-safe. */
export interface MovingAverage extends Sample {
  readonly samples: number;
}

export function isSampleGrade(value: unknown): value is SampleGrade {
  return typeof value === 'string' && Object.hasOwn(TRUST, value);
}

export interface Smoothing {
  /** Weight of a new sample once there are many. */
  readonly weight: number;
  /** After this time without a sample, what was known counts half. */
  readonly halfLifeMs: number;
}

/**
 * Exponential moving average whose weight adapts: a new sample weighs at least `1 / n` while samples are few, and the
 * former value loses weight with its age. The first sample of a better grade replaces all of a lesser one, and lesser ones
 * are ignored from then on. Of lagging samples the least counts: lag only ever adds.
 */
export function addSample(former: MovingAverage | undefined, sample: Sample, smoothing: Smoothing): MovingAverage {
  const gain = former === undefined ? 1 : TRUST[sample.grade] - TRUST[former.grade];
  if (former === undefined || gain > 0) {
    return { ...sample, samples: (former?.samples ?? 0) + 1 };
  }
  if (gain < 0) {
    return former;
  }
  const samples = former.samples + 1;
  const at = Math.max(sample.at, former.at);
  if (sample.grade === 'lagging') {
    return { value: Math.min(former.value, sample.value), samples, at, grade: sample.grade };
  }
  const ageMs = Math.max(0, sample.at - former.at);
  const kept = (1 - Math.max(smoothing.weight, 1 / samples)) * 0.5 ** (ageMs / smoothing.halfLifeMs);
  return { value: kept * former.value + (1 - kept) * sample.value, samples, at, grade: former.grade };
}
