import { ACCESS_STATES, APIS, REJECTION_CODES, VERDICTS, VIAS } from 'nestjs-bedrock-discovery';
import { LIFECYCLE } from '../models/model.schemas.js';
import { about, list, milliseconds, named, object, oneOf, type Schema, text } from '../openapi/schema.js';
import { DESTINATIONS } from '../profiles/profile.schemas.js';
import { REGION, REGION_STATUS } from '../regions/region.schemas.js';
import type { ExplainedResolution } from './explained-resolution.js';

const days = (description: string): Schema => ({ type: 'integer', description });
const INVOCATION_ID = text('To be passed as `modelId` of a call.');

const limit = (description: string): Schema => ({ type: 'number', description });

const QUOTA = about(
  object(
    {
      source: oneOf(
        ['listed', 'learned'],
        '`listed`: by Service Quotas. `learned`: at about this much calls were throttled.',
      ),
      asOf: text('When it was listed or learned, ISO 8601.'),
      left: limit('Share from 0 to 1 that is left of the scarcest, by what this process has used.'),
    },
    {
      tokensPerMinute: limit('Input and output together.'),
      requestsPerMinute: limit('Requests a minute.'),
      tokensPerDay: limit('Input and output together.'),
    },
  ),
  'What the account may use of the model this way, in its source region. Absent where it is not known.',
);

export const ROUTE = named(
  'Route',
  about(
    object(
      {
        modelId: text('Base id of the model; of what the account owns and stands for none, its ARN.'),
        region: about(REGION, 'Source region: whose endpoint to call.'),
        invocationId: INVOCATION_ID,
        arn: text('Empty via `mantle`, whose models have none.'),
        via: oneOf(VIAS),
        destinations: DESTINATIONS,
        access: oneOf(ACCESS_STATES),
        lifecycle: LIFECYCLE,
        reasons: list(text(), 'Why it is offered and ranks where it does.'),
      },
      {
        targetArns: list(text(), 'Of a prompt router: ARNs of the models and profiles that may answer a call.'),
        latencyMs: milliseconds('What it was ranked by: time to first byte of real calls, else the round trip.'),
        daysToLegacy: days('Full days until the model becomes legacy, less than 0 afterwards.'),
        daysToEndOfLife: days('Full days until the model reaches the end of its life.'),
        ageMs: milliseconds('Age of the listing that it rests on, where it is known. It leaves the ETag alone.'),
        apis: list(
          oneOf(APIS),
          'Ways of calling that real calls have shown the model to offer; others may be offered too.',
        ),
        quota: QUOTA,
      },
    ),
    'One concrete way to invoke a model.',
  ),
);

export const RESOLUTION = named(
  'Resolution',
  object({
    modelId: text('Base id of the model; of a well-formed id that no known region lists, the id itself.'),
    verdict: oneOf(VERDICTS, '`unknown`: a region that is enabled, and is not known, may offer a route.'),
    routes: list(ROUTE, 'Every eligible way to invoke the model now, best first.'),
    rejected: list(
      named(
        'RejectedRoute',
        object({
          region: REGION,
          invocationId: INVOCATION_ID,
          code: oneOf(REJECTION_CODES),
          reason: text(),
        }),
      ),
      'What was left out.',
    ),
    unknownRegions: list(REGION_STATUS, 'Regions that may offer more, but failed or were not scanned yet.'),
    text: text('The same for people.'),
  }),
);

const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

export const RESOLUTION_EXAMPLE: ExplainedResolution = {
  verdict: 'eligible',
  modelId: MODEL_ID,
  routes: [
    {
      modelId: MODEL_ID,
      region: 'eu-west-1',
      invocationId: `eu.${MODEL_ID}`,
      arn: `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${MODEL_ID}`,
      via: 'system-profile',
      destinations: ['eu-central-1', 'eu-west-1'],
      latencyMs: 21.4,
      access: 'available',
      lifecycle: { status: 'ACTIVE', startOfLifeTime: '2025-09-29T00:00:00.000Z' },
      ageMs: 60_000,
      reasons: ['Latency: round trip of 21 ms.', 'Access: AWS says that the account has it.'],
    },
  ],
  rejected: [
    {
      region: 'eu-west-1',
      invocationId: MODEL_ID,
      code: 'NOT_ON_DEMAND',
      reason: 'The region lists no on-demand capacity: the bare id cannot be invoked.',
    },
  ],
  unknownRegions: [],
  text: `${MODEL_ID}: one route.`,
};
