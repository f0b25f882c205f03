// Makes `libs/bedrock-simulator/src/catalogue/catalogue-data.ts`, the catalogue that the simulator comes with, of a recorded one:
//
//   npx bedrock-simulator record > catalogue.json
//   node scripts/make-catalogue.mjs catalogue.json && npm run format
//
// The table has no room for lifecycles that differ by region, nor for the times of profiles, which the simulator makes up.
import { readFileSync, writeFileSync } from 'node:fs';

const MODALITIES = { TEXT: 'T', IMAGE: 'I', VIDEO: 'V', SPEECH: 'S', AUDIO: 'A', EMBEDDING: 'E' };
const CUSTOMIZATIONS = { FINE_TUNING: 'F', DISTILLATION: 'D', PREFERENCE_FINE_TUNING: 'P' };
const INFERENCE_TYPES = { ON_DEMAND: 'O', PROVISIONED: 'P', INFERENCE_PROFILE: 'I' };
/** As many regions as a number has room for. */
const MAX_REGIONS = 53;

const [source, given] = process.argv.slice(2);
const target = given ?? new URL('../libs/bedrock-simulator/src/catalogue/catalogue-data.ts', import.meta.url);
const { surveyedOn, enabledByDefault, optIn, models, profiles } = JSON.parse(readFileSync(source, 'utf8'));
const regions = [...enabledByDefault.toSorted(), ...optIn.toSorted()];
if (regions.length > MAX_REGIONS) {
  throw new Error(`The table has room for ${MAX_REGIONS} regions, and not for ${regions.length}.`);
}

writeFileSync(
  target,
  `/**
 * What Amazon Bedrock offered where, as of ${surveyedOn}. Made by \`scripts/make-catalogue.mjs\`.
 * Read by \`read-catalogue.ts\`; region sets are bit sets in base 36, bit 0 being the first name of {@link REGIONS}.
 * Longer than other files, as it is a table: one line for each model and profile.
 */

/** When it was asked for. */
export const SURVEYED_ON = '${surveyedOn}';

const names = (text: string): readonly string[] => text.trim().split(/\\s+/);

/** Regions that every account has. */
export const ENABLED_BY_DEFAULT = names(\`
${wrapped(enabledByDefault.toSorted())}
\`);

/** Regions that an account has to opt in to. */
export const OPT_IN = names(\`
${wrapped(optIn.toSorted())}
\`);

/** All regions; their position is their bit. */
export const REGIONS: readonly string[] = [...ENABLED_BY_DEFAULT, ...OPT_IN];

/**
 * id | name | provider | input modalities | output modalities | streaming (y, n or absent) | customizations |
 * start, end, legacy, extended-access times (a legacy time makes it LEGACY) | inference types = regions, …
 */
export const MODELS: string = \`
${models.map(lineOfModel).join('\n')}
\`;

/** id | name | source regions > destinations (\`*\`: global), …. The model's id follows the first dot of the profile's. */
export const PROFILES: string = \`
${profiles.map(lineOfProfile).join('\n')}
\`;
`,
);

/** Seven names a line. */
function wrapped(list) {
  return Array.from({ length: Math.ceil(list.length / 7) }, (_, row) =>
    list.slice(row * 7, row * 7 + 7).join(' '),
  ).join('\n');
}

function lineOfModel(model) {
  const { modelId, modelName, providerName, inputModalities, outputModalities, lifecycle, inferenceTypes } = model;
  const { responseStreamingSupported: streams, customizationsSupported, regionalLifecycle = {} } = model;
  if (Object.keys(regionalLifecycle).length > 0) {
    const where = Object.keys(regionalLifecycle).join(', ');
    process.stderr.write(`${modelId}: its lifecycle differs in ${where}, which is not kept.\n`);
  }
  const types = grouped(inferenceTypes, (list) => sorted(codesOf(list, INFERENCE_TYPES)));
  return [
    modelId,
    modelName,
    providerName,
    codesOf(inputModalities, MODALITIES),
    codesOf(outputModalities, MODALITIES),
    streams === undefined ? '' : streams ? 'y' : 'n',
    codesOf(customizationsSupported, CUSTOMIZATIONS),
    timesOf(lifecycle),
    types.map(([codes, where]) => `${codes}=${bits(where)}`).join(','),
  ].join('|');
}

function lineOfProfile({ inferenceProfileId, inferenceProfileName, routes }) {
  const groups = grouped(routes, (destinations) => (destinations === 'global' ? '*' : bits(destinations)));
  return [
    inferenceProfileId,
    inferenceProfileName,
    groups.map(([destinations, sources]) => `${bits(sources)}>${destinations}`).join(','),
  ].join('|');
}

/** Start, end, legacy and extended access, as far as there are some. */
function timesOf({ startOfLifeTime, endOfLifeTime, legacyTime, publicExtendedAccessTime }) {
  return [startOfLifeTime, endOfLifeTime, legacyTime, publicExtendedAccessTime]
    .map((time) => (time ?? '').replace(/(?::00){0,2}(?:\.0+)?Z$/, ''))
    .join(',')
    .replace(/,+$/, '');
}

/** The regions of each value, in the order of the values. */
function grouped(perRegion, write) {
  const groups = new Map();
  for (const region of regions.filter((each) => each in perRegion)) {
    const value = write(perRegion[region]);
    groups.set(value, [...(groups.get(value) ?? []), region]);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function codesOf(list, codes) {
  return list.map((name) => codes[name] ?? fail(`read-catalogue.ts has no letter for ${name} yet.`)).join('');
}

function sorted(text) {
  return [...text].toSorted((a, b) => (a < b ? -1 : 1)).join('');
}

function bits(list) {
  const known = list.map((name) => regions.indexOf(name));
  return known.includes(-1)
    ? fail(`${list[known.indexOf(-1)]} is a destination, and no region of the catalogue.`)
    : known.reduce((sum, index) => sum + 2 ** index, 0).toString(36);
}

function fail(message) {
  throw new Error(message);
}
