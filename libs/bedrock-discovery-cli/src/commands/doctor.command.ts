import type { Command } from 'commander';
import { Option } from 'commander';
import type { Diagnosis, DiagnosisCheck } from 'nestjs-bedrock-discovery';
import { CliError } from '../errors/cli.error.js';
import { failuresOf } from '../discovery/freshness.js';
import { groupFailures } from '../errors/describe-failures.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { parseRegions } from '../options/parse-values.js';
import type { Palette } from '../output/palette.js';
import type { Column } from '../output/table.js';
import { oneLine, wrap } from '../output/text.js';
import { counted } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';
import { residencyOf } from '../options/constraint-options.js';

interface DoctorOptions {
  readonly model?: string;
  readonly residency?: readonly string[];
  readonly recheck?: boolean;
}

export function addDoctorCommand(program: Command, run: CliRun): void {
  program
    .command('doctor')
    .summary('what keeps AWS from answering, and what to do about it')
    .description(
      'Looks at credentials, clock, endpoints, proxy, permissions, cache and every region, and says what to do about\n' +
        'what is wrong. Holds no secret: it can be pasted into a ticket.',
    )
    .option('--model <model>', 'with the IAM policy that the best route to this model needs')
    .addOption(
      new Option('--residency <where>', 'with the policy that enforces this residency').argParser(parseRegions),
    )
    .option('--recheck', 'ask regions again that have failed, denied ones included')
    .action((options: DoctorOptions, command: Command) =>
      withTools(run, command, async ({ session, printer, context }) => {
        // That nothing is known is what a doctor is called for.
        await session.prepare().catch(ignoreUnlessInterrupted);
        const { model, recheck } = options;
        const residency = options.residency && residencyOf(options.residency);
        const route = model === undefined ? undefined : (await session.router.resolve(model, { residency })).routes[0];
        const diagnosis = await session.diagnose({ signal: context.signal, route, residency, recheck });
        if (printer.format === 'text') {
          const { renderDiagnosis } = await import('nestjs-bedrock-discovery');
          const whole = printer.forEyes ? { ...diagnosis, regions: [] } : diagnosis;
          const lines = [...renderDiagnosis(whole).split('\n'), ...(printer.forEyes ? regionLines(diagnosis) : [])];
          printer.lines(
            printer.forEyes ? lines.flatMap((line) => forEyes(line, printer.width, printer.palette)) : lines,
          );
        } else {
          await printer.print(diagnosis.checks, COLUMNS, diagnosis);
        }
        return exitCodeOf(diagnosis);
      }),
    );
}

function ignoreUnlessInterrupted(error: unknown): void {
  if (!(error instanceof CliError)) {
    throw error;
  }
}

/** Warnings are nothing that keeps AWS from answering. */
function exitCodeOf({ status, checks, permissions }: Diagnosis): ExitCode {
  switch (status) {
    case 'ok':
    case 'warning':
      return EXIT.ok;
    case 'unknown':
      return EXIT.unknown;
    case 'failed': {
      const failed = checks.filter((check) => check.status === 'failed');
      const denied = permissions.length > 0 || failed.some(({ id }) => id.includes('credentials'));
      return denied ? EXIT.denied : EXIT.failed;
    }
  }
}

/** Each cause once, with the regions that it is the cause of, rather than each region with its causes. */
function regionLines({ regions }: Diagnosis): string[] {
  const statuses = regions.flatMap(({ region, models, profiles }) =>
    [models, profiles].flatMap((status) => (status === undefined ? [] : [{ ...status, region }])),
  );
  const troubled = new Set(statuses.filter(({ status }) => status !== 'ok').map(({ region }) => region));
  const well = regions.map(({ region }) => region).filter((region) => !troubled.has(region));
  const pending = statuses.filter(({ status }) => status === 'pending').map(({ region }) => region);
  const failures = groupFailures(failuresOf(statuses)).flatMap(({ failure, regions: failed }) => [
    `failed   ${failure.kind} in ${namesOf(failed)}: ${failure.message}`,
    `         → ${failure.remedy}`,
  ]);
  return [
    '',
    ...(well.length === 0
      ? []
      : well.length === regions.length
        ? [`ok       All ${counted(well.length, 'region')} answered.`]
        : [`ok       ${namesOf(well)} answered.`]),
    ...(pending.length === 0 ? [] : [`unknown  ${namesOf(pending)} not asked yet.`]),
    ...failures,
  ];
}

function namesOf(regions: readonly string[]): string {
  const distinct = [...new Set(regions)];
  return `${counted(distinct.length, 'region')} (${distinct.join(', ')})`;
}

const FINDING = /^(ok|warning|failed|unknown)( +)/;

/** A line of a diagnosis as lines that fit, each below the beginning of its text. */
function forEyes(line: string, width: number, palette: Palette): string[] {
  const [whole = '', status] = FINDING.exec(line) ?? /^ *(?:→ )?/.exec(line) ?? [];
  const indent = ' '.repeat(Math.min(whole.length, Math.max(0, width - 1)));
  const texts = wrap(oneLine(line.slice(whole.length)), Math.max(1, width - indent.length));
  const styles = { ok: palette.good, warning: palette.warning, failed: palette.bad, unknown: palette.faint };
  const style = status === undefined ? String : styles[status as keyof typeof styles];
  const first = whole.length <= indent.length ? style(whole) : indent;
  return texts.map((text, index) => `${index === 0 ? first : indent}${text}`.trimEnd());
}

const COLUMNS: readonly Column<DiagnosisCheck>[] = [
  { name: 'id', title: 'ID', text: ({ id }) => id },
  { name: 'status', title: 'STATUS', text: ({ status }) => status },
  { name: 'title', title: 'TITLE', text: ({ title }) => title },
  { name: 'detail', title: 'DETAIL', text: ({ detail }) => detail },
  { name: 'remedy', title: 'WHAT TO DO', text: ({ remedy }) => remedy ?? '' },
];
