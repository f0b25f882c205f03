import { type Command, Option } from 'commander';
import type { Resolution, Route, RouteConstraints } from 'nestjs-bedrock-discovery';
import {
  ACCESS_DEMANDS,
  APIS,
  GEOGRAPHIES,
  PREFERENCES,
  RETENTION_MODES,
  VERDICT_WORDS,
  VIAS,
} from 'nestjs-bedrock-discovery/enumerations';
import { addCapabilityOptions, type CapabilityOptions, demandsOf } from '../options/capability-options.js';
import { parseChoices, parseDays, parseDuration, parseRegions } from '../options/parse-values.js';
import type { Printer } from '../output/printer.js';
import { renderTable } from '../output/table.js';
import { wrap } from '../output/text.js';
import { counted } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';
import { noteUnknown } from './note-unknown.js';
import { RANK_COLUMN, type RankedRow, REASONS_COLUMN, REJECTED_COLUMNS, ROUTE_COLUMNS } from './route-columns.js';
import { exitCodeOf } from './where.command.js';

interface RouteOptions extends CapabilityOptions {
  readonly residency?: readonly string[];
  readonly preferredRegions?: readonly string[];
  readonly sourceRegions?: readonly string[];
  readonly global: boolean;
  readonly via?: readonly Route['via'][];
  readonly prefer?: RouteConstraints['prefer'];
  readonly access?: RouteConstraints['access'];
  readonly minDaysToEndOfLife?: number;
  readonly applicationProfile?: string;
  readonly maxDestinationAge?: number;
  readonly api?: RouteConstraints['api'];
  readonly retention?: RouteConstraints['retention'];
  readonly checkAccess?: boolean;
  readonly rejected?: boolean;
  readonly reasons?: boolean;
}

export function addRouteCommand(program: Command, run: CliRun): void {
  const added = program
    .command('route')
    .summary('the best eligible ways to invoke a model, and why')
    .description('Ranks the ways to invoke a model that meet the constraints, best first, with the reasons.')
    .argument('<model>', 'id, name, ARN or profile of a model')
    .addOption(
      new Option(
        '--residency <where>',
        `geography (${Object.keys(GEOGRAPHIES).join(', ')}) or regions that alone may see the request`,
      ).argParser(parseRegions),
    )
    .addOption(
      new Option('--preferred, --preferred-regions <regions>', 'source regions that rank first').argParser(
        parseRegions,
      ),
    )
    .addOption(
      new Option('--source, --source-regions <regions>', 'the only source regions that may be called').argParser(
        parseRegions,
      ),
    )
    .option('--no-global', 'no route that may be served anywhere')
    .addOption(new Option('--via <ways>', `only ${VIAS.join(', ')}`).argParser(parseChoices(VIAS)))
    .addOption(
      new Option('--prefer <what>', 'decides between routes of like latency; price goes before latency').choices(
        PREFERENCES,
      ),
    )
    .addOption(new Option('--access <state>', 'access that is enough').choices(ACCESS_DEMANDS))
    .option('--check-access', 'ask AWS about access first, as --access known does')
    .addOption(
      new Option('--min-days, --min-days-to-end-of-life <days>', 'left of the life of the model').argParser(parseDays),
    )
    .option('--application-profile <id>', 'only through this application profile')
    .addOption(
      new Option(
        '--max-age, --max-destination-age <time>',
        'listings that are older count as unverified, as in 1h',
      ).argParser(parseDuration),
    )
    .addOption(new Option('--api <name>', 'that the model must offer').choices(APIS))
    .addOption(
      new Option('--retention <mode>', 'data retention mode that may be in force at most').choices(RETENTION_MODES),
    );
  addCapabilityOptions(added)
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
        await printRoutes(resolution, options, printer);
        noteUnknown(resolution.unknownRegions, note);
        const { modelId, rejected } = resolution;
        const nothing = `No route to ${modelId}: ${counted(rejected.length, 'way')} to invoke it left out${options.rejected === true ? '' : '; --rejected says why'}.`;
        return exitCodeOf(resolution, nothing, note);
      }),
    );
}

/** One name that is no region is a geography; the library says which there are. */
export function residencyOf(names: readonly string[]): string | readonly string[] {
  const [only] = names;
  return names.length === 1 && only !== undefined && !/\d$/.test(only) ? only : names;
}

function constraintsOf(options: RouteOptions): RouteConstraints {
  const { residency, preferredRegions, sourceRegions, via, prefer, access, applicationProfile } = options;
  const { minDaysToEndOfLife, maxDestinationAge, api, retention } = options;
  return {
    ...(residency && { residency: residencyOf(residency) }),
    ...(preferredRegions && { preferredRegions }),
    ...(sourceRegions && { sourceRegions }),
    ...(!options.global && { allowGlobal: false }),
    ...(via && { via }),
    ...(prefer && { prefer }),
    ...(access && { access }),
    ...(minDaysToEndOfLife !== undefined && { minDaysToEndOfLife }),
    ...(applicationProfile !== undefined && { applicationProfile }),
    ...(maxDestinationAge !== undefined && { maxDestinationAgeMs: maxDestinationAge }),
    ...(api && { api }),
    ...(retention && { retention }),
    ...demandsOf(options),
  };
}

async function printRoutes(resolution: Resolution, options: RouteOptions, printer: Printer): Promise<void> {
  const { routes, rejected } = resolution;
  const rows = routes.map((route, index): RankedRow => ({ rank: index + 1, route }));
  if (printer.forEyes) {
    printForEyes(rows, resolution, options, printer);
  } else if (options.rejected === true && printer.format !== 'json') {
    await printer.print(rejected, REJECTED_COLUMNS);
  } else {
    await printer.print(rows, [RANK_COLUMN, ...ROUTE_COLUMNS, REASONS_COLUMN], { ...resolution });
  }
}

/** A table in which routes can be compared, then in words what no column holds. */
function printForEyes(
  rows: readonly RankedRow[],
  resolution: Resolution,
  options: RouteOptions,
  printer: Printer,
): void {
  const { palette, width } = printer;
  if (rows.length > 0) {
    printer.lines(renderTable(rows, [RANK_COLUMN, ...ROUTE_COLUMNS], { width, palette }));
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
    printer.lines(['', ...renderTable(resolution.rejected, REJECTED_COLUMNS, { width, palette })]);
  }
}

const INDENT = 3;

function truncateTo(text: string, width: number): string {
  return wrap(text, width)[0] ?? '';
}
