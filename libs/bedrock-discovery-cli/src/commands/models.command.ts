import { type Command, Option } from 'commander';
import type { DiscoveredModel, ModelFilter, RetiringModel } from 'nestjs-bedrock-discovery';
import { addCapabilityOptions, type CapabilityOptions, demandsOf } from '../options/capability-options.js';
import { parseDays } from '../options/parse-values.js';
import type { Session } from '../discovery/session.js';
import type { Column } from '../output/table.js';
import { day, spaced } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';
import { noteUnknown } from './note-unknown.js';

interface ModelsOptions extends CapabilityOptions {
  readonly provider?: string;
  readonly inputModality?: string;
  readonly outputModality?: string;
  readonly inferenceType?: string;
  readonly lifecycle?: string;
  readonly streaming?: boolean;
  readonly invocable?: boolean;
  readonly retiring?: number;
}

export function addModelsCommand(program: Command, run: CliRun): void {
  const added = program
    .command('models')
    .summary('the foundation models')
    .description('Lists the foundation models, by id.')
    .argument('[search]', 'words or parts of id, name or provider')
    .option('--provider <name>', 'of this provider')
    .option('--input, --input-modality <modality>', 'that take text, image, …')
    .option('--output, --output-modality <modality>', 'that give text, image, embedding, …')
    .addOption(new Option('--inference-type <type>', 'that can be invoked this way').choices(INFERENCE_TYPES))
    .addOption(new Option('--lifecycle <status>', 'in this state').choices(['ACTIVE', 'LEGACY']))
    .option('--streaming', 'that stream their answers')
    .addOption(new Option('--no-streaming', 'that do not stream their answers'))
    .option('--invocable', 'that can be invoked from some region, as far as is known');
  addCapabilityOptions(added)
    .addOption(
      new Option(
        '--retiring <days>',
        'that reach the end of their life within this time, or are legacy without a date',
      ).argParser(parseDays),
    )
    .action((search: string | undefined, options: ModelsOptions, command: Command) =>
      withTools(run, command, async ({ session, printer, note }) => {
        await session.prepare();
        const filtered = await session.models.getAllModels(filterOf(search, options));
        const invocable = options.invocable === true ? await invocableIds(session) : undefined;
        const models = filtered.filter(({ modelId }) => invocable?.has(modelId) !== false);
        if (options.retiring === undefined) {
          await printer.print(models, COLUMNS);
        } else {
          const ids = new Set(models.map(({ modelId }) => modelId));
          const retiring = await session.models.getRetiringModels({ withinDays: options.retiring });
          await printer.print(
            retiring.filter(({ modelId }) => ids.has(modelId)),
            RETIRING_COLUMNS,
          );
        }
        noteUnknown(session.models.getRegionStatuses(), note);
        return undefined;
      }),
    );
}

async function invocableIds({ router }: Session): Promise<ReadonlySet<string>> {
  const verdicts = await router.getModelVerdicts();
  return new Set(verdicts.filter(({ verdict }) => verdict === 'eligible').map(({ modelId }) => modelId));
}

const INFERENCE_TYPES = ['ON_DEMAND', 'PROVISIONED', 'INFERENCE_PROFILE'];

function filterOf(search: string | undefined, options: ModelsOptions): ModelFilter {
  return {
    search,
    provider: options.provider,
    inputModality: options.inputModality,
    outputModality: options.outputModality,
    inferenceType: options.inferenceType,
    lifecycle: options.lifecycle,
    streaming: options.streaming,
    ...demandsOf(options),
  };
}

/** When its life ends, in the region where that is soonest and on. */
function endsOf({ availability }: DiscoveredModel): string[] {
  const ends = Object.values(availability).flatMap(({ lifecycle }) => lifecycle.endOfLifeTime ?? []);
  return ends.sort((a, b) => Date.parse(a) - Date.parse(b));
}

function statusesOf({ availability }: DiscoveredModel): string[] {
  return [...new Set(Object.values(availability).map(({ lifecycle }) => lifecycle.status))].sort();
}

function onDemandRegions({ availability }: DiscoveredModel): string[] {
  return Object.entries(availability)
    .filter(([, { inferenceTypesSupported }]) => inferenceTypesSupported.includes('ON_DEMAND'))
    .map(([region]) => region);
}

function tokens(count: number | undefined): string {
  return count === undefined ? '' : `${count}`;
}

const COLUMNS: readonly Column<DiscoveredModel>[] = [
  { name: 'modelId', title: 'MODEL ID', text: ({ modelId }) => modelId, cut: 'middle', essential: true },
  { name: 'modelName', title: 'NAME', text: ({ modelName }) => modelName },
  {
    name: 'regions',
    title: 'REGIONS',
    text: ({ regions }) => spaced(regions),
    short: ({ regions }) => `${regions.length}`,
    align: 'right',
  },
  {
    name: 'onDemandRegions',
    title: 'ON DEMAND',
    text: (model) => spaced(onDemandRegions(model)),
    short: (model) => `${onDemandRegions(model).length}`,
    align: 'right',
  },
  {
    name: 'lifecycle',
    title: 'LIFECYCLE',
    text: (model) => spaced(statusesOf(model)),
    style: (model, { good, warning }) => (statusesOf(model).includes('LEGACY') ? warning : good),
  },
  { name: 'endOfLife', title: 'END OF LIFE', text: (model) => day(endsOf(model)[0]) },
  { name: 'providerName', title: 'PROVIDER', text: ({ providerName }) => providerName },
  {
    name: 'contextTokens',
    title: 'CONTEXT',
    text: ({ capabilities }) => tokens(capabilities?.contextTokens),
    align: 'right',
  },
  {
    name: 'inputModalities',
    title: 'INPUT',
    text: ({ inputModalities }) => spaced(inputModalities),
    short: ({ inputModalities }) => inputModalities.join(', ').toLowerCase(),
  },
  {
    name: 'outputModalities',
    title: 'OUTPUT',
    text: ({ outputModalities }) => spaced(outputModalities),
    short: ({ outputModalities }) => outputModalities.join(', ').toLowerCase(),
  },
];

const RETIRING_COLUMNS: readonly Column<RetiringModel>[] = [
  { name: 'modelId', title: 'MODEL ID', text: ({ modelId }) => modelId, cut: 'middle', essential: true },
  { name: 'endOfLifeTime', title: 'END OF LIFE', text: ({ endOfLifeTime }) => day(endOfLifeTime), essential: true },
  {
    name: 'daysToEndOfLife',
    title: 'DAYS',
    text: ({ daysToEndOfLife }) => `${daysToEndOfLife ?? ''}`,
    align: 'right',
    style: ({ daysToEndOfLife = SOON_DAYS }, { bad, warning }) => (daysToEndOfLife < SOON_DAYS ? bad : warning),
  },
  { name: 'status', title: 'STATUS', text: ({ status }) => status },
  {
    name: 'regions',
    title: 'REGIONS',
    text: ({ regions }) => spaced(regions),
    short: ({ regions }) => `${regions.length}`,
    align: 'right',
  },
  {
    name: 'supersededBy',
    title: 'INSTEAD',
    text: ({ supersededBy }) => spaced(supersededBy.map(({ modelId }) => modelId)),
    cut: 'middle',
  },
  { name: 'providerName', title: 'PROVIDER', text: ({ providerName }) => providerName },
];

const SOON_DAYS = 30;
