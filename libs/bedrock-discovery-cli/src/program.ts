import { Command } from 'commander';
import { addAccountModelsCommand } from './commands/account-models.command.js';
import { addChangesCommand } from './commands/changes.command.js';
import { addCompletionCommand } from './commands/completion.command.js';
import type { CliRun } from './commands/cli-run.js';
import { addDoctorCommand } from './commands/doctor.command.js';
import { addModelsCommand } from './commands/models.command.js';
import { addOpenCommand } from './commands/open.command.js';
import { addPolicyCommand } from './commands/policy.command.js';
import { addProfilesCommand } from './commands/profiles.command.js';
import { addRefreshCommand } from './commands/refresh.command.js';
import { addRegionsCommand } from './commands/regions.command.js';
import { addRouteCommand } from './commands/route.command.js';
import { addSimulatorCommand } from './commands/simulator.command.js';
import { addSnippetCommand } from './commands/snippet.command.js';
import { addWatchCommand } from './commands/watch.command.js';
import { addWhereCommand } from './commands/where.command.js';
import { EXIT_CODES } from './exit-codes.js';
import { addGlobalOptions } from './options/global-options.js';
import { usesColour } from './output/palette.js';
import { oneLine } from './output/text.js';

export const PROGRAM = 'bedrock-discovery';

const EXAMPLES = `
Examples:
  bedrock-discovery where claude-opus-4-7                      every region and id, fastest first
  bedrock-discovery route claude-opus-4-7 --residency eu       the best that keeps the request in the EU
  bedrock-discovery route "Nova Lite" --no-global --rejected   with what was left out, and why
  bedrock-discovery snippet nova-lite --language python        code that calls it by the best route
  bedrock-discovery policy nova-lite --residency eu            the IAM policy that this route needs
  bedrock-discovery changes --since 1d                         what is new since yesterday
  bedrock-discovery models --retiring 90 --csv > retiring.csv
  bedrock-discovery doctor                                     what keeps AWS from answering
  bedrock-discovery regions --simulator                        without an AWS account
  id=$(bedrock-discovery route nova-lite --json | jq -r '.routes[0].invocationId')

On a terminal, tables are fitted to its width; into a pipe go whole values between tabs, below a line of names.
Variables named BEDROCK_DISCOVERY_… set the options of the library, as in nestjs-bedrock-discovery/config.

Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${`${code}`.padStart(3)}  ${meaning}`).join('\n')}
`;

/** The commands and their options; what they do goes to `run`. */
export function createProgram(run: CliRun, version: string): Command {
  const { out, error, environment } = run.context;
  const program = new Command(PROGRAM)
    .description('Where, and under which id, can I run this model on Amazon Bedrock?')
    .version(version, '--version', 'the version')
    .helpOption('-h, --help', 'how it is used')
    .helpCommand('help [command]', 'how it is used, or one of its commands')
    .configureHelp({ showGlobalOptions: true, helpWidth: out.isTTY === true ? out.columns : USUAL_WIDTH })
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => error.write(text),
      getOutHasColors: () => usesColour(out, environment, true),
      getErrHasColors: () => usesColour(error, environment, true),
      outputError: (text, write) => write(`${PROGRAM}: ${oneLine(text.replace(/^error: /, ''))} See --help.\n`),
    })
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  addGlobalOptions(program);
  for (const add of COMMANDS) {
    add(program, run);
  }
  return program;
}

const USUAL_WIDTH = 100;

const COMMANDS: readonly ((program: Command, run: CliRun) => void)[] = [
  addWhereCommand,
  addRouteCommand,
  addSnippetCommand,
  addPolicyCommand,
  addModelsCommand,
  addProfilesCommand,
  addAccountModelsCommand,
  addRegionsCommand,
  addChangesCommand,
  addRefreshCommand,
  addWatchCommand,
  addDoctorCommand,
  addOpenCommand,
  addSimulatorCommand,
  addCompletionCommand,
];
