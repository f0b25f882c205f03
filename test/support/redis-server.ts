import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { beforeAll, describe } from '@jest/globals';
import { createClient } from '@redis/client';
import { afterThisTest, temporaryFolder } from './cleanup.js';
import { until } from './until.js';

const given = process.env['REDIS_URL'];
const isInstalled = given !== undefined || spawnSync('redis-server', ['--version']).status === 0;
const NO_REDIS = 'no redis-server was found: install one, or name a running one in REDIS_URL';
const NOT_OURS = 'the server that REDIS_URL names is neither stopped nor filled';

/** Tests with a real Redis. Where there is none they are skipped, and it is said why; where CI is set, that is a failure. */
export function describeWithRedis(name: string, tests: () => void): void {
  describeUnless(isInstalled ? undefined : NO_REDIS, name, tests);
}

/** As {@link describeWithRedis}, for what stops, fills or restarts a server, which is not ours to do to the one of `REDIS_URL`. */
describeWithRedis.ofOurOwn = (name: string, tests: () => void): void =>
  describeUnless(!isInstalled ? NO_REDIS : given === undefined ? undefined : NOT_OURS, name, tests);

function describeUnless(reason: string | undefined, name: string, tests: () => void): void {
  const isSkipped = reason === NOT_OURS || (reason !== undefined && !process.env['CI']);
  if (isSkipped) {
    process.stderr.write(`Skipped: "${name}": ${reason}.\n`);
  }
  beforeAll(() => {
    if (reason !== undefined && !isSkipped) {
      throw new Error(`Redis cannot be tested: ${reason}.`);
    }
  });
  const suite = isSkipped ? describe.skip : describe;
  suite(name, tests);
}

/** A server on a free port of this machine that keeps nothing; it ends with the current test. */
export class RedisServer {
  readonly port: number;
  readonly #settings: readonly string[];
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** @param settings as of the command line, such as `--requirepass` and a password */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await temporaryFolder(), settings);
    afterThisTest(() => server.end());
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** After {@link end}: as it was, but for what it held. */
  async begin(): Promise<void> {
    const fixed = ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', [...fixed, '--dir', this.#folder, ...this.#settings], { stdio: 'pipe' });
    this.#process = child;
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told += String(chunk)));
    await until(() => {
      if (child.exitCode !== null) {
        throw new Error(`redis-server ended: ${told}`);
      }
      return told.includes('Ready to accept connections');
    });
  }

  /** As a crash would. */
  async end(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child !== undefined && child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
  }

  /** It keeps its connections and answers nothing. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }
}

/** A server, and keys that nobody else has there: that of `REDIS_URL`, else one that ends with the current test. */
export async function startRedis(): Promise<{ url: string; keyPrefix: string }> {
  const url = given ?? (await RedisServer.start()).url;
  return { url, keyPrefix: `test:${process.pid}:${performance.now()}:` };
}

/** What a server answers to a command. */
export async function askRedis(url: string, ...command: readonly string[]): Promise<unknown> {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

/** A way to a server on this machine, at which all that passes is seen, and which can be cut so that neither side is told. */
export class Cable {
  readonly #lines = new Set<Socket>();
  readonly #relay: Server;
  #isCut = false;
  #delayMs = 0;
  #isAnswered = true;
  /** Bytes that the server has sent. */
  received = 0;
  /** How often something was sent after all that had come. */
  roundTrips = 0;

  private constructor(port: number) {
    this.#relay = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      this.#join(near, far, () => {
        this.roundTrips += this.#isAnswered ? 1 : 0;
        this.#isAnswered = false;
      });
      this.#join(far, near, (data) => {
        this.received += data.length;
        this.#isAnswered = true;
      });
    });
  }

  /** It ends with the current test. */
  static async to(port: number): Promise<Cable> {
    const cable = new Cable(port);
    afterThisTest(() => {
      cable.#lines.forEach((line) => line.destroy());
      cable.#relay.close();
    });
    await once(cable.#relay.listen(0, '127.0.0.1'), 'listening');
    return cable;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#relay.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.#isCut = true;
  }

  mend(): void {
    this.#isCut = false;
  }

  /** Whatever passes takes so much longer. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  #join(from: Socket, to: Socket, pass: (data: Buffer) => void): void {
    this.#lines.add(from);
    from.on('error', () => to.destroy()).on('close', () => (this.#lines.delete(from), to.destroy()));
    from.on('data', (data) => {
      if (this.#isCut) {
        return;
      }
      pass(data);
      if (this.#delayMs === 0) {
        to.write(data);
      } else {
        setTimeout(() => to.write(data), this.#delayMs).unref();
      }
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
