import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BedrockClient, ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { describe, expect, it, jest } from '@jest/globals';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import type { SharedStore } from 'nestjs-bedrock-discovery';
import { afterThisTest, temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const MODELS = { operation: 'ListFoundationModels' } as const;
const REGIONS = ['eu-west-1', 'eu-west-3', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';
const JOB = 'bedrock-discovery-refresh';
/** What asks for credentials waits no longer. */
const CREDENTIALS_LIMIT_MS = 3_000;
/** A process of its own takes its time on a busy machine. */
const PROCESS_MS = 120_000;

describe('closing the application', () => {
  it('follows compile() without init(), and may be done twice', async () => {
    const simulator = await startSimulator();
    const { app, refresher } = await startDiscovery(optionsFor(simulator), { init: false });
    await app.close();
    await app.close();
    await expect(refresher.refresh()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    expect(simulator.requests.count()).toBe(0);
  });

  it('may be done twice, and at the same time', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory: await temporaryFolder() } });
    const { app, refresher } = await startDiscovery(options, { clock });
    await refresher.refresh();
    await Promise.all([app.close(), app.close()]);
    await app.close();
    expect(clock.pending).toBe(0);
    await expect(refresher.refresh({ force: true })).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    simulator.requests.reset();
    const next = await startDiscovery(options, { clock });
    expect(await next.models.isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
    expect(simulator.requests.count()).toBe(0);
  });

  it('ends a scan that is under way: whoever waits is told, and nothing is asked afterwards', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang' });
    const clock = new ManualClock();
    const { app, refresher, models } = await startDiscovery(optionsFor(simulator, { scan: { concurrency: 2 } }), {
      clock,
    });
    const refreshing = expect(refresher.refresh()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    const asking = expect(models.getAllModels()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    await until(() => simulator.requests.count() === 6);
    await app.close();
    await Promise.all([refreshing, asking]);
    await turns();
    expect(simulator.requests.count()).toBe(6);
    expect(clock.pending).toBe(0);
  });

  it('keeps what the scan had found already', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    simulator.addFault({ kind: 'hang', region: 'eu-west-1' });
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory } });
    const first = await startDiscovery(options, { clock });
    const refreshing = first.refresher.refresh().catch(() => undefined);
    await until(() => first.models.getRegionStatuses().filter(({ status }) => status === 'ok').length === 2);
    await first.close();
    await refreshing;
    simulator.requests.reset();
    const second = await startDiscovery(options, { clock });
    expect(await second.models.isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
    expect(simulator.requests.count()).toBe(0);
  });

  it('does not wait for credentials that never come', async () => {
    const simulator = await startSimulator();
    const credentials = (): Promise<never> => new Promise<never>(() => undefined);
    const options = optionsFor(simulator, { regions: REGIONS, credentials, scan: { onBootstrap: 'background' } });
    const clock = new ManualClock();
    const { app, models } = await startDiscovery(options, { clock });
    const told = expect(models.getAllModels()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    await turns();
    await app.close();
    clock.advance(CREDENTIALS_LIMIT_MS);
    await told;
    await turns();
    expect(clock.pending).toBe(0);
    expect(simulator.requests.count()).toBe(0);
  });

  it('leaves queries that answer from what is known, and scans that refuse', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'on-read' } });
    const { app, refresher, models, profiles, latencies, clients } = await startDiscovery(options, { clock });
    await refresher.refresh();
    await app.close();
    simulator.requests.reset();
    clock.advance(2 * HOUR_MS);
    expect(await models.isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
    expect(await profiles.getAllProfiles()).not.toHaveLength(0);
    expect(models.getRegionStatuses()).toMatchObject(REGIONS.map((region) => ({ region, stale: true })));
    await expect(refresher.export()).resolves.toMatchObject({ version: 1 });
    const shutDown = { code: 'SHUT_DOWN' };
    await expect(models.scanAllRegions()).rejects.toMatchObject(shutDown);
    await expect(profiles.scanProfilesInRegion('eu-west-1')).rejects.toMatchObject(shutDown);
    await expect(refresher.refresh({ force: true })).rejects.toMatchObject(shutDown);
    await expect(latencies.measure('eu-west-1')).rejects.toMatchObject({ name: expect.stringMatching(/Error$/) });
    expect(() => clients.getClient(BedrockClient, { region: 'eu-west-1' })).toThrow(expect.objectContaining(shutDown));
    await turns();
    expect(simulator.requests.count()).toBe(0);
  });

  it('leaves queries that say at once that nothing is known where it is so', async () => {
    const simulator = await startSimulator();
    const { app, models } = await startDiscovery(optionsFor(simulator), { clock: new ManualClock() });
    await app.close();
    await expect(models.getAllModels()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    expect(simulator.requests.count()).toBe(0);
  });

  it("leaves the user's store, and clients that were not asked of the library, alone", async () => {
    const simulator = await startSimulator();
    const entries = new Map<string, unknown>();
    const disconnect = jest.fn();
    const sharedStore: SharedStore & { disconnect: () => void } = {
      get: (key) => Promise.resolve(entries.get(key)),
      set: (key, value) => Promise.resolve(entries.set(key, value)),
      delete: (key) => Promise.resolve(entries.delete(key)),
      disconnect,
    };
    const { endpoint, credentials } = simulator;
    const client = new BedrockClient({ region: 'eu-west-1', endpoint, credentials });
    afterThisTest(() => client.destroy());
    const { app, refresher } = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS, cache: { sharedStore } }),
    );
    await refresher.refresh();
    await app.close();
    expect(disconnect).not.toHaveBeenCalled();
    expect(entries.size).toBeGreaterThan(0);
    expect((await client.send(new ListFoundationModelsCommand({}))).modelSummaries).not.toHaveLength(0);
  });

  it(
    'lets the process end by itself',
    async () => {
      const simulator = await startSimulator();
      const script = fileURLToPath(new URL('../fixtures/open-and-close.mjs', import.meta.url));
      const env = { ...process.env, ...simulator.environment(), NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' };
      const { stdout } = await promisify(execFile)(process.execPath, [script, await temporaryFolder()], { env });
      expect(JSON.parse(stdout)).toEqual({ models: 145, left: [] });
    },
    PROCESS_MS,
  );
});

describe('starting the application', () => {
  it("waits for the first scan with onBootstrap 'await'", async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS, scan: { onBootstrap: 'await' } }),
    );
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(simulator.requests.count()).toBe(3 * REGIONS.length);
  });

  it("succeeds with onBootstrap 'await' when AWS fails, or hangs beyond the deadline", async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    simulator.addFault({ kind: 'hang', region: 'us-east-1' });
    const clock = new ManualClock();
    const scan = { onBootstrap: 'await', deadlineMs: 1_500 } as const;
    const { app, models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, scan }), {
      clock,
      init: false,
    });
    const starting = app.init();
    await until(() => models.getRegionStatuses().filter(({ status }) => status !== 'pending').length === 2);
    clock.advance(1_500);
    await starting;
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(['failed', 'ok', 'pending']);
  });

  it("does not wait for the first scan with onBootstrap 'background'", async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang' });
    const { models } = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS, scan: { onBootstrap: 'background' } }),
      {
        clock: new ManualClock(),
      },
    );
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(['pending', 'pending', 'pending']);
    await until(() => simulator.requests.count(MODELS) === REGIONS.length);
  });

  it("leaves the first scan to the first query with onBootstrap 'off'", async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, scan: { onBootstrap: 'off' } }));
    await turns();
    expect(simulator.requests.count()).toBe(0);
    expect(await models.getAllModels()).not.toHaveLength(0);
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
  });

  it('asks nothing if what is on disk is fresh', async () => {
    const simulator = await startSimulator();
    const cache = { directory: await temporaryFolder() };
    const first = await startDiscovery(optionsFor(simulator, { regions: REGIONS, cache }));
    await first.refresher.refresh();
    await first.close();
    simulator.requests.reset();
    const second = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS, cache, scan: { onBootstrap: 'background' } }),
    );
    await second.models.getAllModels();
    await second.refresher.refresh();
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('refreshing the inventory', () => {
  const withSchedule = { imports: [ScheduleModule.forRoot()] };

  /** It is half past twelve for the rest of the test, until it lets time pass. */
  function halfPast(): void {
    jest.useFakeTimers({
      now: new Date('2026-08-22T12:30:00Z'),
      doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
    });
    afterThisTest(() => jest.useRealTimers());
  }

  it("adds a job to the application's registry that asks again with mode 'cron'", async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, {
      regions: REGIONS,
      refresh: { mode: 'cron', cron: '17 3 * * *', timeZone: 'Asia/Tokyo' },
    });
    const { app, refresher } = await startDiscovery(options, { ...withSchedule, clock: new ManualClock() });
    await refresher.refresh();
    simulator.requests.reset();
    const registry = app.get(SchedulerRegistry);
    const job = registry.getCronJob(JOB);
    expect(job.isActive).toBe(true);
    expect(job.nextDate().setZone('Asia/Tokyo').toFormat('HH:mm')).toBe('03:17');
    await job.fireOnTick();
    await until(() => simulator.requests.count() === 3 * REGIONS.length);
    await app.close();
    expect(registry.doesExist('cron', JOB)).toBe(false);
    expect(job.isActive).toBe(false);
  });

  it("asks again with mode 'cron' where the application has no scheduler", async () => {
    const simulator = await startSimulator();
    const refresh = { mode: 'cron', cron: '0 * * * *', jitter: 0 } as const;
    halfPast();
    const { app } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, refresh }), {
      clock: new ManualClock(),
    });
    expect(() => app.get(SchedulerRegistry, { strict: false })).toThrow('could not find SchedulerRegistry');
    jest.advanceTimersByTime(30 * 60_000 - 1);
    expect(simulator.requests.count()).toBe(0);
    jest.advanceTimersByTime(1);
    await until(() => simulator.requests.count() === 3 * REGIONS.length);
  });

  it('goes on after a refresh that fails', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'cron' } });
    const { app, models } = await startDiscovery(options, withSchedule);
    const job = app.get(SchedulerRegistry).getCronJob(JOB);
    const remove = simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    await job.fireOnTick();
    await until(() => models.getRegionStatuses().every(({ status }) => status !== 'pending'));
    remove();
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(['failed', 'ok', 'ok']);
    simulator.requests.reset();
    await job.fireOnTick();
    await until(() => simulator.requests.count({ ...MODELS, region: 'us-east-1' }) === 1);
  });

  it('waits a random share of the interval after a tick, so that instances do not ask at once', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const refresh = { mode: 'cron', cron: '0 * * * *', jitter: 0.2 } as const;
    halfPast();
    await startDiscovery(optionsFor(simulator, { regions: REGIONS, refresh }), { clock });
    // Only now: Nest names its providers by chance.
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
    afterThisTest(() => random.mockRestore());
    jest.advanceTimersByTime(30 * 60_000 - 1);
    expect(clock.pending).toBe(0);
    jest.advanceTimersByTime(1);
    expect(clock.pending).toBe(1);
    clock.advance(360_000 - 1);
    await turns();
    expect(simulator.requests.count()).toBe(0);
    clock.advance(1);
    await until(() => simulator.requests.count() === 3 * REGIONS.length);
  });

  it.each(['on-read', 'off'] as const)('starts no timer at all with mode %p', async (mode) => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode } });
    const { app, refresher } = await startDiscovery(options, { ...withSchedule, clock });
    await refresher.refresh();
    expect(app.get(SchedulerRegistry).getCronJobs().size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("serves what is old and refreshes it in the background, once, with mode 'on-read'", async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'on-read' } });
    const { models } = await startDiscovery(options, { clock });
    await models.scanAllRegions();
    const before = await models.getAllModels();
    simulator.addModel({ modelId: 'maker.brand-new-v1:0', regions: ['us-east-1'] });
    simulator.requests.reset();
    clock.advance(HOUR_MS + 1);
    const answers = await Promise.all(Array.from({ length: 100 }, () => models.getAllModels()));
    expect(answers.every((answer) => answer.length === before.length)).toBe(true);
    await until(() => models.getRegionStatuses().every(({ stale }) => !stale));
    await until(async () => (await models.getModel('maker.brand-new-v1:0')) !== undefined);
    expect(simulator.requests.count()).toBe(REGIONS.length);
  });

  it("serves what is old and asks nobody until told to with mode 'off'", async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    await models.scanAllRegions();
    simulator.requests.reset();
    clock.advance(2 * HOUR_MS);
    expect(await models.getAllModels()).not.toHaveLength(0);
    await turns();
    expect(simulator.requests.count()).toBe(0);
    expect(models.getRegionStatuses().every(({ stale }) => stale)).toBe(true);
    await refresher.refresh();
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
  });

  it('shares a refresh that the clock has started with one that a caller asks for', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'cron' } });
    const { app, refresher } = await startDiscovery(options, withSchedule);
    await Promise.all([app.get(SchedulerRegistry).getCronJob(JOB).fireOnTick(), refresher.refresh({ force: true })]);
    expect(simulator.requests.count()).toBe(3 * REGIONS.length);
  });
});

describe('a process that was suspended', () => {
  it('discards the requests that the gap spoilt and scans again', async () => {
    const simulator = await startSimulator();
    const remove = simulator.addFault({ kind: 'hang', region: 'eu-west-1', ...MODELS });
    const clock = new ManualClock();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    const scanning = models.scanAllRegions();
    await until(() => simulator.requests.count() === REGIONS.length);
    await until(() => models.getRegionStatuses().filter(({ status }) => status === 'ok').length === 2);
    remove();
    clock.jump(6 * HOUR_MS);
    clock.advance(1_000);
    const report = await scanning;
    expect(report.regions.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(simulator.requests.count({ region: 'eu-west-1' })).toBe(2);
  });
});
