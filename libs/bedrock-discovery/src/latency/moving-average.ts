import { ageOf, isFuture } from '../util/clock.js';

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
  /** All of its grade, those that are held back too. */
  readonly samples: number;
  /** The last samples in a row that were far slower than the value. */
  readonly held?: { readonly samples: number; readonly least: number };
}

/** Added to latencies before they are compared: differences of a few milliseconds never matter; beyond, the ratio does. */
const SCALE_MS = 10;
/** Far apart are two latencies beyond this ratio. */
const FAR = 2;
/** What is far slower counts once as many more in a row say the same. */
const CONFIRMATIONS = 3;
/** What was known this many half-lives ago, and weighs less than a thousandth, holds nothing back. */
const OUTDATED_HALF_LIVES = 10;

function isSampleGrade(value: unknown): value is SampleGrade {
  return typeof value === 'string' && Object.hasOwn(TRUST, value);
}

export interface Smoothing {
  /** Weight of a new sample that follows at once on many. */
  readonly weight: number;
  /** After this time without a sample, what was known counts half. */
  readonly halfLifeMs: number;
}

/**
 * Takes one more sample into account. Delays only ever add to a latency, hence:
 * - one that is far faster than the value replaces it at once;
 * - one that is far slower is held back until {@link CONFIRMATIONS} more in a row are as well; the least of them then
 *   replaces it, so that a spike changes nothing and a region that degrades is left after a few calls;
 * - any other is averaged in, on a logarithmic scale since noise multiplies. It weighs at least `1 / n` while samples are
 *   few, and more the older the value is: much for a region that is only scanned, little for one that is called all the
 *   time.
 *
 * Of cold and warm samples, the first of the better grade replaces all of the lesser one, and lesser ones are ignored from
 * then on. Of lagging samples the least counts.
 *
 * @see RFC 5905 (NTP), section 10 and appendix A.5.2: the least delayed of some samples is the most accurate, and the
 * popcorn spike suppressor holds back a single outlier unless what it is compared with is old.
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
  const at = isFuture(former.at, sample.at) ? sample.at : Math.max(sample.at, former.at);
  const next = (value: number): MovingAverage => ({ value, samples, at, grade: former.grade });
  if (sample.grade === 'lagging') {
    return next(Math.min(former.value, sample.value));
  }
  const ratio = (sample.value + SCALE_MS) / (former.value + SCALE_MS);
  if (ratio < 1 / FAR) {
    return next(sample.value);
  }
  const halfLives = ageOf(former.at, sample.at) / smoothing.halfLifeMs;
  if (ratio > FAR && halfLives < OUTDATED_HALF_LIVES) {
    const held = {
      samples: (former.held?.samples ?? 0) + 1,
      least: Math.min(former.held?.least ?? sample.value, sample.value),
    };
    return held.samples > CONFIRMATIONS ? next(held.least) : { ...former, samples, held };
  }
  const kept = (1 - Math.max(smoothing.weight, 1 / samples)) * 0.5 ** halfLives;
  return next(former.value + (former.value + SCALE_MS) * Math.expm1((1 - kept) * Math.log(ratio)));
}

/** Whether something that was stored is an average. */
export function isAverage(value: unknown): value is MovingAverage {
  const average = value as Partial<MovingAverage> | null;
  return (
    typeof average === 'object' &&
    average !== null &&
    [average.value, average.samples, average.at].every((part) => Number.isFinite(part) && (part as number) >= 0) &&
    isSampleGrade(average.grade) &&
    (average.held === undefined || isHeld(average.held))
  );
}

function isHeld(value: unknown): boolean {
  const held = value as Partial<NonNullable<MovingAverage['held']>> | null;
  return held !== null && Number.isSafeInteger(held.samples) && Number.isFinite(held.least);
}
