import { spawnSync } from 'node:child_process';
import { chmod, chown, type FileHandle, lstat, mkdir, open, readFile, rm, symlink, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { catchWarnings, openCache, START, temporaryFolder } from './cache.spec.fixture.js';
import { DiskStore } from './disk-store.js';
import { encodeEnvelope } from './envelope.js';
import { MAX_FILE_BYTES, patiently, writeFileAtomically } from './file-access.js';
import { entryFileName } from './file-names.js';
import type { TieredCache } from './tiered-cache.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let warnings: ReturnType<typeof catchWarnings>;
let clock: ManualClock;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
  warnings = catchWarnings();
  clock = new ManualClock(START);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) {
    await cleanup();
  }
  jest.restoreAllMocks();
  await folder.remove();
});

const start = () => openCache({ directory: folder.path }, clock);
const fileOf = (key: string): string => join(folder.path, 'default', entryFileName(key));

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise(setImmediate);
  }
}

async function replaceBySocket(file: string): Promise<void> {
  await rm(file);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(file, listening));
  cleanups.push(() => new Promise((closed) => server.close(closed)));
}

/** Only root can give a file away; whoever else runs the tests is told to be somebody else. */
async function giveAway(file: string): Promise<void> {
  if (process.getuid?.() === 0) {
    await chown(file, 12_345, 12_345);
  } else {
    jest.spyOn(process as { geteuid(): number }, 'geteuid').mockReturnValue(12_345);
  }
}

/** What can lie in the place of an entry. */
const STRANGE: [string, (file: string) => Promise<unknown>][] = [
  [
    'a pipe that nobody writes to',
    async (file) => {
      await rm(file);
      expect(spawnSync('mkfifo', [file]).status).toBe(0);
    },
  ],
  ['a socket', replaceBySocket],
  [
    'a symbolic link to an entry',
    async (file) => {
      const elsewhere = join(folder.path, 'elsewhere');
      await writeFileAtomically(elsewhere, await readFile(file, 'utf8'));
      await rm(file);
      await symlink(elsewhere, file);
    },
  ],
  [
    'a symbolic link to a device that never ends',
    async (file) => {
      await rm(file);
      await symlink('/dev/zero', file);
    },
  ],
  ['a file that is far too large', (file) => truncate(file, MAX_FILE_BYTES + 1)],
  ['an entry that all may write', (file) => chmod(file, 0o602)],
  ['an entry that a group may write', (file) => chmod(file, 0o620)],
  ['an entry of another user', giveAway],
];

(process.platform === 'win32' ? describe.skip : describe)('in the place of an entry, the disk tier', () => {
  it.each(STRANGE)('does not read %s, says so once, and replaces it by an entry', async (_, replace) => {
    const first = await start();
    for (const key of ['strange', 'stranger', 'good']) {
      await first.set(key, key);
    }
    await replace(fileOf('strange'));
    await replace(fileOf('stranger'));
    const { ino } = await lstat(fileOf('strange'));
    const cache = await start();
    expect(await cache.get('strange')).toBeUndefined();
    expect(await cache.get('stranger')).toBeUndefined();
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining(entryFileName('strange')));
    expect(await cache.prune()).toBe(0);
    expect((await lstat(fileOf('strange'))).ino).toBe(ino);
    await cache.set('strange', 'good again');
    await cache.clear('stranger');
    await cache.close();
    jest.restoreAllMocks();
    const next = await start();
    expect(await next.get('strange')).toBe('good again');
  });

  it('goes on reading the other entries after it has come across one that is not its own', async () => {
    await (await start()).set('good', 1);
    await (await start()).set('strange', 1);
    await chmod(fileOf('strange'), 0o666);
    const cache = await start();
    expect(await cache.get('strange')).toBeUndefined();
    expect(await cache.get('good')).toBe(1);
  });

  it('lets more pipes lie about than there are threads, and files can be read all the same', async () => {
    await mkdir(join(folder.path, 'default'), { mode: 0o700 });
    const keys = Array.from({ length: 20 }, (_, index) => `pipe-${index}`);
    expect(spawnSync('mkfifo', keys.map(fileOf)).status).toBe(0);
    const cache = await start();
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys.map(() => undefined));
    expect(await cache.prune()).toBe(0);
    await cache.close();
    expect(await readFile(new URL(import.meta.url), 'utf8')).toContain('more pipes');
  });
});

describe('an entry that is too large for the disk tier', () => {
  it('stays in memory, and leaves no former one behind it', async () => {
    const cache = await start();
    await cache.set('k', 'former');
    const large = 'x'.repeat(MAX_FILE_BYTES);
    await cache.set('k', large);
    expect(await cache.get('k')).toBe(large);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(await folder.files()).toEqual([]);
  });
});

describe('a disk that does not answer', () => {
  it.each([
    ['get', 5_000, (cache: TieredCache) => cache.get('k')],
    ['set', 5_000, (cache: TieredCache) => cache.set('k', 1)],
    ['delete', 5_000, (cache: TieredCache) => cache.delete('k')],
    ['keys', 20_000, (cache: TieredCache) => cache.clear('k')],
    ['prune', 20_000, (cache: TieredCache) => cache.prune()],
  ] as const)('holds nobody up beyond its time limit, nor the close: %s', async (method, limitMs, work) => {
    const cache = await start();
    const hang = jest.spyOn(DiskStore.prototype, method as 'get').mockReturnValue(new Promise(() => undefined));
    const working = work(cache);
    await until(() => hang.mock.calls.length > 0);
    const closing = cache.close();
    clock.advance(limitMs);
    await Promise.all([working, closing]);
    expect(clock.pending).toBe(0);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining(`no answer within ${limitMs} ms`));
  });

  const locks = async (): Promise<string[]> => (await folder.files()).filter((file) => file.endsWith('.lock'));

  it('keeps no lock of an entry that was being changed', async () => {
    const cache = await start();
    await cache.set('k', 0);
    const hang = jest.spyOn(DiskStore.prototype, 'setIfNewer').mockReturnValue(new Promise(() => undefined));
    const merging = cache.merge('k', () => 1);
    await until(() => hang.mock.calls.length > 0);
    expect(await locks()).toHaveLength(1);
    clock.advance(5_000);
    await merging;
    expect(await locks()).toEqual([]);
  });

  it('gives back a lock that comes too late', async () => {
    const cache = await start();
    let give: (unlock: () => Promise<void>) => void = () => undefined;
    const given = new Promise<() => Promise<void>>((resolve) => (give = resolve));
    const late = jest.spyOn(DiskStore.prototype, 'lock').mockReturnValue(given);
    const merging = cache.merge('k', () => 1);
    await until(() => late.mock.calls.length > 0);
    clock.advance(5_000);
    await merging;
    const giveBack = jest.fn(() => Promise.resolve());
    give(giveBack);
    await until(() => giveBack.mock.calls.length > 0);
    expect(giveBack).toHaveBeenCalledTimes(1);
  });

  it('is found out by the doctor within the same limit', async () => {
    const cache = await start();
    jest.spyOn(DiskStore.prototype, 'probe').mockReturnValue(new Promise(() => undefined));
    jest.spyOn(DiskStore.prototype, 'isReadable').mockReturnValue(new Promise(() => undefined));
    const inspecting = cache.inspect();
    clock.advance(5_000);
    await new Promise(setImmediate);
    clock.advance(5_000);
    expect(await inspecting).toMatchObject({ mode: 'memory-only', problem: expect.stringContaining('within 5000 ms') });
    expect(clock.pending).toBe(0);
  });
});

describe('the replacement of a file', () => {
  /** Stands in for what is written to the disk itself; tells of each call whether it was for a folder. */
  async function spyOnSync(fails: boolean): Promise<boolean[]> {
    const handle = await open(folder.path);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const folders: boolean[] = [];
    jest.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
      const isFolder = (await this.stat()).isDirectory();
      folders.push(isFolder);
      if (isFolder && fails) {
        throw new Error('EINVAL: invalid argument, fsync');
      }
    });
    return folders;
  }

  it.each([false, true])(
    'writes file and folder through to the disk, and does without the folder: %s',
    async (fails) => {
      const synced = await spyOnSync(fails);
      const file = join(folder.path, entryFileName('k'));
      const content = encodeEnvelope({ key: 'k', storedAtMs: START, value: 1 });
      await writeFileAtomically(file, content);
      expect(synced).toEqual([false, true]);
      expect(await readFile(file, 'utf8')).toBe(content);
      expect(await folder.files()).toEqual([file]);
    },
  );
});

describe('a file that something else has open', () => {
  const failing = (codes: readonly string[]): (() => Promise<string>) => {
    const left = [...codes];
    return async () => {
      const code = left.shift();
      if (code !== undefined) {
        throw Object.assign(new Error(code), { code });
      }
      return 'done';
    };
  };

  it('is replaced once it is free, as on Windows after a virus scanner has looked at it', async () => {
    const pauses: number[] = [];
    const pause = async (ms: number): Promise<unknown> => pauses.push(ms);
    expect(await patiently(failing(['EPERM', 'EBUSY', 'EACCES']), pause)).toBe('done');
    expect(pauses).toEqual([10, 20, 40]);
  });

  it('is given up after two thirds of a second, and at once where it cannot be replaced at all', async () => {
    const pauses: number[] = [];
    const pause = async (ms: number): Promise<unknown> => pauses.push(ms);
    await expect(patiently(failing(Array(7).fill('EBUSY')), pause)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(630);
    await expect(patiently(failing(['EROFS']), pause)).rejects.toMatchObject({ code: 'EROFS' });
    expect(pauses).toHaveLength(6);
  });
});
