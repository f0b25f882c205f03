/**
 * Writes into the manifest of each published package where the repository is, by what the root's manifest says of it. The
 * registry shows it, and provenance is checked against it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedPackages, readManifest, ROOT } from './published-packages.mjs';

const { repository } = await readManifest('.');
const url = repository.url.replace(/^git\+|\.git$/g, '');
for (const { folder, manifest } of await publishedPackages()) {
  const written = {
    ...manifest,
    homepage: `${url}#readme`,
    repository: { ...repository, directory: folder },
    bugs: { url: `${url}/issues` },
  };
  await writeFile(join(ROOT, folder, 'package.json'), `${JSON.stringify(written, undefined, 2)}\n`);
}
