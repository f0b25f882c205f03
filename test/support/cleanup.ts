import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach } from '@jest/globals';

type Cleanup = () => unknown;
const ofFile: Cleanup[] = [];
const ofTest: Cleanup[] = [];
let current = ofFile;

/** Runs after the current test, or after all where called in `beforeAll`, whatever the end; the last added goes first. */
export function afterThisTest(cleanup: Cleanup): void {
  current.push(cleanup);
}

async function run(cleanups: Cleanup[]): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) {
    await cleanup();
  }
}

beforeEach(() => {
  current = ofTest;
});
afterEach(async () => {
  current = ofFile;
  await run(ofTest);
});
afterAll(() => run(ofFile));

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bedrock-discovery-'));
  afterThisTest(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Sets variables of the environment, and unsets those that are undefined, for the current test. */
export function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const former = process.env[name];
    afterThisTest(() => setVariable(name, former));
    setVariable(name, value);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) {
    delete process.env[name];
  } else {
    process.env[name] = value;
  }
}
