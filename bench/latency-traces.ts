/** What a region's latency does over time: `mean` is the truth, `sample` what one call at that moment sees. */
export interface LatencyTrace {
  readonly region: string;
  mean(step: number): number;
  sample(step: number): number;
}

/** How far single calls stray from their region's mean. */
export interface NoiseLevel {
  /** Standard deviation of the logarithm. */
  readonly noise: number;
  /** Share of calls that take 4 to 12 times as long, in traces that have spikes. */
  readonly spikes: number;
}

export interface TraceKind {
  readonly name: string;
  /** Steps of a second each. */
  readonly steps: number;
  traces(seed: number, level: NoiseLevel): readonly LatencyTrace[];
}

const STEPS = 3_600;
/** Round trips as seen from central Europe, in milliseconds. */
const BASES: readonly (readonly [region: string, baseMs: number])[] = [
  ['eu-central-1', 14],
  ['eu-west-3', 22],
  ['eu-south-1', 24],
  ['eu-west-1', 38],
  ['eu-north-1', 36],
  ['eu-south-2', 44],
];
export const TRACED_REGIONS = BASES.map(([region]) => region);

/** Small, fast and good enough for traces; the same seed gives the same trace. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Factor = (step: number, place: number) => number;

function kind(name: string, factorFor: (random: () => number) => Factor, spiky: boolean): TraceKind {
  return {
    name,
    steps: STEPS,
    traces: (seed, level) => {
      const random = randomNumbers(seed);
      const factor = factorFor(random);
      return BASES.map(([region, baseMs], place) => {
        const own = randomNumbers(seed * 31 + place);
        const samples = Array.from({ length: STEPS }, (_, step) => {
          const noise = Math.exp(level.noise * normal(own));
          const spike = own() < (spiky ? level.spikes : 0) ? 4 + own() * 8 : 1;
          return baseMs * factor(step, place) * noise * spike;
        });
        return {
          region,
          mean: (step) => baseMs * factor(step, place),
          sample: (step) => samples[step] ?? Number.NaN,
        };
      });
    },
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const steady: Factor = () => 1;

/** Each an hour: calm, slow drifts of all regions, single spikes, the best region that degrades for a while, and all of it. */
export const TRACE_KINDS: readonly TraceKind[] = [
  kind('calm', () => steady, false),
  kind('drift', (random) => drifting(random), false),
  kind('spikes', () => steady, true),
  kind('a region degrades', () => degrading, false),
  kind(
    'all together',
    (random) => {
      const drift = drifting(random);
      return (step, place) => drift(step, place) * degrading(step, place);
    },
    true,
  ),
];

/**
 * What no constant of the library was tuned on, here to tell whether they hold beyond what they were chosen for: load that
 * swings by the region with bursts that all of them share, and a near region that is reached by a far detour now and then.
 */
export const UNSEEN_TRACE_KINDS: readonly TraceKind[] = [
  kind('swinging load, shared bursts (unseen)', (random) => swinging(random), true),
  kind('a region goes away and comes back (unseen)', (random) => detoured(random), true),
];

function drifting(random: () => number): Factor {
  const phases = BASES.map(() => random() * 2 * Math.PI);
  return (step, place) => 1 + 0.5 * Math.sin((2 * Math.PI * step) / STEPS + (phases[place] ?? 0));
}

/** The nearest region takes five times as long for ten minutes. */
function degrading(step: number, place: number): number {
  return place === 0 && step >= 1_200 && step < 1_800 ? 5 : 1;
}

/** Each region swings by 40 % in twenty minutes; every five minutes or so all take 1.5 to 3 times as long for 20 to 60 seconds. */
function swinging(random: () => number): Factor {
  const phases = BASES.map(() => random() * 2 * Math.PI);
  const bursts = new Float64Array(STEPS).fill(1);
  for (let step = 0; step < STEPS; step += 1) {
    if (random() < 1 / 300) {
      const factor = 1.5 + 1.5 * random();
      bursts.fill(factor, step, step + 20 + Math.floor(40 * random()));
    }
  }
  return (step, place) =>
    (1 + 0.4 * Math.sin((2 * Math.PI * step) / 1_200 + (phases[place] ?? 0))) * (bursts[step] ?? 1);
}

/** Three times an hour, one of the two nearest regions is 150 ms further away for 5 to 15 minutes. */
function detoured(random: () => number): Factor {
  const detours = [0, 1_200, 2_400].map((earliest) => {
    const from = earliest + Math.floor(600 * random());
    return { from, until: from + 300 + Math.floor(600 * random()), place: random() < 0.5 ? 0 : 1 };
  });
  return (step, place) => {
    const isAway = detours.some((detour) => detour.place === place && step >= detour.from && step < detour.until);
    return isAway ? 1 + 150 / (BASES[place]?.[1] ?? 1) : 1;
  };
}
