import { type Command, Option } from 'commander';
import { VIA_WORDS, VIAS } from 'nestjs-bedrock-discovery/enumerations';
import type { AccountModel } from 'nestjs-bedrock-discovery';
import type { Column } from '../output/table.js';
import { list, spaced } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';

export function addAccountModelsCommand(program: Command, run: CliRun): void {
  program
    .command('account-models')
    .summary('what the account owns and calls by ARN')
    .description(
      'Lists imported models, deployments of custom models, marketplace endpoints, prompt routers, and provisioned\n' +
        'throughput of custom models: of those that --listings names.',
    )
    .addOption(new Option('--via <way>', 'called this way').choices(VIAS))
    .action(({ via }: { via?: AccountModel['via'] }, command: Command) =>
      withTools(run, command, async ({ session, printer }) => {
        await session.prepare();
        await printer.print(await session.models.getAccountModels(via === undefined ? {} : { via }), COLUMNS);
        return undefined;
      }),
    );
}

const COLUMNS: readonly Column<AccountModel>[] = [
  { name: 'arn', title: 'ARN', text: ({ arn }) => arn, cut: 'middle', essential: true },
  { name: 'name', title: 'NAME', text: ({ name }) => name },
  { name: 'region', title: 'REGION', text: ({ region }) => region },
  { name: 'via', title: 'WHAT', text: ({ via }) => via, short: ({ via }) => VIA_WORDS[via] },
  {
    name: 'status',
    title: 'STATUS',
    text: ({ status = '' }) => status,
    style: ({ open }, { good, warning }) => (open ? good : warning),
  },
  {
    name: 'baseModelIds',
    title: 'OF',
    text: ({ baseModelIds }) => spaced(baseModelIds),
    short: ({ baseModelIds }) => list(baseModelIds),
    cut: 'middle',
  },
];
