import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyedQueue } from '../util/keyed-queue.js';
import { decodeEnvelope, decodeHeader, isContent } from './envelope.js';
import { MAX_FILE_BYTES, openOwnFile, readOwnFile, RefusedFileError, writeFileAtomically } from './file-access.js';
import { breakLock, isRunning, lockFile } from './file-lock.js';
import {
  type CacheFile,
  classifyFile,
  entryFileName,
  lockFileName,
  setAsideFileName,
  temporaryFileName,
} from './file-names.js';

/** The longest header is a key of 1024 characters, each escaped to six bytes, and about 200 bytes besides. */
const HEADER_BYTES = 8_192;
/** Files set aside that are kept for whoever wants to know what happened. */
const MAX_SET_ASIDE = 10;
/** More than any list of AWS takes by now; random, for a file system that compresses stores less than it is given. */
const PROBE_BYTES = 1024 * 1024;
/** No write takes as long; a temporary file of another host that was not touched since has lost its writer. */
const ABANDONED_AFTER_MS = 60_000;

/**
 * The disk tier: a file per key, kept as the bytes of an envelope which are neither judged nor changed here. As a store of
 * Keyv it has no `disconnect`, since nothing stays open between two calls. All methods reject with the file system's errors,
 * but a file or folder that is not there is no error. What lies under the name of an entry and is none of this user's is left
 * alone until an entry is written there: asking for it rejects with a `RefusedFileError`.
 */
export class DiskStore {
  readonly #changes = new KeyedQueue();

  constructor(readonly folder: string) {}

  async get(key: string): Promise<{ value: Uint8Array } | undefined> {
    const value = await readOwnFile(join(this.folder, entryFileName(key))).catch(unlessMissing);
    return value && { value };
  }

  /** What is too large for an entry replaces the former one by none. Content is of no use before what refers to it is there. */
  async set(key: string, { value }: { value: string }): Promise<boolean> {
    const file = entryFileName(key);
    if (Buffer.byteLength(value) > MAX_FILE_BYTES) {
      await this.delete(key);
      throw new RefusedFileError(file, `would have more than ${MAX_FILE_BYTES} bytes`);
    }
    await this.#write(file, value, { isLasting: !isContent(key) });
    return true;
  }

  /** As {@link set}, unless there is an entry as new: for what another process may be writing at this moment. */
  async setIfNewer(key: string, value: string, storedAtMs: number): Promise<boolean> {
    const file = entryFileName(key);
    let isNewer = true;
    const isWanted = async (): Promise<boolean> =>
      (isNewer = ((await this.#readHeader(file))?.storedAtMs ?? -Infinity) < storedAtMs);
    await this.#write(file, value, { isWanted });
    return isNewer;
  }

  /**
   * Keeps other processes from what they do under the same key by this, until the returned function is called; `undefined` where
   * that is not to be had.
   */
  lock(key: string): Promise<(() => Promise<void>) | undefined> {
    return lockFile(join(this.folder, lockFileName(entryFileName(key))));
  }

  delete(key: string): Promise<boolean> {
    const file = entryFileName(key);
    return this.#changes.run(file, () => this.#remove(file));
  }

  /** Removes every entry of this format version. */
  async clear(): Promise<void> {
    for (const file of await this.#files()) {
      if (classifyFile(file)?.kind === 'entry') {
        await this.#changes.run(file, () => this.#remove(file));
      }
    }
  }

  /** Removes the file from which `bytes` were read, unless it was written anew since. */
  async discard(key: string, bytes: Uint8Array): Promise<void> {
    const file = entryFileName(key);
    await this.#changes.run(file, async () => (await this.#isUnchanged(file, bytes)) && this.#remove(file));
  }

  /** Puts the file from which `bytes` were read out of the way, unless it was written anew since; its name is returned. */
  async setAside(key: string, bytes: Uint8Array): Promise<string> {
    const file = entryFileName(key);
    await this.#changes.run(file, async () => {
      if (!(await this.#isUnchanged(file, bytes))) {
        return;
      }
      const path = join(this.folder, file);
      await rename(path, setAsideFileName(path)).catch(() => rm(path, { force: true }));
      await this.#forgetOldestSetAside();
    });
    return file;
  }

  /** Keys of what is there by the headers alone, unverified. */
  async keys(): Promise<readonly string[]> {
    const keys = [];
    for (const file of await this.#files()) {
      const header = classifyFile(file)?.kind === 'entry' ? await this.#readHeader(file) : undefined;
      if (header && entryFileName(header.key) === file) {
        keys.push(header.key);
      }
    }
    return keys;
  }

  /**
   * Removes entries that are damaged or that `isLive` denies, files set aside, temporary files whose writer is gone, and files
   * of other format versions that were not touched for `maxAgeMs`: until then another version of the library may use them.
   */
  async prune(options: {
    isLive: (storedAtMs: number, key: string) => boolean;
    maxAgeMs: number;
  }): Promise<{ keys: readonly string[]; otherFiles: number }> {
    const keys: string[] = [];
    let otherFiles = 0;
    let now: Promise<number> | undefined;
    const isOlderThan = async (file: string, ageMs: number): Promise<boolean> => {
      const nowMs = await (now ??= this.#now());
      return nowMs - ((await this.#stat(file))?.mtimeMs ?? nowMs) > ageMs;
    };
    for (const file of await this.#files()) {
      const found = classifyFile(file);
      if (found?.kind === 'entry') {
        const removed = await this.#pruneEntry(file, options.isLive);
        if (removed?.key !== undefined) {
          keys.push(removed.key);
        } else if (removed) {
          otherFiles++;
        }
      } else if (found?.kind === 'lock' && (await breakLock(join(this.folder, file)))) {
        otherFiles++;
      } else if (found && (await isUseless(found, (ageMs) => isOlderThan(file, ageMs), options.maxAgeMs))) {
        otherFiles += (await this.#remove(file)) ? 1 : 0;
      }
    }
    return { keys, otherFiles };
  }

  /** Writes and removes as much as an entry may have. Leaves the folder behind, and nothing in it. */
  probe(): Promise<void> {
    const content = randomBytes((PROBE_BYTES / 4) * 3).toString('base64');
    return this.#write(entryFileName('probe'), content, { isWanted: async () => false });
  }

  /** Whether what is there can be listed. */
  async isReadable(): Promise<boolean> {
    return readdir(this.folder).then(
      () => true,
      () => false,
    );
  }

  async #pruneEntry(
    file: string,
    isLive: (storedAtMs: number, key: string) => boolean,
  ): Promise<{ key?: string } | undefined> {
    const bytes = await this.#read(file);
    if (!bytes) {
      return undefined;
    }
    const key = decodeHeader(bytes.subarray(0, Math.max(bytes.indexOf(0x0a), 0)))?.key ?? '';
    const decoded = entryFileName(key) === file ? decodeEnvelope(bytes, key) : undefined;
    const entry = decoded && 'entry' in decoded ? decoded.entry : undefined;
    if (entry && isLive(entry.storedAtMs, key)) {
      return undefined;
    }
    const removed = await this.#changes.run(
      file,
      async () => (await this.#isUnchanged(file, bytes)) && this.#remove(file),
    );
    return removed ? { key: entry?.key } : undefined;
  }

  #write(file: string, content: string, options?: Parameters<typeof writeFileAtomically>[2]): Promise<void> {
    const path = join(this.folder, file);
    return this.#changes.run(file, async () => {
      await writeFileAtomically(path, content, options).catch(async (error: unknown) => {
        if (!isMissing(error)) {
          throw error;
        }
        await mkdir(this.folder, { recursive: true, mode: 0o700 });
        await writeFileAtomically(path, content, options);
      });
    });
  }

  /** The bytes of an entry, if there is one that may be one. */
  async #read(file: string): Promise<Uint8Array | undefined> {
    return readOwnFile(join(this.folder, file)).catch(unlessUnusable);
  }

  async #readHeader(file: string): Promise<ReturnType<typeof decodeHeader>> {
    const handle = await openOwnFile(join(this.folder, file)).catch(unlessUnusable);
    if (!handle) {
      return undefined;
    }
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES));
      return decodeHeader(buffer.subarray(0, Math.max(buffer.subarray(0, bytesRead).indexOf(0x0a), 0)));
    } finally {
      await handle.close();
    }
  }

  async #isUnchanged(file: string, bytes: Uint8Array): Promise<boolean> {
    const now = await this.#read(file);
    return now !== undefined && Buffer.compare(now, bytes) === 0;
  }

  async #remove(file: string): Promise<boolean> {
    return rm(join(this.folder, file)).then(
      () => true,
      (error: unknown) => unlessMissing(error) ?? false,
    );
  }

  async #forgetOldestSetAside(): Promise<void> {
    const files = (await this.#files()).filter((file) => classifyFile(file)?.kind === 'set-aside');
    if (files.length <= MAX_SET_ASIDE) {
      return;
    }
    const since = new Map<string, number>();
    for (const file of files) {
      since.set(file, (await this.#stat(file))?.ctimeMs ?? 0);
    }
    files.sort((a, b) => (since.get(b) ?? 0) - (since.get(a) ?? 0));
    for (const file of files.slice(MAX_SET_ASIDE)) {
      await this.#remove(file);
    }
  }

  /** What time it is for the file system, whose clock may be that of another machine: the times of files compare with it alone. */
  async #now(): Promise<number> {
    const file = join(this.folder, temporaryFileName(entryFileName('now')));
    const handle = await open(file, 'wx', 0o600);
    try {
      return (await handle.stat()).mtimeMs;
    } finally {
      await handle.close();
      await rm(file, { force: true });
    }
  }

  async #files(): Promise<string[]> {
    return (await readdir(this.folder).catch(unlessMissing)) ?? [];
  }

  #stat(file: string): Promise<{ mtimeMs: number; ctimeMs: number } | undefined> {
    return lstat(join(this.folder, file)).catch(unlessMissing);
  }
}

/** @param isOlderThan whether the file was last touched longer ago, by the clock of its file system */
function isUseless(
  found: Exclude<CacheFile, { kind: 'entry' }>,
  isOlderThan: (ageMs: number) => Promise<boolean>,
  maxAgeMs: number,
): boolean | Promise<boolean> {
  switch (found.kind) {
    case 'set-aside':
      return true;
    case 'temporary':
      // A writer that runs on this host keeps its file, however long it takes and whatever the clocks say.
      return found.pid === undefined ? isOlderThan(ABANDONED_AFTER_MS) : !isRunning(found.pid);
    case 'lock':
      return isOlderThan(ABANDONED_AFTER_MS);
    case 'other-version':
      return isOlderThan(maxAgeMs);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) {
    throw error;
  }
}

function unlessUnusable(error: unknown): undefined {
  return error instanceof RefusedFileError ? undefined : unlessMissing(error);
}
