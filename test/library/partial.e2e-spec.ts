import { describe, expect, it } from '@jest/globals';
import { type DiscoveryChange, DiscoveryDoctor, InvocationRouter, type RegionStatus } from 'nestjs-bedrock-discovery';
import { ModelInventory } from '../../libs/bedrock-discovery/src/catalog/models/model-inventory.js';
import { AnsweringEndpoint } from '../support/answering-endpoint.js';
import { temporaryFolder } from '../support/cleanup.js';
import { type Discovery, startDiscovery } from '../support/simulated-discovery.js';

const model = (modelId: string): object => ({
  modelId,
  modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${modelId}`,
  modelName: modelId,
  providerName: 'Maker',
  inputModalities: ['TEXT'],
  outputModalities: ['TEXT'],
  inferenceTypesSupported: ['ON_DEMAND'],
  modelLifecycle: { status: 'ACTIVE' },
});
const profile = (inferenceProfileId: string): object => ({
  inferenceProfileId,
  inferenceProfileName: inferenceProfileId,
  inferenceProfileArn: `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${inferenceProfileId}`,
  models: [{ modelArn: 'arn:aws:bedrock:eu-west-1::foundation-model/maker.one' }],
  status: 'ACTIVE',
  type: 'SYSTEM_DEFINED',
});
const UNREADABLE = { modelName: 'Nameless' };

const models = (partly: readonly unknown[]): { models: Record<string, readonly unknown[]> } => ({
  models: { 'eu-west-1': partly, 'us-east-1': [model('maker.one'), model('maker.two')] },
});
const statusIn = ({ models: service }: Discovery, region: string): RegionStatus | undefined =>
  service.getRegionStatuses().find((status) => status.region === region);

describe('a region whose list cannot be read to the full', () => {
  it('is known in part, and says how many entries could not be read', async () => {
    const endpoint = await AnsweringEndpoint.start({
      ...models([model('maker.one'), UNREADABLE, 'text', null]),
      profiles: { 'eu-west-1': [profile('eu.maker.one'), {}], 'us-east-1': [] },
    });
    const discovery = await startDiscovery(endpoint.options());
    const report = await discovery.refresher.refresh();
    expect(report.models.regions).toMatchObject([
      { region: 'eu-west-1', status: 'partial', count: 1, unreadable: 3, stale: false },
      { region: 'us-east-1', status: 'ok', count: 2 },
    ]);
    expect(report.profiles.regions).toMatchObject([{ status: 'partial', count: 1, unreadable: 1 }, { status: 'ok' }]);
    expect(statusIn(discovery, 'us-east-1')).not.toHaveProperty('unreadable');
    expect(discovery.logger.of('log').join()).toContain('Models: 2 of 2 regions in');
    expect(discovery.logger.of('log').join()).toContain('(1 in part)');
  });

  it('counts for what it lists', async () => {
    const endpoint = await AnsweringEndpoint.start(models([model('maker.one'), UNREADABLE]));
    const discovery = await startDiscovery(endpoint.options());
    await discovery.models.scanAllRegions();
    expect(await discovery.models.isModelAvailableInRegion('maker.one', 'eu-west-1')).toBe(true);
    expect(await discovery.models.getModelRegions('maker.one')).toEqual(['eu-west-1', 'us-east-1']);
    expect(await discovery.models.isModelAvailableInRegion('maker.none', 'us-east-1')).toBe(false);
  });

  it('keeps anybody from saying that it does not list something', async () => {
    const endpoint = await AnsweringEndpoint.start(models([model('maker.one'), UNREADABLE]));
    const discovery = await startDiscovery(endpoint.options());
    await discovery.models.scanAllRegions();
    const unknown = expect.objectContaining({ code: 'REGION_UNKNOWN', region: 'eu-west-1', unreadable: 1 });
    await expect(discovery.models.getModel('maker.two', 'eu-west-1')).rejects.toEqual(unknown);
    await expect(discovery.models.isModelAvailableInRegion('maker.two', 'eu-west-1')).rejects.toEqual(unknown);
    const inventory = discovery.app.get(ModelInventory);
    expect(() => inventory.assertComplete('us-east-1')).not.toThrow();
    expect(() => inventory.assertComplete('eu-west-1')).toThrow(
      expect.objectContaining({
        code: 'REGION_UNKNOWN',
        region: 'eu-west-1',
        unreadable: 1,
        message: expect.stringContaining('1 of the entries that it lists could not be read'),
      }),
    );
    expect(inventory.current?.partialRegions).toEqual(new Set(['eu-west-1']));
  });

  it('keeps a profile that it does not list from being told to be absent', async () => {
    const endpoint = await AnsweringEndpoint.start({
      ...models([model('maker.one')]),
      profiles: { 'eu-west-1': [profile('eu.maker.one'), {}], 'us-east-1': [] },
    });
    const { profiles } = await startDiscovery(endpoint.options());
    await profiles.scanAllRegions();
    await expect(profiles.getInferenceProfile('eu.maker.one', 'eu-west-1')).resolves.toBeDefined();
    await expect(profiles.getInferenceProfile('eu.maker.one', 'us-east-1')).resolves.toBeUndefined();
    await expect(profiles.getInferenceProfile('eu.maker.two', 'eu-west-1')).rejects.toMatchObject({
      code: 'REGION_UNKNOWN',
      region: 'eu-west-1',
      unreadable: 1,
    });
  });

  it('is told among the regions that a resolution does not know to the full', async () => {
    const endpoint = await AnsweringEndpoint.start(models([model('maker.one'), UNREADABLE]));
    const discovery = await startDiscovery(endpoint.options());
    await discovery.refresher.refresh();
    const { routes, unknownRegions } = await discovery.app.get(InvocationRouter).resolve('maker.two');
    expect(routes.map(({ region }) => region)).toEqual(['us-east-1']);
    expect(unknownRegions).toMatchObject([{ region: 'eu-west-1', status: 'partial', unreadable: 1 }]);
  });

  it('is a finding of the doctor with what to do', async () => {
    const endpoint = await AnsweringEndpoint.start(models([model('maker.one'), UNREADABLE]));
    const discovery = await startDiscovery(endpoint.options());
    await discovery.refresher.refresh();
    const { checks, regions } = await discovery.app.get(DiscoveryDoctor).diagnose();
    expect(checks).toContainEqual({
      id: 'models:partial',
      status: 'warning',
      title: 'Models: known in part',
      detail: expect.stringContaining('eu-west-1 (1)'),
      remedy: expect.stringContaining('Scan again'),
    });
    expect(regions[0]?.outcome.models).toMatch(/^1 models and 1 that could not be read, listed/);
  });

  it('causes no change but of what it lists before and after', async () => {
    const endpoint = await AnsweringEndpoint.start(models([model('maker.one'), model('maker.two')]));
    const discovery = await startDiscovery(endpoint.options());
    const changes: DiscoveryChange[] = [];
    discovery.refresher.changes$.subscribe((change) => changes.push(change));
    await discovery.models.scanAllRegions();
    const legacy = { ...model('maker.one'), modelLifecycle: { status: 'LEGACY' } };
    endpoint.answers = models([legacy, UNREADABLE]);
    await discovery.models.scanAllRegions({ force: true });
    expect(changes).toMatchObject([{ type: 'model-lifecycle-changed', modelId: 'maker.one', region: 'eu-west-1' }]);
    endpoint.answers = models([legacy, model('maker.two'), model('maker.three')]);
    await discovery.models.scanAllRegions({ force: true });
    expect(changes).toHaveLength(1);
    endpoint.answers = models([legacy]);
    await discovery.models.scanAllRegions({ force: true });
    expect(changes.slice(1)).toMatchObject([
      { type: 'model-gone', modelId: 'maker.three' },
      { type: 'model-region-lost', modelId: 'maker.two', region: 'eu-west-1' },
    ]);
  });

  it('stays so in the cache and in a snapshot', async () => {
    const endpoint = await AnsweringEndpoint.start(models([model('maker.one'), UNREADABLE]));
    const options = endpoint.options({ cache: { directory: await temporaryFolder() } });
    const first = await startDiscovery(options);
    await first.models.scanAllRegions();
    const seed = await first.refresher.export();
    await first.close();
    const restarted = await startDiscovery(options);
    await restarted.models.getAllModels();
    expect(statusIn(restarted, 'eu-west-1')).toMatchObject({ status: 'partial', unreadable: 1, source: 'disk' });
    expect(statusIn(restarted, 'us-east-1')).toMatchObject({ status: 'ok', count: 2, source: 'disk' });
    const seeded = await startDiscovery(endpoint.options({ cache: { directory: false, seed } }));
    await seeded.models.getAllModels();
    expect(statusIn(seeded, 'eu-west-1')).toMatchObject({ status: 'partial', unreadable: 1, source: 'seed' });
  });

  it('is a failure where nothing at all can be read', async () => {
    const endpoint = await AnsweringEndpoint.start(models([UNREADABLE]));
    const discovery = await startDiscovery(endpoint.options({ client: { maxAttempts: 1 } }));
    await discovery.models.scanAllRegions();
    expect(statusIn(discovery, 'eu-west-1')).toMatchObject({
      status: 'failed',
      failure: { kind: 'malformed-response' },
    });
  });
});

describe('an answer with several records of one profile', () => {
  it.each([
    ['leaves the place', { models: [{ modelArn: 'arn:aws:bedrock:us-east-1::foundation-model/maker.one' }] }],
    ['cannot be read', { models: [{ modelArn: 'nonsense' }] }],
    ['lists nothing', { models: [] }],
  ])('keeps to a residency only if all do: the first %s', async (_, first) => {
    const records = [{ ...profile('eu.maker.one'), ...first }, profile('eu.maker.one')];
    const endpoint = await AnsweringEndpoint.start({ profiles: { 'eu-west-1': records } });
    const { app, refresher } = await startDiscovery(endpoint.options());
    await refresher.refresh();
    const { routes, rejected } = await app.get(InvocationRouter).resolve('maker.one', { residency: 'eu' });
    expect(routes).toEqual([]);
    expect(rejected).toMatchObject([{ invocationId: 'eu.maker.one', code: 'OUTSIDE_RESIDENCY' }]);
  });
});
