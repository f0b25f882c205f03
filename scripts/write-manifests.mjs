/**
 * Writes what one manifest says to where it stands as well: where the repository is, by the root's manifest, into that of each
 * published package, since the registry shows it and provenance is checked against it; and the version of the library into its
 * source, which may be bundled without its manifest.
 */
import { readFile, writeFile } from 'node:fs/promises';
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

const SOURCE = join(ROOT, 'libs/bedrock-discovery/src/doctor/probes.ts');
const { version } = await readManifest('libs/bedrock-discovery');
const source = await readFile(SOURCE, 'utf8');
await writeFile(SOURCE, source.replace(/(LIBRARY_VERSION = )'[^']*'/, `$1'${version}'`));
