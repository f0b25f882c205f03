import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { inTurn } from '../util/in-turn.js';
import { lockFileName, OWN_WRITER, temporaryFileName, writerIn } from './file-names.js';

/** Two to three seconds: far longer than those who wait before take together. */
const PATIENCE_MS = 2_750;

/**
 * Holds a file that only one process can make, until the returned function is called. What a process of this host has left that
 * has ended is taken over at once.
 *
 * @param file as `lockFileName` names it
 * @returns undefined where another has it for too long, or where it cannot be made: whoever needs it goes on without it
 */
export async function lockFile(
  file: string,
  pause?: (ms: number) => Promise<unknown>,
): Promise<(() => Promise<void>) | undefined> {
  const take = async (): Promise<string | undefined> => {
    const problem = (await make(file)) ?? MADE;
    return problem === 'EEXIST' ? ((await breakLock(file)) ? take() : undefined) : problem;
  };
  return (await inTurn(take, PATIENCE_MS, pause)) === MADE ? () => rm(file, { force: true }) : undefined;
}

const MADE = 'made';

/**
 * Removes a lock that a process of this host holds that has ended; one at a time, under a lock of its own: who has seen the ended
 * one must not remove that of the next, who has got it since.
 *
 * @returns whether it did
 */
export async function breakLock(file: string): Promise<boolean> {
  const breaking = lockFileName(file);
  if (!(await hasLostItsHolder(file))) {
    return false;
  }
  if ((await make(breaking)) !== undefined) {
    // Killed as well, in the middle of this.
    await ((await hasLostItsHolder(breaking)) && rm(breaking, { force: true }));
    return false;
  }
  try {
    const isLost = await hasLostItsHolder(file);
    await (isLost && rm(file, { force: true }));
    return isLost;
  } finally {
    await rm(breaking, { force: true });
  }
}

/**
 * Makes it with its holder in it: a process that is killed in between must not leave one of nobody.
 *
 * @returns the code of what it failed with
 */
async function make(file: string): Promise<string | undefined> {
  const own = temporaryFileName(file.replace(/(?:\.lock)+$/, ''));
  const options = { flag: 'wx', mode: 0o600 };
  try {
    await writeFile(own, OWN_WRITER, options);
    // Some file systems have no links.
    await link(own, file).catch((error: unknown) =>
      codeOf(error) === 'EEXIST' ? Promise.reject(error as Error) : writeFile(file, OWN_WRITER, options),
    );
    return undefined;
  } catch (error) {
    return codeOf(error);
  } finally {
    await rm(own, { force: true }).catch(() => undefined);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EIO';
}

async function hasLostItsHolder(file: string): Promise<boolean> {
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
