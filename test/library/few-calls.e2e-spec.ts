import { describe, expect, it } from '@jest/globals';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import type { FaultKind } from 'bedrock-simulator';
import { InvocationRouter, type ScanProgress } from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock, ManualClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turn, turns, until } from '../support/until.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MODELS = { operation: 'ListFoundationModels' } as const;
const PROFILES = { operation: 'ListInferenceProfiles' } as const;
const REGIONS = ['eu-west-1', 'eu-west-3', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';

/** Fires the job, and waits for the line that tells what came of it. */
async function scheduledRefresh({ app, logger }: Discovery): Promise<void> {
  const refreshes = (): number => logger.of('log').filter((line) => line.includes('Models: ')).length;
  const former = refreshes();
  await app.get(SchedulerRegistry).getCronJob('bedrock-discovery-refresh').fireOnTick();
  await until(() => refreshes() > former);
}

describe('a refresh', () => {
  it('costs one list of models and one list of each type of profile per region', async () => {
    const simulator = await startSimulator();
    const { refresher } = await startDiscovery(optionsFor(simulator));
    const { models, profiles } = await refresher.refresh();
    for (const region of simulator.regions) {
      expect(simulator.requests.count({ ...MODELS, region })).toBe(1);
      expect(simulator.requests.count({ ...PROFILES, region })).toBe(2);
    }
    expect(simulator.requests.count()).toBe(3 * simulator.regions.length);
    expect([models.requests, profiles.requests]).toEqual([simulator.regions.length, 2 * simulator.regions.length]);
  });

  it('costs nothing while all is fresh, unless it is forced', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const { refresher, models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    await refresher.refresh();
    simulator.requests.reset();
    clock.advance(HOUR_MS);
    const report = await refresher.refresh();
    expect(simulator.requests.count()).toBe(0);
    expect(report.models).toMatchObject({ requests: 0, regions: REGIONS.map((region) => ({ region, status: 'ok' })) });
    await models.scanAllRegions({ force: true });
    expect(simulator.requests.count()).toBe(REGIONS.length);
    clock.advance(HOUR_MS + 1);
    await refresher.refresh();
    expect(simulator.requests.count(MODELS)).toBe(2 * REGIONS.length);
  });

  it('is shared by those who ask for it at the same time, forced or not', async () => {
    const simulator = await startSimulator();
    const { refresher, models, profiles } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const reports = await Promise.all([
      refresher.refresh(),
      refresher.refresh({ force: true }),
      refresher.refresh({ regions: ['eu-west-1'] }),
      models.scanAllRegions(),
      profiles.scanAllRegions({ force: true }),
      models.getAllModels(),
      profiles.getAllProfiles(),
    ]);
    expect(simulator.requests.count()).toBe(3 * REGIONS.length);
    expect(reports[0].models.requests).toBe(REGIONS.length);
    expect(reports[2].models.regions.map(({ region }) => region)).toEqual(['eu-west-1']);
  });

  it('asks only the regions that are named, in and beyond the options', async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const report = await models.scanAllRegions({ regions: ['sa-east-1', 'eu-west-1', 'sa-east-1'] });
    expect(report.regions.map(({ region }) => region)).toEqual(['sa-east-1', 'eu-west-1']);
    expect(
      simulator.requests
        .list()
        .map(({ region }) => region)
        .sort(),
    ).toEqual(['eu-west-1', 'sa-east-1']);
    expect((await models.getAllModels({ region: 'sa-east-1' })).length).toBeGreaterThanOrEqual(0);
  });

  it.each(['eu-west', 'https://evil.example', '', 'eu-west-1/../..'])(
    'refuses %p as the name of a region',
    async (region) => {
      const simulator = await startSimulator();
      const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
      await expect(models.scanAllRegions({ regions: [region] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(refresher.refresh({ regions: [region] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(simulator.requests.count()).toBe(0);
    },
  );

  it('tells how far it is, up to the whole', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    const { refresher, models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const steps: ScanProgress[] = [];
    await refresher.refresh({ onProgress: (progress) => steps.push(progress) });
    expect(steps.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(steps.every(({ total }) => total === 6)).toBe(true);
    expect(steps.filter(({ status }) => status === 'failed').map(({ region }) => region)).toEqual([
      'eu-west-1',
      'eu-west-1',
    ]);
    const ofModels: ScanProgress[] = [];
    await models.scanAllRegions({ force: true, onProgress: (progress) => ofModels.push(progress) });
    expect(ofModels.at(-1)).toMatchObject({ done: 3, total: 3 });
  });

  it('keeps no more than scan.concurrency regions waiting at a time', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', ...MODELS });
    const clock = new ManualClock();
    const { models } = await startDiscovery(optionsFor(simulator, { scan: { concurrency: 4 } }), { clock });
    const scanning = models.scanAllRegions();
    await until(() => simulator.requests.count() === 4);
    await turns();
    expect(simulator.requests.count()).toBe(4);
    simulator.clearFaults();
    clock.advance(8_000);
    await scanning;
    expect(simulator.requests.count()).toBe(simulator.regions.length);
  });
});

describe('a cold start', () => {
  it('answers 5,000 callers with one list of models per region', async () => {
    const simulator = await startSimulator();
    const { models, profiles } = await startDiscovery(optionsFor(simulator, { refresh: { mode: 'on-read' } }));
    const answers = await Promise.all(
      Array.from({ length: 5_000 }, (_, n) =>
        n % 2 === 0 ? models.getAllModels() : models.isModelAvailableInRegion(MODEL, 'us-east-1'),
      ),
    );
    expect(answers[0]).toHaveLength(145);
    expect(answers[1]).toBe(true);
    for (const region of simulator.regions) {
      expect(simulator.requests.count({ ...MODELS, region })).toBe(1);
    }
    await Promise.all(Array.from({ length: 5_000 }, () => profiles.getAllProfiles()));
    expect(simulator.requests.count(PROFILES)).toBe(2 * simulator.regions.length);
  });

  it('answers from the regions that have answered when others hang beyond the deadline', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', region: 'eu-west-1', ...MODELS });
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, scan: { deadlineMs: 2_000 } });
    const { models } = await startDiscovery(options, { clock });
    const asking = models.getAllModels();
    await until(() => models.getRegionStatuses().filter(({ status }) => status === 'ok').length === 2);
    clock.advance(2_000);
    expect(await asking).not.toHaveLength(0);
    expect(await models.isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
    await expect(models.isModelAvailableInRegion(MODEL, 'eu-west-1')).rejects.toMatchObject({ code: 'REGION_UNKNOWN' });
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(['pending', 'ok', 'ok']);
  });

  it('rejects at the deadline where no region has answered, and answers once one does', async () => {
    const simulator = await startSimulator();
    const removeFault = simulator.addFault({ kind: 'hang', ...MODELS });
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, scan: { deadlineMs: 2_000, regionTimeoutMs: 3_000 } });
    const { models } = await startDiscovery(options, { clock });
    const asking = models.getAllModels();
    const refused = expect(asking).rejects.toMatchObject({
      code: 'INVENTORY_UNAVAILABLE',
      message: expect.stringContaining('deadlineMs'),
    });
    await until(() => simulator.requests.count() === REGIONS.length);
    clock.advance(2_000);
    await refused;
    removeFault();
    clock.advance(1_000);
    await until(() => models.getRegionStatuses().every(({ status }) => status === 'failed'));
    expect(await models.getAllModels()).not.toHaveLength(0);
  });

  it('asks a refused identity no more often than every half minute', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'unrecognized-client' });
    const clock = new ManualClock();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    for (let n = 0; n < 20; n += 1) {
      await expect(models.getAllModels()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    }
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
    simulator.clearFaults();
    clock.advance(31_000);
    expect(await models.getAllModels()).not.toHaveLength(0);
  });
});

describe('a caller who gives up a refresh', () => {
  it('leaves without the others, who get their answer', async () => {
    const simulator = await startSimulator();
    simulator.setLatency('*', 200);
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const controller = new AbortController();
    const abandoned = models.scanAllRegions({ signal: controller.signal });
    const kept = models.scanAllRegions();
    await until(() => simulator.requests.count() > 0);
    controller.abort(new Error('enough'));
    await expect(abandoned).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await kept).regions.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(simulator.requests.count()).toBe(REGIONS.length);
  });

  it('stops the scan as the last one who waits for it', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang' });
    const clock = new ManualClock();
    const { refresher, models } = await startDiscovery(optionsFor(simulator, { scan: { concurrency: 2 } }), { clock });
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [refresher.refresh({ signal: first.signal }), refresher.refresh({ signal: second.signal })];
    const rejected = Promise.all(waiting.map((each) => expect(each).rejects.toMatchObject({ code: 'ABORTED' })));
    await until(() => simulator.requests.count() === 2 + 2 * 2);
    first.abort();
    await turns();
    second.abort();
    await rejected;
    await turns();
    expect(simulator.requests.count()).toBe(6);
    await until(() => clock.pending === 0);
    expect(models.getRegionStatuses().every(({ status, failure }) => status === 'pending' && !failure)).toBe(true);
    simulator.clearFaults();
    expect((await refresher.refresh()).models.regions.every(({ status }) => status === 'ok')).toBe(true);
  });

  it('is rejected at once, without a request, where the signal was aborted before', async () => {
    const simulator = await startSimulator();
    const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const signal = AbortSignal.abort();
    await expect(models.scanAllRegions({ signal })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(refresher.refresh({ signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('a restart', () => {
  it('answers from disk without a request, models and profiles', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { cache: { directory }, refresh: { mode: 'on-read' } });
    const first = await startDiscovery(options, { clock });
    await first.refresher.refresh();
    const before = [await first.models.getAllModels(), await first.profiles.getAllProfiles()];
    await first.close();
    simulator.requests.reset();
    clock.advance(HOUR_MS / 2);
    const second = await startDiscovery({ ...options, scan: { onBootstrap: 'await' } }, { clock });
    expect([await second.models.getAllModels(), await second.profiles.getAllProfiles()]).toEqual(before);
    expect(second.models.getRegionStatuses()[0]).toMatchObject({ source: 'disk', ageMs: HOUR_MS / 2, stale: false });
    await second.refresher.refresh();
    expect(simulator.requests.count()).toBe(0);
  });

  it('serves old data at once and refreshes in the background', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory }, refresh: { mode: 'on-read' } });
    const first = await startDiscovery(options, { clock });
    await first.models.scanAllRegions();
    await first.close();
    clock.advance(2 * HOUR_MS);
    simulator.requests.reset();
    const removeFault = simulator.addFault({ kind: 'hang' });
    const second = await startDiscovery(options, { clock });
    expect(await second.models.isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
    expect(second.models.getRegionStatuses()[0]).toMatchObject({ stale: true, ageMs: 2 * HOUR_MS });
    await until(() => simulator.requests.count(MODELS) === REGIONS.length);
    removeFault();
  });

  it('takes the destinations of a profile from the ARNs of its models, whatever its entry says', async () => {
    const simulator = await startSimulator();
    const cache = { directory: await temporaryFolder() };
    const options = optionsFor(simulator, { regions: ['us-east-1'], cache });
    const clock = new ManualClock();
    const first = await startDiscovery(options, { clock });
    await first.refresher.refresh();
    const listed = await first.profiles.getAllProfiles();
    const key = `${await first.owner()}/profiles/us-east-1`;
    const stored = (await first.cache.get<object[]>(key)) ?? [];
    const told = stored.map((profile) => ({ ...profile, destinations: ['eu-west-1'] }));
    await first.cache.set(key, told);
    await first.close();
    const { profiles, app } = await startDiscovery(options, { clock });
    const system = listed.filter(({ availability }) => availability['us-east-1']?.destinations !== 'global');
    expect(await profiles.getAllProfiles()).toEqual(expect.arrayContaining(system));
    const within = { residency: 'eu', sourceRegions: ['us-east-1'] } as const;
    expect((await app.get(InvocationRouter).resolve(MODEL, within)).routes).toEqual([]);
  });

  it('scans what has become too old to be served', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory } });
    const first = await startDiscovery(options, { clock });
    await first.models.scanAllRegions();
    await first.close();
    clock.advance(3 * DAY_MS + 1);
    simulator.requests.reset();
    const second = await startDiscovery(options, { clock });
    await second.models.getAllModels();
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
  });
});

describe('regions that refuse', () => {
  it.each<FaultKind>(['access-denied', 'scp-denied', 'account-not-enabled', 'unrecognized-client'])(
    'are asked again daily after %s, not at every refresh, nor after a restart',
    async (kind) => {
      const simulator = await startSimulator();
      simulator.addFault({ kind, region: 'eu-west-1' });
      const directory = await temporaryFolder();
      const clock = new ManualClock();
      const refresh = { mode: 'cron', cron: '17 3 * * *', jitter: 0 } as const;
      const options = optionsFor(simulator, { regions: REGIONS, cache: { directory }, refresh });
      const surroundings = { clock, imports: [ScheduleModule.forRoot()] };
      const asked = (region: string): number => simulator.requests.count({ ...MODELS, region });
      const first = await startDiscovery(options, surroundings);
      await scheduledRefresh(first);
      for (let hour = 1; hour < 24; hour += 1) {
        // To the disk, what was being written seems to have taken an hour; then it is left alone for half a minute.
        clock.advance(HOUR_MS - MINUTE_MS);
        await turn();
        clock.advance(MINUTE_MS - 1);
        await scheduledRefresh(first);
      }
      expect(asked('eu-west-1')).toBe(1);
      expect(simulator.requests.count({ ...PROFILES, region: 'eu-west-1' })).toBeLessThanOrEqual(2);
      expect(asked('us-east-1')).toBe(24);
      await first.close();

      const second = await startDiscovery(options, surroundings);
      await scheduledRefresh(second);
      expect(asked('eu-west-1')).toBe(1);
      expect(second.models.getRegionStatuses()[0]).toMatchObject({ region: 'eu-west-1', status: 'failed' });
      clock.advance(DAY_MS);
      simulator.clearFaults();
      await scheduledRefresh(second);
      expect(asked('eu-west-1')).toBe(2);
      expect(second.models.getRegionStatuses()[0]).toMatchObject({ region: 'eu-west-1', status: 'ok' });
    },
  );

  it('are asked at once by whoever forces it, and not by whoever does not', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    const clock = new ManualClock();
    const { models, profiles, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), {
      clock,
    });
    await refresher.refresh();
    simulator.clearFaults();
    simulator.requests.reset();
    await refresher.refresh();
    await models.scanAllRegions({ regions: REGIONS });
    expect(simulator.requests.count()).toBe(0);
    await models.scanAllRegions({ force: true });
    expect(models.getRegionStatuses()[0]).toMatchObject({ region: 'eu-west-1', status: 'ok' });
    expect(profiles.getRegionStatuses()[0]).toMatchObject({ region: 'eu-west-1', status: 'failed' });
    await refresher.refresh({ force: true });
    expect(profiles.getRegionStatuses()[0]).toMatchObject({ region: 'eu-west-1', status: 'ok' });
  });

  it('are not asked by queries either, while they wait', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'on-read' } });
    const { models } = await startDiscovery(options, { clock });
    for (let n = 0; n < 10; n += 1) {
      await models.getAllModels();
      await turns(20);
      clock.advance(60_000);
    }
    expect(simulator.requests.count()).toBe(REGIONS.length);
  });

  it('are asked by another principal of the account', async () => {
    const simulator = await startSimulator();
    const other = { accessKeyId: 'AKIAOTHEROTHEROTHER0', secretAccessKey: 'o'.repeat(40) };
    simulator.addCredentials(other);
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1', accessKeyId: simulator.credentials.accessKeyId });
    const directory = await temporaryFolder();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory } });
    const first = await startDiscovery(options, { clock });
    await first.refresher.refresh();
    await first.close();
    const second = await startDiscovery({ ...options, credentials: other }, { clock });
    await second.refresher.refresh();
    expect(second.models.getRegionStatuses().map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(await second.models.isModelAvailableInRegion(MODEL, 'eu-west-1')).toBe(true);
  });

  it('are asked by queries after a pause that grows where the reason is a passing one', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'throttled', region: 'eu-west-1' });
    const clock = new ImpatientClock();
    const options = optionsFor(simulator, {
      regions: REGIONS,
      refresh: { mode: 'on-read' },
      client: { maxAttempts: 1 },
    });
    const { models } = await startDiscovery(options, { clock });
    const scans: number[] = [];
    for (let second = 0; second < 240; second += 5) {
      await models.getAllModels();
      await turns(10);
      const asked = simulator.requests.count({ ...MODELS, region: 'eu-west-1' });
      if (asked > scans.length) {
        scans.push(second);
      }
      clock.advance(5_000);
    }
    expect(scans.length).toBeGreaterThanOrEqual(3);
    const gaps = scans.slice(1).map((at, index) => at - (scans[index] as number));
    expect(gaps).toEqual([...gaps].sort((a, b) => a - b));
    expect(gaps.at(-1)).toBeGreaterThan(gaps[0] as number);
  });
});

describe("regions: 'auto'", () => {
  it('asks the account once and skips the regions that are not opted in', async () => {
    const simulator = await startSimulator({ optIn: ['af-south-1'] });
    const { refresher, models } = await startDiscovery(optionsFor(simulator, { regions: 'auto' }));
    await refresher.refresh();
    await refresher.refresh({ force: true });
    expect(simulator.requests.count({ operation: 'ListRegions' })).toBe(1);
    const regions = models.getRegionStatuses().map(({ region }) => region);
    expect(regions).toContain('af-south-1');
    expect(regions).not.toContain('eu-central-2');
    expect(models.getRegionStatuses().every(({ status }) => status === 'ok')).toBe(true);
    expect(simulator.requests.count({ ...MODELS, region: 'eu-central-2' })).toBe(0);
  });

  it('takes the built-in list where asking the account is not permitted, and tells what is not enabled', async () => {
    const simulator = await startSimulator({ optIn: [] });
    simulator.addFault({ kind: 'access-denied', operation: 'ListRegions' });
    const { refresher, models } = await startDiscovery(optionsFor(simulator, { regions: 'auto' }), {
      clock: new ImpatientClock(),
    });
    await refresher.refresh();
    await refresher.refresh({ force: true });
    expect(simulator.requests.count({ operation: 'ListRegions' })).toBe(1);
    const statuses = models.getRegionStatuses();
    expect(statuses).toHaveLength(33);
    const kinds = Object.fromEntries(statuses.map(({ region, failure }) => [region, failure?.kind]));
    expect(kinds).toMatchObject({
      'us-east-1': undefined,
      'af-south-1': 'region-not-enabled',
      'me-central-1': 'unreachable',
      'me-south-1': 'unreachable',
    });
  });

  it('remembers the regions of the account over a restart, and asks again after a day', async () => {
    const simulator = await startSimulator({ optIn: [] });
    const directory = await temporaryFolder();
    const clock = new ManualClock();
    const options = optionsFor(simulator, { regions: 'auto', cache: { directory } });
    const first = await startDiscovery(options, { clock });
    await first.refresher.refresh();
    await first.close();
    simulator.requests.reset();
    const second = await startDiscovery(options, { clock });
    await second.models.getAllModels();
    await second.profiles.getAllProfiles();
    expect(simulator.requests.count()).toBe(0);
    simulator.optIn('eu-central-2');
    clock.advance(DAY_MS);
    await second.models.scanAllRegions();
    expect(await second.models.getAllModels({ region: 'eu-central-2' })).not.toHaveLength(0);
    expect(simulator.requests.count({ operation: 'ListRegions' })).toBe(1);
  });

  it('drops a region that the account has left', async () => {
    const simulator = await startSimulator({ optIn: ['eu-central-2'] });
    const clock = new ManualClock();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: 'auto' }), { clock });
    await models.scanAllRegions();
    expect(await models.getAllModels({ region: 'eu-central-2' })).not.toHaveLength(0);
    simulator.optOut('eu-central-2');
    clock.advance(DAY_MS);
    await models.scanAllRegions({ force: true });
    await expect(models.getAllModels({ region: 'eu-central-2' })).rejects.toMatchObject({ code: 'REGION_UNKNOWN' });
    const all = await models.getAllModels();
    expect(all.flatMap(({ regions }) => regions)).not.toContain('eu-central-2');
  });
});

describe('a scan of some regions only', () => {
  it("leaves the others unknown with refresh 'off'", async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await models.scanAllRegions({ regions: ['us-east-1'] });
    expect(await models.getModelRegions(MODEL)).toEqual(['us-east-1']);
    await expect(models.isModelAvailableInRegion(MODEL, 'eu-west-1')).rejects.toMatchObject({ code: 'REGION_UNKNOWN' });
    expect(simulator.requests.count(MODELS)).toBe(1);
  });

  it("is completed by the first query where refresh is not 'off'", async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'on-read' } });
    const { models } = await startDiscovery(options);
    await models.scanAllRegions({ regions: ['us-east-1'] });
    expect(await models.isModelAvailableInRegion(MODEL, 'eu-west-1')).toBe(true);
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
  });
});
