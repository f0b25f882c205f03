// Puts the command line, and all packages that it loads at each start, into one file. It is CommonJS, which is compiled and
// kept as a whole (`bin/run-compiled.js`).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, FOR_NODE, ROOT, writeLicences } from '../../../scripts/bundle.mjs';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

const RXJS = join(ROOT, 'node_modules/rxjs/dist/esm');
/** Loaded when they are needed, as they are installed. */
const LOADED_LATER = ['@aws-sdk/*', '@smithy/*', 'bedrock-simulator'];
/** What Nest looks for and does without. */
const OPTIONAL = [
  '@fastify/static',
  '@grpc/*',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
  'file-type',
];

bundle(
  'bedrock-discovery-cli',
  PACKAGE,
  import.meta.url,
  {
    ...FOR_NODE,
    entryPoints: [join(PACKAGE, 'dist/main.js')],
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    minifySyntax: true,
    minifyWhitespace: true,
    // As modules, of which what nothing uses is left out.
    alias: { rxjs: `${RXJS}/index.js`, 'rxjs/operators': `${RXJS}/operators/index.js` },
    legalComments: 'none',
    external: [...LOADED_LATER, ...OPTIONAL],
    define: { 'import.meta.url': 'bundleUrl' },
    banner: {
      js:
        'const bundleUrl = require("node:url").pathToFileURL(module.filename).href;' +
        'const importPackage = module.importPackage ?? ((name) => import(name));',
    },
  },
  (inputs, outdir) => {
    giveImports(join(outdir, 'main.cjs'));
    writeLicences(inputs, outdir);
  },
);

/** What is compiled by `node:vm` is given how to import. */
function giveImports(file) {
  const text = readFileSync(file, 'utf8').replaceAll(/\bimport\((?=["'])/g, 'importPackage(');
  writeFileSync(file, text);
}
