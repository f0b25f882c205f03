import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where shells read the ids of models from: a list in a file is there at once, and a process is not. */
export function modelIdsFile(directory: string, simulated: boolean): string {
  return join(directory, 'completion', simulated ? 'simulated-model-ids' : 'model-ids');
}

export async function keepModelIds(directory: string, simulated: boolean, ids: readonly string[]): Promise<void> {
  const file = modelIdsFile(directory, simulated);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, ids.map((id) => `${id}\n`).join(''), { mode: 0o600 });
  await rename(temporary, file);
}
