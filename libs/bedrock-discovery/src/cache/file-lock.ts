import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { OWN_WRITER, writerIn } from './file-names.js';

/** Between two tries, in milliseconds; uneven, so that two who wait do not try at once for ever. */
const PAUSE_MS = 5;
const UNEVENNESS_MS = 15;
/** Two seconds or so: far longer than those who wait before take together. */
const MAX_TRIES = 150;

/**
 * Holds a file that only one process can make, until the returned function is called. What a process of this host has left that
 * has ended is taken over at once.
 *
 * @returns undefined where another has it for too long, or where it cannot be made: whoever needs it goes on without it
 */
export async function lockFile(
  file: string,
  pause: (ms: number) => Promise<unknown> = setTimeout,
): Promise<(() => Promise<void>) | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    try {
      await writeFile(file, OWN_WRITER, { flag: 'wx', mode: 0o600 });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        return undefined;
      }
    }
    if (await hasLostItsHolder(file)) {
      await rm(file, { force: true });
    } else {
      await pause(PAUSE_MS + Math.random() * UNEVENNESS_MS);
    }
  }
  return undefined;
}

/** Whether a process of this host holds it that has ended. */
export async function hasLostItsHolder(file: string): Promise<boolean> {
  const { pid } = writerIn(await readFile(file, 'utf8').catch(() => ''));
  return pid !== undefined && !isRunning(pid);
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
