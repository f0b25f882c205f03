// Puts the page, what it stands on and the styles into one script and one style sheet, as small as they get.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as enumerations from '../../bedrock-discovery/dist/enumerations.js';
import { bundle, ROOT } from '../../../scripts/bundle.mjs';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

bundle('explorer-web', PACKAGE, import.meta.url, {
  entryPoints: ['dist/main.js', 'styles/page.css'].map((path) => ({ in: join(PACKAGE, path), out: 'page' })),
  alias: { 'nestjs-bedrock-discovery/enumerations': values() },
  platform: 'browser',
  target: 'es2023',
  minify: true,
  legalComments: 'none',
});

/** The enumerations are plain values: a file of them takes the place of the modules that they come from, rules and all. */
function values() {
  const folder = join(ROOT, 'node_modules/.cache');
  const file = join(folder, 'enumerations.js');
  const exported = Object.entries(enumerations);
  const text = exported.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`).join('');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  return file;
}
