/** What a region's latency does over time: `mean` is the truth, `sample` what one call at that moment sees. */
export interface LatencyTrace {
  readonly region: string;
  mean(step: number): number;
  sample(step: number): number;
}

export interface TraceKind {
  readonly name: string;
  /** Steps of a second each. */
  readonly steps: number;
  traces(seed: number): readonly LatencyTrace[];
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
/** Of a call's latency around its region's mean, as recorded round trips have it. */
const NOISE = 0.12;

/** Small, fast and good enough for traces; the same seed gives the same trace. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Factor = (step: number, place: number) => number;

function kind(name: string, factorFor: (random: () => number) => Factor, spikes: number): TraceKind {
  return {
    name,
    steps: STEPS,
    traces: (seed) => {
      const random = randomNumbers(seed);
      const factor = factorFor(random);
      return BASES.map(([region, baseMs], place) => {
        const own = randomNumbers(seed * 31 + place);
        const samples = Array.from({ length: STEPS }, (_, step) => {
          const noise = Math.exp(NOISE * normal(own));
          const spike = own() < spikes ? 4 + own() * 8 : 1;
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
  kind('calm', () => steady, 0),
  kind('drift', (random) => drifting(random), 0),
  kind('spikes', () => steady, 0.03),
  kind('a region degrades', () => degrading, 0),
  kind(
    'all together',
    (random) => {
      const drift = drifting(random);
      return (step, place) => drift(step, place) * degrading(step, place);
    },
    0.03,
  ),
];

function drifting(random: () => number): Factor {
  const phases = BASES.map(() => random() * 2 * Math.PI);
  return (step, place) => 1 + 0.5 * Math.sin((2 * Math.PI * step) / STEPS + (phases[place] ?? 0));
}

/** The nearest region takes five times as long for ten minutes. */
function degrading(step: number, place: number): number {
  return place === 0 && step >= 1_200 && step < 1_800 ? 5 : 1;
}
