import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { START, temporaryFolder } from './cache.spec.fixture.js';
import { DiskStore } from './disk-store.js';
import { encodeEnvelope } from './envelope.js';
import { entryFileName } from './file-names.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const textOf = (value: string, storedAtMs = START): string => encodeEnvelope({ key: 'k', storedAtMs, value });
/** Two stores on one folder are to each other as two processes are. */
const open = (): DiskStore => new DiskStore(folder.path);
const contentOf = async (store: DiskStore): Promise<string> =>
  Buffer.from((await store.get('k'))?.value ?? []).toString();

describe('DiskStore', () => {
  it('does not replace what another process wrote meanwhile by something older', async () => {
    const [ours, others] = [open(), open()];
    await others.set('k', { value: textOf('new', START + 1) });
    await ours.setIfNewer('k', textOf('old'), START);
    expect(await contentOf(ours)).toBe(textOf('new', START + 1));
    await ours.setIfNewer('k', textOf('newest', START + 2), START + 2);
    expect(await contentOf(ours)).toBe(textOf('newest', START + 2));
    expect(await folder.files()).toHaveLength(1);
  });

  it('neither discards nor sets aside what was written anew since it was read', async () => {
    const [ours, others] = [open(), open()];
    await others.set('k', { value: 'damaged' });
    const bytes = (await ours.get('k'))?.value ?? Buffer.of();
    await others.set('k', { value: textOf('good') });
    await ours.setAside('k', bytes);
    await ours.discard('k', bytes);
    expect(await contentOf(ours)).toBe(textOf('good'));
  });

  it('removes on clear its entries and no file besides', async () => {
    const store = open();
    await store.set('k', { value: textOf('a') });
    await writeFile(join(folder.path, 'notes.txt'), 'mine');
    await writeFile(join(folder.path, entryFileName('k').replace('.v1.', '.v2.')), 'newer');
    await store.clear();
    expect(await store.get('k')).toBeUndefined();
    expect(await folder.files()).toHaveLength(2);
  });

  it('takes a folder that is not there for an empty one', async () => {
    const store = new DiskStore(join(folder.path, 'nowhere'));
    expect(await store.get('k')).toBeUndefined();
    expect(await store.delete('k')).toBe(false);
    expect(await store.keys()).toEqual([]);
    await store.clear();
    const prune = { isLive: () => true, maxAgeMs: 1 };
    expect(await store.prune(prune)).toEqual({ keys: [], otherFiles: 0 });
  });
});
