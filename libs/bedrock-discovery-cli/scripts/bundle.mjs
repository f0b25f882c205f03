// Puts the command line, and all packages that it loads at each start, into a few files.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, FOR_NODE, ROOT } from '../../../scripts/bundle.mjs';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

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
  [
    join(PACKAGE, 'dist/main.js'),
    ...FOR_NODE,
    '--minify-syntax',
    '--minify-whitespace',
    '--legal-comments=none',
    ...[...LOADED_LATER, ...OPTIONAL].map((name) => `--external:${name}`),
    // CommonJS modules in the bundle require those of Node.
    "--banner:js=import { createRequire as requireFor } from 'node:module';const require = requireFor(import.meta.url);",
  ],
  (inputs, outdir) => writeFileSync(join(outdir, 'LICENSES.txt'), licences(inputs)),
);

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
