import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BedrockSimulator, SimulatorCredentials } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions, RegionStatus } from 'nestjs-bedrock-discovery';
import type { RedisSharedStoreOptions } from 'nestjs-bedrock-discovery/redis';

const PROGRAM = fileURLToPath(new URL('../fixtures/fleet-instance.mjs', import.meta.url));

/** What an instance answered for a region from some time on: ids of models and profiles, sorted. */
export interface Sighting {
  readonly region: string;
  readonly ids: readonly string[];
}

interface Message extends Partial<Sighting> {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly warning?: string;
}

/** An instance of an application in a process of its own, with credentials of its own. Whoever starts it ends it. */
export class FleetInstance {
  readonly accessKeyId: string;
  readonly sightings: Sighting[] = [];
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #credentials: SimulatorCredentials;
  readonly #pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  #commands = 0;

  private constructor(
    private readonly simulator: BedrockSimulator,
    number: number,
  ) {
    this.accessKeyId = `ASIAFLEET${String(number).padStart(11, '0')}`;
    const { secretAccessKey } = simulator.credentials;
    this.#credentials = { accessKeyId: this.accessKeyId, secretAccessKey };
    simulator.addCredentials(this.#credentials);
    this.#child = fork(PROGRAM, { execArgv: ['--no-warnings'], env: { ...process.env, NODE_OPTIONS: '' } });
    this.#ended = once(this.#child, 'exit').then(([code, signal]) => {
      const ended = new Error(`The instance has ended with ${String(code ?? signal)}.`);
      this.#pending.forEach(({ resolve, reject }) => (signal === null ? reject(ended) : resolve(undefined)));
    });
    this.#child.on('message', (message: Message) => this.#heard(message));
  }

  static async start(simulator: BedrockSimulator, number: number): Promise<FleetInstance> {
    const instance = new FleetInstance(simulator, number);
    await once(instance.#child, 'message');
    return instance;
  }

  /** Has the application begin, with a store at that URL. */
  open(options: BedrockDiscoveryOptions, url: string, store: RedisSharedStoreOptions = {}): Promise<unknown> {
    const { endpoint, accountId } = this.simulator;
    const identity = { endpoint, accountId, credentials: this.#credentials };
    return this.#tell('open', { options: { ...identity, ...options }, url, store });
  }

  /** Its job fires as of that time, in milliseconds since the epoch. Resolves once nothing that it knows is older. */
  tick(time: number): Promise<unknown> {
    return this.#tell('tick', { time });
  }

  /** Resolves once nothing that it knows is older. */
  knownSince(time: number): Promise<unknown> {
    return this.#tell('knownSince', { time });
  }

  /** Resolves with what the first event of a stream holds, and it waits for the next. */
  stream(model: string): Promise<readonly string[]> {
    return this.#tell('stream', { model }) as Promise<readonly string[]>;
  }

  /** `waited`: how many queries since it began were not answered at once. */
  state(): Promise<{ waited: number; statuses: readonly RegionStatus[] }> {
    return this.#tell('state') as Promise<{ waited: number; statuses: readonly RegionStatus[] }>;
  }

  close(): Promise<unknown> {
    return this.#tell('close');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** How it ended. */
  async end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.signal(signal);
    await this.#ended;
    return { code: this.#child.exitCode, signal: this.#child.signalCode };
  }

  #tell(command: string, given: object = {}): Promise<unknown> {
    const id = (this.#commands += 1);
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.send({ id, command, ...given });
    });
  }

  #heard({ id, result, error, region, ids, warning }: Message): void {
    if (id !== undefined) {
      const { resolve, reject } = this.#pending.get(id) ?? {};
      this.#pending.delete(id);
      if (error === undefined) {
        resolve?.(result);
      } else {
        reject?.(new Error(error));
      }
    } else if (warning !== undefined) {
      this.warnings.push(warning);
    } else if (error !== undefined) {
      this.errors.push(error);
    } else if (region !== undefined && ids !== undefined) {
      this.sightings.push({ region, ids });
    }
  }
}
