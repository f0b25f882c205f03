import { type Command, Option } from 'commander';
import type { Route, RouteConstraints } from 'nestjs-bedrock-discovery';
import {
  ACCESS_DEMANDS,
  APIS,
  GEOGRAPHIES,
  PREFERENCES,
  RETENTION_MODES,
  VIAS,
} from 'nestjs-bedrock-discovery/enumerations';
import { addCapabilityOptions, type CapabilityOptions, demandsOf } from './capability-options.js';
import { parseChoices, parseDays, parseDuration, parsePrice, parseRegions, parseTokens } from './parse-values.js';

/** What narrows routes down, as the command line has it. */
export interface ConstraintOptions extends CapabilityOptions {
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
  readonly maxOutputPricePerMillion?: number;
  readonly minTokensPerMinute?: number;
}

export function addConstraintOptions(command: Command): Command {
  const added = command
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
    )
    .addOption(
      new Option(
        '--max-output-price, --max-output-price-per-million <price>',
        'that a million tokens out may cost at most; what is not known stays',
      ).argParser(parsePrice),
    )
    .addOption(
      new Option('--min-tokens-per-minute <tokens>', 'that the quota must allow; what is not known stays').argParser(
        parseTokens,
      ),
    );
  return addCapabilityOptions(added);
}

/** One name that is no region is a geography; the library says which there are. */
export function residencyOf(names: readonly string[]): string | readonly string[] {
  const [only] = names;
  return names.length === 1 && only !== undefined && !/\d$/.test(only) ? only : names;
}

export function constraintsOf(options: ConstraintOptions): RouteConstraints {
  const { residency, preferredRegions, sourceRegions, via, prefer, access, applicationProfile } = options;
  const { minDaysToEndOfLife, maxDestinationAge, api, retention } = options;
  const { maxOutputPricePerMillion, minTokensPerMinute } = options;
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
    ...(maxOutputPricePerMillion !== undefined && { maxOutputPricePerMillion }),
    ...(minTokensPerMinute !== undefined && { minTokensPerMinute }),
    ...demandsOf(options),
  };
}
