import { open, rename, rm } from 'node:fs/promises';
import { temporaryFileName } from './file-names.js';

/**
 * Replaces a file as a whole: whoever opens it sees the former content or the new one, also when the writer is killed or the
 * disk is full. Only its owner may read it.
 *
 * @param isWanted asked at the last moment whether the file shall be replaced at all
 * @throws the file system's error; then the former content stands
 */
export async function writeFileAtomically(
  file: string,
  content: string,
  isWanted: () => Promise<boolean> = async () => true,
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
    await ((await isWanted()) ? rename(temporary, file) : rm(temporary));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
