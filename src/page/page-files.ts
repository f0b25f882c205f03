import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import * as enumerations from 'nestjs-bedrock-discovery/enumerations';

/** What the page imports by name, besides the enumerations of the library. */
const MODULES = [
  'preact',
  'preact/hooks',
  'preact/jsx-runtime',
  '@preact/signals',
  '@preact/signals-core',
  'nestjs-bedrock-discovery/snippets',
] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  /** Below the folder of all files, with `/` between folders. */
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

export interface PageFiles {
  readonly files: readonly PageFile[];
  /** Path by the name that the page's modules import. */
  readonly modules: Readonly<Record<string, string>>;
}

/**
 * The page as it was built, and the modules that it stands on, from their packages.
 *
 * @throws Error where the page has not been built
 */
export function readPageFiles(): PageFiles {
  const manifest = createRequire(import.meta.url).resolve('explorer-web/package.json');
  const folder = dirname(manifest);
  const files = [...readFolder(join(folder, 'dist'), 'page'), ...readFolder(join(folder, 'styles'), 'styles')];
  if (!files.some(({ path }) => path === 'page/main.js')) {
    throw new Error(`The page has not been built: ${join(folder, 'dist')} has no main.js. Run npm run build.`);
  }
  const modules: Record<string, string> = {};
  const add = (name: string, body: Buffer): void => {
    const path = `modules/${name.replace('@', '').replaceAll('/', '.')}.js`;
    modules[name] = path;
    files.push({ path, type: TYPES['.js'] ?? '', body });
  };
  for (const name of MODULES) {
    add(name, readModule(name, manifest));
  }
  add('nestjs-bedrock-discovery/enumerations', enumerationsModule());
  return { files, modules };
}

/** The enumerations are plain values: one small file of them takes the place of the modules that they come from. */
function enumerationsModule(): Buffer {
  const exported = Object.entries(enumerations);
  return Buffer.from(exported.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`).join(''));
}

function readFolder(folder: string, prefix: string): PageFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.spec\.|\.d\.ts$/.test(entry.name))
    .flatMap((entry) => {
      const type = TYPES[extname(entry.name)];
      const file = join(entry.parentPath, entry.name);
      const path = [prefix, ...file.slice(folder.length + 1).split(/[\\/]/)].join('/');
      return type === undefined ? [] : [{ path, type, body: readFileSync(file) }];
    });
}

type Target = string | { readonly [condition: string]: Target };

/** The file of a package that a browser is meant to load; its source map is not served. */
function readModule(name: string, importer: string): Buffer {
  const [, packageName = '', subpath = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(name) ?? [];
  const manifest = manifestOf(packageName, importer);
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports: Readonly<Record<string, Target>> };
  const file = join(dirname(manifest), browserTarget(exports[`.${subpath}`], name));
  return Buffer.from(readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'));
}

/** Packages that export something need not export their manifest. */
function manifestOf(packageName: string, importer: string): string {
  const folders = createRequire(importer).resolve.paths(packageName) ?? [];
  const manifest = folders.map((folder) => join(folder, packageName, 'package.json')).find((path) => existsSync(path));
  if (manifest === undefined) {
    throw new Error(`The package ${packageName}, which the page stands on, is not installed. Run npm ci.`);
  }
  return manifest;
}

function browserTarget(target: Target | undefined, name: string): string {
  if (typeof target === 'string') {
    return target;
  }
  if (target === undefined) {
    throw new Error(`The package exports no ${name} for browsers.`);
  }
  return browserTarget(target['browser'] ?? target['import'] ?? target['default'], name);
}
