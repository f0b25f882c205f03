import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions, SharedStore } from 'nestjs-bedrock-discovery';
import { afterThisTest, temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const REGIONS = ['eu-central-1', 'us-east-1'];
const LISTED = { operation: 'ListFoundationModels' } as const;

class MapStore implements SharedStore {
  readonly entries = new Map<string, string>();
  get = async (key: string) => this.entries.get(key);
  set = async (key: string, value: string) => void this.entries.set(key, value);
  delete = async (key: string) => void this.entries.delete(key);
}

/** Answers GetCallerIdentity, and counts how often it was asked. */
async function startSts(account: string): Promise<{ url: string; asked: number }> {
  const sts = { url: '', asked: 0 };
  const server = createServer((_, response) => {
    sts.asked += 1;
    const result = `<Arn>arn:aws:sts::${account}:assumed-role/Task/session</Arn><Account>${account}</Account>`;
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  afterThisTest(() => {
    server.closeAllConnections();
    server.close();
  });
  sts.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return sts;
}

/** A task as an orchestrator starts it: with credentials that nobody had before. */
function taskOf(simulator: BedrockSimulator, n: number, options: BedrockDiscoveryOptions): Promise<Discovery> {
  const credentials = { ...simulator.credentials, accessKeyId: `ASIATASK${String(n).padStart(12, '0')}` };
  simulator.addCredentials(credentials);
  return startDiscovery(
    optionsFor(simulator, {
      regions: REGIONS,
      accountId: undefined,
      credentials: async () => credentials,
      ...options,
    }),
    { clock: new ManualClock() },
  );
}

describe('whose entries a shared store holds', () => {
  it('is known of temporary credentials by STS, asked once, so that a new task finds what others have scanned', async () => {
    const simulator = await startSimulator();
    const sts = await startSts(simulator.accountId);
    const endpoint: BedrockDiscoveryOptions['endpoint'] = ({ service }) =>
      service === 'sts' ? sts.url : simulator.endpoint;
    const cache = { sharedStore: new MapStore() };
    const first = await taskOf(simulator, 1, { endpoint, cache });
    await first.refresher.refresh();
    await first.close();
    expect(sts.asked).toBe(1);
    simulator.requests.reset();
    const second = await taskOf(simulator, 2, { endpoint, cache });
    expect(await second.models.getAllModels()).toEqual(await first.models.getAllModels());
    await second.refresher.refresh();
    expect(simulator.requests.count()).toBe(0);
    expect(sts.asked).toBe(2);
  });

  it('is said to be unknown, once, with what to do', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', operation: 'GetCallerIdentity' });
    const discovery = await taskOf(simulator, 1, { cache: { sharedStore: new MapStore() } });
    await discovery.refresher.refresh();
    await discovery.refresher.refresh({ force: true });
    const told = discovery.logger.of('warn').filter((line) => line.includes('Set accountId'));
    expect(told).toHaveLength(1);
  });

  it('is not asked where nobody shares anything', async () => {
    const simulator = await startSimulator();
    const sts = await startSts(simulator.accountId);
    const discovery = await taskOf(simulator, 1, {
      endpoint: ({ service }) => (service === 'sts' ? sts.url : simulator.endpoint),
    });
    await discovery.refresher.refresh();
    expect(sts.asked).toBe(0);
  });
});

describe('what was seen through one endpoint', () => {
  it('is never served for another, be it of the same account', async () => {
    const [one, other] = [await startSimulator(), await startSimulator()];
    const cache = { sharedStore: new MapStore(), directory: await temporaryFolder() };
    const clock = new ManualClock();
    const first = await startDiscovery(optionsFor(one, { regions: REGIONS, cache }), { clock });
    await first.refresher.refresh();
    await first.close();
    const second = await startDiscovery(optionsFor(other, { regions: REGIONS, cache }), { clock });
    await second.models.getAllModels();
    expect(other.requests.count(LISTED)).toBe(REGIONS.length);
    await second.close();
    one.requests.reset();
    const again = await startDiscovery(optionsFor(one, { regions: REGIONS, cache }), { clock });
    await again.models.getAllModels();
    expect(one.requests.count(LISTED)).toBe(0);
  });
});

describe('latencies in a shared store', () => {
  const measured = async (simulator: BedrockSimulator, sharedStore: SharedStore, location?: string) => {
    const options = optionsFor(simulator, { regions: REGIONS, cache: { sharedStore }, location });
    const discovery = await startDiscovery(options, { clock: new ManualClock() });
    await discovery.models.getAllModels();
    return discovery;
  };

  it('are those of the same place', async () => {
    const simulator = await startSimulator();
    const store = new MapStore();
    for (const [location, latencyMs] of [
      ['berlin', 10],
      ['tokyo', 200],
      [undefined, 3_000],
    ] as const) {
      const { latencies, app } = await measured(simulator, store, location);
      latencies.clear();
      latencies.record('eu-central-1', { latencyMs });
      await app.close();
    }
    const readIn = async (location?: string) =>
      (await measured(simulator, store, location)).latencies.get('eu-central-1')?.latencyMs;
    expect(await Promise.all([readIn('berlin'), readIn('tokyo'), readIn('sydney'), readIn()])).toEqual([
      10,
      200,
      undefined,
      undefined,
    ]);
  });
});
