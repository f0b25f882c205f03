import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterThisTest } from './cleanup.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
}

/** The built application as users start it; `npm test` builds it first. */
export class ExplorerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #out = '';
  #error = '';

  constructor(flags: readonly string[], environment: Readonly<Record<string, string | undefined>> = {}) {
    const env = { ...process.env, PORT: '0', NO_COLOR: '1', NODE_NO_WARNINGS: '1', ...environment };
    this.#child = spawn(process.execPath, [MAIN, ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#out += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#error += chunk.toString()));
    this.#ended = once(this.#child, 'close');
    afterThisTest(() => this.#child.kill('SIGKILL'));
  }

  /** What it has printed by the time that it prints its URL, and the URL. */
  async listening(): Promise<{ url: string; out: string }> {
    const printed = /^Bedrock Explorer: (http:\S+)[^]*Ctrl-C/m;
    while (!printed.test(this.#out)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`It ended with ${this.#child.exitCode ?? this.#child.signalCode}: ${this.#error}`);
      }
      await Promise.race([once(this.#child.stdout as NonNullable<ChildProcess['stdout']>, 'data'), this.#ended]);
    }
    return { url: printed.exec(this.#out)?.[1] ?? '', out: this.#out };
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async ended(): Promise<Ended> {
    await this.#ended;
    const { exitCode: code, signalCode: signal } = this.#child;
    return { code, signal, out: this.#out, error: this.#error };
  }
}
