import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const MINUTE_MS = 60_000;
const REGIONS = ['eu-west-1', 'eu-west-3', 'us-east-1'];

describe('the provenance of what is known', () => {
  it('names the account, the partition and the source, and what is missing before anything is known', async () => {
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    expect(await discovery.refresher.getProvenance()).toEqual({
      account: simulator.accountId,
      partition: 'aws',
      source: 'endpoint',
      complete: false,
      regionCount: 3,
      unknownRegions: REGIONS,
      staleRegions: [],
    });
    expect(simulator.requests.count()).toBe(0);
  });

  it('has the age of what is as new as it should be, and names the regions that are not', async () => {
    const clock = new ManualClock();
    const simulator = await startSimulator();
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    await discovery.refresher.refresh();
    clock.advance(10 * MINUTE_MS);
    simulator.addFault({ kind: 'access-denied', region: 'us-east-1', operation: 'ListInferenceProfiles' });
    await discovery.refresher.refresh({ force: true });
    const scannedAt = new Date(clock.now()).toISOString();
    clock.advance(MINUTE_MS);
    const all = await discovery.refresher.getProvenance();
    expect(all).toMatchObject({ asOf: scannedAt, ageMs: MINUTE_MS, complete: true, staleRegions: ['us-east-1'] });
    // The models of that region are as new as those of the others.
    const models = await discovery.refresher.getProvenance({ listings: ['models'] });
    expect(models).toMatchObject({ ageMs: MINUTE_MS, staleRegions: [] });
    clock.advance(24 * 60 * MINUTE_MS);
    const old = await discovery.refresher.getProvenance({ listings: ['profiles'] });
    expect(old).toMatchObject({ ageMs: 24 * 60 * MINUTE_MS + 11 * MINUTE_MS, staleRegions: REGIONS });
  });

  it('is that of AWS where no endpoint of one’s own is set, and has no account while nobody knows it', async () => {
    const simulator = await startSimulator();
    const { endpoint: _, accountId: __, ...options } = optionsFor(simulator, { regions: ['us-gov-west-1'] });
    const discovery = await startDiscovery(options);
    const provenance = await discovery.refresher.getProvenance();
    expect(provenance).toMatchObject({ source: 'aws', partition: 'aws-us-gov' });
    expect(provenance).not.toHaveProperty('account');
  });
});
