import { describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import { type CacheSettings, InvocationRouter, type SharedStore } from 'nestjs-bedrock-discovery';
import { redisSharedStore } from 'nestjs-bedrock-discovery/redis';
import { openCache } from '../../libs/bedrock-discovery/src/cache/cache.spec.fixture.js';
import type { TieredCache } from '../../libs/bedrock-discovery/src/cache/tiered-cache.js';
import { afterThisTest, temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { describeWithRedis, startRedis } from '../support/redis-server.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const REGIONS = ['ap-south-1', 'eu-central-1', 'eu-north-1', 'eu-west-1', 'us-east-1', 'us-west-2'];
const MODEL = 'amazon.nova-lite-v1:0';
const ASKED = [
  'ListFoundationModels',
  'GetFoundationModelAvailability',
  'ListServiceQuotas',
  'GetAccountDataRetention',
] as const;

type Tier = () => CacheSettings;

function start(simulator: BedrockSimulator, tier: Tier, regions: readonly string[]): Promise<Discovery> {
  const settings = { regions, quotas: { mode: 'listed' }, location: 'here', cache: tier() } as const;
  return startDiscovery(optionsFor(simulator, settings));
}

/** Each learns what no other knows, and all write it at the same moment. */
async function expectNothingToBeLost(tier: Tier): Promise<void> {
  const simulator = await startSimulator();
  const instances = await Promise.all(REGIONS.map((region) => start(simulator, tier, [region])));
  const all = (work: (each: Discovery, region: string) => unknown) =>
    Promise.all(instances.map((each, index) => work(each, REGIONS[index] ?? '')));
  await all(({ refresher }) => refresher.refresh({ force: true }));
  const added = REGIONS.map((region, index) => ({ modelId: `maker.new-${index}-v1:0`, regions: [region] }));
  added.forEach((model) => simulator.addModel(model));
  await all(({ refresher }) => refresher.refresh({ force: true }));
  await all(({ access }, region) => access.getAccess(MODEL, region));
  await all(({ latencies }, region) => latencies.record(region, { latencyMs: 50 }));
  await all(({ app }) => app.get(InvocationRouter).resolve(MODEL));
  await until(() => simulator.requests.count({ operation: 'ListServiceQuotas' }) === REGIONS.length);
  await all((each) => each.close());
  simulator.requests.reset();
  const newcomer = await start(simulator, tier, REGIONS);
  await newcomer.refresher.refresh();
  await Promise.all(REGIONS.map((region) => newcomer.access.getAccess(MODEL, region)));
  await newcomer.app.get(InvocationRouter).resolve(MODEL);
  const changes = await newcomer.refresher.getChanges();
  expect({
    asked: ASKED.filter((operation) => simulator.requests.count({ operation }) > 0),
    changes: changes.map(({ modelId }) => modelId).sort(),
    latencies: newcomer.latencies
      .snapshot()
      .map(({ region }) => region)
      .sort(),
  }).toEqual({ asked: [], changes: added.map(({ modelId }) => modelId), latencies: REGIONS });
}

describe('instances that learn different things at the same moment', () => {
  it('lose nothing of each other in a folder that they share', async () => {
    const directory = await temporaryFolder();
    await expectNothingToBeLost(() => ({ directory }));
  });
});

describeWithRedis('instances that learn different things at the same moment, with a Redis', () => {
  it('lose nothing of each other', async () => {
    const { url, keyPrefix } = await startRedis();
    await expectNothingToBeLost(() => ({ directory: false, sharedStore: redisSharedStore(url, { keyPrefix }) }));
  });

  async function cacheOn(sharedStore: SharedStore, aheadMs = 0): Promise<TieredCache> {
    const cache = await openCache({ sharedStore }, new ManualClock(Date.now() + aheadMs));
    afterThisTest(() => cache.close());
    return cache;
  }

  /** Adds to a list that others add to as well. */
  async function writer(sharedStore: SharedStore, aheadMs?: number): Promise<(item: string) => Promise<unknown>> {
    const cache = await cacheOn(sharedStore, aheadMs);
    const items = new Set<string>();
    return (item) => {
      items.add(item);
      return cache.merge('k', (stored) => {
        ((stored ?? []) as string[]).forEach((each) => items.add(each));
        return [...items];
      });
    };
  }

  it('lose nothing where the clock of one is a little behind', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    await (
      await writer(store)
    )('a');
    await (
      await writer(store, -1_000)
    )('b');
    expect(new Set(await (await cacheOn(store)).get<string[]>('k'))).toEqual(new Set(['a', 'b']));
  });

  it('lose nothing where one is stopped between reading and writing for longer than others wait', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    const addSoon = await writer(store, 1_000);
    let isStopped = true;
    const stopping: SharedStore = {
      get: (key) => store.get(key),
      set: (key, value) => store.set(key, value),
      delete: (key) => store.delete(key),
      setIfNewer: async (...entry) => {
        await (isStopped && addSoon('b'));
        isStopped = false;
        return store.setIfNewer(...entry);
      },
    };
    await (
      await writer(stopping)
    )('a');
    expect(new Set(await (await cacheOn(store)).get<string[]>('k'))).toEqual(new Set(['a', 'b']));
  });
});
