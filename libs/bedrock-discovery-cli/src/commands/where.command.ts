import type { Command } from 'commander';
import type { Resolution, Route } from 'nestjs-bedrock-discovery';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type CliRun, withTools } from './cli-run.js';
import { noteUnknown } from './note-unknown.js';
import { printProvenance } from './print-provenance.js';
import { FOUND_COLUMNS, ROUTE_COLUMNS } from './route-columns.js';

export function addWhereCommand(program: Command, run: CliRun): void {
  program
    .command('where')
    .summary('where, and under which ids, a model can be invoked')
    .description(
      'Lists every region and id with which a model can be invoked, fastest first: on demand, and through inference\n' +
        'profiles with the regions that may serve the call. What names several models, such as "claude opus", lists them,\n' +
        'newest first, each with its best route.',
    )
    .argument('<model>', 'id, name, ARN or profile of a model: claude-opus-4-7, "Nova Lite", eu.amazon.nova-lite-v1:0')
    .action((model: string, _options: unknown, command: Command) =>
      withTools(run, command, async ({ session, printer, note }) => {
        await session.prepare();
        const found = await session.router.findModels(model);
        const provenance = await session.provenance();
        if (found.length > 1) {
          await printer.print(found, FOUND_COLUMNS, { items: found, provenance });
          printProvenance(provenance, printer);
          noteUnknown(session.models.getRegionStatuses(), note);
          return found.some(({ verdict }) => verdict === 'eligible') ? EXIT.ok : EXIT.notFound;
        }
        const resolution = await session.router.resolve(model, { access: 'any' });
        const routes = fastestFirst(resolution.routes);
        await printer.print(
          routes.map((route, index) => ({ rank: index + 1, route })),
          ROUTE_COLUMNS,
          { ...resolution, routes, provenance },
        );
        printProvenance(provenance, printer);
        noteUnknown(resolution.unknownRegions, note);
        return exitCodeOf(
          resolution,
          `'${resolution.modelId}' ${resolution.rejected.length > 0 ? 'is listed, but cannot be invoked in any' : 'is not listed in any'} known region.`,
          note,
        );
      }),
    );
}

/** The order of the router where it is the same or not known. */
function fastestFirst(routes: readonly Route[]): readonly Route[] {
  const latency = ({ latencyMs }: Route): number => latencyMs ?? Number.MAX_VALUE;
  return [...routes].sort((a, b) => latency(a) - latency(b));
}

/** Without a route: whether regions that are not known might have one. */
export function exitCodeOf(resolution: Resolution, nothing: string, note: (text: string) => void): ExitCode {
  if (resolution.routes.length > 0) {
    return EXIT.ok;
  }
  note(nothing);
  return resolution.unknownRegions.length > 0 ? EXIT.unknown : EXIT.notFound;
}
