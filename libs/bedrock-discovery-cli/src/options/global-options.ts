import { type Command, Option } from 'commander';
import { OPTIONAL_LISTINGS, type OptionalListing } from 'nestjs-bedrock-discovery/enumerations';
import { parseChoices, parseDuration, parseRegions } from './parse-values.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly simulator?: boolean;
  readonly profile?: string;
  readonly regions?: readonly string[];
  readonly listings?: readonly OptionalListing[];
  readonly cacheDir?: string;
  readonly cache: boolean;
  readonly cached?: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly color: boolean;
  readonly wide?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

const WHERE_FROM = 'Where answers come from:';
const HOW_PRINTED = 'How they are printed:';

export function addGlobalOptions(program: Command): void {
  const sources = [
    new Option('--simulator', 'an embedded simulator in place of AWS, with a cache of its own'),
    new Option('--profile <name>', 'profile of the shared AWS configuration files'),
    new Option('--region, --regions <names>', 'look at these regions only').argParser(parseRegions),
    new Option('--listings <names>', `list these as well: ${OPTIONAL_LISTINGS.join(', ')}`).argParser(
      parseChoices(OPTIONAL_LISTINGS),
    ),
    new Option('--cached', 'answer from the cache whatever its age, and ask AWS only if it is empty'),
    new Option('--cache-dir <folder>', "folder of the cache (default: below the platform's cache folder)"),
    new Option('--no-cache', 'neither read nor write the cache'),
    new Option('--timeout <time>', 'longest wait for AWS, as in 30s (default: 10s)').argParser(parseDuration),
  ];
  const formats = [
    new Option('--json', 'JSON: the data of the library').conflicts('csv'),
    new Option('--csv', 'CSV by RFC 4180'),
    new Option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are respected as well)'),
    new Option('--wide', 'one line for each row, however wide the terminal is'),
    new Option('-q, --quiet', 'the answer alone: neither progress nor notes').conflicts('verbose'),
    new Option('--verbose', 'log what the library does'),
  ];
  for (const option of sources) {
    program.addOption(option.helpGroup(WHERE_FROM));
  }
  for (const option of formats) {
    program.addOption(option.helpGroup(HOW_PRINTED));
  }
}
