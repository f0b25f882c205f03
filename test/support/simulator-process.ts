import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterThisTest } from './cleanup.js';

const BIN = fileURLToPath(new URL('../../libs/bedrock-simulator/bin/bedrock-simulator.js', import.meta.url));

/**
 * A simulator in a process of its own, with realistic latencies that do not vary and all regions enabled, where its work
 * must not be mistaken for that of the application. The variables that it prints; it ends with the current test.
 */
export async function startSimulatorProcess(): Promise<Record<string, string>> {
  const child = spawn(process.execPath, [BIN, '--port', '0', '--opt-in', 'all', '--jitter', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  afterThisTest(async () => {
    // What nobody has read keeps the pipe open, and with it this process.
    child.stdout.destroy();
    child.kill('SIGINT');
    await ended;
  });
  const variables: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^\s*export (\w+)='?([^']*)'?$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      variables[name] = value;
    }
    if (['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].every((each) => each in variables)) {
      return variables;
    }
  }
  throw new Error('The simulator ended before it listened.');
}
