import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import { temporaryFolder } from '../support/cleanup.js';
import { startSimulator } from '../support/simulated-discovery.js';

/** Processes of their own take their time on a busy machine, and a failing one is told by what it prints. */
jest.setTimeout(300_000);

const SCRIPT = fileURLToPath(new URL('../fixtures/discover.mjs', import.meta.url));
const REGIONS = 4;

interface Outcome {
  readonly models: number;
  readonly profiles: number;
  readonly sources: string[];
}

/** Runs a process of its own, and expects that it had nothing to complain about. */
async function discover(simulator: BedrockSimulator, ...args: string[]): Promise<Outcome> {
  const env = { ...process.env, ...simulator.environment(), NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, ...args], { env });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Outcome;
}

describe('processes that share a cache folder', () => {
  it('spare each other the scan', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    const first = await discover(simulator, directory);
    expect(first).toEqual({ models: expect.any(Number), profiles: expect.any(Number), sources: ['scan'] });
    // A process that the machine has held up asks again what it was asking then.
    expect(simulator.requests.count()).toBeGreaterThanOrEqual(3 * REGIONS);
    simulator.requests.reset();
    expect(await discover(simulator, directory)).toEqual({ ...first, sources: ['disk'] });
    expect(simulator.requests.count()).toBe(0);
  });

  it('do not corrupt the folder when they write at once', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    const outcomes = await Promise.all([1, 2, 3].map(() => discover(simulator, directory, 'force')));
    const [first] = outcomes;
    expect(outcomes).toEqual([first, first, first]);
    simulator.requests.reset();
    const afterwards = await discover(simulator, directory);
    expect(afterwards).toEqual({ ...first, sources: ['disk'] });
    expect(simulator.requests.count()).toBe(0);
    const files = await readdir(directory, { recursive: true });
    expect(files.filter((file) => /\.(?:tmp|bad)$/.test(file))).toEqual([]);
  });
});
