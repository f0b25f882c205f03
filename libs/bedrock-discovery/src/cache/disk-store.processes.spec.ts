import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../util/clock.js';
import { catchWarnings, openCache, runProgram, temporaryFolder } from './cache.spec.fixture.js';

const WRITER = new URL('../../test-fixtures/cache-writer.mjs', import.meta.url);

interface Stored {
  number: number;
  filling: string;
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let warnings: ReturnType<typeof catchWarnings>;
beforeEach(async () => {
  folder = await temporaryFolder();
  warnings = catchWarnings();
});

afterEach(async () => {
  warnings.mockRestore();
  await folder.remove();
});

function write(
  key: string,
  numbers: { first: number; count: number; bytes: number },
  shell?: string,
): Promise<string[]> {
  return runProgram(WRITER, [folder.path, key, ...Object.values(numbers)], { shell });
}

/** As a process that starts now would read it. */
async function read(key: string): Promise<Stored | undefined> {
  return (await openCache({ directory: folder.path }, systemClock)).get<Stored>(key);
}

describe('the disk tier among processes', () => {
  it('shows every reader a whole entry while two processes write the same key', async () => {
    const writing = { first: 1, count: 150, bytes: 50_000 };
    let left = 2;
    const writers = [1, 2].map(() => write('k', writing).finally(() => left--));
    let reads = 0;
    while (left > 0) {
      const stored = await read('k');
      if (stored && stored.filling.length === writing.bytes) {
        reads++;
      } else {
        expect({ reads, stored }).toEqual({ reads: 0, stored: undefined });
      }
    }
    await Promise.all(writers);
    expect(reads).toBeGreaterThan(0);
    expect((await read('k'))?.number).toBe(150);
    expect(warnings).not.toHaveBeenCalled();
    expect(await folder.files()).toHaveLength(1);
  });

  it('keeps the former content where the disk fills up in the middle of a write', async () => {
    await write('k', { first: 1, count: 1, bytes: 1_000 });
    // A limit on the size of files behaves as a full disk does: a short write, then an error.
    expect(await write('k', { first: 2, count: 1, bytes: 1_000_000 }, 'ulimit -f 64;')).toEqual(['EFBIG']);
    expect(await read('k')).toMatchObject({ number: 1 });
    expect(await folder.files()).toHaveLength(1);
  });

  it('finds out by trying that there is room for less than an entry', async () => {
    const store = new URL('../../dist/cache/disk-store.js', import.meta.url);
    const script = `import { DiskStore } from '${store}';
      console.log(await new DiskStore(process.argv[1]).probe().then(() => 'ok', ({ code }) => code));`;
    const probe = (shell: string): string => {
      const node = [process.execPath, '--input-type=module', '--eval', script, folder.path];
      return spawnSync('sh', ['-c', `${shell} exec "$0" "$@"`, ...node], { encoding: 'utf8' }).stdout.trim();
    };
    expect(probe('')).toBe('ok');
    expect(probe('ulimit -f 64;')).toBe('EFBIG');
    expect(await folder.files()).toEqual([]);
  });
});

const run = (command: string, ...args: readonly string[]): boolean => spawnSync(command, args).status === 0;

/** Only root mounts, and only where it is let to. */
function mayMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'discovery-mount-'));
  const isMounted = process.getuid?.() === 0 && run('mount', '-t', 'tmpfs', 'none', place) && run('umount', place);
  rmdirSync(place);
  return isMounted;
}

(mayMount() ? describe : describe.skip)('the disk tier on a file system of its own (needs root, to mount one)', () => {
  beforeEach(() => {
    expect(run('mount', '-t', 'tmpfs', '-o', 'size=400k', 'none', folder.path)).toBe(true);
  });
  afterEach(() => {
    expect(run('umount', folder.path)).toBe(true);
  });

  const start = () => openCache({ directory: folder.path }, systemClock);
  const filling = 'x'.repeat(100_000);

  it('keeps what it has where that is full, says so once, leaves nothing half written, and goes on once there is room', async () => {
    const cache = await start();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const key of keys) {
      await cache.set(key, { key, filling });
    }
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('ENOSPC'));
    const files = await folder.files();
    expect(files.length).toBeLessThan(keys.length);
    expect(files.filter((file) => !file.endsWith('.json'))).toEqual([]);
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys.map((key) => ({ key, filling })));
    const next = await start();
    const kept = await Promise.all(keys.map((key) => next.get(key)));
    expect(kept.filter((value) => value !== undefined)).toHaveLength(files.length);
    await Promise.all([cache.delete('a'), cache.delete('b')]);
    await cache.set('f', { key: 'f', filling });
    expect(await (await start()).get('f')).toEqual({ key: 'f', filling });
  });

  it('serves what it has where that is read-only, says so once, and writes once it may', async () => {
    await (await start()).set('k', 1);
    expect(run('mount', '-o', 'remount,ro', folder.path)).toBe(true);
    const cache = await start();
    expect(await cache.getEntry('k')).toMatchObject({ value: 1, tier: 'disk' });
    await cache.set('k', 2);
    await cache.set('l', 2);
    await cache.delete('l');
    expect(await cache.prune()).toBe(0);
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining('EROFS'));
    expect(await (await start()).get('k')).toBe(1);
    expect(run('mount', '-o', 'remount,rw', folder.path)).toBe(true);
    await cache.set('k', 3);
    expect(await (await start()).get('k')).toBe(3);
  });
});
