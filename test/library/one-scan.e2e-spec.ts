import { expect, it, jest } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions, DiscoveryChange, SharedStore } from 'nestjs-bedrock-discovery';
import { redisSharedStore } from 'nestjs-bedrock-discovery/redis';
import { RefreshPass } from '../../libs/bedrock-discovery/src/refresh/discovery-refresher.js';
import { afterThisTest } from '../support/cleanup.js';
import { askRedis, Cable, describeWithRedis, RedisServer, startRedis } from '../support/redis-server.js';
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

/** Any answer that comes from now on is later. */
async function later(): Promise<number> {
  const since = Date.now();
  await until(() => Date.now() > since);
  return since;
}

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
      const since = await later();
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

/** Nobody waits for a moment of its own. To be called once all applications have started: Nest names modules by chance. */
function withoutChance(): void {
  const random = jest.spyOn(Math, 'random').mockReturnValue(0);
  afterThisTest(() => random.mockRestore());
}

describeWithRedis('changes that several instances notice', () => {
  it('have one id, and are remembered once, beside what only one of them has noticed', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const store = () => redisSharedStore(url, { keyPrefix });
    const fleet = await instances(simulator, 3, store, { access: { mode: 'lazy' } });
    await modelsOf(fleet);
    await Promise.all(fleet.map(({ profiles }) => profiles.getAllProfiles()));
    const [one, other, third] = fleet as [Discovery, Discovery, Discovery];
    simulator.addModel({ modelId: 'maker.brand-new-v1:0', regions: ['us-east-1', 'eu-west-1'] });
    await tick([one, other], await later());
    simulator.removeModel('maker.brand-new-v1:0', 'eu-west-1');
    await tick([other], await later());
    await Promise.all(fleet.map((each) => each.close()));
    const told = await Promise.all([one, other].map(({ refresher }) => refresher.getChanges()));
    expect(told[0]?.map(({ type }) => type)).toEqual(['model-appeared']);
    expect(told[1]?.map(({ type }) => type)).toEqual(['model-appeared', 'model-region-lost']);
    expect(told[1]?.[0]).toEqual(told[0]?.[0]);
    expect(await third.refresher.getChanges()).toEqual([]);
    const [newcomer] = (await instances(simulator, 1, store)) as [Discovery];
    expect(await newcomer.refresher.getChanges()).toEqual(told[1]);
  });
});

describeWithRedis('instances that find out about access ahead', () => {
  it('ask once for all that have the same principal', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const fleet = await instances(simulator, 3, () => redisSharedStore(url, { keyPrefix }), {
      regions: ['eu-west-1'],
      access: { mode: 'eager' },
    });
    await Promise.all(fleet.map(({ refresher }) => refresher.refresh()));
    const [known = []] = await modelsOf(fleet);
    const found = ({ access }: Discovery) =>
      known.filter(({ modelId }) => access.peekAccess(modelId, 'eu-west-1').checkedAt !== undefined);
    const [first] = fleet as [Discovery];
    await until(() => found(first).length > 10 && fleet.every((each) => found(each).length === found(first).length));
    const asked = simulator.requests
      .list()
      .filter(({ operation }) => operation === 'GetFoundationModelAvailability')
      .map(({ path }) => decodeURIComponent(path));
    // What nobody could answer is asked again.
    for (const { modelId } of found(first)) {
      expect(asked.filter((path) => path.endsWith(`/${modelId}`))).toHaveLength(1);
    }
  });
});

describeWithRedis('instances that are told of what others have scanned', () => {
  it.each(['cron', 'follow'] as const)(
    'take it over at once with %s, and fetch only what has changed',
    async (mode) => {
      const simulator = await startSimulator();
      const { url, keyPrefix } = await startRedis();
      const store = () => redisSharedStore(url, { keyPrefix });
      const [writer] = (await instances(simulator, 1, store)) as [Discovery];
      await writer.refresher.refresh();
      const reading = redisSharedStore(url, { keyPrefix });
      const [reader] = (await instances(simulator, 1, () => reading, {
        refresh: { mode, cron: '0 0 1 1 *' },
      })) as [Discovery];
      await Promise.all([reader.models.getAllModels(), reader.profiles.getAllProfiles()]);
      withoutChance();
      const changes: DiscoveryChange[] = [];
      reader.refresher.changes$.subscribe((change) => changes.push(change));
      simulator.addModel({ modelId: 'maker.brand-new-v1:0', regions: ['us-east-1'] });
      await writer.refresher.refresh({ force: true });
      simulator.requests.reset();
      const fetched = jest.spyOn(reading, 'getMany');
      await until(async () => {
        // Nobody may have listened yet.
        await writer.refresher.refresh({ force: true, regions: ['us-east-1'] });
        return changes.length > 0;
      });
      expect(changes).toMatchObject([{ type: 'model-appeared', modelId: 'maker.brand-new-v1:0' }]);
      expect(simulator.requests.list().every(({ region }) => region === 'us-east-1')).toBe(true);
      const contents = fetched.mock.calls.flatMap(([keys]) => keys).filter((key) => key.includes('/content/'));
      expect(new Set(contents).size).toBe(1);
      expect(await reader.models.getModelRegions('maker.brand-new-v1:0')).toEqual(['us-east-1']);
    },
  );

  it('ask nobody about a region that has just failed another, and say why it is not known anew', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const fleet = await instances(simulator, 4, () => redisSharedStore(url, { keyPrefix }));
    await modelsOf(fleet);
    const asked = { operation: 'ListFoundationModels', region: 'us-east-1' } as const;
    const mend = simulator.addFault({ ...asked, kind: 'internal-error' });
    simulator.requests.reset();
    await tick(fleet, await later());
    const byAll = simulator.requests.count(asked);
    const failures = fleet.map(({ models }) => models.getRegionStatuses().find(({ region }) => region === 'us-east-1'));
    expect(failures.map((status) => [status?.status, status?.failure?.kind])).toEqual(
      fleet.map(() => ['failed', 'service-error']),
    );
    simulator.requests.reset();
    await tick([fleet[0] as Discovery], await later());
    expect(simulator.requests.count(asked)).toBe(byAll);
    mend();
    await tick(fleet, await later());
    expect(fleet.map(({ models }) => models.getRegionStatuses().map(({ status }) => status))).toEqual(
      fleet.map(() => ['ok', 'ok', 'ok']),
    );
  });

  it('ask themselves what another could not reach that reaches next to nothing', async () => {
    const simulator = await startSimulator();
    const { url, keyPrefix } = await startRedis();
    const fleet = await instances(simulator, 2, () => redisSharedStore(url, { keyPrefix }));
    await modelsOf(fleet);
    const [one, other] = fleet as [Discovery, Discovery];
    const mends = REGIONS.slice(1).map((region) => simulator.addFault({ region, kind: 'internal-error' }));
    const since = await later();
    await tick([one], since);
    mends.forEach((mend) => mend());
    await tick([other], since);
    expect(one.models.getRegionStatuses().map(({ status }) => status)).toEqual(['ok', 'failed', 'failed']);
    expect(other.models.getRegionStatuses().map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });
});

describeWithRedis.ofOurOwn('instances whose shared Redis fails', () => {
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
      const since = await later();
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
    await tick(fleet, await later());
    expect(simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(2 * REGIONS.length);
    server.resume();
  });

  it('look again once the store can be reached again, since they may not have been told', async () => {
    const simulator = await startSimulator();
    const { url, port } = await RedisServer.start();
    const cable = await Cable.to(port);
    const [writer] = (await instances(simulator, 1, () => redisSharedStore(url))) as [Discovery];
    await writer.refresher.refresh();
    const away = redisSharedStore(cable.url, { timeoutMs: 250 });
    const [reader] = (await instances(simulator, 1, () => away, { refresh: { mode: 'follow' } })) as [Discovery];
    await reader.models.getAllModels();
    withoutChance();
    cable.cut();
    simulator.addModel({ modelId: 'maker.brand-new-v1:0', regions: ['us-east-1'] });
    await writer.refresher.refresh({ force: true });
    await away.get('k').catch(() => undefined);
    cable.mend();
    await until(async () => (await reader.models.getAllModels()).some(({ modelId }) => modelId.startsWith('maker.')));
  });

  it('ask nobody where they are new: two ways to Redis and back, and a third of a megabyte at most', async () => {
    const simulator = await startSimulator();
    const { url, port } = await RedisServer.start();
    const everywhere = { regions: simulator.regions };
    const [first] = (await instances(simulator, 1, () => redisSharedStore(url), everywhere)) as [Discovery];
    await first.refresher.refresh();
    await first.close();
    simulator.requests.reset();
    const cable = await Cable.to(port);
    // Whatever is sent while an answer is on its way goes with it.
    cable.slow(250);
    // It is the ways that are counted, not how long the machine takes. Connecting comes before.
    const store = redisSharedStore(cable.url, { timeoutMs: 30_000 });
    await store.get('k');
    const [connecting, received] = [cable.roundTrips, cable.received];
    await askRedis(url, 'CONFIG', 'RESETSTAT');
    const [newcomer] = (await instances(simulator, 1, () => store, everywhere)) as [Discovery];
    const [models, profiles] = await Promise.all([newcomer.models.getAllModels(), newcomer.profiles.getAllProfiles()]);
    expect([models.length, profiles.length].every((count) => count > 50)).toBe(true);
    expect(new Set(newcomer.models.getRegionStatuses().map(({ source }) => source))).toEqual(new Set(['shared']));
    expect(simulator.requests.count()).toBe(0);
    expect(cable.roundTrips - connecting).toBe(2);
    expect(cable.received - received).toBeLessThan(300_000);
    expect(String(await askRedis(url, 'INFO', 'commandstats'))).not.toContain('cmdstat_get:');
  });

  it('fill it again with the next tick after it was flushed', async () => {
    const simulator = await startSimulator();
    const server = await RedisServer.start();
    const fleet = await instances(simulator, 2, () => redisSharedStore(server.url));
    await modelsOf(fleet);
    await Promise.all(fleet.map(({ profiles }) => profiles.getAllProfiles()));
    await askRedis(server.url, 'FLUSHALL');
    await tick(fleet, await later());
    simulator.requests.reset();
    const [newcomer] = (await instances(simulator, 1, () => redisSharedStore(server.url))) as [Discovery];
    expect(await newcomer.models.getAllModels()).toHaveLength((await modelsOf(fleet))[0]?.length ?? 0);
    await newcomer.profiles.getAllProfiles();
    expect(simulator.requests.count()).toBe(0);
  });

  it('fill it again with what was denied as well, though that has not changed', async () => {
    const simulator = await startSimulator();
    const server = await RedisServer.start();
    simulator.addFault({ kind: 'access-denied', region: 'us-east-1' });
    const fleet = await instances(simulator, 2, () => redisSharedStore(server.url));
    await Promise.all(fleet.map(({ refresher }) => refresher.refresh()));
    await askRedis(server.url, 'FLUSHALL');
    await tick(fleet, await later());
    simulator.requests.reset();
    const [newcomer] = (await instances(simulator, 1, () => redisSharedStore(server.url))) as [Discovery];
    await newcomer.refresher.refresh();
    expect(simulator.requests.count()).toBe(0);
    expect(newcomer.models.getRegionStatuses().map(({ status }) => status)).toEqual(['ok', 'ok', 'failed']);
  });
});
