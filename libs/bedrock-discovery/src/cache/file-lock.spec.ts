import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './cache.spec.fixture.js';
import { DiskStore } from './disk-store.js';
import { breakLock, lockFile } from './file-lock.js';
import { entryFileName, lockFileName, OWN_WRITER } from './file-names.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, lockFileName(entryFileName('k')));
});
afterEach(() => folder.remove());

const pid = (): number => spawnSync(process.execPath, ['--version']).pid;
const writerOf = (id: number): string => OWN_WRITER.replace(/\d+$/, String(id));
const immediately = () => new Promise(setImmediate);

describe('a lock of a file', () => {
  it('is had by one at a time, and by the next once it is given back', async () => {
    const order: string[] = [];
    const first = await lockFile(file);
    const second = lockFile(file, immediately).then(async (unlock) => {
      order.push('second');
      await unlock?.();
    });
    await immediately();
    order.push('first');
    await first?.();
    await second;
    expect(order).toEqual(['first', 'second']);
    expect(await folder.files()).toEqual([]);
  });

  it('is taken over at once from a process of this host that was killed with it', async () => {
    await writeFile(file, writerOf(pid()));
    const unlock = await lockFile(file, () => Promise.reject(new Error('Nobody is to be waited for.')));
    await unlock?.();
    expect(await folder.files()).toEqual([]);
  });

  it('is taken over by one at a time, so that nobody removes that of the next', async () => {
    await writeFile(file, writerOf(pid()));
    const breaking = lockFileName(file);
    await writeFile(breaking, writerOf(process.ppid));
    expect(await breakLock(file)).toBe(false);
    expect((await folder.files()).sort()).toEqual([file, breaking]);
    await writeFile(breaking, writerOf(pid()));
    const unlock = await lockFile(file, immediately);
    expect(unlock).toBeDefined();
    await unlock?.();
    expect(await folder.files()).toEqual([]);
  });

  it.each([
    ['a process that runs', () => writerOf(process.ppid)],
    ['a process of another host', () => `00000000-${pid()}`],
    ['nobody knows whom, who has just made it', () => ''],
  ])('is left to %s, and gone on without after two seconds or so', async (_, holder) => {
    await writeFile(file, holder());
    let waitedMs = 0;
    expect(await lockFile(file, async (ms) => (waitedMs += ms))).toBeUndefined();
    expect(waitedMs).toBeGreaterThan(750);
    expect(waitedMs).toBeLessThan(3_000);
    expect(await folder.files()).toEqual([file]);
  });

  it('is gone on without where there is no folder', async () => {
    expect(await lockFile(join(folder.path, 'nowhere', 'lock'))).toBeUndefined();
  });

  it('is removed with what else is left over, unless somebody holds it', async () => {
    const store = new DiskStore(folder.path);
    const options = { isLive: () => true, maxAgeMs: 1e9 };
    await writeFile(file, writerOf(process.ppid));
    expect(await store.prune(options)).toEqual({ keys: [], otherFiles: 0 });
    await writeFile(file, writerOf(pid()));
    expect(await store.prune(options)).toEqual({ keys: [], otherFiles: 1 });
    expect(await folder.files()).toEqual([]);
  });
});
