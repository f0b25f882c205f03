// Puts what a package loads at each start into a few files. Most of the time that a process with several hundred modules
// needs to start goes into finding and opening them, and a browser asks for each.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Of what Node loads. Classes are named in what is logged. */
export const FOR_NODE = { platform: 'node', target: 'node20.19', keepNames: true };

/**
 * Makes the folder `bundle` of a package, unless it was made of the same files.
 *
 * @param name of the package
 * @param folder of the package
 * @param script that decides on the options
 * @param options of esbuild, with the compiled entry points
 * @param finish called with the paths of all that went into it, and the folder
 */
export function bundle(name, folder, script, options, finish = () => undefined) {
  const outdir = join(folder, 'bundle');
  const cache = join(ROOT, 'node_modules/.cache');
  // By size and time, so that a build which changed nothing costs nothing.
  const record = join(cache, `${name}-bundle.json`);
  if (isUpToDate(outdir, record)) {
    return;
  }
  mkdirSync(cache, { recursive: true });
  rmSync(outdir, { recursive: true, force: true });
  const begun = Date.now();
  const inputs = Object.keys(build(outdir, options).inputs);
  finish(inputs, outdir);
  const scripts = [import.meta.url, script].map((url) => fileURLToPath(url));
  const made = [...[...scripts, join(folder, 'package.json')].map((path) => relative(ROOT, path)), ...inputs];
  const stamps = Object.fromEntries(made.map((path) => [path, stampOf(path)]));
  // What was changed meanwhile may have been read before.
  const changed = made.some((path) => statSync(join(ROOT, path)).mtimeMs > begun);
  writeFileSync(record, JSON.stringify(changed ? {} : { stamps }));
}

function build(outdir, options) {
  const common = { bundle: true, format: 'esm', logLevel: 'warning', metafile: true, absWorkingDir: ROOT };
  const { metafile } = buildSync({ ...common, ...options, outdir });
  readdirSync(outdir).forEach((name) => nameClassesAlone(join(outdir, name)));
  return metafile;
}

/** Functions would be given their names each time that they are made, which in a refresh is some ten thousand times. */
function nameClassesAlone(file) {
  const text = readFileSync(file, 'utf8');
  const named = 'var __name = (target, value) => ';
  writeFileSync(file, text.replace(named, `${named}target.prototype === void 0 ? target : `));
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

/** Writes the licences of all packages that went into a bundle beside it. */
export function writeLicences(inputs, outdir) {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replaceAll('\\', '/')) ?? []),
  );
  const licences = [...folders]
    .sort((a, b) => a.localeCompare(b))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
      const file = readdirSync(join(ROOT, folder)).find((each) => /^licen[cs]e/i.test(each));
      const text = file && existsSync(join(ROOT, folder, file)) ? readFileSync(join(ROOT, folder, file), 'utf8') : '';
      return `${name} ${version} (${license})\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
  writeFileSync(join(outdir, 'LICENSES.txt'), licences);
}
