import { Test } from '@nestjs/testing';
import {
  BEDROCK_DISCOVERY_CLOCK,
  type Clock,
  DiscoveryRefresher,
  InvocationRouter,
  LatencyTracker,
} from 'nestjs-bedrock-discovery';
import { discoveryModule } from './application.js';
import { type LatencyTrace, TRACE_KINDS, type TraceKind } from './latency-traces.js';
import type { Target } from './simulator-process.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const SEEDS = [1, 2, 3, 4, 5];
/** Each region is measured by a scan this often; besides, only the region that is called is. */
const SCAN_EVERY = 300;

/** Chooses a region, told nothing but samples. */
interface Ranker {
  readonly name: string;
  record(region: string, latencyMs: number, step: number): void;
  choose(step: number): Promise<string> | string;
  end(): Promise<void>;
}

export interface StudyRow {
  readonly traces: string;
  readonly ranker: string;
  /** How much longer the chosen region takes than the best one at that moment, in the mean, as a share of the best. */
  readonly regret: number;
  /** How often the choice changed within an hour, in the mean. */
  readonly changes: number;
}

/** Lets rankers choose among the same traces, and reports how far each is from an oracle that knows the truth. */
export async function studyRanking(target: Target): Promise<StudyRow[]> {
  const rows: StudyRow[] = [];
  for (const kind of TRACE_KINDS) {
    for (const create of [
      () => routerRanker(target),
      () => averageRanker('plain EMA of 0.3', 0.3),
      () => averageRanker('last sample', 1),
    ]) {
      const results: { ranker: string; regret: number; changes: number }[] = [];
      for (const seed of SEEDS) {
        const ranker = await create();
        results.push({ ranker: ranker.name, ...(await play(kind, kind.traces(seed), ranker)) });
        await ranker.end();
      }
      rows.push({
        traces: kind.name,
        ranker: results[0]?.ranker ?? '',
        regret: mean(results.map(({ regret }) => regret)),
        changes: mean(results.map(({ changes }) => changes)),
      });
    }
  }
  return rows;
}

async function play(
  kind: TraceKind,
  traces: readonly LatencyTrace[],
  ranker: Ranker,
): Promise<{ regret: number; changes: number }> {
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

function averageRanker(name: string, weight: number): Ranker {
  const averages = new Map<string, number>();
  return {
    name,
    record: (region, latencyMs) => {
      const former = averages.get(region) ?? latencyMs;
      averages.set(region, former + weight * (latencyMs - former));
    },
    choose: () => [...averages].sort(([, a], [, b]) => a - b)[0]?.[0] ?? '',
    end: async () => undefined,
  };
}

/** The library itself, with a clock that goes on by a second a step. */
async function routerRanker(target: Target): Promise<Ranker> {
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
  const app = await Test.createTestingModule({ imports: [discoveryModule(target)] })
    .overrideProvider(BEDROCK_DISCOVERY_CLOCK)
    .useValue(clock)
    .setLogger({ log: () => undefined, warn: () => undefined, error: () => undefined })
    .compile();
  await app.get(DiscoveryRefresher).refresh();
  const [latencies, router] = [app.get(LatencyTracker), app.get(InvocationRouter)];
  latencies.clear();
  return {
    name: 'this library',
    record: (region, latencyMs) => latencies.record(region, { latencyMs }),
    choose: async (step) => {
      now = started + step * 1_000;
      const { routes } = await router.resolve(MODEL, { residency: 'eu' });
      return routes[0]?.region ?? '';
    },
    end: () => app.close(),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
