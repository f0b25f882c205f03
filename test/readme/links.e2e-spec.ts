import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINK = /\]\(([^)\s]+)\)/g;
/** What is said to users and to those who carry the project on; not what packages and builds bring along. */
const FOLDERS = ['docs', 'samples', 'libs', 'bench'];
/** The README as it is written whenever the library is packed, which another suite may do meanwhile. */
const PACKED = join('libs', 'bedrock-discovery', 'README.md');

const pages = [
  ...(await readdir(ROOT)),
  ...(
    await Promise.all(
      FOLDERS.map(async (folder) =>
        (await readdir(join(ROOT, folder), { recursive: true })).map((path) => join(folder, path)),
      ),
    )
  ).flat(),
].filter((path) => path.endsWith('.md') && path !== PACKED && !/(^|\/)(node_modules|dist|bundle)\//.test(path));

const textOf = async (path: string): Promise<string> =>
  (await readFile(join(ROOT, path), 'utf8')).replace(/^```[\s\S]*?^```/gm, '');

/** As hosts of Git repositories make them of headings. */
async function anchorsOf(path: string): Promise<string[]> {
  const headings = [...(await textOf(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

async function leadsSomewhere(from: string, link: string): Promise<boolean> {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (anchor === undefined || !path.endsWith('.md')) {
    return existsSync(join(ROOT, path));
  }
  return existsSync(join(ROOT, path)) && (await anchorsOf(path)).includes(anchor);
}

/** To a page of its host, such as that of security advisories. */
const leavesRepository = (from: string, link: string): boolean => join(dirname(from), link).startsWith('..');

async function linksOf(path: string): Promise<string[]> {
  return [...(await textOf(path)).matchAll(LINK)].map(([, link = '']) => link);
}

describe('the links of the documentation', () => {
  it.each(pages)('of %s lead to files and headings that are there', async (path) => {
    const relative = (await linksOf(path)).filter((link) => !/^https?:/.test(link) && !leavesRepository(path, link));
    const broken: string[] = [];
    for (const link of relative) {
      if (!(await leadsSomewhere(path, link))) {
        broken.push(link);
      }
    }
    expect(broken).toEqual([]);
  });

  it('lead to every guide and sample from their index', async () => {
    for (const [index, entries] of [
      ['docs/README.md', (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md'))],
      ['samples/README.md', (await readdir(join(ROOT, 'samples'))).filter((name) => /^\d/.test(name))],
    ] as const) {
      const links = new Set((await linksOf(index)).map((link) => link.split(/[#/]/)[0]));
      expect([index, entries.filter((name) => name !== 'README.md' && !links.has(name))]).toEqual([index, []]);
    }
  });

  it('do not leave the page of a package where that has a README of its own', async () => {
    for (const name of ['bedrock-simulator', 'bedrock-discovery-cli']) {
      const links = await linksOf(`libs/${name}/README.md`);
      expect(links.filter((link) => !/^(https:|#)/.test(link))).toEqual([]);
    }
  });
});
