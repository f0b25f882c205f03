import { InvalidArgumentError } from '../errors/errors.js';
import { isRegionName } from './partitions.js';

const EU = [
  'eu-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-3',
  'eusc-de-east-1',
] as const;

/**
 * Each geography, with what people call it. A new one is an entry here: types, command line, HTTP interface and page take
 * theirs from it.
 */
const PLACES = {
  /** The commercial regions alone. */
  us: { label: 'United States', regions: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'] },
  'us-gov': { label: 'US government', regions: ['us-gov-east-1', 'us-gov-west-1'] },
  /** Member states, the European Sovereign Cloud included. */
  eu: { label: 'European Union', regions: EU },
  europe: { label: 'Europe, with London and Zurich', regions: [...EU, 'eu-central-2', 'eu-west-2'] },
  /** All of Asia and the Pacific; Japan, Australia and India alone are geographies of their own. */
  apac: {
    label: 'Asia Pacific',
    regions: [
      'ap-east-1',
      'ap-east-2',
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-south-1',
      'ap-south-2',
      'ap-southeast-1',
      'ap-southeast-2',
      'ap-southeast-3',
      'ap-southeast-4',
      'ap-southeast-5',
      'ap-southeast-6',
      'ap-southeast-7',
    ],
  },
  jp: { label: 'Japan', regions: ['ap-northeast-1', 'ap-northeast-3'] },
  au: { label: 'Australia', regions: ['ap-southeast-2', 'ap-southeast-4'] },
  ca: { label: 'Canada', regions: ['ca-central-1', 'ca-west-1'] },
  in: { label: 'India', regions: ['ap-south-1', 'ap-south-2'] },
} as const satisfies Readonly<Record<string, { label: string; regions: readonly string[] }>>;

/**
 * A documented set of regions, see {@link GEOGRAPHIES}.
 *
 * @publicApi
 */
export type Geography = keyof typeof PLACES | (string & {});

/**
 * Regions by geography, for data residency. These are sets of places and not the reach of AWS's profiles: where a
 * profile may go is what AWS lists for it. {@link GEOGRAPHY_LABELS} says what each is.
 *
 * `eu` holds the regions in member states of the European Union; `europe` adds London and Zurich. `us` holds the
 * commercial regions of the United States, `us-gov` those for its government.
 *
 * @publicApi
 */
export const GEOGRAPHIES: Readonly<Record<string, readonly string[]>> = Object.freeze(
  mapPlaces(({ regions }) => Object.freeze([...regions].sort())),
);

/**
 * What people call each of the {@link GEOGRAPHIES}, such as "European Union".
 *
 * @publicApi
 */
export const GEOGRAPHY_LABELS: Readonly<Record<string, string>> = Object.freeze(mapPlaces(({ label }) => label));

function mapPlaces<T>(map: (place: (typeof PLACES)[keyof typeof PLACES]) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(PLACES).map(([name, place]) => [name, map(place)]));
}

/**
 * The regions of a residency: those of a geography, or the names that were given, each once.
 *
 * @param residency a key of {@link GEOGRAPHIES}, or the names of regions, known or not
 * @throws InvalidArgumentError for anything else, `'global'` and an empty list included.
 */
export function regionsOf(residency: string | readonly string[]): readonly string[] {
  if (typeof residency === 'string') {
    const regions = Object.hasOwn(GEOGRAPHIES, residency) ? GEOGRAPHIES[residency] : undefined;
    if (regions === undefined) {
      throw new InvalidArgumentError(problemOf(residency));
    }
    return regions;
  }
  if (!Array.isArray(residency) || residency.length === 0) {
    throw new InvalidArgumentError(`A residency names at least one region, or is one of ${accepted()}.`);
  }
  const odd = residency.findIndex((name: unknown) => typeof name !== 'string' || !isRegionName(name));
  if (odd !== -1) {
    const hint = 'A list holds names of regions such as "eu-west-1" only; a geography stands alone, as one of';
    throw new InvalidArgumentError(`${quote(residency[odd])} is not the name of a region. ${hint} ${accepted()}.`);
  }
  return Object.freeze([...new Set(residency as readonly string[])]);
}

function problemOf(residency: string): string {
  if (residency === 'global') {
    return `"global" is no residency: it may be served anywhere. Accepted: ${accepted()}, or a list of regions.`;
  }
  const hint = isRegionName(residency) ? ` A single region goes into a list: ["${residency}"].` : '';
  return `There is no geography ${quote(residency)}. Accepted: ${accepted()}, or a list of regions.${hint}`;
}

function accepted(): string {
  return Object.keys(GEOGRAPHIES)
    .map((name) => `"${name}"`)
    .join(', ');
}

function quote(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}
