import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BedrockSimulator } from '../bedrock-simulator.js';
import { type Command, HELP, parseArguments } from './parse-arguments.js';

/** Where the command writes, and what ends it. */
export interface CliContext {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * Runs until the signal is aborted.
 *
 * @returns the exit code: 2 for wrong options, 1 when the port cannot be listened on
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
  return command.kind === 'start' ? run(command, context) : 0;
}

async function run({ options, faults }: Command & { kind: 'start' }, context: CliContext): Promise<number> {
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
    context.out(`Bedrock simulator listening on ${simulator.endpoint}; Ctrl-C ends it. To call it from a shell:\n\n`);
    context.out(exports({ ...simulator.environment(), ...trust }));
    await aborted(context.signal);
    return 0;
  } finally {
    await simulator.stop();
    if (folder) {
      await rm(folder, { recursive: true, force: true });
    }
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

function complain(error: unknown, code: number, context: CliContext): number {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  context.error(`${line.startsWith('bedrock-simulator: ') ? line : `bedrock-simulator: ${line}`}\n`);
  return code;
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
