import { type Command, Option } from 'commander';
import type { DayOfChanges } from 'nestjs-bedrock-discovery';
import { parseSince } from '../options/parse-values.js';
import type { Printer } from '../output/printer.js';
import { wrap } from '../output/text.js';
import { day } from '../output/words.js';
import { CHANGE_COLUMNS } from './change-columns.js';
import { type CliRun, withTools } from './cli-run.js';

export function addChangesCommand(program: Command, run: CliRun): void {
  program
    .command('changes')
    .summary('what has changed, day by day')
    .description('Lists what appeared, is gone or has changed, as refreshes have noticed it, by day and by model.')
    .addOption(
      new Option('--since <when>', 'how long ago, as in 1d, or a day or a time of ISO 8601').argParser(parseSince),
    )
    .action(({ since }: { since?: string }, command: Command) =>
      withTools(run, command, async ({ session, printer, note }) => {
        await session.prepare();
        const changes = await session.refresher.getChanges(since === undefined ? {} : { since });
        const began = await session.refresher.getRecordedSince();
        if (printer.forEyes) {
          const { changesByDay } = await import('nestjs-bedrock-discovery');
          const models = await session.models.getAllModels().catch(() => []);
          const modelNames = new Map(models.map(({ modelId, modelName }) => [modelId, modelName]));
          printByDay(changesByDay(changes, { modelNames }), printer);
        } else {
          await printer.print(changes, CHANGE_COLUMNS);
        }
        if (changes.length === 0) {
          note('Nothing has changed.');
        }
        if (began !== undefined && (since === undefined || began > since)) {
          note(`Changes are recorded since ${day(began)} ${began.slice(11, 16)} UTC.`);
        }
        return undefined;
      }),
    );
}

function printByDay(days: readonly DayOfChanges[], printer: Printer): void {
  const { width, palette } = printer;
  for (const [index, { day: date, subjects }] of days.entries()) {
    printer.lines([...(index === 0 ? [] : ['']), palette.heading(date)]);
    for (const { subject, name = subject, words } of subjects) {
      const [first = '', ...rest] = wrap(`${name}: ${words}`, Math.max(1, width - INDENT));
      printer.lines([first, ...rest].map((line, part) => `${' '.repeat(part === 0 ? 2 : INDENT)}${line}`));
    }
  }
}

const INDENT = 4;
