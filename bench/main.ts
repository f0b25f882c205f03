import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DiscoveryRefresher, InvocationRouter, ModelDiscoveryService } from 'nestjs-bedrock-discovery';
import { createApplication } from './application.js';
import { measureChurn } from './churn.js';
import { measureCommandLine } from './command-line.js';
import { SCAN_REQUESTS, simulateFleets } from './fleet-simulation.js';
import { measureImport } from './import-cost.js';
import { measure, type Measured } from './measure.js';
import type { Task } from './once.js';
import { reportQuotas } from './quota-report.js';
import { type StudyRow, studyRanking } from './ranking-study.js';
import { studyRedis } from './redis-study.js';
import { getAll, newAgent, PlainSdk, recordRequests, type RecordedRequest } from './requests.js';
import { startSimulator, type Target } from './simulator-process.js';
import { summarise, type Summary } from './statistics.js';
import { measureUnchanged } from './unchanged.js';

// Longer than other files: what is measured, in which order, and how it is told.

const REPEATED = 20;
const MEMORY = 7;
const FIRST = 9;
/** Of a large fleet. */
const INSTANCES = 10_000;
const LOOKUPS = 200_000;
const RESOLUTIONS = 20_000;
const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

interface Row {
  readonly name: string;
  readonly unit: 'ms' | 'µs' | 'ratio' | 'requests' | '%' | 'changes' | 'MB' | 's' | 'round trips';
  readonly value: Summary | number;
  /** The most that is acceptable. */
  readonly bound?: number;
  /** What the bound holds for. @default the median */
  readonly of?: 'median' | 'p95';
}

const rows: Row[] = [];

/** The same work repeated in this process, each kind in turn, so that all see the same machine. */
async function measureRepeated(target: Target, requests: readonly RecordedRequest[]): Promise<void> {
  const agent = newAgent(target);
  const peer = new PlainSdk(target);
  const application = await createApplication(target);
  const refresher = application.get(DiscoveryRefresher);
  const kinds = {
    floor: () => getAll(target, requests, agent),
    peer: () => peer.list(),
    library: () => refresher.refresh({ force: true }),
  };
  const times: Record<keyof typeof kinds, number[]> = { floor: [], peer: [], library: [] };
  const stalls: Record<keyof typeof kinds, number[]> = { floor: [], peer: [], library: [] };
  for (let round = -3; round < REPEATED; round += 1) {
    for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
      const { ms, stallMs } = await measure(kinds[kind]);
      if (round >= 0) {
        times[kind].push(ms);
        stalls[kind].push(stallMs);
      }
    }
  }
  report('repeated refresh', times, 1.25);
  for (const kind of ['floor', 'peer'] as const) {
    rows.push({ name: `event-loop stall, ${kind}`, unit: 'ms', value: summarise(stalls[kind]) });
  }
  rows.push({ name: 'event-loop stall, library', unit: 'ms', value: summarise(stalls.library), bound: 12, of: 'p95' });
  await measureLookups(application.get(ModelDiscoveryService));
  await measureRouting(application.get(ModelDiscoveryService), application.get(InvocationRouter));
  await application.close();
  peer.destroy();
  agent.destroy();
}

/** Microseconds for one call, in 20 batches; each call takes the next of the ids. */
async function perCall(
  ids: readonly string[],
  calls: number,
  call: (id: string, index: number) => Promise<unknown>,
): Promise<Summary> {
  const batches: number[] = [];
  for (let batch = 0; batch < 20; batch += 1) {
    const started = performance.now();
    for (let index = 0; index < calls / 20; index += 1) {
      await call(ids[index % ids.length] as string, batch * calls + index);
    }
    batches.push(((performance.now() - started) * 1_000) / (calls / 20));
  }
  return summarise(batches);
}

/** A question that was asked a moment ago, and questions that never were: each has other constraints. */
async function measureRouting(models: ModelDiscoveryService, router: InvocationRouter): Promise<void> {
  const ids = (await models.getAllModels()).map(({ modelId }) => modelId);
  const counted: [id: string, routes: number][] = [];
  for (const id of ids) {
    counted.push([id, (await router.resolve(id)).routes.length]);
  }
  const [[busiest] = ['']] = counted.sort(([, a], [, b]) => b - a);
  const never = (_: string, index: number): object => ({ minDaysToEndOfLife: index / 1e6 });
  const rowsOf: [string, readonly string[], (id: string, index: number) => object, bound: number][] = [
    ['resolve, one question again and again', [MODEL], () => ({ residency: 'eu' }), 60],
    ['resolve, all models, new constraints each time', ids, never, 150],
    ['resolve, the model with most routes, new constraints each time', [busiest], never, 150],
  ];
  for (const [name, asked, constraints, bound] of rowsOf) {
    const value = await perCall(asked, RESOLUTIONS, (id, index) => router.resolve(id, constraints(id, index)));
    rows.push({ name, unit: 'µs', value, bound });
  }
}

async function measureLookups(models: ModelDiscoveryService): Promise<void> {
  const ids = (await models.getAllModels()).map(({ modelId }) => modelId);
  const map = new Map(ids.map((id) => [id, [id]]));
  rows.push({
    name: 'lookup, floor (an awaited Map.get)',
    unit: 'µs',
    value: await perCall(ids, LOOKUPS, async (id) => map.get(id)),
  });
  rows.push({
    name: 'getModelRegions',
    unit: 'µs',
    value: await perCall(ids, LOOKUPS, (id) => models.getModelRegions(id)),
    bound: 2,
  });
  rows.push({
    name: 'getBestRegionsForModel',
    unit: 'µs',
    value: await perCall(ids, LOOKUPS, (id) => models.getBestRegionsForModel(id)),
    bound: 10,
  });
  const preferredRegions = ['eu-central-1', 'eu-west-1'];
  rows.push({
    name: 'getBestRegionsForModel, preferred',
    unit: 'µs',
    value: await perCall(ids, LOOKUPS, (id) => models.getBestRegionsForModel(id, { preferredRegions })),
    bound: 10,
  });
}

/** The choice of regions beside an oracle, a peer that averages and one that takes the last sample; no time is measured. */
async function study(target: Target): Promise<void> {
  const studied = await studyRanking(target);
  const text = ({ regret, changes }: StudyRow['library']): string =>
    `${(regret * 100).toFixed(1)} % / ${changes.toFixed(1)}`;
  console.log(
    'Ranking of regions over recorded-like traces of an hour: how much slower than an oracle that knows the truth, and ' +
      'how many changes of region:',
  );
  console.table(
    studied.map(({ traces, noise, library, plainAverage, lastSample }) => ({
      traces,
      noise,
      'this library': text(library),
      'plain average of 0.3': text(plainAverage),
      'last sample': text(lastSample),
    })),
  );
  for (const { traces, noise, library, bounds } of studied) {
    const name = `ranking, ${traces}, noise ${noise}`;
    const bound = bounds.regret === undefined ? undefined : bounds.regret * 100;
    rows.push({ name: `${name}, slower than the oracle`, unit: '%', value: library.regret * 100, bound });
    rows.push({ name: `${name}, changes of region`, unit: 'changes', value: library.changes, bound: bounds.changes });
  }
}

/** Each in a process of its own, with cold connections and cold code. */
async function measureFirst(
  name: string,
  target: Target,
  requests: readonly RecordedRequest[],
  bound?: number,
): Promise<void> {
  const times: Record<'floor' | 'peer' | 'library', number[]> = { floor: [], peer: [], library: [] };
  const cpu: typeof times = { floor: [], peer: [], library: [] };
  for (let round = 0; round < FIRST; round += 1) {
    for (const kind of ['floor', 'peer', 'library'] as const) {
      const { ms, cpuMs } = await inFreshProcess({ kind, target, requests });
      times[kind].push(ms);
      cpu[kind].push(cpuMs);
    }
  }
  report(name, times, bound);
  for (const [of, { peer, library }] of Object.entries({ time: times, CPU: cpu })) {
    const value = summarise(library).median / summarise(peer).median;
    rows.push({ name: `${name}, ${of}, library / peer`, unit: 'ratio', value, bound: 1.05 });
  }
}

async function measureRestart(target: Target): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'bedrock-discovery-bench-'));
  try {
    const application = await createApplication(target, { cache: { directory } });
    await application.get(DiscoveryRefresher).refresh();
    await application.close();
    const times: number[] = [];
    for (let round = 0; round < FIRST; round += 1) {
      times.push(
        (
          await inFreshProcess({
            kind: 'restart',
            target: { ...target, endpoint: 'http://127.0.0.1:1' },
            requests: [],
            directory,
          })
        ).ms,
      );
    }
    rows.push({
      name: 'first answer after a restart, from disk, no network',
      unit: 'ms',
      value: summarise(times),
      bound: 50,
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** An application that imports the library, beside one that only imports what that is installed with. */
async function measureImports(): Promise<void> {
  const times = await measureImport(3 * FIRST);
  const [floor, library] = [summarise(times.floor), summarise(times.library)];
  rows.push({ name: 'import, floor (Nest, schedule, cache-manager), user CPU', unit: 'ms', value: floor });
  rows.push({ name: 'import, with the library, user CPU', unit: 'ms', value: library });
  rows.push({ name: 'import, library beyond floor', unit: 'ms', value: library.median - floor.median, bound: 120 });
}

/** A command that answers from a warm cache is mostly its own start. */
async function measureStarts(target: Target): Promise<void> {
  const times = await measureCommandLine(target, FIRST);
  const [floor, where] = [summarise(times.floor), summarise(times.where)];
  rows.push({ name: 'process, floor (node --eval 0)', unit: 'ms', value: floor });
  rows.push({ name: 'bedrock-discovery where, warm cache', unit: 'ms', value: where, bound: 600 });
  // From Node 22.8 on Node itself starts in less than half of the time, and the command does not.
  const bound = 'enableCompileCache' in module ? 10 : 5;
  rows.push({ name: 'bedrock-discovery where / floor', unit: 'ratio', value: where.median / floor.median, bound });
}

/** What is kept in memory of the catalogue, and of one ten times as large. */
async function measureMemory(target: Target): Promise<void> {
  const large = await startSimulator({ ...options, copies: 10 });
  const kept = async (of: Target): Promise<Summary> => {
    const megabytes: number[] = [];
    for (let round = 0; round < MEMORY; round += 1) {
      const { bytes = Number.NaN } = await inFreshProcess({ kind: 'memory', target: of, requests: [] });
      megabytes.push(bytes / 1e6);
    }
    return summarise(megabytes);
  };
  const [one, ten] = [await kept(target), await kept(large)];
  large.stop();
  rows.push({ name: 'memory kept for the catalogue', unit: 'MB', value: one, bound: 8 });
  rows.push({ name: 'memory kept for ten times the catalogue', unit: 'MB', value: ten });
  const value = ten.median / one.median;
  rows.push({ name: 'memory, ten times the catalogue / the catalogue', unit: 'ratio', value, bound: 8 });
}

/** In virtual time: what a large fleet costs AWS and Redis. */
function reportFleets(): void {
  const simulated = simulateFleets(INSTANCES);
  console.log(`${INSTANCES} instances on one Redis, in virtual time:`);
  console.table(
    simulated.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? rounded(value) : value]),
      ),
    ),
  );
  for (const { scenario, awsRequests } of simulated) {
    rows.push({ name: `fleet, ${scenario}, to AWS`, unit: 'requests', value: awsRequests, bound: SCAN_REQUESTS });
  }
}

async function inFreshProcess(task: Task): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('once.js', import.meta.url)), {
    execArgv: ['--no-warnings', '--expose-gc'],
  });
  child.send(task);
  const exited = once(child, 'exit').then(() => {
    throw new Error(`The measuring process for ${task.kind} failed.`);
  });
  const [measured] = (await Promise.race([once(child, 'message'), exited])) as [Measured];
  await exited.catch(() => undefined);
  return measured;
}

function report(name: string, times: Record<'floor' | 'peer' | 'library', number[]>, bound?: number): void {
  for (const kind of ['floor', 'peer', 'library'] as const) {
    rows.push({ name: `${name}, ${kind}`, unit: 'ms', value: summarise(times[kind]) });
  }
  const floor = summarise(times.floor).median;
  rows.push({ name: `${name}, peer / floor`, unit: 'ratio', value: summarise(times.peer).median / floor });
  rows.push({ name: `${name}, library / floor`, unit: 'ratio', value: summarise(times.library).median / floor, bound });
}

function isMet({ value, bound, of = 'median' }: Row): boolean {
  return bound === undefined || (typeof value === 'number' ? value : value[of]) <= bound;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function print(): void {
  console.table(
    rows.map((row) => ({
      measure: row.name,
      unit: row.unit,
      median: rounded(typeof row.value === 'number' ? row.value : row.value.median),
      p95: typeof row.value === 'number' ? '' : rounded(row.value.p95),
      bound: row.bound === undefined ? '' : `${row.of === 'p95' ? 'p95 ' : ''}≤ ${rounded(row.bound)}`,
      met: row.bound === undefined ? '' : isMet(row) ? 'yes' : 'NO',
    })),
  );
}

/** What takes time, beside its floors and peers. */
async function measureTimes(simulator: Target, secure: Target): Promise<void> {
  const requests = await recordRequests(simulator);
  console.log(
    `${simulator.regions.length} regions, ${requests.length} requests a refresh; Node ${process.version}, ` +
      `${availableParallelism()} cores; the simulator runs in a process of its own.`,
  );
  await measureRepeated(simulator, requests);
  await measureFirst('first scan over TLS, cold connections', secure, await recordRequests(secure));
  await measureRestart(simulator);
  await measureImports();
  await measureStarts(simulator);
}

const { only, refreshes } = parseArgs({
  options: { only: { type: 'string' }, refreshes: { type: 'string', default: '500' } },
}).values;
const results = fileURLToPath(new URL('../results/', import.meta.url));
const options = { latency: 'realistic', jitter: 0, optIn: 'all' } as const;
const simulator = await startSimulator(options);
const secure = await startSimulator({ ...options, tls: true });
try {
  if (only === undefined) {
    await measureTimes(simulator, secure);
  }
  if (only === undefined || only === 'unchanged') {
    rows.push(...(await measureUnchanged(simulator, await recordRequests(simulator))));
    await measureMemory(simulator);
  }
  if (only === undefined || only === 'churn') {
    rows.push({
      name: `heap after ${refreshes} refreshes in which one region changes, beyond before`,
      unit: 'MB',
      value: await measureChurn(Number(refreshes)),
      bound: 1,
    });
  }
  if (only === undefined || only === 'first') {
    await measureFirst('first scan of a process', simulator, await recordRequests(simulator), 1.6);
  }
  if (only === undefined || only === 'fleet') {
    reportFleets();
  }
  if (only === undefined || only === 'redis') {
    rows.push(...(await studyRedis(simulator, inFreshProcess)));
  }
  if (only === undefined || only === 'ranking') {
    await study(simulator);
  }
  if (only === undefined || only === 'quotas') {
    rows.push(...reportQuotas());
  }
} finally {
  simulator.stop();
  secure.stop();
}
print();
await mkdir(results, { recursive: true });
await writeFile(
  join(results, 'latest.json'),
  JSON.stringify({ at: new Date().toISOString(), node: process.version, rows }, null, 2),
);
process.exitCode = rows.every(isMet) ? 0 : 1;
