// Puts the command line and what it loads at each start into a few files. Most of the time that a process with several
// hundred modules needs to start goes into finding and opening them.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild-wasm';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

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

const outdir = join(PACKAGE, 'bundle');
/** What the bundle was last made from, by size and time. */
const RECORD = join(ROOT, 'node_modules/.cache/bedrock-discovery-cli-bundle.json');

if (!isUpToDate()) {
  await makeBundle();
}

function isUpToDate() {
  try {
    const { stamps } = JSON.parse(readFileSync(RECORD, 'utf8'));
    return (
      existsSync(join(outdir, 'main.js')) && Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp)
    );
  } catch {
    return false;
  }
}

function stampOf(path) {
  const { size, mtimeMs } = statSync(join(ROOT, path));
  return `${size} ${mtimeMs}`;
}

async function makeBundle() {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(PACKAGE, 'dist/main.js')],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Classes are named in what is logged.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    external: [...LOADED_LATER, ...OPTIONAL],
    // CommonJS modules in the bundle require those of Node.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module';const require = requireFor(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  });
  const inputs = Object.keys(metafile.inputs);
  writeFileSync(join(outdir, 'LICENSES.txt'), licences(inputs));
  const own = relative(ROOT, fileURLToPath(import.meta.url));
  const stamps = Object.fromEntries([own, ...inputs].map((path) => [path, stampOf(path)]));
  mkdirSync(dirname(RECORD), { recursive: true });
  writeFileSync(RECORD, JSON.stringify({ stamps }));
}

/** The licences of all packages that went into the bundle. */
function licences(inputs) {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replaceAll('\\', '/')) ?? []),
  );
  return [...folders]
    .sort((a, b) => a.localeCompare(b))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      const file = readdirSync(join(ROOT, folder)).find((each) => /^licen[cs]e/i.test(each));
      const text = file && existsSync(join(ROOT, folder, file)) ? readFileSync(join(ROOT, folder, file), 'utf8') : '';
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
