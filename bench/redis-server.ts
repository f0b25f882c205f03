import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.js';

/** Whether there is a `redis-server` to be started. */
export function isRedisInstalled(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A server on a free port of this machine that keeps nothing on disk. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** @param settings as of the command line, such as `--requirepass` and a password */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), settings);
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** After {@link end}: as it was, but for what it held. */
  async begin(): Promise<void> {
    const fixed = ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', [...fixed, ...this.settings], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#process = child;
    let told = '';
    child.stdout.on('data', (chunk: Buffer) => (told += String(chunk)));
    while (!told.includes('Ready to accept connections')) {
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      if (child.exitCode !== null) {
        throw new Error(`redis-server ended: ${told}`);
      }
    }
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

/** A way to a server on this machine, at which all that passes is seen, and which can be cut so that neither side is told. */
export class Cable {
  /** Bytes that the server has sent. */
  received = 0;
  /** How often something was sent after all that had come. */
  roundTrips = 0;
  #delayMs = 0;
  #isAnswered = true;
  #isCut = false;
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

  static async to(port: number): Promise<Cable> {
    const cable = new Cable(port);
    await once(cable.#relay.listen(0, '127.0.0.1'), 'listening');
    return cable;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#relay.address() as AddressInfo).port}`;
  }

  /** Counts from now on. */
  reset(): void {
    this.received = this.roundTrips = 0;
  }

  cut(): void {
    this.#isCut = true;
  }

  mend(): void {
    this.#isCut = false;
  }

  /** What passes takes so much longer, so that what is sent meanwhile goes with it. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  stop(): void {
    this.#relay.close();
    this.#lines.forEach((line) => line.destroy());
  }

  #join(from: Socket, to: Socket, pass: (bytes: number) => void): void {
    this.#lines.add(from);
    from.on('error', () => to.destroy()).on('close', () => (this.#lines.delete(from), to.destroy()));
    from.on('data', (data) => {
      if (this.#isCut) {
        return;
      }
      pass(data.length);
      if (this.#delayMs === 0) {
        to.write(data);
      } else {
        setTimeout(() => to.write(data), this.#delayMs).unref();
      }
    });
  }
}
