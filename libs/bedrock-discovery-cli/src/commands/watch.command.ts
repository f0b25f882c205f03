import { type Command, Option } from 'commander';
import { type FailureKind, REFUSAL_KINDS } from 'nestjs-bedrock-discovery/enumerations';
import type { DiscoveryChange, RegionStatus } from 'nestjs-bedrock-discovery';
import type { Session } from '../discovery/session.js';
import { EXIT } from '../exit-codes.js';
import { parseDuration, parseSince } from '../options/parse-values.js';
import type { Palette } from '../output/palette.js';
import type { Printer } from '../output/printer.js';
import { oneLine } from '../output/text.js';
import { age, counted } from '../output/words.js';
import { CHANGE_COLUMNS, json } from './change-columns.js';
import { type CliRun, withTools } from './cli-run.js';

const EVERY_MS = 15 * 60_000;

export function addWatchCommand(program: Command, run: CliRun): void {
  program
    .command('watch')
    .summary('what changes, as it changes')
    .description('Asks AWS again and again and prints what has changed, one line for each change, until Ctrl-C.')
    .addOption(new Option('--every <time>', 'how often to ask').argParser(parseDuration).default(EVERY_MS, '15m'))
    .addOption(
      new Option('--since <when>', 'first the changes since: 1d, a time of ISO 8601, or the id of a change').argParser(
        parseSince,
      ),
    )
    .action(({ every, since }: { every: number; since?: string }, command: Command) =>
      withTools(run, command, async ({ session, printer, context, note }) => {
        const { signal } = context;
        const { refresher } = session;
        await session.prepare();
        if (since !== undefined) {
          for (const change of await refresher.getChanges({ since })) {
            await printChange(change, printer);
          }
        }
        const subscription = refresher.changes$.subscribe((change) => void printChange(change, printer));
        try {
          const known = (await session.models.getAllModels()).length;
          note(`Watching ${counted(known, 'model')}; asking every ${age(every)}. Ctrl-C ends it.`);
          while (await elapsed(every, signal)) {
            await session.refresh({ force: true, regions: regionsToWatch(session.regions(), Date.now()) });
          }
        } catch (error) {
          if (!signal.aborted) {
            throw error;
          }
        } finally {
          subscription.unsubscribe();
        }
        return EXIT.ok;
      }),
    );
}

/** Refusals, each of which AWS records and may raise an alarm about. */
const REFUSED: ReadonlySet<FailureKind> = new Set(REFUSAL_KINDS.filter((kind) => !kind.startsWith('credentials-')));
const DAY_MS = 86_400_000;

/** To look for changes is no reason to ask a region that has refused everything before a day has passed. */
function regionsToWatch(rows: ReturnType<Session['regions']>, now: number): readonly string[] {
  const refuses = ({ failure }: RegionStatus): boolean =>
    failure !== undefined && REFUSED.has(failure.kind) && now - Date.parse(failure.at) < DAY_MS;
  return rows.filter(({ models, profiles }) => !refuses(models) || !refuses(profiles)).map(({ region }) => region);
}

/** Whether the time passed, or the signal ended the wait. */
function elapsed(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (passed: boolean) => (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      resolve(passed);
    };
    const aborted = end(false);
    const timer = setTimeout(end(true), ms);
    signal.addEventListener('abort', aborted);
    if (signal.aborted) {
      aborted();
    }
  });
}

async function printChange(change: DiscoveryChange, printer: Printer): Promise<void> {
  if (printer.format === 'json') {
    printer.jsonLine(change);
  } else if (printer.format === 'csv') {
    const { toCsv } = await import('../output/csv.js');
    printer.raw(toCsv([change], CHANGE_COLUMNS, { heading: false }));
  } else if (printer.forEyes) {
    printer.lines([lineOf(change, printer.palette)]);
  } else {
    printer.lines([CHANGE_COLUMNS.map(({ text }) => oneLine(text(change))).join('\t')]);
  }
}

const GONE = /-(?:gone|lost)$/;
const NEW = /-(?:appeared|gained)$/;

function lineOf(change: DiscoveryChange, palette: Palette): string {
  const { type, at, modelId, profileId, region } = change;
  const style = GONE.test(type) ? palette.bad : NEW.test(type) ? palette.good : palette.warning;
  const what = oneLine(`${profileId ?? modelId ?? ''}${region === undefined ? '' : ` in ${region}`}`);
  const fromTo =
    change.before !== undefined && change.after !== undefined ? `: ${json(change.before)} → ${json(change.after)}` : '';
  return `${palette.faint(at)} ${style(type)} ${what}${oneLine(fromTo)}`;
}
