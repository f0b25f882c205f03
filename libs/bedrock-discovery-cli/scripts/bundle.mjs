// Puts the command line, and all packages that it loads at each start, into a few files.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, FOR_NODE, writeLicences } from '../../../scripts/bundle.mjs';

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
  writeLicences,
);
