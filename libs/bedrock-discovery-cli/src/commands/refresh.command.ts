import type { Command } from 'commander';
import type { Session } from '../discovery/session.js';
import { CliError } from '../errors/cli.error.js';
import { describeUnavailable } from '../errors/describe-error.js';
import { failuresOf } from '../discovery/freshness.js';
import { counted } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';
import { REGION_COLUMNS, regionRows } from './regions.command.js';

export function addRefreshCommand(program: Command, run: CliRun): void {
  program
    .command('refresh')
    .summary('ask AWS anew')
    .description('Asks the regions whose lists are older than an hour anew, or all with --force, and lists them.')
    .option('-f, --force', 'ask also where the cache is fresh')
    .action(({ force = false }: { force?: boolean }, command: Command) =>
      withTools(run, command, async ({ session, printer, note }) => {
        const reports = await session.refresh({ force });
        await printer.print(regionRows(session), REGION_COLUMNS, reports);
        const all = Object.values(reports);
        const requests = counted(
          all.reduce((sum, report) => sum + report.requests, 0),
          'request',
        );
        note(`${requests} in ${Math.max(...all.map(({ durationMs }) => durationMs))} ms.`);
        assertAnyAnswered(session);
        return undefined;
      }),
    );
}

/** @throws CliError where every region has failed, with what is to be done about it */
function assertAnyAnswered(session: Session): void {
  const statuses = session.regions().flatMap(({ models, profiles }) => [profiles, models]);
  if (!statuses.some(({ status }) => status === 'ok' || status === 'partial')) {
    const { message, exitCode } = describeUnavailable(Object.fromEntries(failuresOf(statuses)));
    throw new CliError(message.replace('nothing is known of any region. ', 'no region answered. '), exitCode);
  }
}
