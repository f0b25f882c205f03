import { once } from 'node:events';
import { type IncomingMessage, request as ask } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { afterThisTest, temporaryFolder } from './support/cleanup.js';
import { ExplorerProcess } from './support/explorer-process.js';
import { openConnection } from './support/open-connection.js';
import { startSimulator } from './support/simulated-discovery.js';

/** A process of its own takes its time on a busy machine. */
jest.setTimeout(120_000);

/** Loaded before the application, and fails it where the simulator is loaded. */
const FORBID_SIMULATOR = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export function resolve(name, context, next) {
      if (name === 'bedrock-simulator') throw new Error('the simulator was loaded');
      return next(name, context);
    }
  \`));
`)}`;

describe('the started application', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints URLs that answer, and ends well on %s', async (signal) => {
    const explorer = new ExplorerProcess([]);
    const { url, out } = await explorer.listening();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(out).toMatch(/Simulated data/);
    const examples = [...out.matchAll(/^ {2}(http:\S+)$/gm)].map(([, example = '']) => example);
    expect(examples).not.toHaveLength(0);
    for (const example of examples) {
      const response = await fetch(example);
      expect({ example, status: response.status }).toEqual({ example, status: 200 });
      // An unread body holds its connection.
      await response.text();
    }
    // Like the spare connections of a browser, besides the one that fetch keeps alive.
    await openConnection(url);
    explorer.signal(signal);
    expect(await explorer.ended()).toMatchObject({ code: 0, signal: null, error: '' });
  });

  it('is reached from elsewhere with a token, by the names that it was given', async () => {
    const token = 'a-token-that-is-long-enough';
    const explorer = new ExplorerProcess([], {
      HOST: '0.0.0.0',
      EXPLORER_TOKEN: token,
      EXPLORER_HOSTS: 'explorer.example.com',
    });
    const { url } = await explorer.listening();
    const { port } = new URL(url);
    // As a proxy on another machine passes it on.
    const statusOf = async (method: string, path: string, headers: Record<string, string>): Promise<unknown> => {
      const sent = ask({ host: '127.0.0.1', port, method, path, headers: { ...headers, Connection: 'close' } }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    const proxied = { Host: 'explorer.example.com', Origin: 'https://explorer.example.com' };
    expect(await statusOf('GET', '/endpoints', proxied)).toBe(200);
    expect(await statusOf('GET', '/endpoints', { Host: 'other.example.com' })).toBe(403);
    expect(await statusOf('POST', '/refresh', proxied)).toBe(401);
    expect(await statusOf('POST', '/refresh?force=false', { ...proxied, Authorization: `Bearer ${token}` })).toBe(200);
    explorer.signal('SIGINT');
    expect(await explorer.ended()).toMatchObject({ code: 0, error: '' });
  });

  it('asks what the environment says with --aws, and does not load the simulator', async () => {
    const simulator = await startSimulator();
    const explorer = new ExplorerProcess(['--aws'], {
      ...simulator.environment(),
      NODE_OPTIONS: `--import ${FORBID_SIMULATOR}`,
      BEDROCK_DISCOVERY_REGIONS: 'eu-west-1',
      BEDROCK_DISCOVERY_CACHE_DIRECTORY: await temporaryFolder(),
    });
    const { url, out } = await explorer.listening();
    expect(out).toMatch(/Real data/);
    expect(await (await fetch(`${url}/`)).json()).toMatchObject({ source: 'aws' });
    expect(await (await fetch(`${url}/models?region=eu-west-1`)).json()).toMatchObject({
      items: expect.arrayContaining([expect.anything()]),
    });
    expect(simulator.requests.count({ region: 'eu-west-1', operation: 'ListFoundationModels' })).toBe(1);
    explorer.signal('SIGINT');
    expect(await explorer.ended()).toMatchObject({ code: 0 });
  });
});

describe('an application that cannot start', () => {
  it('ends with 1 and one line where the port is taken, before anything is asked', async () => {
    const simulator = await startSimulator();
    const other = createServer().listen(0, '127.0.0.1');
    afterThisTest(() => other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const environment = { ...simulator.environment(), PORT: String(port), BEDROCK_DISCOVERY_CACHE_DIRECTORY: 'false' };
    const ended = await new ExplorerProcess(['--aws'], environment).ended();
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.error).toMatch(
      new RegExp(`^bedrock-explorer: port ${port} of 127\\.0\\.0\\.1 is in use\\. [^\n]+\n$`),
    );
    expect(simulator.requests.count()).toBe(0);
  });

  it.each<[wrong: string, flags: string[], environment: Record<string, string>, message: RegExp]>([
    ['a flag', ['--asw'], {}, /'--asw'.*Accepted: --aws, --help/],
    ['an argument', ['aws'], {}, /'aws'.*Accepted/],
    ['PORT', [], { PORT: 'http' }, /PORT must be a whole number from 0 to 65535, got 'http'/],
    [
      'an option',
      ['--aws'],
      { BEDROCK_DISCOVERY_SCAN_CONCURRENCY: 'many' },
      /BEDROCK_DISCOVERY_SCAN_CONCURRENCY must be/,
    ],
  ])('ends with 2 and one line for %s that is wrong', async (_, flags, environment, message) => {
    const ended = await new ExplorerProcess(flags, environment).ended();
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.error).toMatch(message);
    expect(ended.error).toMatch(/^bedrock-explorer: [^\n]+\n$/);
  });

  it.each([
    ['0.0.0.0', {}, /HOST is 0\.0\.0\.0, where others reach the application: set EXPLORER_TOKEN/],
    ['::', { EXPLORER_TOKEN: '' }, /set EXPLORER_TOKEN/],
    ['0.0.0.0', { EXPLORER_TOKEN: 'pass' }, /EXPLORER_TOKEN must have 16 to 512 printable ASCII characters/],
  ])('ends with 2 and one line where others would reach it on %s without a token', async (host, variables, message) => {
    const ended = await new ExplorerProcess([], { HOST: host, EXPLORER_TOKEN: undefined, ...variables }).ended();
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.error).toMatch(message);
    expect(ended.error).toMatch(/^bedrock-explorer: [^\n]+\n$/);
  });

  it('ends with 1 and one line for a HOST that is not of this machine', async () => {
    const ended = await new ExplorerProcess([], {
      HOST: '192.0.2.1',
      EXPLORER_TOKEN: 'a-token-that-is-long-enough',
    }).ended();
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.error).toMatch(/^bedrock-explorer: cannot listen on 192\.0\.2\.1: [^\n]+\n$/);
  });

  it('says with --help which flags and variables there are', async () => {
    const ended = await new ExplorerProcess(['--help']).ended();
    expect(ended).toMatchObject({ code: 0, error: '' });
    expect(ended.out).toMatch(/--aws[^]*HOST[^]*PORT[^]*EXPLORER_TOKEN[^]*EXPLORER_HOSTS/);
  });
});
