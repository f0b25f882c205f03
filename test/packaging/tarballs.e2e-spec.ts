import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/cleanup.js';
import { PACKAGES, pack, readManifest, ROOT, run, type Tarball } from './packages.js';

const OTHER_FILES = {
  'libs/bedrock-discovery': ['LICENSE', 'README.md', 'package.json'],
  'libs/bedrock-simulator': ['LICENSE', 'README.md', 'bin/bedrock-simulator.js', 'package.json'],
  'libs/bedrock-discovery-cli': ['LICENSE', 'README.md', 'bin/bedrock-discovery.js', 'package.json'],
};

/** What the compiler makes of the sources that are no tests: nothing that an earlier build left behind. */
async function builtFiles(folder: string): Promise<string[]> {
  const sources = await readdir(join(ROOT, folder, 'src'), { recursive: true });
  return sources
    .filter((path) => path.endsWith('.ts') && !path.includes('.spec.'))
    .map((path) => `dist/${path.slice(0, -'.ts'.length)}`)
    .flatMap((path) => [`${path}.js`, `${path}.d.ts`]);
}

/** What the command line starts from, made anew by each build. */
async function bundledFiles(folder: string): Promise<string[]> {
  const bundle = join(ROOT, folder, 'bundle');
  return existsSync(bundle) ? (await readdir(bundle)).map((name) => `bundle/${name}`) : [];
}

describe.each(PACKAGES)('the package of %s', (folder) => {
  let tarball: Tarball;

  beforeAll(async () => {
    tarball = await pack(folder, await temporaryFolder());
  });

  it('holds what was built from its sources, README and LICENSE, and nothing else', async () => {
    const expected = [...OTHER_FILES[folder], ...(await builtFiles(folder)), ...(await bundledFiles(folder))];
    expect([...tarball.files].sort()).toEqual(expected.sort());
  });

  it('has a README whose links work on the page of the registry', async () => {
    const { stdout } = await run('tar', ['-xOzf', tarball.path, 'package/README.md']);
    const links = [...stdout.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.filter((link) => !/^(https?:|#)/.test(link))).toEqual([]);
    const { repository } = await readManifest('.');
    const files = `${repository.url.replace(/^git\+|\.git$/g, '')}/`;
    const inside = links.filter((link) => link.startsWith(files)).map((link) => link.slice(files.length));
    expect(inside.filter((link) => !existsSync(join(ROOT, link.replace(/^(blob|raw)\/HEAD\/|#.*/g, ''))))).toEqual([]);
    // The READMEs of the others are shown by the repository as they are, and stand on their own.
    expect(inside.length > 0).toBe(folder === 'libs/bedrock-discovery');
  });

  it('is found to be well formed by publint', async () => {
    await expect(run('npx', ['publint', '--strict', tarball.path], { cwd: ROOT })).resolves.toMatchObject({
      stdout: expect.stringContaining('All good!'),
    });
  });

  it('gives its types to every kind of module resolution', async () => {
    // A CommonJS application may require ES modules since Node 20.19, which this rule does not know.
    const flags = ['--format', 'json', '--ignore-rules', 'cjs-resolves-to-esm'];
    const { stdout } = await run('npx', ['attw', tarball.path, ...flags], { cwd: ROOT });
    expect(JSON.parse(stdout)).toMatchObject({ analysis: { types: { kind: 'included' } }, problems: {} });
  });
});
