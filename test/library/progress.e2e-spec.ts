import { describe, expect, it } from '@jest/globals';
import { type DiscoveryProgress, InvocationRouter } from 'nestjs-bedrock-discovery';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];

function record({ refresher }: Discovery): DiscoveryProgress[] {
  const steps: DiscoveryProgress[] = [];
  refresher.progress$.subscribe((step) => steps.push(step));
  return steps;
}

const of = (operation: DiscoveryProgress['operation'], steps: readonly DiscoveryProgress[]): DiscoveryProgress[] =>
  steps.filter((step) => step.operation === operation);
const counts = (steps: readonly DiscoveryProgress[]): string[] => steps.map(({ done, total }) => `${done}/${total}`);

describe('the progress of a scan', () => {
  it('is told of a scan that a query has started, for each region and operation once', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'us-east-1', operation: 'ListInferenceProfiles' });
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const steps = record(discovery);
    await Promise.all([discovery.models.getAllModels(), discovery.profiles.getAllProfiles()]);
    expect(counts(of('models', steps))).toEqual(['1/3', '2/3', '3/3']);
    expect(counts(of('profiles', steps))).toEqual(['1/3', '2/3', '3/3']);
    const outcomes = steps.map(({ operation, region, status }) => `${operation} ${region} ${status}`).sort();
    expect(outcomes).toEqual([
      'models eu-central-1 ok',
      'models eu-west-1 ok',
      'models us-east-1 ok',
      'profiles eu-central-1 ok',
      'profiles eu-west-1 ok',
      'profiles us-east-1 failed',
    ]);
  });

  it('counts a region once for all who wait for it, and begins anew with the next scan', async () => {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const steps = record(discovery);
    await Promise.all([
      discovery.models.scanAllRegions({ regions: ['eu-west-1'] }),
      discovery.models.scanAllRegions(),
      discovery.refresher.refresh(),
    ]);
    expect(of('models', steps)).toHaveLength(REGIONS.length);
    expect(of('models', steps).at(-1)).toMatchObject({ done: 3, total: 3 });
    steps.length = 0;
    await discovery.models.scanAllRegions({ regions: ['eu-west-1'], force: true });
    expect(steps).toEqual([{ operation: 'models', done: 1, total: 1, region: 'eu-west-1', status: 'ok' }]);
  });

  it('comes after what the region answered is known', async () => {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const seen: (string | undefined)[] = [];
    discovery.refresher.progress$.subscribe(({ region }) => {
      seen.push(discovery.models.getRegionStatuses().find((each) => each.region === region)?.status);
    });
    await discovery.models.scanAllRegions();
    expect(seen).toEqual(['ok', 'ok', 'ok']);
  });

  it('tells of regions that nobody waits for any more', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang' });
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const steps = record(discovery);
    const leaving = new AbortController();
    const scan = discovery.models.scanAllRegions({ signal: leaving.signal });
    await until(() => simulator.requests.count() === REGIONS.length);
    leaving.abort();
    await expect(scan).rejects.toMatchObject({ code: 'ABORTED' });
    await until(() => steps.length === REGIONS.length);
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(['aborted']));
    expect(steps.at(-1)).toMatchObject({ done: 3, total: 3 });
  });

  it('ends with the application', async () => {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    let completed = false;
    discovery.refresher.progress$.subscribe({ complete: () => (completed = true) });
    await discovery.close();
    expect(completed).toBe(true);
  });

  it('can be looked at while it is the first: what has landed is known to those who do not wait, and to no one else', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ region: 'us-east-1', kind: 'hang' });
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const router = discovery.app.get(InvocationRouter);
    expect(discovery.models.peekAllModels()).toEqual([]);
    let answered = false;
    // It waits for the region that hangs, and ends with the application.
    discovery.models
      .getAllModels()
      .catch(() => undefined)
      .finally(() => (answered = true));
    discovery.profiles.getAllProfiles().catch(() => undefined);
    const landed = (): number =>
      [...discovery.models.getRegionStatuses(), ...discovery.profiles.getRegionStatuses()].filter(
        ({ scannedAt }) => scannedAt !== undefined,
      ).length;
    await until(() => landed() === 4);
    const regions = new Set(discovery.models.peekAllModels().flatMap((model) => model.regions));
    expect([...regions].sort()).toEqual(['eu-central-1', 'eu-west-1']);
    expect(discovery.profiles.peekAllProfiles().length).toBeGreaterThan(0);
    const verdicts = await router.peekModelVerdicts();
    const nova = verdicts.find(({ modelId }) => modelId === 'amazon.nova-pro-v1:0');
    expect(nova?.regions.map(({ region, verdict }) => [region, verdict])).toEqual([
      ['eu-central-1', 'eligible'],
      ['eu-west-1', 'eligible'],
      ['us-east-1', 'unknown'],
    ]);
    expect(answered).toBe(false);
  });
});
