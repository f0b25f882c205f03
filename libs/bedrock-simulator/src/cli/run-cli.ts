import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { BedrockSimulator } from '../bedrock-simulator.js';
import { writeCatalogue } from '../catalogue/catalogue-file.js';
import { recordCatalogue } from './record-catalogue.js';
import { type Command, HELP, parseArguments } from './parse-arguments.js';

/** Where the command writes, and what ends it. */
export interface CliContext {
  /** Takes what a program may read. */
  readonly out: (text: string) => void;
  /** Takes what is for people. */
  readonly error: (text: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What it is told by; its end ends the command where that is asked for. */
  readonly input?: Readable;
}

type StartCommand = Command & { kind: 'start' };

const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * Runs until the signal is aborted, or until the program that it was given ends.
 *
 * @returns the exit code: 2 for wrong options, 1 when the port cannot be listened on or the program cannot be run, else
 * that of the program
 */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  let command: Command;
  try {
    command = parseArguments(argv);
  } catch (error) {
    return complain(error, WRONG_USAGE, context);
  }
  if (command.kind === 'help') {
    context.out(HELP);
  }
  if (command.kind === 'version') {
    context.out(`${version()}\n`);
  }
  if (command.kind === 'record') {
    return record(command.regions, context);
  }
  return command.kind === 'start' ? run(command, context) : 0;
}

/** By the credentials of the environment. */
async function record(regions: readonly string[] | undefined, context: CliContext): Promise<number> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, ...more } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    const missing =
      'record wants AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN where they have one: ' +
      'eval "$(aws configure export-credentials --format env)"';
    return complain(new Error(missing), WRONG_USAGE, context);
  }
  const { AWS_SESSION_TOKEN: sessionToken, AWS_ENDPOINT_URL: endpoint } = more;
  try {
    const catalogue = await recordCatalogue({
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      ...(endpoint && { endpoint }),
      ...(regions && { regions }),
      onNote: (note) => context.error(`bedrock-simulator: ${note}\n`),
    });
    context.out(writeCatalogue(catalogue));
    return 0;
  } catch (error) {
    return complain(error, FAILED, context);
  }
}

async function run({ options, faults, program, untilInputCloses }: StartCommand, context: CliContext): Promise<number> {
  let simulator: BedrockSimulator | undefined;
  try {
    simulator = await BedrockSimulator.start(options);
    for (const fault of faults) {
      simulator.addFault(fault);
    }
  } catch (error) {
    await simulator?.stop();
    return complain(error, error instanceof RangeError ? WRONG_USAGE : FAILED, context);
  }
  const folder = simulator.certificate ? await mkdtemp(join(tmpdir(), 'bedrock-simulator-')) : undefined;
  try {
    const trust = folder === undefined ? {} : await trustVariables(folder, simulator.certificate ?? '');
    const environment = { ...simulator.environment(), ...trust };
    if (program !== undefined) {
      return await runProgram(program, environment, context);
    }
    context.out(`Bedrock simulator listening on ${simulator.endpoint}; Ctrl-C ends it. To call it from a shell:\n\n`);
    context.out(exports(environment));
    await (untilInputCloses ? Promise.race([aborted(context.signal), closed(context.input)]) : aborted(context.signal));
    return 0;
  } finally {
    await simulator.stop();
    if (folder) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** In the foreground of the terminal. Of a program that a signal has ended, the exit code is 1. */
async function runProgram(
  [program = '', ...args]: readonly string[],
  environment: Record<string, string | undefined>,
  context: CliContext,
): Promise<number> {
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
    // npm and npx are scripts there.
    shell: process.platform === 'win32',
  });
  const end = (): boolean => child.kill();
  context.signal.addEventListener('abort', end);
  if (context.signal.aborted) {
    end();
  }
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code ?? FAILED;
  } catch (error) {
    return complain(error, FAILED, context);
  } finally {
    context.signal.removeEventListener('abort', end);
  }
}

async function trustVariables(folder: string, certificate: string): Promise<Record<string, string>> {
  const file = join(folder, 'certificate.pem');
  await writeFile(file, certificate);
  return { NODE_EXTRA_CA_CERTS: file, AWS_CA_BUNDLE: file };
}

function exports(environment: Record<string, string | undefined>): string {
  return Object.entries(environment)
    .map(([name, value]) => (value === undefined ? `unset ${name}\n` : `export ${name}=${quote(value)}\n`))
    .join('');
}

function quote(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) {
    return;
  }
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function closed(input: Readable | undefined): Promise<void> {
  input?.resume();
  await (input === undefined ? undefined : Promise.race([once(input, 'end'), once(input, 'close')]));
  input?.destroy();
}

function complain(error: unknown, code: number, context: CliContext): number {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  context.error(`${line.startsWith('bedrock-simulator: ') ? line : `bedrock-simulator: ${line}`}\n`);
  return code;
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
