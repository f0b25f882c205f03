import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type BedrockDiscoveryOptions, InvocationRouter } from 'nestjs-bedrock-discovery';
import { REALISTIC_LATENCY_MS } from '../../libs/bedrock-simulator/src/latency/realistic-latency.js';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { startSimulatorProcess } from '../support/simulator-process.js';
import { until } from '../support/until.js';

const MODEL = 'amazon.nova-lite-v1:0';
const REGIONS = ['eu-west-1', 'us-east-1'];

/** Spearman's rank correlation of what was measured with the latencies that the simulator plays. */
function rankCorrelation({ latencies }: Discovery): number {
  const regions = Object.keys(REALISTIC_LATENCY_MS);
  const rankBy = (latencyOf: (region: string) => number): Map<string, number> => {
    const sorted = [...regions].sort((a, b) => latencyOf(a) - latencyOf(b));
    return new Map(sorted.map((region, rank) => [region, rank]));
  };
  const played = rankBy((region) => REALISTIC_LATENCY_MS[region] ?? Number.NaN);
  const measured = rankBy((region) => latencies.get(region)?.latencyMs ?? Number.POSITIVE_INFINITY);
  const n = regions.length;
  const squares = regions.map((region) => ((played.get(region) ?? 0) - (measured.get(region) ?? 0)) ** 2);
  return 1 - (6 * squares.reduce((sum, square) => sum + square, 0)) / (n * (n * n - 1));
}

// What is measured is real time, which a machine that is busy for a moment distorts.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

describe('latencies measured by scanning 31 regions', () => {
  async function realistic(directory: string): Promise<BedrockDiscoveryOptions> {
    const variables = await startSimulatorProcess();
    return {
      regions: Object.keys(REALISTIC_LATENCY_MS),
      endpoint: variables['AWS_ENDPOINT_URL'],
      credentials: {
        accessKeyId: variables['AWS_ACCESS_KEY_ID'] as string,
        secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] as string,
      },
      scan: { onBootstrap: 'off' },
      cache: { directory },
      refresh: { mode: 'off' },
    };
  }

  it('rank the regions as they are: after the first scan, better after the third', async () => {
    const discovery = await startDiscovery(await realistic(await temporaryFolder()));
    await discovery.refresher.refresh();
    expect(rankCorrelation(discovery)).toBeGreaterThanOrEqual(0.97);
    await discovery.refresher.refresh({ force: true });
    await discovery.refresher.refresh({ force: true });
    expect(rankCorrelation(discovery)).toBeGreaterThanOrEqual(0.99);
  });

  it('order the best regions of a model, also after a restart', async () => {
    const options = await realistic(await temporaryFolder());
    const first = await startDiscovery(options);
    await first.refresher.refresh();
    const { regions = [] } = (await first.models.getModel(MODEL)) ?? {};
    const best = await first.models.getBestRegionsForModel(MODEL);
    expect(best).toEqual(first.latencies.sortRegions(regions));
    const smoothed = best.map((region) => first.latencies.get(region)?.latencyMs ?? Number.POSITIVE_INFINITY);
    expect(smoothed).toEqual([...smoothed].sort((a, b) => (a === b ? 0 : a - b)));
    const before = first.latencies.snapshot();
    await first.close();
    const second = await startDiscovery(options);
    expect(await second.models.getBestRegionsForModel(MODEL)).toEqual(best);
    expect(second.latencies.snapshot()).toEqual(before);
    expect(second.models.getRegionStatuses().every(({ source }) => source === 'disk')).toBe(true);
  });

  it('are those of the way to the region, not less and in its order', async () => {
    const simulator = await startSimulator({ latency: { 'eu-west-1': 120, 'us-east-1': 40 }, jitter: 0 });
    const { latencies, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await refresher.refresh();
    await refresher.refresh({ force: true });
    expect(latencies.get('eu-west-1')?.latencyMs).toBeGreaterThan(115);
    expect(latencies.get('us-east-1')?.latencyMs).toBeGreaterThan(35);
    expect(latencies.sortRegions(REGIONS)).toEqual(['us-east-1', 'eu-west-1']);
  });

  it('leave out answers that are refusals, and count them as failures', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    const { latencies, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await refresher.refresh();
    expect(latencies.get('eu-west-1')).toMatchObject({ samples: 0 });
    expect(latencies.get('eu-west-1')).not.toHaveProperty('latencyMs');
    expect(latencies.get('eu-west-1')?.failures).toBeGreaterThan(0);
  });
});

describe('measure', () => {
  it('probes a region now, with one request', async () => {
    const simulator = await startSimulator({ latency: 30, jitter: 0 });
    const { latencies } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const measured = await latencies.measure('eu-west-1');
    expect(measured).toMatchObject({ region: 'eu-west-1', samples: 1, failures: 0, latencyMs: expect.any(Number) });
    expect(measured.latencyMs).toBeGreaterThan(25);
    expect(latencies.get('eu-west-1')).toEqual(measured);
    expect(simulator.requests.count()).toBe(1);
  });

  it('rejects with a typed failure, and remembers it', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'scp-denied', region: 'eu-west-1' });
    const { latencies } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await expect(latencies.measure('eu-west-1')).rejects.toMatchObject({
      code: 'REGION_FAILED',
      region: 'eu-west-1',
      failure: { kind: 'policy-denied', retryable: false, remedy: expect.any(String) },
    });
    expect(latencies.get('eu-west-1')).toMatchObject({ failures: 1, samples: 0 });
  });

  it('ends a probe at the time limit of a region', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang' });
    const clock = new ManualClock();
    const { latencies } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    const measuring = expect(latencies.measure('eu-west-1')).rejects.toMatchObject({ failure: { kind: 'timeout' } });
    await until(() => simulator.requests.count() === 1);
    clock.advance(8_000);
    await measuring;
  });

  it("ends a probe when the caller's signal aborts", async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang' });
    const { latencies } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), {
      clock: new ManualClock(),
    });
    const controller = new AbortController();
    const measuring = expect(latencies.measure('eu-west-1', { signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    await until(() => simulator.requests.count() === 1);
    controller.abort();
    await measuring;
    expect(latencies.get('eu-west-1')?.failures ?? 0).toBe(0);
  });

  it.each(['Frankfurt', '', 'evil.example/'])('refuses %p as the name of a region', async (region) => {
    const simulator = await startSimulator();
    const { latencies } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await expect(latencies.measure(region)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('sortRegions', () => {
  const region = fc.constantFrom('a-a-1', 'b-b-1', 'c-c-1', 'd-d-1', 'e-e-1', 'f-f-1');
  const samples = fc.array(fc.tuple(region, fc.double({ min: 0, max: 1_000, noNaN: true })), { maxLength: 30 });
  const given = fc.array(region, { maxLength: 12 });

  it('is a permutation in ascending order; unmeasured last and ties as given; stable when repeated', async () => {
    const simulator = await startSimulator();
    const { latencies } = await startDiscovery(optionsFor(simulator));
    fc.assert(
      fc.property(samples, given, (recorded, regions) => {
        latencies.clear();
        recorded.forEach(([name, latencyMs]) => latencies.record(name, { latencyMs }));
        const untouched = [...regions];
        const sorted = latencies.sortRegions(regions);
        expect(regions).toEqual(untouched);
        expect([...sorted].sort()).toEqual([...regions].sort());
        const values = sorted.map((name) => latencies.get(name)?.latencyMs ?? Number.POSITIVE_INFINITY);
        expect(values).toEqual([...values].sort((a, b) => (a === b ? 0 : a - b)));
        const isUnmeasured = (name: string): boolean => latencies.get(name)?.latencyMs === undefined;
        expect(sorted.filter(isUnmeasured)).toEqual(regions.filter(isUnmeasured));
        expect(latencies.sortRegions(sorted)).toEqual(sorted);
        expect(latencies.sortRegions(new Set(regions))).toEqual(latencies.sortRegions([...new Set(regions)]));
      }),
    );
  });

  it('orders by the control plane; real calls are kept apart', async () => {
    const simulator = await startSimulator();
    const { latencies } = await startDiscovery(optionsFor(simulator));
    latencies.record('eu-west-1', { latencyMs: 50 });
    latencies.record('us-east-1', { latencyMs: 100 });
    latencies.record('eu-west-1', { latencyMs: 5_000, plane: 'runtime' });
    expect(latencies.sortRegions(['us-east-1', 'eu-west-1'])).toEqual(['eu-west-1', 'us-east-1']);
    expect(latencies.get('eu-west-1')).toMatchObject({ latencyMs: 50, runtimeMs: 5_000 });
  });

  it('keeps a smoothed value between the smallest and the largest sample', async () => {
    const simulator = await startSimulator();
    const { latencies } = await startDiscovery(optionsFor(simulator), { clock: new ManualClock() });
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (values) => {
          latencies.clear('eu-west-1');
          values.forEach((latencyMs) => latencies.record('eu-west-1', { latencyMs }));
          const { latencyMs = Number.NaN, samples: count } = latencies.get('eu-west-1') ?? {};
          expect(latencyMs).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
          expect(latencyMs).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
          expect(count).toBe(values.length);
        },
      ),
    );
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('is never fed with %p', async (latencyMs) => {
    const simulator = await startSimulator();
    const { latencies } = await startDiscovery(optionsFor(simulator));
    expect(() => latencies.record('eu-west-1', { latencyMs })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    expect(latencies.get('eu-west-1')).toBeUndefined();
  });
});

describe('a latency that is far slower than before', () => {
  it('changes nothing while it is a single one, and what it has of confirmations survives a restart', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { cache: { directory: await temporaryFolder() } });
    const first = await startDiscovery(options, { clock: new ManualClock() });
    await first.refresher.refresh();
    first.latencies.clear();
    [20, 20, 900].forEach((latencyMs) => first.latencies.record('eu-west-1', { latencyMs }));
    first.latencies.record('us-east-1', { latencyMs: 90 });
    expect(first.latencies.sortRegions(REGIONS)).toEqual(['eu-west-1', 'us-east-1']);
    await first.close();
    const second = await startDiscovery(options, { clock: new ManualClock() });
    await second.models.getAllModels();
    [900, 900].forEach((latencyMs) => second.latencies.record('eu-west-1', { latencyMs }));
    expect(second.latencies.get('eu-west-1')).toMatchObject({ latencyMs: expect.closeTo(20), samples: 5 });
    second.latencies.record('eu-west-1', { latencyMs: 950 });
    expect(second.latencies.get('eu-west-1')).toMatchObject({ latencyMs: 900 });
    expect(second.latencies.sortRegions(REGIONS)).toEqual(['us-east-1', 'eu-west-1']);
  });
});

describe('routes of one class of latency', () => {
  const constraints = { sourceRegions: ['eu-north-1', 'eu-west-1'], via: ['system-profile'] } as const;

  async function routerOf(latencies: Record<string, number>) {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { access: { mode: 'off' } }));
    await discovery.refresher.refresh();
    const measure = (measured: Record<string, number>): void => {
      discovery.latencies.clear();
      Object.entries(measured).forEach(([region, latencyMs]) => discovery.latencies.record(region, { latencyMs }));
    };
    measure(latencies);
    return { router: discovery.app.get(InvocationRouter), measure };
  }

  it('are listed by latency', async () => {
    const { router } = await routerOf({ 'eu-north-1': 97, 'eu-west-1': 90 });
    const { routes } = await router.resolve(MODEL, constraints);
    expect(routes.map(({ region }) => region)).toEqual(['eu-west-1', 'eu-north-1']);
    expect(routes.flatMap(({ reasons }) => reasons)).toEqual(
      expect.arrayContaining(['Latency: round trip of 90 ms.', 'Latency: round trip of 97 ms.']),
    );
    expect(routes.flatMap(({ reasons }) => reasons).join()).not.toContain('Same class');
  });

  it('say so where a preference puts a slower one before a faster one', async () => {
    const { router } = await routerOf({ 'eu-west-2': 97, 'eu-west-1': 90 });
    const { routes } = await router.resolve(MODEL, {
      sourceRegions: ['eu-west-1', 'eu-west-2'],
      prefer: 'single-region',
    });
    expect(routes.map(({ region, via }) => `${region} ${via}`).slice(0, 2)).toEqual([
      'eu-west-2 on-demand',
      'eu-west-1 system-profile',
    ]);
    expect(routes[0]?.reasons).toContain(
      'Same class: eu-west-1 with its 90 ms counts as equally fast, so that the preference decides.',
    );
    expect(routes[1]?.reasons.join()).not.toContain('Same class');
  });

  it('say so where a difference that is too small to change the order leaves a slower one before a faster one', async () => {
    const { router, measure } = await routerOf({ 'eu-north-1': 91, 'eu-west-1': 93 });
    await router.resolve(MODEL, constraints);
    measure({ 'eu-north-1': 93, 'eu-west-1': 91 });
    const { routes } = await router.resolve(MODEL, constraints);
    expect(routes.map(({ region }) => region)).toEqual(['eu-north-1', 'eu-west-1']);
    expect(routes[0]?.reasons).toContain(
      'Same class: eu-west-1 with its 91 ms counts as equally fast, so that the order so far decides.',
    );
  });

  it('share the load nevertheless', async () => {
    const { router } = await routerOf({ 'eu-north-1': 97, 'eu-west-1': 90 });
    const both = ['first', 'second'].map(() => router.run(MODEL, async ({ route }) => route.region, constraints));
    expect((await Promise.all(both)).sort()).toEqual(['eu-north-1', 'eu-west-1']);
  });
});
