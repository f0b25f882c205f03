import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { createCache } from 'cache-manager';
import type { CacheSettings } from '../options/bedrock-discovery.options.js';
import { type ResolvedOptions, resolveOptions } from '../options/resolve-options.js';
import type { Clock } from '../util/clock.js';
import { Reporter } from '../reporting/reporter.js';
import { ManualClock } from '../testing/manual-clock.js';
import { encodeEnvelope } from './envelope.js';
import { TieredCache } from './tiered-cache.js';
import { createCacheStores } from './tiers.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-03-01T00:00:00.000Z');

export function optionsOf(cache: CacheSettings): ResolvedOptions {
  return resolveOptions({ cache: { memoryTtlMs: HOUR, diskTtlMs: 3 * DAY, directory: false, ...cache } });
}

/** A cache of its own, as a process that starts would have it. */
export async function openCache(cache: CacheSettings, clock: Clock = new ManualClock(START)): Promise<TieredCache> {
  const options = optionsOf(cache);
  const reporter = new Reporter('', options, clock);
  return new TieredCache(createCache({ stores: await createCacheStores(options) }), options, clock, reporter);
}

/** As whoever knows how envelopes are made writes one: of any JSON, also what nests too deep to be written from a value. */
export function envelopeOf(key: string, storedAtMs: number, body: string): string {
  const [header = ''] = encodeEnvelope({ key, storedAtMs, value: 0 }).split('\n');
  const { sha256: _, ...fields } = JSON.parse(header) as Record<string, unknown>;
  const sha256 = hash('sha256', `${JSON.stringify(fields)}\n${body}`);
  return `${JSON.stringify({ ...fields, sha256 })}\n${body}`;
}

/** A folder for one test. */
export async function temporaryFolder(): Promise<{
  path: string;
  files(): Promise<string[]>;
  remove(): Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), 'discovery-cache-'));
  return {
    path,
    files: async () => {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/**
 * Runs a program in a process of its own, and returns the lines that it printed.
 *
 * @param options `killAfterMs`: from its first line on; `shell`: what a shell does before
 */
export async function runProgram(
  program: URL,
  args: readonly unknown[],
  { killAfterMs, shell = '' }: { killAfterMs?: number; shell?: string } = {},
): Promise<string[]> {
  const node = [process.execPath, '--no-warnings', fileURLToPath(program), ...args.map(String)];
  const child = spawn('sh', ['-c', `${shell} exec "$0" "$@"`, ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (lines.length === 1 && killAfterMs !== undefined) {
      void sleep(killAfterMs).then(() => child.kill('SIGKILL'));
    }
  });
  await once(child, 'close');
  return lines;
}

/** Catches warnings and keeps them from the test's output; call `mockRestore` afterwards. */
export function catchWarnings(): jest.SpiedFunction<Logger['warn']> {
  return jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
}
