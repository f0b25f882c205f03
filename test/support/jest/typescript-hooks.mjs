import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import config from '../../../jest.config.js';
import { compile } from './compile.mjs';

const ROOT = new URL('../../../', import.meta.url).href;
const GLOBALS = new URL('./globals.mjs', import.meta.url).href;
const PACKAGES = Object.entries(config.moduleNameMapper)
  .filter(([, file]) => file.startsWith('<rootDir>/'))
  .map(([name, file]) => [new RegExp(name), file.replace('<rootDir>/', ROOT)]);
const SUITE = /\?suite=\d+$/;

const OF_A_SUITE = /\/test\/|\/samples\/support\/|[.-]spec\./;
const compiled = new Map();

/** Finds sources where their packages or what is built of them are named, and gives each suite what is its own. */
export async function resolve(specifier, context, next) {
  const { parentURL = '' } = context;
  if (!isOurs(parentURL)) {
    return next(specifier, context);
  }
  const url = sourceOf(specifier, parentURL);
  if (url === undefined) {
    return next(specifier, context);
  }
  const suite = SUITE.exec(parentURL)?.[0] ?? '';
  return { url: OF_A_SUITE.test(url) ? url + suite : url, format: 'module', shortCircuit: true };
}

function sourceOf(specifier, parentURL) {
  if (specifier === '@jest/globals') {
    return GLOBALS;
  }
  if (/^\.{1,2}\/.*\.js$/.test(specifier)) {
    const { href } = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
    return existsSync(fileURLToPath(href)) ? href : undefined;
  }
  return PACKAGES.find(([name]) => name.test(specifier))?.[1];
}

export async function load(url, context, next) {
  const file = url.replace(SUITE, '');
  if (!isOurs(file) || !file.endsWith('.ts')) {
    return next(url, context);
  }
  if (!compiled.has(file)) {
    const filename = fileURLToPath(file);
    compiled.set(file, compile(filename, await readFile(filename, 'utf8')));
  }
  return { format: 'module', source: compiled.get(file), shortCircuit: true };
}

function isOurs(url) {
  return url.startsWith(ROOT) && !url.includes('/node_modules/');
}
