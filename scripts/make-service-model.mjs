// Makes `libs/bedrock-simulator/src/protocol/service-model-data.ts` of the service models of Bedrock and its runtime, which AWS publishes:
//
//   node scripts/make-service-model.mjs <service-2.json of bedrock> <service-2.json of bedrock-runtime>
//
// Only what decides on a request is kept: paths, members, where they stand, and constraints.
import { readFileSync, writeFileSync } from 'node:fs';

/** The operations whose input is checked. Of all others, only paths are kept. */
const CHECKED = new Set([
  'ApplyGuardrail',
  'Converse',
  'ConverseStream',
  'CountTokens',
  'CreateInferenceProfile',
  'DeleteInferenceProfile',
  'GetFoundationModel',
  'GetFoundationModelAvailability',
  'GetInferenceProfile',
  'InvokeModel',
  'InvokeModelWithResponseStream',
  'ListCustomModelDeployments',
  'ListFoundationModelAgreementOffers',
  'ListFoundationModels',
  'ListImportedModels',
  'ListInferenceProfiles',
  'ListMarketplaceModelEndpoints',
  'ListPromptRouters',
  'ListProvisionedModelThroughputs',
  'ListTagsForResource',
  'PutAccountDataRetention',
  'TagResource',
  'UntagResource',
]);

const shapes = new Map();
const operations = process.argv.slice(2).flatMap((file) => {
  const model = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(model.operations).map(([name, operation]) => operationOf(name, operation, model.shapes));
});

const target = new URL('../libs/bedrock-simulator/src/protocol/service-model-data.ts', import.meta.url);
const lines = (entries) => entries.map(([name, value]) => `  ${name}: ${literal(value)},\n`).join('');
writeFileSync(
  target,
  `import type { Shape, ServiceOperation } from './shapes.js';

// Made by \`scripts/make-service-model.mjs\`. Longer than other files, as it is a table.

/** What requests are made of, by the names of the service model. */
export const SHAPES: Readonly<Record<string, Shape>> = {
${lines([...shapes].sort(([a], [b]) => (a < b ? -1 : 1)))}};

/** All operations of Bedrock and its runtime. */
export const SERVICE_OPERATIONS: Readonly<Record<string, ServiceOperation>> = {
${lines(operations.sort(([a], [b]) => (a < b ? -1 : 1)))}};
`,
);

function operationOf(name, { http, input, output }, all) {
  const members = Object.entries(all[output?.shape]?.members ?? {});
  const list = name.startsWith('List') ? members.find(([, { shape }]) => all[shape].type === 'list')?.[0] : undefined;
  const checked = input !== undefined && CHECKED.has(name);
  if (checked) {
    keep(input.shape, all);
  }
  const { method, requestUri: path, responseCode } = http;
  return [
    name,
    {
      method,
      path,
      ...(responseCode !== 200 && { status: responseCode }),
      ...(list !== undefined && { list }),
      ...(checked && { input: input.shape }),
    },
  ];
}

function keep(name, all) {
  const found = all[name];
  const known = shapes.get(name);
  if (known !== undefined) {
    return;
  }
  const shape = shapeOf(found);
  shapes.set(name, shape);
  for (const used of [...Object.values(shape.members ?? {}), shape.of, shape.key].filter(Boolean)) {
    keep(used, all);
  }
}

function shapeOf({
  type,
  document,
  union,
  members,
  required,
  member,
  key,
  value,
  min,
  max,
  pattern,
  payload,
  ...rest
}) {
  const limits = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  if (document) {
    return { kind: 'document' };
  }
  if (type === 'structure') {
    const placed = Object.entries(members).filter(([, { location }]) => location !== undefined);
    return {
      kind: union ? 'union' : 'structure',
      members: Object.fromEntries(Object.entries(members).map(([name, { shape }]) => [name, shape])),
      ...(required?.length > 0 && { required }),
      ...(payload && { payload }),
      ...(placed.length > 0 && {
        places: Object.fromEntries(
          placed.map(([name, { location, locationName }]) => [name, [location, locationName]]),
        ),
      }),
    };
  }
  if (type === 'list') {
    return { kind: 'list', of: member.shape, ...limits };
  }
  if (type === 'map') {
    return { kind: 'map', key: key.shape, of: value.shape, ...limits };
  }
  return { kind: type, ...limits, ...(pattern && { pattern }), ...(rest.enum && { enum: rest.enum }) };
}

function literal(value) {
  if (Array.isArray(value)) {
    return `[${value.map(literal).join(', ')}]`;
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([name, each]) => `${/^\w+$/.test(name) ? name : `'${name}'`}: ${literal(each)}`,
    );
    return `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : String(value);
}
