/**
 * Makes the table of prices and capabilities, and the types of ids, anew, from the AWS Price List and what regions list. After `npm run build`:
 *
 *   aws bedrock list-foundation-models --region us-east-1 > models.json          # of as many regions as matter
 *   aws bedrock list-inference-profiles --region us-east-1 > profiles.json
 *   aws pricing get-products --region us-east-1 --service-code AmazonBedrock > bedrock.json
 *   aws pricing get-products --region us-east-1 --service-code AmazonBedrockFoundationModels > providers.json
 *   node scripts/make-figures.mjs 2026-12 models.json profiles.json bedrock.json providers.json
 *
 * A product is that of a model whose name it bears exactly; what cannot be recognised without doubt is left aside. What the list
 * does not have stays as it is, with its date. Capabilities stay: no list of AWS has them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutGeography } from '../libs/bedrock-discovery/dist/catalog/arn.js';
import { FIGURES, FIGURES_AS_OF } from '../libs/bedrock-discovery/dist/catalog/figures/figures-data.js';
import { parseRateCards, priceByRates } from '../libs/bedrock-discovery/dist/facts/pricing/rate-card.js';

const TABLE = new URL('../libs/bedrock-discovery/src/catalog/figures/figures-data.ts', import.meta.url);
const US = /^us-(?:east|west)-\d$/;

const [asOf = '', ...files] = process.argv.slice(2);
if (!/^\d{4}-\d\d(?:-\d\d)?$/.test(asOf) || files.length === 0) {
  throw new Error(
    'usage: node scripts/make-figures.mjs <date> <answers of AWS as JSON files>, with FIGURES_FILE for another place',
  );
}
const answers = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8'))));
const lines = merged(pricesOf(answers), asOf);
const target = process.env['FIGURES_FILE'] ?? TABLE;
const source = await readFile(TABLE, 'utf8');
const head = source
  .slice(0, source.lastIndexOf('`', source.lastIndexOf('`') - 1) + 1)
  .replace(/(FIGURES_AS_OF = )'[^']*'/, `$1'${asOf}'`);
await writeFile(target, `${head}\n${lines.join('\n')}\n\`;\n`);
await writeFile(join(dirname(target instanceof URL ? fileURLToPath(target) : target), 'known-ids.ts'), idTypes(lines));

/** By code unit, the same on every machine. */
function byText(a, b) {
  return a < b ? -1 : 1;
}

/** What an editor offers where ids are taken. */
function idTypes(all) {
  const ids = [...new Set(all.map((line) => line.slice(0, line.indexOf('|')).replace(/^.*\//, '')))].sort(byText);
  const profiles = ids.filter((id) => withoutGeography(id) !== id);
  const models = [...new Set(ids.map(withoutGeography))].sort(byText);
  const union = (names) => names.map((name) => `  | '${name}'\n`).join('');
  return `/** Made by \`scripts/make-figures.mjs\`: the ids in its table, as types alone. */

/**
 * What names a model: its id, with or without provider and version, its ARN, or its name. An editor offers the ids that were
 * known when the library was made.
 *
 * @publicApi
 */
export type ModelName =
${union(models)}  | (string & {});

/**
 * What names an inference profile: its id, its ARN, or its name. An editor offers the ids that were known when the library was
 * made.
 *
 * @publicApi
 */
export type ProfileName =
${union(profiles)}  | (string & {});
`;
}

/** By key of the table, the price of a million tokens in and out. */
function pricesOf(all) {
  const models = all.flatMap(({ modelSummaries = [] }) => modelSummaries);
  const profiles = all.flatMap(({ inferenceProfileSummaries = [] }) => inferenceProfileSummaries);
  const rates = ratesByModel(
    all
      .flatMap(({ PriceList = [] }) => PriceList)
      .map((product) => (typeof product === 'string' ? JSON.parse(product) : product)),
    models,
  );
  const regional = [...rates].flatMap(([modelId, ofModel]) =>
    [...new Set(ofModel.map(({ region }) => region))].map((region) => [
      modelId,
      region,
      priceByRates(ofModel, region, 'regional'),
    ]),
  );
  const through = profiles
    .filter(({ type }) => type === 'SYSTEM_DEFINED')
    .map(({ inferenceProfileId, inferenceProfileArn, models: [{ modelArn }] }) => {
      const ofModel = rates.get(modelArn.slice(modelArn.indexOf('/') + 1)) ?? [];
      const region = inferenceProfileArn.split(':')[3];
      const scope = inferenceProfileId.startsWith('global.') ? 'global' : 'geographic';
      return [inferenceProfileId, region, priceByRates(ofModel, region, scope)];
    });
  return new Map([...united(regional, (region) => US.test(region)), ...united(through, () => true)]);
}

/** One line for all regions that share a price, where they may; else one for each. */
function united(priced, mayShare) {
  const byId = new Map();
  for (const [id, region, price] of priced) {
    if (price !== undefined) {
      byId.set(id, [...(byId.get(id) ?? []), [region, `${price.inputPerMillion}|${price.outputPerMillion}`]]);
    }
  }
  return [...byId].flatMap(([id, regions]) => {
    const [sharing, own] = [
      regions.filter(([region]) => mayShare(region)),
      regions.filter(([region]) => !mayShare(region)),
    ];
    const isShared = new Set(sharing.map(([, price]) => price)).size === 1;
    const alone = (isShared ? own : regions).map(([region, price]) => [`${region}/${id}`, price]);
    return isShared ? [[id, sharing[0][1]], ...alone] : alone;
  });
}

/** The rates that products state, each as a line of a rate card, by the model whose name the product bears. */
function ratesByModel(products, models) {
  const cards = new Map();
  for (const { product, terms } of products) {
    const { attributes = {} } = product ?? {};
    const modelId = idOf(attributes, models);
    const dimension = dimensionOf(attributes);
    for (const term of Object.values(terms?.OnDemand ?? {})) {
      for (const { unit, description = '', pricePerUnit = {}, beginRange = '0' } of Object.values(
        term.priceDimensions ?? {},
      )) {
        if (modelId !== undefined && dimension !== undefined && beginRange === '0') {
          // In front of the last bar stands where it is used.
          const line = { dimension, price: pricePerUnit.USD, description: description.split('|').at(-1), unit };
          const [rate] = parseRateCards({ offers: [{ termDetails: { usageBasedPricingTerm: { rateCard: [line] } } }] });
          const former = cards.get(modelId) ?? [];
          cards.set(modelId, rate === undefined ? former : [...former, { ...rate, region: attributes.regionCode }]);
        }
      }
    }
  }
  return cards;
}

function idOf({ model, servicename = '' }, models) {
  const name = plain(model ?? servicename.replace(/ \(Amazon Bedrock Edition\)$/, ''));
  const ids = new Set(
    models
      .filter(({ modelName, providerName }) =>
        [modelName, `${providerName} ${modelName}`].some((each) => plain(each) === name),
      )
      .map(({ modelId }) => modelId),
  );
  // Variants with another context size bear the name of the model.
  const [only, another] = [...ids].filter(
    (id) => ![...ids].some((other) => other !== id && id.startsWith(`${other}:`)),
  );
  return another === undefined ? only : undefined;
}

/** As a provider's offer would call it; undefined for what is no token at the standard tier. */
function dimensionOf({ usagetype = '', inferenceType, feature, servicename }) {
  if (servicename?.endsWith('(Amazon Bedrock Edition)')) {
    return /^[A-Z\d]+-MP:[A-Z\d]+_(\w+)-Units$/.exec(usagetype)?.[1];
  }
  const [, direction] = /^(Input|Output) tokens$/i.exec(inferenceType ?? '') ?? [];
  const isStandard =
    feature === 'On-demand Inference' && !/batch|flex|priority|latency|cache|custom|long|lctx/i.test(usagetype);
  const scope = /cross-region-global|-global-/.test(usagetype)
    ? '_global'
    : /cross-region/.test(usagetype)
      ? undefined
      : '';
  return direction === undefined || !isStandard || scope === undefined
    ? undefined
    : `${direction.toLowerCase()}_tokens${scope}_standard`;
}

function plain(name) {
  return name.toLowerCase().replaceAll(/[^\p{Letter}\p{Number}.]+/gu, '');
}

function merged(prices, date) {
  const former = new Map(
    FIGURES.trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('|')), line.split('|')]),
  );
  const keys = [...new Set([...former.keys(), ...prices.keys()])].sort((a, b) => (a < b ? -1 : 1));
  return keys.map((key) => {
    const [, input = '', output = '', context = '', longest = '', flags = '', at = FIGURES_AS_OF] =
      former.get(key) ?? [];
    const price = prices.get(key);
    const line = [key, price ?? `${input}|${output}`, context, longest, flags].join('|');
    return price !== undefined || at === date ? line : `${line}|${at}`;
  });
}
