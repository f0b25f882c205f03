import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runCli as runInProcess } from 'bedrock-discovery-cli';
import { afterThisTest } from './cleanup.js';

const BIN = fileURLToPath(new URL('../../libs/bedrock-discovery-cli/bin/bedrock-discovery.js', import.meta.url));

/** What begins a sequence that draws and is not shown. */
export const ESCAPE = String.fromCharCode(27);
const TO_LINE_START = new RegExp(String.raw`\r|${ESCAPE}\[1G`);
const SEQUENCES = new RegExp(String.raw`${ESCAPE}(?:\[[0-9;?]*[A-Za-z]|[78])`, 'g');

export interface CliEnd {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What would change the output of the command line, were it set where the tests run. */
const PLAIN: Environment = { NO_COLOR: undefined, FORCE_COLOR: undefined, COLUMNS: undefined, TERM: 'xterm-256color' };

/** The built command line in a process of its own; `npm test` builds it first. */
export class CliProcess {
  readonly #child;
  readonly #closed: Promise<unknown[]>;
  #out = '';
  #error = '';

  constructor(command: string, args: readonly string[], environment: Environment) {
    const env = { ...process.env, ...PLAIN, ...environment };
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (chunk: Buffer) => (this.#out += chunk.toString()));
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#error += chunk.toString()));
    this.#closed = once(this.#child, 'close');
    afterThisTest(() => this.#child.kill('SIGKILL'));
  }

  /** Waits until a text has been printed to either stream. */
  async printed(text: RegExp): Promise<void> {
    while (!text.test(this.#out) && !text.test(this.#error)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(
          `It ended with ${this.#child.exitCode} before it printed ${String(text)}: ${this.#out}${this.#error}`,
        );
      }
      await Promise.race([once(this.#child.stdout, 'data'), once(this.#child.stderr, 'data'), this.#closed]);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As if it were typed. */
  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  async ended(): Promise<CliEnd> {
    await this.#closed;
    this.#child.stdin.destroy();
    return { code: this.#child.exitCode, out: this.#out, error: this.#error };
  }
}

/** In a pipe, as scripts run it. */
export function startCli(args: readonly string[], environment: Environment = {}): CliProcess {
  return new CliProcess(process.execPath, [BIN, ...args], environment);
}

export function runCli(args: readonly string[], environment: Environment = {}): Promise<CliEnd> {
  return startCli(args, environment).ended();
}

/** What a terminal is, as far as the command line looks at it. */
interface Terminal {
  readonly columns: number;
}

/**
 * The command line in this process, which answers like one of its own and starts much sooner: for what is said, not for how a
 * process ends. One at a time, since the SDK reads the variables of this process.
 *
 * @param terminal what the answer is written to; a pipe without it
 */
export async function runHere(
  args: readonly string[],
  environment: Environment = {},
  terminal?: Terminal,
): Promise<CliEnd> {
  const [out, error]: [string[], string[]] = [[], []];
  const interrupted = new AbortController();
  const restore = setVariables({ ...PLAIN, ...environment });
  try {
    const code = await runInProcess(args, {
      out: { write: (text) => out.push(text), ...(terminal && { isTTY: true, ...terminal }) },
      error: { write: (text) => error.push(text) },
      environment: { ...process.env },
      signal: interrupted.signal,
    });
    return { code, out: out.join(''), error: error.join('') };
  } finally {
    restore();
    interrupted.abort();
  }
}

function setVariables(variables: Environment): () => void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  assign(variables);
  return () => assign(before);
}

function assign(variables: Environment): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
}

/** Runs a line of bash in which `$cli` is the command line. */
export function runInShell(line: string, environment: Environment = {}): Promise<CliEnd> {
  const cli = `'${process.execPath}' '${BIN}'`;
  return new CliProcess('bash', ['-c', `cli() { ${cli} "$@"; }; ${line}`], environment).ended();
}

/** In a pseudo-terminal of a given width, as people run it: `script` of util-linux makes one. Both streams are one there. */
export function startInTerminal(
  args: readonly string[],
  { columns = 100, environment = {} }: { columns?: number; environment?: Environment } = {},
): CliProcess {
  const words = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
  const line = `stty cols ${columns} rows 40 && exec ${words}`;
  return new CliProcess('script', ['--quiet', '--return', '--command', line, '/dev/null'], environment);
}

/** What a terminal shows of an output: without what draws colours, and with what was drawn over gone. */
export function shown(output: string, lineEnd = '\r\n'): string[] {
  return output.split(lineEnd).map((line) => {
    const last = line.split(TO_LINE_START).at(-1) ?? '';
    return last.replaceAll(SEQUENCES, '');
  });
}
