import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, jest } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions, DiscoveryChange, SharedStore } from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REGIONS = ['eu-west-1', 'eu-west-3', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';
const NEW_MODEL = 'maker.brand-new-v1:0';

/** The cache's files with what tells whether they were written anew: a file is replaced as a whole. */
async function filesOf(directory: string): Promise<Map<string, number>> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = found.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const inodes = await Promise.all(
    files.map(async (file) =>
      stat(file).then(
        ({ ino }) => [[file, ino] as const],
        // Gone meanwhile.
        () => [],
      ),
    ),
  );
  return new Map(inodes.flat());
}

async function writtenSince(directory: string, before: ReadonlyMap<string, number>): Promise<string[]> {
  return [...(await filesOf(directory))].filter(([file, inode]) => before.get(file) !== inode).map(([file]) => file);
}

const isManifest = (file: string): boolean => file.includes('manifest');
const isContent = (file: string): boolean => file.includes('content');

async function start(
  simulator: BedrockSimulator,
  clock: ManualClock,
  options: BedrockDiscoveryOptions = {},
): Promise<Discovery> {
  return startDiscovery(optionsFor(simulator, { regions: REGIONS, access: { mode: 'off' }, ...options }), { clock });
}

/** An hour must not go by for a file that is being read or written: it would be one that does not answer. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  await until(() => clock.pending === 0);
  clock.advance(ms);
}

/** Until nothing is written any more. */
async function written(directory: string): Promise<void> {
  let [former, next] = [await filesOf(directory), new Map<string, number>()];
  const isSettled = async (): Promise<boolean> => {
    await turns();
    next = await filesOf(directory);
    const isSame =
      [...next].every(([file, inode]) => former.get(file) === inode) && ![...next.keys()].some(isTemporary);
    former = next;
    return isSame && [...next.keys()].some(isManifest);
  };
  await until(isSettled);
  await until(isSettled);
}

const isTemporary = (file: string): boolean => /\.(?:tmp|lock)$/.test(file);

describe('a refresh that finds nothing new', () => {
  it('writes one small file', async () => {
    const [directory, clock] = [await temporaryFolder(), new ManualClock()];
    const simulator = await startSimulator();
    const { refresher, app } = await start(simulator, clock, { regions: simulator.regions, cache: { directory } });
    await refresher.refresh();
    await written(directory);
    const before = await filesOf(directory);
    await pass(clock, HOUR_MS + 1);
    await refresher.refresh();
    await until(async () => (await writtenSince(directory, before)).length > 0);
    await written(directory);
    const files = await writtenSince(directory, before);
    expect(files.map(isManifest)).toEqual([true]);
    expect((await stat(files[0] as string)).size).toBeLessThan(16_384);
    await app.close();
  });

  it('reads, compares and reports nothing, and hands out what it had, as of now', async () => {
    const clock = new ManualClock();
    const simulator = await startSimulator();
    simulator.addApplicationProfile({ region: 'us-east-1', name: 'Ours', modelId: MODEL });
    const { refresher, models, profiles } = await start(simulator, clock);
    await refresher.refresh();
    const known = [await models.getAllModels(), await profiles.getAllProfiles()];
    const changes: DiscoveryChange[] = [];
    refresher.changes$.subscribe((change) => changes.push(change));
    await pass(clock, HOUR_MS + 1);
    const parse = jest.spyOn(JSON, 'parse');
    const report = await refresher.refresh();
    const parsed = parse.mock.calls.map(([text]) => text).filter((text) => /Summaries/.test(text));
    parse.mockRestore();
    expect(parsed).toEqual([]);
    const again = [await models.getAllModels(), await profiles.getAllProfiles()];
    expect(again.map((list, index) => list.every((each, place) => each === known[index]?.[place]))).toEqual([
      true,
      true,
    ]);
    expect(changes).toEqual([]);
    expect(report.models.requests + report.profiles.requests).toBe(3 * REGIONS.length);
    for (const { ageMs, status, source } of [...report.models.regions, ...report.profiles.regions]) {
      expect({ ageMs, status, source }).toEqual({ ageMs: 0, status: 'ok', source: 'scan' });
    }
  });

  it('sends what the SDK would send, signed anew', async () => {
    const clock = new ManualClock();
    const simulator = await startSimulator();
    const { refresher } = await start(simulator, clock);
    await refresher.refresh();
    const first = simulator.requests.list();
    simulator.requests.reset();
    await refresher.refresh({ force: true });
    const second = simulator.requests.list();
    const shape = (requests: typeof first): string[] =>
      requests.map(({ method, path, region, accessKeyId }) => [method, path, region, accessKeyId].join(' ')).sort();
    expect(shape(second)).toEqual(shape(first));
  });

  it('keeps content as long as anything refers to it, and writes it anew before it is too old', async () => {
    const [directory, clock] = [await temporaryFolder(), new ManualClock()];
    const simulator = await startSimulator();
    const { refresher, app, cache } = await start(simulator, clock, { cache: { directory, diskTtlMs: DAY_MS } });
    await refresher.refresh();
    await written(directory);
    const contents = [...(await filesOf(directory)).keys()].filter(isContent);
    for (let hours = 0; hours < 50; hours += 10) {
      await pass(clock, 10 * HOUR_MS);
      await refresher.refresh();
      await written(directory);
      await cache.prune();
    }
    expect([...(await filesOf(directory)).keys()].filter(isContent)).toEqual(contents);
    await app.close();
    await pass(clock, DAY_MS - 1);
    simulator.requests.reset();
    const later = await start(simulator, clock, { cache: { directory, diskTtlMs: DAY_MS } });
    expect(await later.models.getModelRegions(MODEL)).toEqual(REGIONS);
    expect(later.models.getRegionStatuses().map(({ source }) => source)).toEqual(['disk', 'disk', 'disk']);
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('a region that lists something else', () => {
  it('costs a file of its own beside the manifest', async () => {
    const [directory, clock] = [await temporaryFolder(), new ManualClock()];
    const simulator = await startSimulator();
    const { refresher, models, app } = await start(simulator, clock, { cache: { directory } });
    await refresher.refresh();
    const known = await models.getAllModels();
    await written(directory);
    const before = await filesOf(directory);
    simulator.addModel({ modelId: NEW_MODEL, regions: ['us-east-1'] });
    await pass(clock, HOUR_MS + 1);
    await refresher.refresh();
    await until(async () => (await writtenSince(directory, before)).some(isManifest));
    await app.close();
    const files = (await writtenSince(directory, before)).filter((file) => isContent(file) || isManifest(file));
    expect(files.map(isManifest).sort()).toEqual([false, true]);
    const listed = await models.getAllModels();
    expect(listed.filter(({ modelId }) => modelId !== NEW_MODEL)).toEqual(known);
    expect(await models.getModelRegions(NEW_MODEL)).toEqual(['us-east-1']);
  });

  it('leaves what is said of all models as it was that list the same everywhere', async () => {
    const clock = new ManualClock();
    const simulator = await startSimulator();
    const { refresher, models } = await start(simulator, clock);
    await refresher.refresh();
    const known = new Set(await models.getAllModels());
    simulator.addModel({ modelId: NEW_MODEL, regions: ['us-east-1'] });
    await refresher.refresh({ force: true });
    const others = (await models.getAllModels()).filter((model) => !known.has(model));
    expect(others.map(({ modelId }) => modelId)).toEqual([NEW_MODEL]);
  });

  it('tells other processes of the folder, which ask nobody', async () => {
    const [directory, clock] = [await temporaryFolder(), new ManualClock()];
    const simulator = await startSimulator();
    const [one, other] = [
      await start(simulator, clock, { cache: { directory } }),
      await start(simulator, clock, { cache: { directory } }),
    ];
    await one.refresher.refresh();
    await written(directory);
    const known = await other.models.getAllModels();
    const changes: DiscoveryChange[] = [];
    other.refresher.changes$.subscribe((change) => changes.push(change));
    simulator.addModel({ modelId: NEW_MODEL, regions: ['us-east-1'] });
    await pass(clock, HOUR_MS + 1);
    await one.refresher.refresh();
    // Files are written in the background, and the manifest once for each listing: an end waits for both.
    await one.close();
    simulator.requests.reset();
    await other.refresher.refresh();
    expect(simulator.requests.count()).toBe(0);
    expect(changes).toMatchObject([{ type: 'model-appeared', modelId: NEW_MODEL }]);
    const unchanged = (await other.models.getAllModels()).filter(({ modelId }) => modelId !== NEW_MODEL);
    expect(unchanged).toEqual(known);
    expect(other.models.getRegionStatuses()).toMatchObject(
      REGIONS.map(() => ({ source: 'disk', ageMs: 0, stale: false })),
    );
  });
});

describe('a folder whose files were touched', () => {
  async function filled(): Promise<{ directory: string; clock: ManualClock; simulator: BedrockSimulator }> {
    const [directory, clock] = [await temporaryFolder(), new ManualClock()];
    const simulator = await startSimulator();
    const { refresher, close } = await start(simulator, clock, { cache: { directory } }).then((discovery) => ({
      refresher: discovery.refresher,
      close: () => discovery.close(),
    }));
    await refresher.refresh();
    await close();
    simulator.requests.reset();
    return { directory, clock, simulator };
  }

  it('leaves a region unknown whose content is damaged until it is asked, and no other', async () => {
    const { directory, clock, simulator } = await filled();
    const contents = [...(await filesOf(directory)).keys()].filter(
      (file) => isContent(file) && file.includes('models'),
    );
    const texts = await Promise.all(contents.map((file) => readFile(file, 'utf8')));
    const damaged = contents[texts.findIndex((text) => text.includes('us-east-1'))] as string;
    await writeFile(damaged, 'garbage', { mode: 0o600 });
    const { models, refresher, logger } = await start(simulator, clock, { cache: { directory } });
    expect(await models.getModelRegions(MODEL)).toEqual(['eu-west-1', 'eu-west-3']);
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(['ok', 'ok', 'pending']);
    expect(logger.of('warn').join()).toContain('Set aside');
    await refresher.refresh();
    expect(simulator.requests.list().map(({ region, operation }) => [region, operation])).toEqual([
      ['us-east-1', 'ListFoundationModels'],
    ]);
    expect(await models.getModelRegions(MODEL)).toEqual(REGIONS);
    await until(async () => [...(await filesOf(directory)).keys()].includes(damaged));
  });

  it('is filled again by a process that goes on, where it was emptied', async () => {
    const [directory, clock] = [await temporaryFolder(), new ManualClock()];
    const simulator = await startSimulator();
    const one = await start(simulator, clock, { cache: { directory } });
    await one.refresher.refresh();
    await written(directory);
    await rm(directory, { recursive: true });
    await pass(clock, HOUR_MS + 1);
    await one.refresher.refresh();
    await one.close();
    simulator.requests.reset();
    const other = await start(simulator, clock, { cache: { directory } });
    expect(await other.models.getModelRegions(MODEL)).toEqual(REGIONS);
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('a store that others can write to', () => {
  it('cannot have a process take other content for the content that it names', async () => {
    const clock = new ManualClock();
    const simulator = await startSimulator();
    const entries = new Map<string, string>();
    const sharedStore: SharedStore = {
      get: (key) => Promise.resolve(entries.get(key)),
      set: (key, value) => Promise.resolve(entries.set(key, value)),
      delete: (key) => Promise.resolve(entries.delete(key)),
    };
    const first = await start(simulator, clock, { cache: { sharedStore } });
    await first.refresher.refresh();
    await first.close();
    const bodies = [...entries.keys()].filter((key) => key.includes('/models/content/'));
    expect(bodies).toHaveLength(REGIONS.length);
    const { createHash } = await import('node:crypto');
    for (const key of bodies) {
      const packed = Buffer.from((entries.get(key) as string).slice('gzip:'.length), 'base64');
      const [line = '', body = ''] = gunzipSync(packed).toString().split('\n');
      const { sha256: _, ...header } = JSON.parse(line) as { sha256: string };
      const evil = body.replaceAll(MODEL, 'evil.model-v1:0');
      const sha256 = createHash('sha256')
        .update(`${JSON.stringify(header)}\n`)
        .update(evil)
        .digest('hex');
      entries.set(key, `${JSON.stringify({ ...header, sha256 })}\n${evil}`);
    }
    simulator.requests.reset();
    const second = await start(simulator, clock, { cache: { sharedStore } });
    expect(await second.models.getModelRegions(MODEL)).toEqual(REGIONS);
    expect(simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(REGIONS.length);
    await second.close();
    expect(bodies.map((key) => entries.get(key)?.startsWith('gzip:'))).toEqual(bodies.map(() => true));
  });
});
