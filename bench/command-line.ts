import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Target } from './simulator-process.js';

const BIN = fileURLToPath(new URL('../../libs/bedrock-discovery-cli/bin/bedrock-discovery.js', import.meta.url));
const WHERE = [BIN, 'where', 'claude-opus-4-7'];

/** Wall times of whole processes, in milliseconds: Node doing nothing, and an answer from a warm cache. */
export async function measureCommandLine(
  { endpoint, accessKeyId, secretAccessKey }: Target,
  rounds: number,
): Promise<{ floor: number[]; where: number[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'bedrock-discovery-bench-'));
  const environment = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    BEDROCK_DISCOVERY_CACHE_DIRECTORY: directory,
  };
  try {
    await wallTime(WHERE, environment);
    const times: { floor: number[]; where: number[] } = { floor: [], where: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.floor.push(await wallTime(['--eval', '0'], environment));
      times.where.push(await wallTime(WHERE, environment));
    }
    return times;
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function wallTime(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  const ms = performance.now() - started;
  if (code !== 0) {
    throw new Error(`${args.join(' ')} ended with ${code}.`);
  }
  return ms;
}
