import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Runs a CommonJS module of which only the first start compiles what it runs: for releases of Node.js before 22.8, which do not
 * do that by themselves. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE` mean what they mean to those that do.
 */
export function runCompiled(file) {
  const source = readFileSync(file, 'utf8');
  const { mtimeMs } = statSync(file);
  // V8 itself compares no more than its version and the length of the source.
  const name = `${process.version}-${process.arch}-${source.length}-${Math.trunc(mtimeMs)}.bin`;
  const kept = process.env.NODE_DISABLE_COMPILE_CACHE ? undefined : join(folder(), name);
  const cachedData = kept && read(kept);
  const script = new Script(`(function (exports, require, module) {${source}\n})`, {
    filename: file,
    cachedData,
  });
  if (kept && (cachedData === undefined || script.cachedDataRejected)) {
    process.once('exit', () => keep(kept, script));
  }
  const module = { filename: file, exports: {}, importPackage: (specifier) => import(specifier) };
  script.runInThisContext()(module.exports, createRequire(file), module);
}

function folder() {
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  return (
    NODE_COMPILE_CACHE || join(XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache'), 'bedrock-discovery-cli')
  );
}

/** It is code: what somebody else could have written is not run. */
function read(path) {
  try {
    const { uid, mode } = statSync(path);
    const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOwn ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing depends on it: where it cannot be written, the next start compiles again. */
function keep(path, script) {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const part = `${path}.${process.pid}`;
    writeFileSync(part, script.createCachedData(), { mode: 0o600 });
    renameSync(part, path);
  } catch {
    // A full or read-only disk.
  }
}
