import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shouldInstrument } from '@jest/transform';
import { compile } from './compile.mjs';

const session = new Session();
const described = new Set();

/** Counts from the first suite of a process to its last: what was loaded before would be counted by functions only. */
export async function startCounting() {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
}

/** What has run since it was asked last, as Jest's reports want it. */
export async function takeCounts(globalConfig, config) {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url }) => url.startsWith('file://') && !url.includes('?'))
    .map((script) => ({ ...script, url: fileURLToPath(script.url) }))
    .filter(({ url }) => shouldInstrument(url, globalConfig, config))
    .map((script) => ({ result: script, codeTransformResult: describeOnce(script.url, config.cacheDirectory) }));
}

function describeOnce(file, folder) {
  if (described.has(file)) {
    return undefined;
  }
  described.add(file);
  const originalCode = readFileSync(file, 'utf8');
  const code = compile(file, originalCode);
  const map = Buffer.from(code.slice(code.lastIndexOf('base64,') + 'base64,'.length), 'base64');
  const sourceMapPath = join(folder, `${createHash('sha256').update(map).digest('hex')}.map`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(sourceMapPath, map);
  return { code, originalCode, sourceMapPath };
}
