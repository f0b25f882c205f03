import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What goes to the registry: folder below the root, and manifest. */
export async function publishedPackages() {
  const folders = (await readdir(join(ROOT, 'libs'))).sort().map((name) => `libs/${name}`);
  const packages = await Promise.all(folders.map(async (folder) => ({ folder, manifest: await readManifest(folder) })));
  return packages.filter(({ manifest }) => manifest.private !== true);
}

export async function readManifest(folder) {
  return JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
}
