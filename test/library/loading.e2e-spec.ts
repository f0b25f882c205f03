import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { temporaryFolder } from '../support/cleanup.js';
import { startSimulator } from '../support/simulated-discovery.js';

/** Processes of their own take their time on a busy machine. */
jest.setTimeout(240_000);

const PROGRAM = fileURLToPath(new URL('../fixtures/loaded-packages.mjs', import.meta.url));

/** The AWS SDK's packages that a process has loaded by then. */
interface Loaded {
  readonly imported: readonly string[];
  readonly answered: { readonly routes: number; readonly loaded: readonly string[] };
  readonly asked: readonly string[];
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Loaded> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout)) as Loaded;
}

describe('the AWS SDK', () => {
  it('is loaded when AWS is asked, neither by the import nor by a start that has all it needs in its cache', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    const { accessKeyId, secretAccessKey } = simulator.credentials;
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: simulator.endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    const client = expect.arrayContaining(['@aws-sdk/client-bedrock', '@smithy/node-http-handler']);
    const cold = await start([directory], env);
    expect(cold).toEqual({ imported: [], answered: { routes: 7, loaded: client }, asked: client });

    simulator.requests.reset();
    const warm = await start([directory, JSON.stringify({ accessKeyId, secretAccessKey })], env);
    expect(warm).toEqual({ imported: [], answered: { routes: 7, loaded: [] }, asked: client });
    // Whose cache it is, the chain of credentials has to tell.
    const { loaded } = (await start([directory], env)).answered;
    expect(loaded).toContain('@aws-sdk/credential-provider-node');
    expect(loaded).not.toContain('@aws-sdk/client-bedrock');
  });
});
