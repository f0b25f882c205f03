// Puts the library's own modules into a few files, one for each entry point and those that they share. Packages that
// are dependencies stay what is installed; what else is imported goes in, as far as it is used.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, FOR_NODE, writeLicences } from '../../../scripts/bundle.mjs';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const { exports, dependencies, peerDependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
const EXTERNAL = Object.keys({ ...dependencies, ...peerDependencies });

/** `./bundle/health.js` is made of `dist/health/index.js`, where its declarations are as well. */
const entryPoints = Object.values(exports)
  .filter((target) => typeof target === 'object')
  .map(({ types, default: file }) => ({
    in: join(PACKAGE, types.replace(/\.d\.ts$/, '.js')),
    out: file.replace(/^\.\/bundle\/|\.js$/g, ''),
  }));

const options = { ...FOR_NODE, entryPoints, splitting: true, external: EXTERNAL };

bundle('nestjs-bedrock-discovery', PACKAGE, import.meta.url, options, (inputs, outdir) => {
  for (const name of readdirSync(outdir)) {
    leaveOutBareImports(join(outdir, name));
  }
  writeLicences(inputs, outdir);
});

/** Imports of nothing, which keep an order of evaluation that nothing here needs. Bundlers of applications warn of them. */
function leaveOutBareImports(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^import "\.\/chunk-\w+\.js";\n/gm, ''));
}
