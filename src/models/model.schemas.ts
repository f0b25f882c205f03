import type { DiscoveredModel, RetiringModel } from 'nestjs-bedrock-discovery';
import {
  about,
  count,
  flag,
  list,
  named,
  object,
  oneOf,
  recordOf,
  type Schema,
  text,
  time,
} from '../openapi/schema.js';
import { REGION, REGION_LATENCY, REGION_STATUS, REGIONS } from '../regions/region.schemas.js';
import type { BestRegions } from './best-regions.js';

export const LIFECYCLE = named(
  'ModelLifecycle',
  object(
    { status: text('`ACTIVE` or `LEGACY`, or whatever AWS adds.') },
    { startOfLifeTime: time(), legacyTime: time(), publicExtendedAccessTime: time(), endOfLifeTime: time() },
  ),
);

const IN_REGION = {
  modelArn: text(),
  inferenceTypesSupported: list(
    text(),
    '`ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`; without `ON_DEMAND` the bare id cannot be invoked. May be empty.',
  ),
  lifecycle: LIFECYCLE,
};

export const MODEL_MEMBERS = {
  modelId: text(),
  modelName: text(),
  providerName: text(),
  inputModalities: list(text()),
  outputModalities: list(text()),
  customizationsSupported: list(text()),
  regions: about(REGIONS, 'Regions that list it, by name.'),
  availability: recordOf(named('ModelInRegion', object(IN_REGION)), 'What differs, by region.'),
};

export const MODEL_OPTIONALS = {
  responseStreamingSupported: flag('Absent where AWS does not say.'),
  capabilities: named(
    'ModelCapabilities',
    about(
      object(
        {
          source: oneOf(['table'], 'The dated table that comes with the library.'),
          asOf: text('When it was so: a month or a day.'),
        },
        {
          contextTokens: count('Of input and output together.'),
          maxOutputTokens: count('Of the longest answer.'),
          toolUse: flag(),
          reasoning: flag(),
          structuredOutput: flag('Whether it answers by a schema.'),
        },
      ),
      'What the model can do, as far as is known: what is left out is unknown. Not from AWS.',
    ),
  ),
};

export const MODEL = named(
  'Model',
  about(object(MODEL_MEMBERS, MODEL_OPTIONALS), 'A foundation model and where it is.'),
);

export const BEST_REGIONS = named(
  'BestRegions',
  object({
    modelId: text(),
    preferred: list(
      object({
        region: REGION,
        model: oneOf(['listed', 'not-listed', 'unknown'], '`unknown`: what the region lists is not known.'),
      }),
      'The regions that were to rank first.',
    ),
    regions: list(
      named(
        'RankedRegion',
        object(
          {
            region: REGION,
            preferred: flag('It ranks here because it was preferred, and not by its latency.'),
            ...IN_REGION,
          },
          { latency: about(REGION_LATENCY, 'Absent where it was never measured.') },
        ),
      ),
      'Preferred ones first, then the fastest.',
    ),
    unknownRegions: list(REGION_STATUS, 'Regions that might list the model as well, and why that is not known.'),
  }),
);

const days = (description: string): Schema => ({ type: 'integer', description });

export const RETIRING_MODEL = named(
  'RetiringModel',
  about(
    object(
      {
        modelId: text(),
        modelName: text(),
        providerName: text(),
        regions: about(REGIONS, 'Regions that list it with these times.'),
        status: text('`LEGACY`, or `ACTIVE` where the end is announced already.'),
        supersededBy: list(
          object({ modelId: text(), modelName: text(), regions: about(REGIONS, 'Where it is active.') }),
          'Later models of the same family, the latest first; empty where the data does not say.',
        ),
      },
      {
        legacyTime: time(),
        daysToLegacy: days('Negative once it has passed.'),
        publicExtendedAccessTime: time('From then on it may cost more.'),
        endOfLifeTime: time('From then on calls fail.'),
        daysToEndOfLife: days('Negative where it has passed and the region lists the model still.'),
      },
    ),
    'A model that retires.',
  ),
);

const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const AT_EU_WEST_1 = {
  modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${MODEL_ID}`,
  inferenceTypesSupported: ['INFERENCE_PROFILE'],
  lifecycle: { status: 'ACTIVE', startOfLifeTime: '2025-09-29T00:00:00.000Z' },
};

export const MODEL_EXAMPLE: DiscoveredModel = {
  modelId: MODEL_ID,
  modelName: 'Claude Sonnet 4.5',
  providerName: 'Anthropic',
  inputModalities: ['TEXT', 'IMAGE'],
  outputModalities: ['TEXT'],
  responseStreamingSupported: true,
  customizationsSupported: [],
  capabilities: { contextTokens: 200_000, maxOutputTokens: 64_000, toolUse: true, source: 'table', asOf: '2026-11' },
  regions: ['eu-west-1'],
  availability: { 'eu-west-1': AT_EU_WEST_1 },
};

export const BEST_REGIONS_EXAMPLE: BestRegions = {
  modelId: MODEL_ID,
  preferred: [{ region: 'eu-west-1', model: 'listed' }],
  regions: [
    {
      region: 'eu-west-1',
      preferred: true,
      latency: { region: 'eu-west-1', latencyMs: 21.4, samples: 6, failures: 0, updatedAt: '2026-08-22T12:00:00.000Z' },
      ...AT_EU_WEST_1,
    },
  ],
  unknownRegions: [{ region: 'us-east-1', status: 'pending', stale: false, count: 0 }],
};

export const RETIRING_EXAMPLE: RetiringModel = {
  modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
  modelName: 'Claude 3 Haiku',
  providerName: 'Anthropic',
  regions: ['eu-west-1'],
  status: 'LEGACY',
  legacyTime: '2026-03-10T00:00:00.000Z',
  daysToLegacy: -166,
  endOfLifeTime: '2026-09-10T00:00:00.000Z',
  daysToEndOfLife: 18,
  supersededBy: [
    { modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', modelName: 'Claude Haiku 4.5', regions: ['eu-west-1'] },
  ],
};
