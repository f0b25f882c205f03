import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type BedrockDiscoveryOptions, InvocationRouter } from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MODEL = 'amazon.nova-lite-v1:0';

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1';

async function exported(
  clock: ManualClock,
): Promise<{ snapshot: object; source: Discovery; options: BedrockDiscoveryOptions }> {
  const simulator = await startSimulator();
  simulator.addApplicationProfile({ region: 'us-east-1', name: 'Ours', modelId: MODEL });
  const options = optionsFor(simulator);
  const source = await startDiscovery(options, { clock });
  await source.refresher.refresh();
  return { snapshot: await source.refresher.export(), source, options: { ...options, endpoint: NOWHERE } };
}

describe('a snapshot', () => {
  it.each(['object', 'file'])(
    'answers all that its source knew as a seed in an %s, without a network',
    async (form) => {
      const clock = new ManualClock();
      const { snapshot, source, options } = await exported(clock);
      const file = join(await temporaryFolder(), 'snapshot.json');
      await writeFile(file, JSON.stringify(snapshot));
      clock.advance(HOUR_MS / 2);
      const seeded = await startDiscovery(
        { ...options, cache: { directory: false, seed: form === 'file' ? file : snapshot } },
        { clock },
      );
      expect(await seeded.models.getAllModels()).toEqual(await source.models.getAllModels());
      expect(await seeded.profiles.getAllProfiles()).toEqual(await source.profiles.getAllProfiles());
      for (const statuses of [seeded.models.getRegionStatuses(), seeded.profiles.getRegionStatuses()]) {
        expect(statuses).toHaveLength(31);
        expect(statuses.every(({ status, ageMs, stale }) => status === 'ok' && ageMs === HOUR_MS / 2 && !stale)).toBe(
          true,
        );
        expect(new Set(statuses.map((status) => status.source))).toEqual(new Set(['seed']));
      }
      expect(await seeded.refresher.getProvenance()).toMatchObject({
        source: 'seed',
        ageMs: HOUR_MS / 2,
        complete: true,
      });
      const { exportedAt: _, ...again } = (await seeded.refresher.export()) as { exportedAt: string };
      expect(snapshot).toMatchObject(again);
    },
  );

  it('is JSON, in one order whatever the order of the answers', async () => {
    const clock = new ManualClock();
    const { snapshot, source } = await exported(clock);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    const keys = (snapshot as { entries: { key: string }[] }).entries.map(({ key }) => key);
    const sorted = (part: string): string[] => keys.filter((key) => key.includes(part)).sort();
    expect(keys.filter((key) => key.includes('/models/'))).toEqual(sorted('/models/'));
    expect(keys.filter((key) => key.includes('/profiles/'))).toEqual(sorted('/profiles/'));
    expect(keys).toEqual([...keys].sort());
    await source.refresher.refresh({ force: true });
    expect(await source.refresher.export()).toEqual(snapshot);
    expect((snapshot as { exportedAt: string }).exportedAt).toBe('2026-08-22T12:00:00.000Z');
  });

  it('is left as it was by the application that it seeds', async () => {
    const clock = new ManualClock();
    const { snapshot, options } = await exported(clock);
    const copy = structuredClone(snapshot);
    const seeded = await startDiscovery({ ...options, cache: { directory: false, seed: copy } }, { clock });
    await seeded.models.getAllModels();
    await seeded.models.clearCache();
    expect(copy).toEqual(snapshot);
    expect(Object.isFrozen(copy)).toBe(false);
    expect(Object.isFrozen((copy as { entries: { value: unknown }[] }).entries[0]?.value)).toBe(false);
  });

  it('is served as stale where it is old, and refreshed where that is wanted', async () => {
    const clock = new ManualClock();
    const { snapshot, options } = await exported(clock);
    const simulator = await startSimulator();
    simulator.addModel({ modelId: 'maker.brand-new-v1:0' });
    clock.advance(DAY_MS);
    const seeded = await startDiscovery(
      {
        ...options,
        endpoint: simulator.endpoint,
        cache: { directory: false, seed: snapshot },
        refresh: { mode: 'on-read' },
      },
      { clock },
    );
    expect(await seeded.models.getModel('maker.brand-new-v1:0')).toBeUndefined();
    expect(seeded.models.getRegionStatuses().every(({ stale, ageMs }) => stale && ageMs === DAY_MS)).toBe(true);
    await until(async () => (await seeded.models.getModel('maker.brand-new-v1:0')) !== undefined);
    expect(seeded.models.getRegionStatuses().some(({ source }) => source === 'scan')).toBe(true);
  });

  it('is not served where it is too old, and a warning says so', async () => {
    const clock = new ManualClock();
    const { snapshot, options } = await exported(clock);
    clock.advance(3 * DAY_MS + 1);
    const seeded = await startDiscovery(
      { ...options, cache: { directory: false, seed: snapshot }, client: { maxAttempts: 1 } },
      { clock },
    );
    await expect(seeded.models.getAllModels()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    expect(seeded.logger.of('warn').join()).toContain('cache.seed');
  });

  it('is of no use to another account', async () => {
    const clock = new ManualClock();
    const { snapshot, options } = await exported(clock);
    const seeded = await startDiscovery(
      {
        ...options,
        accountId: '999999999999',
        cache: { directory: false, seed: snapshot },
        client: { maxAttempts: 1 },
      },
      { clock },
    );
    await expect(seeded.profiles.getAllProfiles()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
  });

  it('serves an application whose credentials name no account, as in an image built elsewhere', async () => {
    const clock = new ManualClock();
    const { snapshot, options } = await exported(clock);
    const seeded = await startDiscovery(
      { ...options, accountId: undefined, cache: { directory: false, seed: snapshot } },
      { clock },
    );
    expect(await seeded.models.isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
    expect(seeded.models.getRegionStatuses()[0]).toMatchObject({ source: 'seed' });
  });

  it('cannot be made where nothing is known', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied' });
    const { refresher } = await startDiscovery(optionsFor(simulator, { regions: ['us-east-1'] }));
    await expect(refresher.export()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    await turns();
  });

  it.each([{}, { format: 'other' }, { format: 'nestjs-bedrock-discovery/snapshot', version: 99 }, []])(
    'is refused as a seed while compiling where it is none: %j',
    async (seed) => {
      const simulator = await startSimulator();
      const starting = startDiscovery(optionsFor(simulator, { cache: { directory: false, seed } }));
      await expect(starting).rejects.toMatchObject({ code: 'INVALID_OPTIONS', option: 'cache.seed' });
    },
  );
});

describe('a seed in a function', () => {
  it.each([
    ['by default', {}],
    ['without a scan at the start', { scan: { onBootstrap: 'off' } }],
    ['of whose account nothing is known yet', { accountId: undefined }],
  ] as [string, BedrockDiscoveryOptions][])(
    'spares the first invocation a scan %s, and is refreshed behind once it is older',
    async (_, given) => {
      const simulator = await startSimulator();
      const clock = new ManualClock();
      const { endpoint, credentials, accountId } = simulator;
      const options: BedrockDiscoveryOptions = { endpoint, credentials, accountId };
      const source = await startDiscovery({ ...options, cache: { directory: false } }, { clock });
      await source.refresher.refresh();
      const seed = await source.refresher.export();
      await source.close();
      simulator.requests.reset();

      clock.advance(HOUR_MS - 1);
      // A folder that nobody can make: below a file.
      const file = join(await temporaryFolder(), 'file');
      await writeFile(file, '');
      const { app, models, logger } = await startDiscovery(
        { ...options, cache: { seed, directory: join(file, 'cache') }, refresh: { mode: 'on-read' }, ...given },
        { clock },
      );
      const invoke = async (): Promise<number> => {
        const { routes } = await app.get(InvocationRouter).resolve(MODEL, { residency: 'eu' });
        return routes.length;
      };
      const routes = await invoke();
      expect(routes).toBeGreaterThan(0);
      await turns(50);
      expect(simulator.requests.list().map(({ operation, region }) => `${operation} ${region}`)).toEqual([]);
      expect(logger.of('warn').length).toBeLessThanOrEqual(1);

      clock.advance(2);
      simulator.addFault({ kind: 'hang', operation: 'ListFoundationModels' });
      expect(await invoke()).toBe(routes);
      await until(() => simulator.requests.count({ operation: 'ListFoundationModels' }) > 0);
      expect(models.getRegionStatuses().every(({ source: tier }) => tier === 'seed')).toBe(true);
    },
  );
});
