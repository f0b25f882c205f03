import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import {
  catchWarnings,
  DAY,
  envelopeOf,
  HOUR,
  MINUTE,
  openCache,
  START,
  temporaryFolder,
} from './cache.spec.fixture.js';
import { encodeEnvelope } from './envelope.js';
import { entryFileName, temporaryFileName } from './file-names.js';
import type { TieredCache } from './tiered-cache.js';

/** A shared store that can be told to misbehave. */
class TestStore {
  readonly map = new Map<string, unknown>();
  readonly calls: string[] = [];
  mode: 'works' | 'fails' | 'hangs' = 'works';

  get = (key: string) => this.#do(`get ${key}`, () => this.map.get(key));
  set = (key: string, value: string, ttlMs?: number) => this.#do(`set ${key} ${ttlMs}`, () => this.map.set(key, value));
  delete = (key: string) => this.#do(`delete ${key}`, () => this.map.delete(key));

  async #do<T>(call: string, work: () => T): Promise<T> {
    this.calls.push(call);
    if (this.mode === 'hangs') {
      return new Promise<never>(() => undefined);
    }
    if (this.mode === 'fails') {
      throw new Error('connect ECONNREFUSED redis://user:hunter2@10.0.0.1');
    }
    return work();
  }
}

/** Lets everything that waits for nothing but files and promises happen, without a look at the time. */
async function settle(done: () => boolean): Promise<void> {
  while (!done()) {
    await new Promise(setImmediate);
  }
}

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

/** The keys that a cache has an entry for. */
async function served(cache: TieredCache, keys: readonly string[]): Promise<string[]> {
  const values = await Promise.all(keys.map((key) => cache.get(key)));
  return keys.filter((_, index) => values[index] !== undefined);
}

/** Makes a file look as if it was last written a while ago, on a file system whose clock is right. */
async function touchedAgo(file: string, agoMs: number): Promise<void> {
  const seconds = (Date.now() - agoMs) / 1_000;
  await utimes(file, seconds, seconds);
}

const fileOf = (key: string): string => join(folder.path, 'default', entryFileName(key));
const sharedKeyOf = (key: string): string => `nestjs-bedrock-discovery:v1:default:${key}`;

describe('the cache in memory', () => {
  it('hands out the very object that it was given, unfrozen', async () => {
    const cache = await openCache({}, clock);
    const value = { models: ['a'] };
    await cache.set('k', value);
    expect(await cache.get('k')).toBe(value);
    expect(Object.isFrozen(value)).toBe(false);
  });

  it('tells age, staleness and origin by the injected clock', async () => {
    const cache = await openCache({}, clock);
    await cache.set('k', 1);
    clock.advance(HOUR);
    expect(await cache.getEntry('k')).toEqual({
      value: 1,
      storedAt: '2026-03-01T00:00:00.000Z',
      ageMs: HOUR,
      stale: false,
      tier: 'memory',
    });
    clock.advance(1);
    expect(await cache.getEntry('k')).toMatchObject({ value: 1, stale: true, tier: 'memory' });
  });

  it('serves an entry until diskTtlMs and not a millisecond longer', async () => {
    const cache = await openCache({}, clock);
    await cache.set('k', 1);
    clock.advance(3 * DAY);
    expect(await cache.get('k')).toBe(1);
    clock.advance(1);
    expect(await cache.get('k')).toBeUndefined();
  });

  it('takes a slight step back of the clock as age 0 and does not believe a large one', async () => {
    const cache = await openCache({}, clock);
    await cache.set('k', 1);
    clock.jump(-MINUTE);
    expect(await cache.getEntry('k')).toMatchObject({ ageMs: 0, stale: false });
    clock.jump(-1);
    expect(await cache.getEntry('k')).toBeUndefined();
  });

  it('keeps an age that it is given', async () => {
    const cache = await openCache({}, clock);
    await cache.setEntry('k', 1, START - 2 * HOUR);
    expect(await cache.getEntry('k')).toMatchObject({ ageMs: 2 * HOUR, stale: true });
    await cache.setEntry('future', 1, START + DAY);
    expect(await cache.getEntry('future')).toMatchObject({ ageMs: 0 });
  });

  it.each([undefined, () => 1, 10n, Symbol('s')])('refuses the value %p', async (value) => {
    const cache = await openCache({}, clock);
    await expect(cache.set('k', value)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await cache.get('k')).toBeUndefined();
  });

  it('refuses a circular value, a time that is none and a key that is empty or endless', async () => {
    const cache = await openCache({}, clock);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const refused = { code: 'INVALID_ARGUMENT' };
    await expect(cache.set('k', circular)).rejects.toMatchObject(refused);
    await expect(cache.setEntry('k', 1, Number.NaN)).rejects.toMatchObject(refused);
    await expect(cache.set('', 1)).rejects.toMatchObject(refused);
    await expect(cache.get('k'.repeat(1_025))).rejects.toMatchObject(refused);
    await expect(cache.delete(5 as unknown as string)).rejects.toMatchObject(refused);
  });

  it('deletes one key, clears a prefix and clears all', async () => {
    const cache = await openCache({}, clock);
    const all = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2'];
    for (const key of all) {
      await cache.set(key, key);
    }
    await cache.delete('a/1');
    expect(await served(cache, all)).toEqual(['a/2', 'a/3', 'b/1', 'b/2']);
    await cache.clear('a/');
    expect(await served(cache, all)).toEqual(['b/1', 'b/2']);
    await cache.clear();
    expect(await served(cache, all)).toEqual([]);
  });
});

describe('the cache on disk', () => {
  it('gives the next process what this one stored, frozen and with its age', async () => {
    await (await openCache({ directory: folder.path }, clock)).set('k', { models: [{ id: 'a' }] });
    clock.advance(10 * MINUTE);
    const next = await openCache({ directory: folder.path }, clock);
    const entry = await next.getEntry<{ models: object[] }>('k');
    expect(entry).toMatchObject({ value: { models: [{ id: 'a' }] }, ageMs: 10 * MINUTE, stale: false, tier: 'disk' });
    expect(Object.isFrozen(entry?.value.models[0])).toBe(true);
    expect(await next.getEntry('k')).toMatchObject({ tier: 'memory', ageMs: 10 * MINUTE });
  });

  it('is asked for something newer once memory is stale, and the newest wins', async () => {
    const [a, b] = [
      await openCache({ directory: folder.path }, clock),
      await openCache({ directory: folder.path }, clock),
    ];
    await a.set('k', 'old');
    clock.advance(HOUR);
    await b.set('k', 'new');
    expect(await a.get('k')).toBe('old');
    clock.advance(1);
    expect(await a.getEntry('k')).toMatchObject({ value: 'new', stale: false, tier: 'disk' });
    await a.setEntry('k', 'newest', START + 2 * HOUR);
    await b.setEntry('k', 'older', START);
    clock.advance(2 * HOUR);
    expect(await a.getEntry('k')).toMatchObject({ value: 'newest', tier: 'memory' });
  });

  it('keeps the last of many sets, here and there', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    const sets = Array.from({ length: 50 }, (_, index) => cache.set('k', index));
    expect(await cache.get('k')).toBe(49);
    await Promise.all(sets);
    expect(await (await openCache({ directory: folder.path }, clock)).get('k')).toBe(49);
  });

  it('does not bring back what is deleted while it is read or written', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    await cache.set('k', 1);
    const next = await openCache({ directory: folder.path }, clock);
    const reading = next.get('k');
    const deleting = next.delete('k');
    const later = next.get('k');
    await Promise.all([reading, deleting]);
    expect(await later).toBeUndefined();
    expect(await next.get('k')).toBeUndefined();

    void cache.set('other', 1);
    void cache.delete('other');
    expect(await cache.get('other')).toBeUndefined();
    await cache.close();
    expect(await folder.files()).toEqual([]);
  });

  it('does not let a read that began earlier replace what is set meanwhile', async () => {
    await (await openCache({ directory: folder.path }, clock)).set('k', 'old');
    const next = await openCache({ directory: folder.path }, clock);
    const reading = next.get('k');
    const setting = next.set('k', 'new');
    await reading;
    expect(await next.get('k')).toBe('new');
    await setting;
  });

  it('removes what is past diskTtlMs when it comes across it', async () => {
    await (await openCache({ directory: folder.path }, clock)).set('k', 1);
    clock.advance(3 * DAY + 1);
    const next = await openCache({ directory: folder.path }, clock);
    expect(await next.get('k')).toBeUndefined();
    expect(await folder.files()).toEqual([]);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('is for its owner only', async () => {
    const directory = join(folder.path, 'made', 'on', 'demand');
    await (await openCache({ directory }, clock)).set('k', 1);
    const [file = ''] = await folder.files();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'default'))).mode & 0o777).toBe(0o700);
  });

  it('keeps namespaces apart, and clears only its own', async () => {
    const a = await openCache({ directory: folder.path, namespace: 'a' }, clock);
    const b = await openCache({ directory: folder.path, namespace: '../a' }, clock);
    await a.set('k', 'a');
    await b.set('k', 'b');
    await a.clear();
    expect(await (await openCache({ directory: folder.path, namespace: 'a' }, clock)).get('k')).toBeUndefined();
    expect(await (await openCache({ directory: folder.path, namespace: '../a' }, clock)).get('k')).toBe('b');
    for (const file of await folder.files()) {
      expect(file.startsWith(folder.path)).toBe(true);
    }
  });

  it('clears by prefix what other processes stored', async () => {
    const other = await openCache({ directory: folder.path }, clock);
    const all = ['models/a', 'models/b', `models/${'\u0001'.repeat(1_000)}`, 'profiles/a'];
    for (const key of all) {
      await other.set(key, key);
    }
    const cache = await openCache({ directory: folder.path }, clock);
    await cache.clear('models/');
    expect(await served(cache, all)).toEqual(['profiles/a']);
    expect(await served(await openCache({ directory: folder.path }, clock), all)).toEqual(['profiles/a']);
  });

  it.each([
    ['is cut off', (text: string) => text.slice(0, -3)],
    ['has another value', (text: string) => text.replace('"good"', '"evil"')],
    ['has a younger age', (text: string) => text.replace('2026-03-01T00', '2026-03-01T01')],
    ['is of a newer version', (text: string) => text.replace('"version":1', '"version":2')],
    ['is of an older version', (text: string) => text.replace('"version":1', '"version":0')],
    ['is of another key', () => encodeEnvelope({ key: 'other', storedAtMs: START, value: 'good' })],
    ['is from the future', () => encodeEnvelope({ key: 'k', storedAtMs: START + MINUTE + 1, value: 'good' })],
    ['is empty', () => ''],
    ['is none of ours', () => 'GIF89a'],
    [
      'nests deeper than any recursion bears',
      () => envelopeOf('k', START, `${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    ],
  ])('sets a file aside that %s, and says so once', async (_, damage) => {
    await (await openCache({ directory: folder.path }, clock)).set('k', 'good');
    const damaged = damage(await readFile(fileOf('k'), 'utf8'));
    await writeFile(fileOf('k'), damaged);
    const cache = await openCache({ directory: folder.path }, clock);
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.get('k')).toBeUndefined();
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining(entryFileName('k')));
    expect(await folder.files()).toEqual([`${fileOf('k')}.bad`]);
    expect(await readFile(`${fileOf('k')}.bad`, 'utf8')).toBe(damaged);
    await cache.set('k', 'better');
    expect(await (await openCache({ directory: folder.path }, clock)).get('k')).toBe('better');
  });

  it('keeps no more than ten of the files that it set aside', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    await cache.set('seen', 1);
    for (let index = 0; index < 15; index++) {
      await writeFile(fileOf(`k${index}`), 'garbage');
      await cache.get(`k${index}`);
    }
    const files = await folder.files();
    expect(files.filter((file) => file.endsWith('.bad'))).toHaveLength(10);
    expect(files).toContain(`${fileOf('k14')}.bad`);
  });

  it('leaves the files of another format version to the library that wrote them, also when it clears and prunes', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    await cache.set('k', 1);
    const newer = fileOf('k').replace('.v1.', '.v2.');
    await writeFile(newer, 'written by a newer version');
    expect(await cache.get('k')).toBe(1);
    await cache.clear();
    await touchedAgo(newer, 3 * DAY - MINUTE);
    expect(await cache.prune()).toBe(0);
    expect(await folder.files()).toEqual([newer]);
    await touchedAgo(newer, 3 * DAY + MINUTE);
    expect(await cache.prune()).toBe(1);
    expect(await folder.files()).toEqual([]);
  });

  it('prunes what is too old, damaged or set aside, and nothing else', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    await cache.set('old', 1);
    clock.advance(3 * DAY);
    await cache.set('kept', 1);
    clock.advance(1);
    await writeFile(fileOf('damaged'), 'garbage');
    await writeFile(`${fileOf('kept')}.bad`, 'garbage');
    const others = join(folder.path, 'default', 'notes.json');
    await writeFile(others, 'not ours');
    expect(await cache.prune()).toBe(3);
    expect(new Set(await folder.files())).toEqual(new Set([fileOf('kept'), others]));
    expect(await cache.get('old')).toBeUndefined();
    expect(await cache.get('kept')).toBe(1);
    expect(await cache.prune()).toBe(0);
  });

  describe.each([
    ['an hour ahead of', HOUR],
    ['an hour behind', -HOUR],
    ['the same as', 0],
  ])('where the clock of this machine is %s that of the file system', (_, offsetMs) => {
    /** A temporary file of a writer, last touched a while ago by the clock of the file system. */
    const leave = async (writer: { pid?: number; host?: string }, agoMs: number): Promise<string> => {
      const ours = temporaryFileName(fileOf('k'));
      const file = ours
        .replace(`-${process.pid}-`, `-${writer.pid ?? process.pid}-`)
        .replace(/\.[0-9a-f]{8}-/, (name) => (writer.host === undefined ? name : `.${writer.host}-`));
      await writeFile(file, 'half an ent');
      await touchedAgo(file, agoMs);
      return file;
    };
    let cache: TieredCache;
    beforeEach(async () => {
      cache = await openCache({ directory: folder.path }, new ManualClock(Date.now() + offsetMs));
      await cache.set('k', 1);
    });

    it('pruning leaves the temporary file of a process that runs on this host, however old it looks', async () => {
      const writing = [await leave({}, 0), await leave({}, 2 * DAY), await leave({ pid: process.ppid }, 2 * HOUR)];
      expect(await cache.prune()).toBe(0);
      expect(new Set(await folder.files())).toEqual(new Set([fileOf('k'), ...writing]));
    });

    it('pruning removes the temporary file of a process of this host that has ended, however young it looks', async () => {
      const { pid } = spawnSync(process.execPath, ['--version']);
      await leave({ pid }, 0);
      await leave({ pid }, -2 * HOUR);
      expect(await cache.prune()).toBe(2);
      expect(await folder.files()).toEqual([fileOf('k')]);
    });

    it('pruning judges a temporary file of another host by the clock of the file system', async () => {
      const young = await leave({ host: '00000000', pid: 1 }, MINUTE / 2);
      await leave({ host: '00000000', pid: 2 }, 2 * MINUTE);
      expect(await cache.prune()).toBe(1);
      expect(new Set(await folder.files())).toEqual(new Set([fileOf('k'), young]));
    });
  });

  it('degrades to memory with one warning where no folder can be made, and recovers', async () => {
    const directory = join(folder.path, 'taken');
    await writeFile(directory, 'a file where the folder should be');
    const cache = await openCache({ directory }, clock);
    for (const key of ['a', 'b', 'c']) {
      await cache.set(key, key);
    }
    clock.advance(2 * HOUR);
    expect(await cache.getEntry('a')).toMatchObject({ value: 'a', tier: 'memory', stale: true });
    expect(await served(cache, ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(await cache.prune()).toBe(0);
    await cache.delete('c');
    await cache.clear('b');
    expect(await served(cache, ['a', 'b', 'c'])).toEqual(['a']);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('cache.directory'));

    await rm(directory);
    await cache.set('d', 'd');
    expect(await (await openCache({ directory }, clock)).get('d')).toBe('d');
  });

  it('makes its folder again where somebody removed it', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    await cache.set('a', 1);
    await rm(join(folder.path, 'default'), { recursive: true });
    await cache.set('b', 2);
    expect(await served(await openCache({ directory: folder.path }, clock), ['a', 'b'])).toEqual(['b']);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('leaves no temporary file behind where a write fails', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    await cache.set('k', 'old');
    await rm(fileOf('k'));
    await mkdir(fileOf('k'));
    await cache.set('k', 'new');
    expect(await cache.get('k')).toBe('new');
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(await folder.files()).toEqual([]);
  });

  it('waits for pending writes when it closes, then leaves the disk alone', async () => {
    const cache = await openCache({ directory: folder.path }, clock);
    void cache.set('k', 1);
    await cache.close();
    expect(await folder.files()).toEqual([fileOf('k')]);
    await cache.set('late', 2);
    await cache.delete('k');
    await cache.close();
    expect(await cache.get('late')).toBe(2);
    expect(await folder.files()).toEqual([fileOf('k')]);
  });
});

describe('the cache with a shared store', () => {
  it('shares entries between machines, with their age, and keeps them on disk too', async () => {
    const sharedStore = new TestStore();
    await (await openCache({ sharedStore }, clock)).set('k', { a: 1 });
    expect(sharedStore.calls.at(-1)).toBe(`set ${sharedKeyOf('k')} ${3 * DAY}`);
    expect(typeof sharedStore.map.get(sharedKeyOf('k'))).toBe('string');
    clock.advance(MINUTE);

    const other = await openCache({ sharedStore, directory: folder.path }, clock);
    const entry = await other.getEntry('k');
    expect(entry).toMatchObject({ value: { a: 1 }, ageMs: MINUTE, tier: 'shared' });
    expect(Object.isFrozen(entry?.value)).toBe(true);
    expect(await other.getEntry('k')).toMatchObject({ tier: 'memory', ageMs: MINUTE });
    await other.close();
    const restarted = await openCache({ directory: folder.path }, clock);
    expect(await restarted.getEntry('k')).toMatchObject({ value: { a: 1 }, ageMs: MINUTE, tier: 'disk' });
  });

  it('is asked once by many who ask at the same time, as the disk is', async () => {
    const sharedStore = new TestStore();
    const cache = await openCache({ sharedStore, directory: folder.path }, clock);
    await Promise.all(Array.from({ length: 20 }, () => cache.get('k')));
    expect(sharedStore.calls).toEqual([`get ${sharedKeyOf('k')}`]);
  });

  it('takes the newer of disk and shared store', async () => {
    const sharedStore = new TestStore();
    await (await openCache({ directory: folder.path }, clock)).set('k', 'disk');
    clock.advance(1);
    await (await openCache({ sharedStore }, clock)).set('k', 'shared');
    const settings = { sharedStore, directory: folder.path };
    const cache = await openCache(settings, clock);
    expect(await cache.getEntry('k')).toMatchObject({ value: 'shared', tier: 'shared' });
    await cache.close();
    clock.advance(1);
    await (await openCache({ directory: folder.path }, clock)).set('k', 'disk again');
    expect(await (await openCache(settings, clock)).getEntry('k')).toMatchObject({ value: 'disk again', tier: 'disk' });
  });

  it.each([
    ['garbage', 'garbage'],
    ['an object', { value: 1 }],
    ['an entry of another key', encodeEnvelope({ key: 'other', storedAtMs: START, value: 1 })],
    ['an altered entry', encodeEnvelope({ key: 'k', storedAtMs: START, value: 1 }).replace(/1$/, '2')],
    ['an entry from the future', encodeEnvelope({ key: 'k', storedAtMs: START + DAY, value: 1 })],
  ])('ignores %s with one warning', async (_, value) => {
    const sharedStore = new TestStore();
    sharedStore.map.set(sharedKeyOf('k'), value);
    const cache = await openCache({ sharedStore }, clock);
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.get('k')).toBeUndefined();
    expect(warnings).toHaveBeenCalledTimes(1);
    await cache.set('k', 'good');
    expect(await (await openCache({ sharedStore }, clock)).get('k')).toBe('good');
  });

  it('goes without a store that fails, warns once without the password, and asks again after a pause', async () => {
    const sharedStore = new TestStore();
    sharedStore.mode = 'fails';
    const cache = await openCache({ sharedStore }, clock);
    await cache.set('k', 1);
    expect(await cache.get('k')).toBe(1);
    expect(await cache.get('other')).toBeUndefined();
    expect(sharedStore.calls).toHaveLength(1);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(String(warnings.mock.calls[0]?.[0])).toContain('cache.sharedStore');
    expect(String(warnings.mock.calls[0]?.[0])).not.toContain('hunter2');

    clock.advance(500);
    sharedStore.mode = 'works';
    await cache.set('k', 2);
    expect(await (await openCache({ sharedStore }, clock)).get('k')).toBe(2);
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['a second for a store that hangs', true, 1_000],
    ['three seconds for one that has never answered', false, 3_000],
  ])('waits %s, once', async (_, wasReached, limitMs) => {
    const sharedStore = new TestStore();
    const cache = await openCache({ sharedStore }, clock);
    const answered = wasReached ? await cache.get('other') : undefined;
    expect(answered).toBeUndefined();
    sharedStore.calls.length = 0;
    sharedStore.mode = 'hangs';
    const reading = cache.get('k');
    await settle(() => clock.pending > 0);
    clock.advance(limitMs - 1);
    await settle(() => sharedStore.calls.length > 0);
    expect(clock.pending).toBeGreaterThan(0);
    clock.advance(1);
    expect(await reading).toBeUndefined();
    await cache.set('k', 1);
    await cache.close();
    expect(sharedStore.calls).toHaveLength(1);
    expect(clock.pending).toBe(0);
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('takes nothing from there that nests deeper than any recursion bears, and says so', async () => {
    const store = new TestStore();
    await (await openCache({ sharedStore: store }, clock)).set('k', 1);
    const [name = ''] = store.map.keys();
    store.map.set(name, envelopeOf('k', START, `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`));
    expect(await (await openCache({ sharedStore: store }, clock)).get('k')).toBeUndefined();
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('it nests deeper than 500 levels'));
  });

  it('deletes and clears there what it knows here', async () => {
    const sharedStore = new TestStore();
    sharedStore.map.set('of somebody else', 'x');
    const cache = await openCache({ sharedStore }, clock);
    for (const key of ['a', 'b', 'c']) {
      await cache.set(key, key);
    }
    await cache.delete('a');
    await cache.clear('b');
    expect([...sharedStore.map.keys()]).toEqual(['of somebody else', sharedKeyOf('c')]);
    await cache.clear();
    expect([...sharedStore.map.keys()]).toEqual(['of somebody else']);
  });

  it('treats an answer of false as a failure, as a Keyv gives where it swallows the error', async () => {
    const sharedStore = { get: async () => undefined, set: async () => false, delete: async () => true };
    const cache = await openCache({ sharedStore }, clock);
    await cache.set('k', 1);
    expect(warnings).toHaveBeenCalledTimes(1);
  });
});

describe('the cache with a seed', () => {
  const seedOf = (storedAt: string, value: unknown = { a: 1 }) => ({
    format: 'nestjs-bedrock-discovery/snapshot',
    version: 1,
    exportedAt: '2026-03-01T00:00:00.000Z',
    entries: [{ key: 'k', storedAt, value }],
  });

  it('serves it as the lowest tier, labelled, frozen and with its age, without touching the object', async () => {
    const seed = seedOf('2026-02-28T00:00:00.000Z');
    const cache = await openCache({ seed, directory: folder.path }, clock);
    const entry = await cache.getEntry('k');
    expect(entry).toMatchObject({ value: { a: 1 }, ageMs: DAY, stale: true, tier: 'seed' });
    expect(Object.isFrozen(entry?.value)).toBe(true);
    expect(Object.isFrozen(seed.entries[0]?.value)).toBe(false);
    await cache.close();
    expect(await folder.files()).toEqual([]);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('reads it from a file, and lets newer entries go first', async () => {
    const file = join(folder.path, 'seed.json');
    await writeFile(file, JSON.stringify(seedOf('2026-02-28T00:00:00.000Z')));
    const cache = await openCache({ seed: file }, clock);
    expect(await cache.get('k')).toEqual({ a: 1 });
    await cache.set('k', 'new');
    clock.advance(2 * HOUR);
    expect(await cache.getEntry('k')).toMatchObject({ value: 'new', tier: 'memory' });
  });

  it('hides from this process what is deleted or cleared, and from no other', async () => {
    const seed = seedOf('2026-02-28T00:00:00.000Z');
    const cache = await openCache({ seed }, clock);
    await cache.clear('k');
    expect(await cache.get('k')).toBeUndefined();
    const other = await openCache({ seed }, clock);
    await other.delete('k');
    expect(await other.get('k')).toBeUndefined();
    expect(await (await openCache({ seed }, clock)).get('k')).toEqual({ a: 1 });
  });

  it('warns with the age where all of it is too old to be served', async () => {
    const cache = await openCache({ seed: seedOf('2026-02-20T00:00:00.000Z') }, clock);
    expect(await cache.get('k')).toBeUndefined();
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('216 hours'));
  });

  it('warns where all of it is dated in the future', async () => {
    const cache = await openCache({ seed: seedOf('2027-03-01T00:00:00.000Z') }, clock);
    expect(await cache.get('k')).toBeUndefined();
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('newest entry is dated in the future'));
  });
});
