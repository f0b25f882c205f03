import { describe, expect, it } from '@jest/globals';
import type { DiscoveryChange } from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const PROFILE = 'eu.amazon.nova-lite-v1:0';

function record({ refresher }: Discovery): DiscoveryChange[] {
  const changes: DiscoveryChange[] = [];
  refresher.changes$.subscribe((change) => changes.push(change));
  return changes;
}

describe('changes between refreshes', () => {
  it('are told by the refresh that notices them, and none by the first', async () => {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const changes = record(discovery);
    await discovery.refresher.refresh();
    expect(changes).toEqual([]);
    simulator.addModel({ modelId: 'maker.new', regions: ['eu-west-1'] });
    simulator.setLifecycle('amazon.nova-lite-v1:0', { status: 'LEGACY' }, 'us-east-1');
    simulator.setDestinations(PROFILE, 'eu-west-1', ['eu-west-1']);
    await discovery.refresher.refresh({ force: true });
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'model-appeared', modelId: 'maker.new', after: ['eu-west-1'] }),
        expect.objectContaining({ type: 'model-lifecycle-changed', region: 'us-east-1' }),
        expect.objectContaining({
          type: 'profile-destinations-changed',
          profileId: PROFILE,
          modelId: 'amazon.nova-lite-v1:0',
          region: 'eu-west-1',
          after: ['eu-west-1'],
        }),
      ]),
    );
    expect(changes).toHaveLength(3);
    await discovery.refresher.refresh({ force: true });
    expect(changes).toHaveLength(3);
  });

  it('are noticed since the first scan, also of an earlier run, and told since a time or a change alone', async () => {
    const clock = new ManualClock();
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory: await temporaryFolder() } });
    const first = await startDiscovery(options, { clock });
    expect(await first.refresher.getRecordedSince()).toBeUndefined();
    const began = new Date(clock.now()).toISOString();
    await first.refresher.refresh();
    expect(await first.refresher.getRecordedSince()).toBe(began);
    await first.app.close();
    clock.advance(3_600_000);
    const second = await startDiscovery(options, { clock });
    await second.refresher.refresh({ force: true });
    expect(await second.refresher.getRecordedSince()).toBe(began);
    for (const since of ['yesterday', 'garbage 1', '1787400000000', '']) {
      await expect(second.refresher.getChanges({ since })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('are none where a region fails', async () => {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const changes = record(discovery);
    await discovery.refresher.refresh();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    await discovery.refresher.refresh({ force: true });
    simulator.clearFaults();
    await discovery.refresher.refresh({ force: true, regions: REGIONS });
    expect(changes).toEqual([]);
  });

  it('are remembered across restarts and listed from a change or a time on', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory: await temporaryFolder() } });
    const first = await startDiscovery(options);
    await first.refresher.refresh();
    simulator.addModel({ modelId: 'maker.one', regions: ['eu-west-1'] });
    await first.refresher.refresh({ force: true });
    await first.close();

    simulator.addModel({ modelId: 'maker.two', regions: ['eu-west-1'] });
    const second = await startDiscovery(options);
    await second.refresher.refresh({ force: true });
    const all = await second.refresher.getChanges();
    expect(all.map(({ modelId }) => modelId)).toEqual(['maker.one', 'maker.two']);
    const [one, two] = all;
    expect(await second.refresher.getChanges({ since: one?.id })).toEqual([two]);
    expect(await second.refresher.getChanges({ since: two?.at })).toEqual([]);
    expect(await second.refresher.getChanges({ since: '2020-01-01T00:00:00Z' })).toEqual(all);
  });

  it('are left out where the cache holds what is none', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory: await temporaryFolder() } });
    const discovery = await startDiscovery(options);
    const id = '1787400000000-00000';
    const change = {
      id,
      at: '2026-08-22T12:00:00.000Z',
      type: 'model-gone',
      modelId: 'maker.one',
      before: ['eu-west-1'],
    };
    const wrong = [
      { ...change, type: 'model-sold' },
      { ...change, id: 'any' },
      { ...change, at: 'noon' },
      null,
      'text',
    ];
    await discovery.cache.set(`${await discovery.owner()}/changes`, [...wrong, change]);
    expect(await discovery.refresher.getChanges()).toEqual([change]);
  });

  it('end with the application', async () => {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    let completed = false;
    discovery.refresher.changes$.subscribe({ complete: () => (completed = true) });
    await discovery.close();
    expect(completed).toBe(true);
  });
});
