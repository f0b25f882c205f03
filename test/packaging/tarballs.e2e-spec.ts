import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/cleanup.js';
import { BUNDLED, PACKAGES, pack, readManifest, ROOT, run, type Tarball } from './packages.js';

const OTHER_FILES = {
  'libs/bedrock-discovery': ['LICENSE', 'README.md', 'package.json'],
  'libs/bedrock-simulator': ['Dockerfile', 'LICENSE', 'README.md', 'bin/bedrock-simulator.js', 'package.json'],
  'libs/bedrock-discovery-cli': [
    'LICENSE',
    'README.md',
    'bin/bedrock-discovery.js',
    'bin/run-compiled.js',
    'package.json',
  ],
};

/** What a package may weigh, packed and unpacked, in bytes. Raise it with a word in the changeset on what users get for it. */
const BUDGETS = {
  'libs/bedrock-discovery': [420_000, 1_600_000],
  'libs/bedrock-simulator': [140_000, 540_000],
  'libs/bedrock-discovery-cli': [600_000, 2_650_000],
} as const;

/** What the compiler makes of the sources that are no tests: nothing that an earlier build left behind. */
async function builtFiles(folder: string): Promise<string[]> {
  const extensions = folder === BUNDLED ? ['d.ts'] : ['js', 'd.ts'];
  const sources = await readdir(join(ROOT, folder, 'src'), { recursive: true });
  return sources
    .filter((path) => path.endsWith('.ts') && !path.includes('.spec.'))
    .map((path) => `dist/${path.slice(0, -'.ts'.length)}`)
    .flatMap((path) => extensions.map((extension) => `${path}.${extension}`));
}

/** Of arethetypeswrong. */
interface Analysis {
  readonly analysis: {
    readonly types: { readonly kind: string };
    readonly entrypoints: Readonly<Record<string, unknown>>;
  };
  readonly problems: object;
}

/** Written by the first release. */
const changelog = (folder: string): string[] =>
  existsSync(join(ROOT, folder, 'CHANGELOG.md')) ? ['CHANGELOG.md'] : [];

/** What a package starts from, made anew by each build. */
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
    const made = [...(await builtFiles(folder)), ...(await bundledFiles(folder)), ...changelog(folder)];
    expect([...tarball.files].sort()).toEqual([...OTHER_FILES[folder], ...made].sort());
  });

  it('weighs no more than its budget', () => {
    const [packed, unpacked] = BUDGETS[folder];
    expect(tarball.packedBytes).toBeLessThanOrEqual(packed);
    expect(tarball.unpackedBytes).toBeLessThanOrEqual(unpacked);
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
    const { analysis, problems } = JSON.parse(stdout) as Analysis;
    expect(analysis.types).toMatchObject({ kind: 'included' });
    expect(Object.keys(problems)).toEqual(['CJSResolvesToESM']);
    const { exports } = await readManifest(folder);
    expect(Object.keys(analysis.entrypoints).sort()).toEqual(Object.keys(exports).sort());
  });
});
