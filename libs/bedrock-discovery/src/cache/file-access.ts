import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { temporaryFileName } from './file-names.js';

/** Far more than any answer that is read; what is larger is neither read nor written. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
const WRITABLE_BY_OTHERS = 0o022;
const ROOT = 0;
/** What opening a symbolic link, or a socket, fails with. */
const NO_FILE = /^(?:ELOOP|EMLINK|ENXIO)$/;
/** There are no such flags on Windows. */
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants> & { O_RDONLY: number };

/** A file that is left alone, since it cannot be one that the library wrote for this user. */
export class RefusedFileError extends Error {
  override readonly name = 'RefusedFileError';

  constructor(file: string, reason: string) {
    super(`${basename(file)} ${reason}`);
  }
}

/**
 * Reads a file of the user's own.
 *
 * @throws RefusedFileError as {@link openOwnFile}; the file system's error
 */
export async function readOwnFile(file: string): Promise<Uint8Array> {
  const handle = await openOwnFile(file);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/**
 * Opens a file of the user's own for reading. Whatever lies there, this does not block: a thread that waits for the other end
 * of a pipe is missed by all file and name look-ups of the process.
 *
 * @throws RefusedFileError for what is no regular file, is too large, or where others could have written; the file system's error
 */
export async function openOwnFile(file: string): Promise<FileHandle> {
  if (O_NOFOLLOW === 0 && (await lstat(file)).isSymbolicLink()) {
    throw new RefusedFileError(file, 'is no regular file');
  }
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw NO_FILE.test((error as NodeJS.ErrnoException).code ?? '')
      ? new RefusedFileError(file, 'is no regular file')
      : error;
  });
  try {
    const problem = problemOf(await handle.stat());
    if (problem !== undefined) {
      throw new RefusedFileError(file, problem);
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Owners and permissions are those of POSIX; other systems have none that tell as much. */
function problemOf(stats: Stats): string | undefined {
  if (!stats.isFile()) {
    return 'is no regular file';
  }
  if (stats.size > MAX_FILE_BYTES) {
    return `has more than ${MAX_FILE_BYTES} bytes`;
  }
  const user = process.geteuid?.();
  if (user === undefined) {
    return undefined;
  }
  // Root may do as it likes anyway, and has often made what an image brings along.
  if (stats.uid !== user && stats.uid !== ROOT) {
    return 'belongs to another user';
  }
  return (stats.mode & WRITABLE_BY_OTHERS) === 0 ? undefined : 'may be written by others than its owner';
}

/**
 * Replaces a file as a whole: whoever opens it sees the former content or the new one, also when the writer is killed, the
 * disk is full or the machine loses its power. Only its owner may read it.
 *
 * @param options `isWanted`: asked at the last moment whether the file shall be replaced at all; `isLasting`: whether it is on the
 * disk when this is over, and not only once another that lasts has come into the folder. Default true
 * @throws the file system's error; then the former content stands
 */
export async function writeFileAtomically(
  file: string,
  content: string,
  { isWanted = async () => true, isLasting = true }: { isWanted?: () => Promise<boolean>; isLasting?: boolean } = {},
): Promise<void> {
  const temporary = temporaryFileName(file);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      // Unlike a bare `write`, it goes on after a short write, which is how a disk that fills up shows itself first.
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (!(await isWanted())) {
      await rm(temporary);
      return;
    }
    await patiently(() => rename(temporary, file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  // The new name is on the disk once its folder is. Not every platform can, and the content is whole either way.
  if (isLasting) {
    await syncFolder(dirname(file)).catch(() => undefined);
  }
}

/** What a file cannot be replaced with while something has it open: a virus scanner on Windows, another machine across a network. */
const BUSY = /^(?:EPERM|EBUSY|EACCES)$/;
/** In milliseconds: well within the time that a write may take. */
const PAUSES_MS = [10, 20, 40, 80, 160, 320];

/**
 * Tries a change again where a file is in use.
 *
 * @throws the file system's error, where it is in use for longer than two thirds of a second
 */
export async function patiently<T>(
  change: () => Promise<T>,
  pause: (ms: number) => Promise<unknown> = setTimeout,
): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await change();
    } catch (error) {
      if (!BUSY.test((error as NodeJS.ErrnoException).code ?? '')) {
        throw error;
      }
    }
    await pause(pauseMs);
  }
  return change();
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
