import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createClient } from '@redis/client';

/** A server on a free port of this machine that keeps nothing on disk. */
export class Redis {
  #process: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  /** `undefined` where there is no `redis-server`. */
  static async start(): Promise<Redis | undefined> {
    if (spawnSync('redis-server', ['--version']).status !== 0) {
      return undefined;
    }
    const free = await listening(createServer());
    const redis = new Redis(portOf(free));
    await new Promise((resolve) => free.close(resolve));
    await redis.begin();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** After {@link end}, without what it held. */
  async begin(): Promise<void> {
    const settings = ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    let told = '';
    while (!told.includes('Ready to accept connections')) {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      told += String(chunk);
    }
    child.stdout.resume();
  }

  /** As a crash would. */
  async end(): Promise<void> {
    const ended = this.#process && once(this.#process, 'exit');
    this.#process?.kill('SIGKILL');
    await ended;
  }

  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** By key, how many bytes it has. */
  async contents(): Promise<ReadonlyMap<string, number>> {
    const client = createClient({ url: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const keys = await client.keys('*');
      return new Map(await Promise.all(keys.map(async (key) => [key, await client.strLen(key)] as const)));
    } finally {
      client.destroy();
    }
  }
}

/** A way to a server on this machine at which all that passes is counted. */
export class Wire {
  /** Bytes that the server has sent. */
  received = 0;
  /** How often something was sent after all that had come. */
  roundTrips = 0;
  #delayMs = 0;
  #isAnswered = true;
  readonly #lines = new Set<Socket>();
  readonly #relay: Server;

  private constructor(port: number) {
    this.#relay = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      this.#join(near, far, () => {
        this.roundTrips += this.#isAnswered ? 1 : 0;
        this.#isAnswered = false;
      });
      this.#join(far, near, (bytes) => {
        this.received += bytes;
        this.#isAnswered = true;
      });
    });
  }

  static async to(port: number): Promise<Wire> {
    const wire = new Wire(port);
    await listening(wire.#relay);
    return wire;
  }

  get url(): string {
    return `redis://127.0.0.1:${portOf(this.#relay)}`;
  }

  /** Counts from now on. @param delayMs what passes takes so much longer, so that what is sent meanwhile goes with it */
  begin(delayMs: number): void {
    this.received = this.roundTrips = 0;
    this.#delayMs = delayMs;
  }

  stop(): void {
    this.#relay.close();
    this.#lines.forEach((line) => line.destroy());
  }

  #join(from: Socket, to: Socket, pass: (bytes: number) => void): void {
    this.#lines.add(from);
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
    from.on('data', (data) => {
      pass(data.length);
      setTimeout(() => to.write(data), this.#delayMs);
    });
  }
}

async function listening<T extends Server>(server: T): Promise<T> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
