import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import type { CliContext } from './cli-context.js';
import type { CliRun } from './commands/cli-run.js';
import { runSimulator } from './commands/simulator.command.js';
import { describeError } from './errors/describe-error.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { createProgram, PROGRAM } from './program.js';

/**
 * Runs one command line.
 *
 * @param argv without the names of Node and of the script
 * @returns the exit code, see `EXIT_CODES`; nothing is thrown
 */
export async function runCli(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  const run: CliRun = { context, exitCode: EXIT.ok };
  try {
    if (argv[0] === 'simulator') {
      await runSimulator(argv.slice(1), run);
    } else {
      await createProgram(run, version()).parseAsync([...argv], { from: 'user' });
    }
    return run.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has printed the help, the version or what is wrong itself.
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    const { message, exitCode } = await describeError(error);
    context.error.write(`${PROGRAM}: ${message}\n`);
    return exitCode;
  }
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
