import type { Command } from 'commander';
import type { ExitCode } from '../exit-codes.js';
import type { CliRun } from './cli-run.js';

/** The command line of the simulator under another name: its options are its own, and so is its help. */
export function addSimulatorCommand(program: Command, run: CliRun): void {
  program
    .command('simulator')
    .summary('run a local Amazon Bedrock; `simulator --help` for its options')
    .description('Runs a local Amazon Bedrock until Ctrl-C. The options are those of bedrock-simulator.')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[options...]')
    .action((options: string[]) => runSimulator(options, run));
}

export async function runSimulator(argv: readonly string[], run: CliRun): Promise<void> {
  const { runCli } = await import('bedrock-simulator/cli');
  const { out, error, signal } = run.context;
  run.exitCode = (await runCli(argv, {
    out: (text) => out.write(text),
    error: (text) => error.write(text),
    signal,
  })) as ExitCode;
}
