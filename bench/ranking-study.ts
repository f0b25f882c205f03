import { Test } from '@nestjs/testing';
import {
  BEDROCK_DISCOVERY_CLOCK,
  type Clock,
  DiscoveryRefresher,
  InvocationRouter,
  LatencyTracker,
} from 'nestjs-bedrock-discovery';
import { discoveryModule } from './application.js';
import {
  type LatencyTrace,
  type NoiseLevel,
  TRACE_KINDS,
  TRACED_REGIONS,
  type TraceKind,
  UNSEEN_TRACE_KINDS,
} from './latency-traces.js';
import type { Target } from './simulator-process.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
/** Constants were tuned on seeds from 101 on. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/** Each region is measured by a scan this often; besides, only the region that is called is. */
const SCAN_EVERY = 300;

interface Level extends NoiseLevel {
  /** The most that the library may be slower than the oracle, by the name of the traces. */
  readonly regrets: Readonly<Record<string, number>>;
  /** On drift it is held against the plain average, and may be slower than the oracle by this much more. */
  readonly driftSlack: number;
}

const LEVELS: readonly Level[] = [
  {
    noise: 0.12,
    spikes: 0.03,
    regrets: { spikes: 0.02, 'a region degrades': 0.02, 'all together': 0.06 },
    driftSlack: 0,
  },
  {
    noise: 0.35,
    spikes: 0.08,
    regrets: { spikes: 0.1, 'a region degrades': 0.02, 'all together': 0.1 },
    driftSlack: 0.01,
  },
];

/** Chooses a region, told nothing but samples. */
interface Ranker {
  record(region: string, latencyMs: number, step: number): void;
  choose(step: number): Promise<string> | string;
}

interface Outcome {
  /** How much longer the chosen region takes than the best one at that moment, in the mean, as a share of the best. */
  readonly regret: number;
  /** How often the choice changed within an hour, in the mean. */
  readonly changes: number;
}

export interface StudyRow {
  readonly traces: string;
  readonly noise: number;
  readonly library: Outcome;
  /** A moving average that weighs each sample by 0.3, the least of whose values is chosen. */
  readonly plainAverage: Outcome;
  readonly lastSample: Outcome;
  /** The most that is acceptable of the library. */
  readonly bounds: { readonly regret?: number; readonly changes: number };
}

/** Lets rankers choose among the same traces, and reports how far each is from an oracle that knows the truth. */
export async function studyRanking(target: Target): Promise<StudyRow[]> {
  const library = await startLibrary(target);
  const rows: StudyRow[] = [];
  for (const level of LEVELS) {
    for (const kind of [...TRACE_KINDS, ...UNSEEN_TRACE_KINDS]) {
      const outcomeOf = (create: () => Promise<Ranker> | Ranker): Promise<Outcome> => playAll(kind, level, create);
      const plainAverage = await outcomeOf(() => averageRanker(0.3));
      rows.push({
        traces: kind.name,
        noise: level.noise,
        library: await outcomeOf(() => library.newRanker()),
        plainAverage,
        lastSample: await outcomeOf(() => averageRanker(1)),
        bounds: {
          changes: plainAverage.changes,
          regret: kind.name === 'drift' ? plainAverage.regret + level.driftSlack : level.regrets[kind.name],
        },
      });
    }
  }
  await library.end();
  return rows;
}

async function playAll(kind: TraceKind, level: NoiseLevel, create: () => Promise<Ranker> | Ranker): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const seed of SEEDS) {
    outcomes.push(await play(kind, kind.traces(seed, level), await create()));
  }
  return {
    regret: mean(outcomes.map(({ regret }) => regret)),
    changes: mean(outcomes.map(({ changes }) => changes)),
  };
}

async function play(kind: TraceKind, traces: readonly LatencyTrace[], ranker: Ranker): Promise<Outcome> {
  let regret = 0;
  let changes = 0;
  let former: string | undefined;
  for (let step = 0; step < kind.steps; step += 1) {
    if (step % SCAN_EVERY === 0) {
      traces.forEach((trace) => ranker.record(trace.region, trace.sample(step), step));
    }
    const region = await ranker.choose(step);
    const chosen = traces.find((trace) => trace.region === region) as LatencyTrace;
    const best = Math.min(...traces.map((trace) => trace.mean(step)));
    regret += chosen.mean(step) / best - 1;
    changes += former !== undefined && former !== region ? 1 : 0;
    former = region;
    ranker.record(region, chosen.sample(step), step);
  }
  return { regret: regret / kind.steps, changes };
}

function averageRanker(weight: number): Ranker {
  const averages = new Map<string, number>();
  return {
    record: (region, latencyMs) => {
      const former = averages.get(region) ?? latencyMs;
      averages.set(region, former + weight * (latencyMs - former));
    },
    choose: () => [...averages].sort(([, a], [, b]) => a - b)[0]?.[0] ?? '',
  };
}

/** The library itself, with a clock that goes on by a second a step; each of its rankers begins with nothing measured. */
async function startLibrary(target: Target): Promise<{ newRanker(): Promise<Ranker>; end(): Promise<void> }> {
  const started = Date.now();
  let now = started;
  const clock: Clock = {
    now: () => now,
    monotonic: () => now - started,
    schedule: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const app = await Test.createTestingModule({ imports: [discoveryModule(target, { regions: TRACED_REGIONS })] })
    .overrideProvider(BEDROCK_DISCOVERY_CLOCK)
    .useValue(clock)
    .setLogger({ log: () => undefined, warn: () => undefined, error: () => undefined })
    .compile();
  await app.get(DiscoveryRefresher).refresh();
  const [latencies, router] = [app.get(LatencyTracker), app.get(InvocationRouter)];
  const best = async (): Promise<string> => (await router.resolve(MODEL, { residency: 'eu' })).routes[0]?.region ?? '';
  return {
    newRanker: async () => {
      latencies.clear();
      await best();
      return {
        record: (region, latencyMs, step) => {
          now = started + step * 1_000;
          latencies.record(region, { latencyMs });
        },
        choose: (step) => {
          now = started + step * 1_000;
          return best();
        },
      };
    },
    end: () => app.close(),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
