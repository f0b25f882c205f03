import { type Command, Option } from 'commander';
import type { DiscoveredProfile } from 'nestjs-bedrock-discovery';
import type { Column } from '../output/table.js';
import { list, spaced } from '../output/words.js';
import { type CliRun, withTools } from './cli-run.js';
import { noteUnknown } from './note-unknown.js';

interface ProfilesOptions {
  readonly type?: 'system' | 'application';
  readonly geography?: string;
  readonly modelId?: string;
}

const TYPES = { system: 'SYSTEM_DEFINED', application: 'APPLICATION' } as const;

export function addProfilesCommand(program: Command, run: CliRun): void {
  program
    .command('profiles')
    .summary('the inference profiles')
    .description('Lists the inference profiles of both types, by id.')
    .addOption(new Option('--type <type>', 'of this type').choices(Object.keys(TYPES)))
    .option('--geography <prefix>', 'whose ids begin so, as with eu, apac or global')
    .option('--model, --model-id <id>', 'that wrap this model')
    .action((options: ProfilesOptions, command: Command) =>
      withTools(run, command, async ({ session, printer, note }) => {
        await session.prepare();
        const { type, geography, modelId } = options;
        const filter = { geography, modelId, type: type && TYPES[type] };
        await printer.print(await session.profiles.getAllProfiles(filter), COLUMNS);
        noteUnknown(session.profiles.getRegionStatuses(), note);
        return undefined;
      }),
    );
}

/** Where calls may be served, whichever source region they are made from. */
function destinationsOf({ availability }: DiscoveredProfile): readonly string[] | 'global' {
  const all = Object.values(availability).map(({ destinations }) => destinations);
  return all.includes('global') ? 'global' : [...new Set(all.flat())].sort();
}

const COLUMNS: readonly Column<DiscoveredProfile>[] = [
  {
    name: 'inferenceProfileId',
    title: 'PROFILE ID',
    text: ({ inferenceProfileId }) => inferenceProfileId,
    cut: 'middle',
    essential: true,
  },
  {
    name: 'type',
    title: 'TYPE',
    text: ({ type }) => type,
    short: ({ type }) => (type === 'APPLICATION' ? 'application' : 'system'),
  },
  {
    name: 'regions',
    title: 'SOURCES',
    text: ({ regions }) => spaced(regions),
    short: ({ regions }) => `${regions.length}`,
    align: 'right',
  },
  {
    name: 'destinations',
    title: 'DESTINATIONS',
    text: (profile) => spaced([destinationsOf(profile)].flat()),
    short: (profile) => {
      const destinations = destinationsOf(profile);
      return destinations === 'global' ? 'anywhere' : `${destinations.length}: ${list(destinations)}`;
    },
    style: (profile, { warning }) => (destinationsOf(profile) === 'global' ? warning : String),
  },
  {
    name: 'modelIds',
    title: 'MODELS',
    text: ({ modelIds }) => spaced(modelIds),
    short: ({ modelIds }) => list(modelIds),
    cut: 'middle',
  },
  { name: 'inferenceProfileName', title: 'NAME', text: ({ inferenceProfileName }) => inferenceProfileName },
];
