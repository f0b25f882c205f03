/**
 * Copies the README of the repository into the package that is being packed. On the registry's page relative links lead
 * nowhere, so that they become links into the repository that the root's manifest names. The copy stays, ignored by git,
 * and is replaced in one step, so that packages can be packed at the same time.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest, ROOT } from './published-packages.mjs';

/** `[text](link)`, or an image of that kind, whose link is neither absolute nor within the page. */
const RELATIVE_LINK = /(!?\[[^\]]*\])\((?!https?:|#)([^)\s]+)\)/g;
const FENCED = /^```[\s\S]*?^```/gm;
const IMAGE = /\.(png|svg|jpe?g|gif)$/;

const { repository } = await readManifest('.');
const url = repository.url.replace(/^git\+|\.git$/g, '');

function absolute(markdown) {
  return markdown.replace(
    RELATIVE_LINK,
    (_whole, text, link) => `${text}(${url}/${IMAGE.test(link) ? 'raw' : 'blob'}/HEAD/${link})`,
  );
}

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const code = readme.match(FENCED) ?? [];
const prose = readme.split(FENCED).map(absolute);
const written = `.cache/README.${process.pid}.md`;
await mkdir('.cache', { recursive: true });
await writeFile(written, prose.map((text, index) => text + (code[index] ?? '')).join(''));
await rename(written, 'README.md');
