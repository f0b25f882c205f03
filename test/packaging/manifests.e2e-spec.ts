import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { BUNDLED, PACKAGES, readManifest, ROOT, run } from './packages.js';

/** `@scope/name` or `name`, of what is imported from it. */
const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/** The packages that the published code imports, and those that its declarations do. */
async function importedPackages(folder: string): Promise<Set<string>> {
  const files = folder === BUNDLED ? await reachableFiles(folder) : await builtFiles(folder);
  expect(files.size).toBeGreaterThan(0);
  const specifiers = await Promise.all([...files].map(async (path) => importsOf(path)));
  return new Set(
    specifiers
      .flat()
      .filter((name) => !name.startsWith('.') && !isBuiltin(name))
      .map(packageOf),
  );
}

async function importsOf(path: string): Promise<string[]> {
  return ts.preProcessFile(await readFile(path, 'utf8')).importedFiles.map(({ fileName }) => fileName);
}

async function builtFiles(folder: string): Promise<Set<string>> {
  const dist = join(ROOT, folder, 'dist');
  const files = await readdir(dist, { recursive: true });
  return new Set(
    files.filter((path) => /\.(js|d\.ts)$/.test(path) && !path.includes('.spec.')).map((path) => join(dist, path)),
  );
}

/** What those who import the package load, and what their compilers read. */
async function reachableFiles(folder: string): Promise<Set<string>> {
  const { exports } = await readManifest(folder);
  const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : Object.values(target)));
  const reached = new Set(targets.map((path) => join(ROOT, folder, path)));
  for (const file of reached) {
    const relative = (await importsOf(file)).filter((name) => name.startsWith('.'));
    for (const name of relative) {
      const target = join(dirname(file), name);
      reached.add(file.endsWith('.d.ts') ? target.replace(/\.js$/, '.d.ts') : target);
    }
  }
  return reached;
}

describe.each(PACKAGES)('the manifest of %s', (folder) => {
  it('says where the repository is as `npm run manifests` writes it, and publishes for all with provenance', async () => {
    const { repository } = await readManifest('.');
    const url = repository.url.replace(/^git\+|\.git$/g, '');
    expect(await readManifest(folder)).toMatchObject({
      homepage: `${url}#readme`,
      repository: { ...repository, directory: folder },
      bugs: { url: `${url}/issues` },
      publishConfig: { access: 'public', provenance: true },
    });
  });

  it('declares every package that is imported', async () => {
    const { name, dependencies, peerDependencies } = await readManifest(folder);
    const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })]);
    expect([...(await importedPackages(folder))].filter((imported) => !declared.has(imported))).toEqual([]);
  });

  it('declares no dependency that nothing imports, or a package of this repository has for a peer', async () => {
    const imported = await importedPackages(folder);
    const { dependencies = {} } = await readManifest(folder);
    const peers = new Set<string>();
    for (const other of PACKAGES) {
      const { name, peerDependencies = {} } = await readManifest(other);
      Object.keys(name in dependencies ? peerDependencies : {}).forEach((peer) => peers.add(peer));
    }
    expect(Object.keys(dependencies).filter((declared) => !imported.has(declared) && !peers.has(declared))).toEqual([]);
  });

  it('has entry points that resolve, types included', async () => {
    const { name, exports } = await readManifest(folder);
    for (const [subpath, target] of Object.entries(exports)) {
      const paths = typeof target === 'string' ? [target] : Object.values(target);
      expect(paths.filter((path) => !existsSync(join(ROOT, folder, path)))).toEqual([]);
      const specifier = JSON.stringify(name + subpath.slice(1));
      const { stdout } = await run(
        process.execPath,
        ['--input-type=module', '--eval', `process.stdout.write(import.meta.resolve(${specifier}))`],
        { cwd: ROOT },
      );
      expect(stdout).toBe(`file://${await realpath(join(ROOT, folder, paths.at(-1) ?? ''))}`);
    }
  });
});

interface NestProject {
  readonly type: string;
  readonly root: string;
  readonly sourceRoot: string;
  readonly entryFile: string;
  readonly compilerOptions: { readonly tsConfigPath: string };
}

describe('nest-cli.json', () => {
  it('describes the application and all packages by paths that exist', async () => {
    const { monorepo, projects } = JSON.parse(await readFile(join(ROOT, 'nest-cli.json'), 'utf8')) as {
      monorepo: boolean;
      projects: Record<string, NestProject>;
    };
    expect(monorepo).toBe(true);
    const described = Object.values(projects);
    expect(described.filter(({ type }) => type === 'library').map(({ root }) => root)).toEqual(PACKAGES);
    expect(described.filter(({ type }) => type === 'application').map(({ root }) => root)).toEqual(['src']);
    const paths = described.flatMap(({ sourceRoot, entryFile, compilerOptions }) => [
      compilerOptions.tsConfigPath,
      join(sourceRoot, `${entryFile}.ts`),
    ]);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
