import { describe, expect, it } from '@jest/globals';
import { type BedrockDiscoveryOptions, InvocationRouter, type RegionStatus } from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const MODELS = { operation: 'ListFoundationModels' } as const;
const REGIONS = ['eu-west-1', 'eu-west-3', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';

/** An application whose clock is ahead while it scans, and is then corrected. */
async function corrected(aheadMs: number, options: BedrockDiscoveryOptions = {}) {
  const simulator = await startSimulator();
  const clock = new ImpatientClock();
  const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS, ...options }), { clock });
  clock.jump(aheadMs);
  return { simulator, clock, ...discovery, discovery, correct: () => clock.jump(-aheadMs) };
}

const statusOf = (statuses: readonly RegionStatus[], region: string): RegionStatus | undefined =>
  statuses.find((status) => status.region === region);

describe('what was learnt while the clock was ahead', () => {
  it.each([
    ['an hour', HOUR_MS],
    ['a year', YEAR_MS],
  ])('is asked again at the next refresh, denials included, once %s is taken back', async (_, aheadMs) => {
    const { simulator, refresher, models, correct } = await corrected(aheadMs);
    const permit = simulator.addFault({ kind: 'access-denied', region: 'eu-west-3', ...MODELS });
    await refresher.refresh();
    expect(statusOf(models.getRegionStatuses(), 'eu-west-3')?.failure?.kind).toBe('access-denied');
    permit();
    simulator.requests.reset();
    correct();
    const { models: report } = await refresher.refresh();
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
    expect(report.regions.map(({ status, ageMs, stale }) => ({ status, ageMs, stale }))).toEqual(
      REGIONS.map(() => ({ status: 'ok', ageMs: 0, stale: false })),
    );
  });

  it('makes the next query refresh, which is answered meanwhile from data of unknown age', async () => {
    const { simulator, refresher, models, correct } = await corrected(2 * HOUR_MS, { refresh: { mode: 'on-read' } });
    await refresher.refresh();
    expect(await models.getModelRegions(MODEL)).toEqual(REGIONS);
    simulator.requests.reset();
    const answer = simulator.addFault({ kind: 'hang' });
    correct();
    expect(await models.getModelRegions(MODEL)).toEqual(REGIONS);
    for (const status of models.getRegionStatuses()) {
      expect(status).toMatchObject({ status: 'ok', stale: true, scannedAt: expect.any(String) });
      expect(status).not.toHaveProperty('ageMs');
    }
    await until(() => simulator.requests.count(MODELS) === REGIONS.length);
    answer();
  });

  it('is not served any more where it is dated further ahead than anything is served', async () => {
    const { simulator, refresher, models, correct } = await corrected(YEAR_MS);
    await refresher.refresh();
    simulator.requests.reset();
    simulator.addFault({ kind: 'internal-error', region: 'us-east-1' });
    correct();
    expect(await models.getModelRegions(MODEL)).toEqual(['eu-west-1', 'eu-west-3']);
    expect(simulator.requests.count({ ...MODELS, region: 'eu-west-1' })).toBe(1);
  });

  it('is unverified where the age of destinations matters', async () => {
    const { refresher, app, correct } = await corrected(2 * HOUR_MS);
    await refresher.refresh();
    const router = app.get(InvocationRouter);
    const constraints = { maxDestinationAgeMs: DAY_MS } as const;
    expect((await router.resolve(MODEL, constraints)).routes).not.toEqual([]);
    correct();
    const { routes, rejected } = await router.resolve(MODEL, constraints);
    expect(routes).toEqual([]);
    expect(rejected).toContainEqual(
      expect.objectContaining({ code: 'UNVERIFIED', reason: 'Listed at a time that is not known: unverified.' }),
    );
    const [route] = (await router.resolve(MODEL)).routes;
    expect(route).toBeDefined();
    expect(route).not.toHaveProperty('ageMs');
  });

  it('ranks no route any more, where it is how long calls took', async () => {
    const { refresher, latencies, app, correct } = await corrected(YEAR_MS, { regions: ['eu-west-1'] });
    const call = { latencyMs: 5_000, plane: 'runtime', modelId: MODEL } as const;
    [1, 2, 3].forEach(() => latencies.record('eu-west-1', call));
    await refresher.refresh();
    const latencyMs = async () => (await app.get(InvocationRouter).resolve(MODEL)).routes[0]?.latencyMs;
    expect(await latencyMs()).toBe(5_000);
    correct();
    await refresher.refresh();
    expect(await latencyMs()).toBeLessThan(5_000);
  });

  it('has the account asked for its regions again', async () => {
    const { simulator, refresher, correct } = await corrected(YEAR_MS, { regions: 'auto' });
    await refresher.refresh();
    correct();
    await refresher.refresh();
    expect(simulator.requests.count({ operation: 'ListRegions' })).toBe(2);
  });

  it('has access asked for again, and what calls have shown is forgotten', async () => {
    const { simulator, access, correct } = await corrected(YEAR_MS, { access: { mode: 'lazy' } });
    await access.getAccess(MODEL, 'us-east-1');
    correct();
    expect(access.peekAccess(MODEL, 'us-east-1').state).toBe('unknown');
    expect((await access.getAccess(MODEL, 'us-east-1')).state).toBe('available');
    expect(simulator.requests.count({ operation: 'GetFoundationModelAvailability' })).toBe(2);
  });

  it('gives way to what another process has found out with a clock that is right', async () => {
    const directory = await temporaryFolder();
    const { simulator, clock, refresher, models, correct } = await corrected(2 * HOUR_MS, { cache: { directory } });
    await refresher.refresh();
    await turns();
    correct();
    const other = await startDiscovery(optionsFor(simulator, { regions: REGIONS, cache: { directory } }), { clock });
    await other.refresher.refresh();
    await other.close();
    simulator.requests.reset();
    await refresher.refresh();
    expect(simulator.requests.count()).toBe(0);
    expect(statusOf(models.getRegionStatuses(), 'us-east-1')).toMatchObject({ source: 'disk', ageMs: 0, stale: false });
  });
});
