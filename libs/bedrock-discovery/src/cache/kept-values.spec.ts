import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Keyv } from 'keyv';
import { ManualClock } from '../testing/manual-clock.js';
import { catchWarnings, DAY, HOUR, openCache, optionsOf, START, temporaryFolder } from './cache.spec.fixture.js';
import { contentKey } from './envelope.js';
import { entryFileName } from './file-names.js';
import { KeptValues, sha256Of } from './kept-values.js';
import type { LowerTier } from './lower-tiers.js';
import type { TieredCache } from './tiered-cache.js';

const OWNER = 'aws/123456789012';
const NAMES = ['models/eu-west-1', 'models/us-east-1', 'profiles/us-east-1'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let warnings: ReturnType<typeof catchWarnings>;
let clock: ManualClock;
beforeEach(async () => {
  folder = await temporaryFolder();
  warnings = catchWarnings();
  clock = new ManualClock(START);
});
afterEach(async () => {
  warnings.mockRestore();
  await folder.remove();
});

interface Process {
  readonly cache: TieredCache;
  readonly kept: KeptValues;
}

/** As a process that starts with a folder, a store, or both would have it. */
async function openProcess(directory: string | false, sharedStore?: Keyv): Promise<Process> {
  const settings = { directory, ...(sharedStore && { sharedStore }) };
  const cache = await openCache(settings, clock);
  return { cache, kept: new KeptValues(cache, optionsOf(settings), clock) };
}

/** All that a process would be served, by name. */
async function read({ kept }: Process): Promise<Record<string, [at: number, value: unknown]>> {
  const stamps = await kept.look(OWNER);
  const values = await kept.fetch(OWNER, stamps);
  return Object.fromEntries([...values].map(([name, value]) => [name, [stamps.get(name)?.at ?? 0, value]]));
}

const fileOf = (key: string): string => join(folder.path, 'default', entryFileName(key));
const contentFile = (name: string, value: object): string =>
  fileOf(contentKey(`${OWNER}/${name.split('/')[0]}`, sha256Of(value)));

describe('values kept by their content', () => {
  it('are one file each, however many names have them, and one manifest', async () => {
    const { kept } = await openProcess(folder.path);
    const release = kept.hold();
    await kept.set(OWNER, 'models/a', ['same'], START);
    await kept.set(OWNER, 'models/b', ['same'], START);
    await kept.set(OWNER, 'models/c', ['other'], START);
    expect(await folder.files()).toEqual([]);
    await release();
    expect(await folder.files()).toHaveLength(3);
    expect(await read(await openProcess(folder.path))).toEqual({
      'models/a': [START, ['same']],
      'models/b': [START, ['same']],
      'models/c': [START, ['other']],
    });
  });

  it('are served from a shared store in two round trips, one for what there is and one for all of it, and move to the folder', async () => {
    const store = new Keyv();
    const { kept } = await openProcess(false, store);
    for (const name of NAMES) {
      await kept.set(OWNER, name, [name], START);
    }
    const newcomer = await openProcess(folder.path, store);
    const getMany = jest.spyOn(store, 'getMany');
    const known = await read(newcomer);
    expect(Object.keys(known).sort()).toEqual(NAMES);
    expect(getMany.mock.calls.map(([keys]) => keys.length)).toEqual([1, NAMES.length]);
    await newcomer.kept.flush();
    expect(await read(await openProcess(folder.path))).toEqual(known);
  });

  it('are written together where they are learnt faster than a tier can be written', async () => {
    const { cache, kept } = await openProcess(folder.path);
    const written = jest.spyOn(cache.lower[0] as LowerTier, 'set');
    const times = Array.from({ length: 200 }, (_, index) => START + index);
    const first = kept.set(OWNER, NAMES[0] as string, ['first'], START - 1);
    await new Promise(setImmediate);
    await Promise.all([first, ...times.map((at) => kept.set(OWNER, NAMES[at % NAMES.length] as string, [at], at))]);
    // The first alone, then all others.
    expect(written.mock.calls.filter(([{ key }]) => key === `${OWNER}/manifest`)).toHaveLength(2);
    const known = await read(await openProcess(folder.path));
    expect(Object.values(known).sort()).toEqual(times.slice(-NAMES.length).map((at) => [at, [at]]));
  });

  it('are written for the account that they are of, when another takes its place before its turn', async () => {
    const { kept } = await openProcess(folder.path);
    const former = ['one', 'other'].map((value, index) => kept.set(OWNER, NAMES[index] as string, [value], START));
    await kept.set('aws/210987654321', 'models/a', ['its'], START);
    await Promise.all(former);
    const newcomer = await openProcess(folder.path);
    expect(await read(newcomer)).toEqual({
      [NAMES[0] as string]: [START, ['one']],
      [NAMES[1] as string]: [START, ['other']],
    });
    expect([...(await newcomer.kept.look('aws/210987654321')).keys()]).toEqual(['models/a']);
  });

  it('are removed by group, everywhere', async () => {
    const store = new Keyv();
    const one = await openProcess(folder.path, store);
    for (const name of NAMES) {
      await one.kept.set(OWNER, name, [name], START);
    }
    await one.kept.clear(OWNER, 'models');
    expect(Object.keys(await read(one))).toEqual(['profiles/us-east-1']);
    expect(Object.keys(await read(await openProcess(false, store)))).toEqual(['profiles/us-east-1']);
    expect(await folder.files()).toHaveLength(2);
  });

  it('are not believed where the manifest is dated in the future, or damaged, and are written anew', async () => {
    const ahead = await openProcess(folder.path);
    clock.jump(2 * HOUR);
    await ahead.kept.set(OWNER, 'models/a', ['ahead'], START + 2 * HOUR);
    clock.jump(-2 * HOUR);
    const one = await openProcess(folder.path);
    expect(await read(one)).toEqual({});
    await one.kept.set(OWNER, 'models/a', ['now'], START);
    expect(await read(await openProcess(folder.path))).toEqual({ 'models/a': [START, ['now']] });
    await writeFile(fileOf(`${OWNER}/manifest`), '{"format":', { mode: 0o600 });
    expect(await read(await openProcess(folder.path))).toEqual({});
    clock.advance(1);
    await one.kept.set(OWNER, 'models/a', ['now'], START + 1);
    expect(await read(await openProcess(folder.path))).toEqual({ 'models/a': [START + 1, ['now']] });
  });

  it('cannot be others than a store says by the rows of a manifest that nobody would write', async () => {
    const store = new Keyv();
    const writer = await openProcess(false, store);
    const rows = {
      'models/a': 'x',
      'models/b': [1],
      'models/c': [START, '../../etc', START],
      'models/d': [Infinity, 'f', 0],
    };
    await writer.cache.set(`${OWNER}/manifest`, rows);
    expect(await read(await openProcess(folder.path, store))).toEqual({});
  });
});

type Step =
  | { readonly kind: 'set'; readonly process: number; readonly name: number; readonly value: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'empty' | 'restart'; readonly process: number }
  | { readonly kind: 'damage'; readonly name: number; readonly value: number };

const process = fc.nat({ max: 1 });
const name = fc.nat({ max: NAMES.length - 1 });
const value = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), process, name, value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: DAY }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('empty' as const, 'restart' as const), process }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('damage' as const), name, value }) },
);

describe('whatever two processes of a folder do', () => {
  it('is the newest value of each name what a third is served, with its age, or nothing where that was destroyed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await rm(folder.path, { recursive: true, force: true });
        const processes = [await openProcess(folder.path), await openProcess(folder.path)];
        const written = new Map<string, [at: number, value: unknown]>();
        const ever = new Map<string, unknown>();
        let isWhole = true;
        for (const each of steps) {
          switch (each.kind) {
            case 'set': {
              const [key, content] = [NAMES[each.name] as string, [`value ${each.value}`]];
              clock.advance(1);
              written.set(key, [clock.now(), content]);
              ever.set(`${key} ${clock.now()}`, content);
              await processes[each.process]?.kept.set(OWNER, key, content, clock.now());
              break;
            }
            case 'advance':
              clock.advance(each.ms);
              break;
            case 'restart':
              processes[each.process] = await openProcess(folder.path);
              break;
            case 'empty':
              isWhole = false;
              await rm(folder.path, { recursive: true, force: true });
              break;
            case 'damage': {
              const file = contentFile(NAMES[each.name] as string, [`value ${each.value}`]);
              if ((await folder.files().catch((): string[] => [])).includes(file)) {
                isWhole = false;
                await writeFile(file, 'garbage', { mode: 0o600 });
              }
              break;
            }
          }
          const served = await read(await openProcess(folder.path));
          const live = [...written].filter(([, [at]]) => clock.now() - at <= 3 * DAY);
          const expected = Object.fromEntries(live);
          if (isWhole) {
            expect(served).toEqual(expected);
          }
          for (const [key, [at, content]] of Object.entries(served)) {
            expect(content).toEqual(ever.get(`${key} ${at}`));
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});
