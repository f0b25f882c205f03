// Puts what a package loads at each start into a few files. Most of the time that a process with several hundred modules
// needs to start goes into finding and opening them.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild-wasm';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Makes the folder `bundle` of a package, unless it was made of the same files.
 *
 * @param name of the package
 * @param folder of the package
 * @param script that decides on the options
 * @param options of esbuild, with the compiled entry points
 * @param finish called with the paths of all that went into it
 */
export async function bundle(name, folder, script, options, finish = () => undefined) {
  const outdir = join(folder, 'bundle');
  // By size and time, so that a build which changed nothing costs nothing.
  const record = join(ROOT, `node_modules/.cache/${name}-bundle.json`);
  if (isUpToDate(outdir, record)) {
    return;
  }
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Classes are named in what is logged.
    keepNames: true,
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  const inputs = Object.keys(metafile.inputs);
  finish(inputs, outdir);
  const scripts = [import.meta.url, script].map((url) => fileURLToPath(url));
  const made = [...[...scripts, join(folder, 'package.json')].map((path) => relative(ROOT, path)), ...inputs];
  mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
  writeFileSync(record, JSON.stringify({ stamps: Object.fromEntries(made.map((path) => [path, stampOf(path)])) }));
}

function isUpToDate(outdir, record) {
  try {
    const { stamps } = JSON.parse(readFileSync(record, 'utf8'));
    return existsSync(outdir) && Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp);
  } catch {
    return false;
  }
}

function stampOf(path) {
  const { size, mtimeMs } = statSync(join(ROOT, path));
  return `${size} ${mtimeMs}`;
}
