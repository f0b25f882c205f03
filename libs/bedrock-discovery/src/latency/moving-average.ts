/** A smoothed value with what is needed to go on smoothing it. JSON-safe. */
export interface MovingAverage {
  readonly value: number;
  readonly samples: number;
  /** When the last sample was taken, milliseconds since the epoch. */
  readonly at: number;
  /** Only first contacts were seen so far; a warm sample replaces them. */
  readonly cold: boolean;
}

export interface Smoothing {
  /** Weight of a new sample once there are many. */
  readonly weight: number;
  /** After this time without a sample, what was known counts half. */
  readonly halfLifeMs: number;
}

/**
 * Exponential moving average whose weight adapts: a new sample weighs at least `1 / n` while samples are few, and the
 * former value loses weight with its age.
 */
export function addSample(
  former: MovingAverage | undefined,
  sample: { value: number; at: number; cold: boolean },
  smoothing: Smoothing,
): MovingAverage {
  if (former === undefined || (former.cold && !sample.cold)) {
    return { ...sample, samples: (former?.samples ?? 0) + 1 };
  }
  if (sample.cold && !former.cold) {
    return former;
  }
  const samples = former.samples + 1;
  const ageMs = Math.max(0, sample.at - former.at);
  const kept = (1 - Math.max(smoothing.weight, 1 / samples)) * 0.5 ** (ageMs / smoothing.halfLifeMs);
  return {
    value: kept * former.value + (1 - kept) * sample.value,
    samples,
    at: Math.max(sample.at, former.at),
    cold: former.cold,
  };
}
