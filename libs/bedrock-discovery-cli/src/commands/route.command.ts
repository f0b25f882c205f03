import type { Command } from 'commander';
import type { Resolution } from 'nestjs-bedrock-discovery';
import { VERDICT_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import type { SessionProvenance } from '../discovery/session.js';
import { addConstraintOptions, type ConstraintOptions, constraintsOf } from '../options/constraint-options.js';
import type { Printer } from '../output/printer.js';
import { wrap } from '../output/text.js';
import { counted } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';
import { noteUnknown } from './note-unknown.js';
import { printProvenance } from './print-provenance.js';
import { RANK_COLUMN, type RankedRow, REASONS_COLUMN, REJECTED_COLUMNS, ROUTE_COLUMNS } from './route-columns.js';
import { exitCodeOf } from './where.command.js';

interface RouteOptions extends ConstraintOptions {
  readonly checkAccess?: boolean;
  readonly rejected?: boolean;
  readonly reasons?: boolean;
}

export function addRouteCommand(program: Command, run: CliRun): void {
  const added = program
    .command('route')
    .summary('the best eligible ways to invoke a model, and why')
    .description('Ranks the ways to invoke a model that meet the constraints, best first, with the reasons.')
    .argument('<model>', 'id, name, ARN or profile of a model');
  addConstraintOptions(added)
    .option('--check-access', 'ask AWS about access first, as --access known does')
    .option('--reasons', 'the reasons of every route, not of the first alone')
    .option('--rejected', 'also what was left out, and why')
    .action((model: string, options: RouteOptions, command: Command) =>
      withTools(run, command, async ({ session, printer, note }) => {
        await session.prepare();
        const constraints = constraintsOf(options);
        if (options.checkAccess === true || options.access === 'known') {
          const { modelId, routes } = await session.router.resolve(model, { ...constraints, access: 'any' });
          await session.askForAccess(modelId, [...new Set(routes.map(({ region }) => region))]);
        }
        const resolution = await session.router.resolve(model, constraints);
        const provenance = await session.provenance();
        await printRoutes({ ...resolution, provenance }, options, printer);
        noteUnknown(resolution.unknownRegions, note);
        const { modelId, rejected } = resolution;
        const nothing = `No route to ${modelId}: ${counted(rejected.length, 'way')} to invoke it left out${options.rejected === true ? '' : '; --rejected says why'}.`;
        return exitCodeOf(resolution, nothing, note);
      }),
    );
}

/** The routes to a model, and what they rest on. */
interface DatedResolution extends Omit<Resolution, 'explain'> {
  readonly provenance: SessionProvenance;
}

async function printRoutes(resolution: DatedResolution, options: RouteOptions, printer: Printer): Promise<void> {
  const { routes, rejected } = resolution;
  const rows = routes.map((route, index): RankedRow => ({ rank: index + 1, route }));
  if (printer.forEyes) {
    printForEyes(rows, resolution, options, printer);
  } else if (options.rejected === true && printer.format !== 'json') {
    await printer.print(rejected, REJECTED_COLUMNS);
  } else {
    await printer.print(rows, [RANK_COLUMN, ...ROUTE_COLUMNS, REASONS_COLUMN], resolution);
  }
}

/** A table in which routes can be compared, then in words what no column holds. */
function printForEyes(
  rows: readonly RankedRow[],
  resolution: DatedResolution,
  options: RouteOptions,
  printer: Printer,
): void {
  const { palette, width } = printer;
  if (rows.length > 0) {
    printer.table(rows, [RANK_COLUMN, ...ROUTE_COLUMNS]);
  }
  for (const { rank, route } of options.reasons === true ? rows : rows.slice(0, 1)) {
    const lines = route.reasons.flatMap((reason) => wrap(reason, Math.max(1, width - INDENT)));
    printer.lines([
      '',
      palette.heading(truncateTo(`${rank}. ${route.invocationId} in ${route.region}`, width)),
      ...lines.map((line) => palette.faint(`${' '.repeat(INDENT)}${line}`)),
    ]);
  }
  const { cheaper } = resolution;
  if (cheaper !== undefined) {
    const { invocationId, region, code, surchargePercent } = cheaper;
    const text = `${invocationId} in ${region} would cost less, and is left out (${VERDICT_WORDS[code]}): what is left costs ${surchargePercent} % more.`;
    printer.lines(['', ...wrap(text, width).map((line) => palette.faint(line))]);
  }
  if (options.rejected === true && resolution.rejected.length > 0) {
    printer.lines(['']);
    printer.table(resolution.rejected, REJECTED_COLUMNS);
  }
  printProvenance(resolution.provenance, printer);
}

const INDENT = 3;

function truncateTo(text: string, width: number): string {
  return wrap(text, width)[0] ?? '';
}
