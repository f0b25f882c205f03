import { expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions, SharedStore } from 'nestjs-bedrock-discovery';
import { redisSharedStore } from 'nestjs-bedrock-discovery/redis';
import { RefreshPass } from '../../libs/bedrock-discovery/src/refresh/discovery-refresher.js';
import {
  askRedis,
  describeWithRedis,
  describeWithRedisOfOurOwn,
  RedisServer,
  startRedis,
} from '../support/redis-server.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
/** One ListFoundationModels and the pages of both profile types. */
const ONE_SCAN = 3 * REGIONS.length;

function instances(
  simulator: BedrockSimulator,
  count: number,
  storeOf: () => SharedStore,
  options: BedrockDiscoveryOptions = {},
): Promise<Discovery[]> {
  return Promise.all(
    Array.from({ length: count }, () =>
      startDiscovery(
        optionsFor(simulator, {
          regions: REGIONS,
          access: { mode: 'off' },
          retention: { mode: 'off' },
          ...options,
          cache: { ...options.cache, sharedStore: storeOf() },
        }),
      ),
    ),
  );
}

/** As the tick of a job would. */
const tick = (fleet: readonly Discovery[], since = Date.now()) =>
  Promise.all(fleet.map(({ app }) => app.get(RefreshPass).run({ since, spareDenied: true })));

const modelsOf = (fleet: readonly Discovery[]) => Promise.all(fleet.map(({ models }) => models.getAllModels()));

describeWithRedis('instances that share a Redis', () => {
  it('that start together scan once, and all know all', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const fleet = await instances(simulator, 6, () => redisSharedStore(url, { keyPrefix }));
    const known = await modelsOf(fleet);
    await Promise.all(fleet.map(({ profiles }) => profiles.getAllProfiles()));
    expect(new Set(known.map((models) => JSON.stringify(models))).size).toBe(1);
    expect(simulator.requests.count()).toBe(ONE_SCAN);
  });

  it('scan once for each tick of their jobs', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const fleet = await instances(simulator, 4, () => redisSharedStore(url, { keyPrefix }));
    await modelsOf(fleet);
    await Promise.all(fleet.map(({ profiles }) => profiles.getAllProfiles()));
    for (let n = 0; n < 3; n += 1) {
      simulator.requests.reset();
      const since = Date.now();
      await until(() => Date.now() > since);
      await tick(fleet, since);
      expect(simulator.requests.count()).toBe(ONE_SCAN);
      const ages = fleet.flatMap(({ models }) => models.getRegionStatuses().map(({ scannedAt }) => scannedAt ?? ''));
      expect(ages.every((scannedAt) => Date.parse(scannedAt) > since)).toBe(true);
    }
  });

  it('give the lease back when they close in the middle of a scan', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    simulator.addFault({ operation: 'ListFoundationModels', kind: 'hang' });
    const [one] = (await instances(simulator, 1, () => redisSharedStore(url, { keyPrefix }))) as [Discovery];
    const refreshing = one.refresher.refresh().catch(() => undefined);
    await until(async () => ((await askRedis(url, 'KEYS', `${keyPrefix}*/lease`)) as string[]).length === 1);
    await until(() => simulator.requests.count({ operation: 'ListFoundationModels' }) > 0);
    await one.close();
    await refreshing;
    expect(await askRedis(url, 'KEYS', `${keyPrefix}*/lease`)).toEqual([]);
  });

  it('go on without whoever has the lease and is gone, on a cold start too', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const settings = { scan: { onBootstrap: 'off', deadlineMs: 2_000, regionTimeoutMs: 1_000 } } as const;
    const [first] = (await instances(simulator, 1, () => redisSharedStore(url, { keyPrefix }), settings)) as [
      Discovery,
    ];
    const owner = await first.owner();
    const store = redisSharedStore(url, { keyPrefix });
    await store.acquire(`nestjs-bedrock-discovery:v1:default:${owner}/lease`, 3_600_000);
    store.attach(() => undefined)();
    expect((await first.models.getAllModels()).length).toBeGreaterThan(0);
  });

  it('are served what is known at once, whoever has the lease', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const store = () => redisSharedStore(url, { keyPrefix });
    const settings = { refresh: { mode: 'on-read' }, cache: { memoryTtlMs: 1 } } as const;
    const [one, other] = (await instances(simulator, 2, store, settings)) as [Discovery, Discovery];
    const known = await one.models.getAllModels();
    await other.models.getAllModels();
    const owner = await one.owner();
    const holder = store();
    await holder.acquire(`nestjs-bedrock-discovery:v1:default:${owner}/lease`, 3_600_000);
    holder.attach(() => undefined)();
    simulator.requests.reset();
    expect(await other.models.getAllModels()).toHaveLength(known.length);
    expect(simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(0);
  });

  it('ask nobody where they only follow, and learn from one that scans', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const store = () => redisSharedStore(url, { keyPrefix });
    const following = { refresh: { mode: 'follow' }, scan: { deadlineMs: 2_000 } } as const;
    const [follower] = (await instances(simulator, 1, store, following)) as [Discovery];
    await expect(follower.models.getAllModels()).rejects.toThrow("refresh.mode 'follow'");
    const [writer] = (await instances(simulator, 1, store)) as [Discovery];
    await writer.refresher.refresh();
    simulator.requests.reset();
    expect(await follower.models.getAllModels()).toEqual(await writer.models.getAllModels());
    await follower.refresher.refresh({ force: true });
    expect(simulator.requests.count()).toBe(0);
  });
});

describeWithRedisOfOurOwn('instances whose shared Redis fails', () => {
  it('scan each for itself, and once for all as soon as it is back', async () => {
    const simulator = await startSimulator();
    const server = await RedisServer.start();
    const fleet = await instances(simulator, 3, () => redisSharedStore(server.url));
    await server.end();
    await modelsOf(fleet);
    await Promise.all(fleet.map(({ profiles }) => profiles.getAllProfiles()));
    expect(simulator.requests.count()).toBe(3 * ONE_SCAN);
    await server.begin();
    await until(async () => {
      simulator.requests.reset();
      const since = Date.now();
      await until(() => Date.now() > since);
      await tick(fleet, since);
      return simulator.requests.count() === ONE_SCAN;
    });
  });

  it('scan while it hangs, and are not held up by it', async () => {
    const simulator = await startSimulator();
    const server = await RedisServer.start();
    const fleet = await instances(simulator, 2, () => redisSharedStore(server.url, { timeoutMs: 200 }));
    await modelsOf(fleet);
    server.pause();
    simulator.requests.reset();
    const since = Date.now();
    await until(() => Date.now() > since);
    await tick(fleet, since);
    expect(simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(2 * REGIONS.length);
    server.resume();
  });

  it('fill it again with the next tick after it was flushed', async () => {
    const simulator = await startSimulator();
    const server = await RedisServer.start();
    const fleet = await instances(simulator, 2, () => redisSharedStore(server.url));
    await modelsOf(fleet);
    await Promise.all(fleet.map(({ profiles }) => profiles.getAllProfiles()));
    await askRedis(server.url, 'FLUSHALL');
    const since = Date.now();
    await until(() => Date.now() > since);
    await tick(fleet, since);
    simulator.requests.reset();
    const [newcomer] = (await instances(simulator, 1, () => redisSharedStore(server.url))) as [Discovery];
    expect(await newcomer.models.getAllModels()).toHaveLength((await modelsOf(fleet))[0]?.length ?? 0);
    await newcomer.profiles.getAllProfiles();
    expect(simulator.requests.count()).toBe(0);
  });
});
