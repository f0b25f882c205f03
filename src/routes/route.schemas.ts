import {
  ACCESS_STATES,
  APIS,
  PRICE_SOURCES,
  QUOTA_SOURCES,
  REJECTION_CODES,
  RETENTION_MODES,
  RETENTION_SETTINGS,
  VERDICTS,
  VIAS,
} from 'nestjs-bedrock-discovery';
import { PROVENANCE, PROVENANCE_EXAMPLE } from '../lists/list.schemas.js';
import { LIFECYCLE } from '../models/model.schemas.js';
import { about, list, milliseconds, named, object, oneOf, type Schema, text, time } from '../openapi/schema.js';
import { DESTINATIONS } from '../profiles/profile.schemas.js';
import { REGION, REGION_STATUS } from '../regions/region.schemas.js';
import type { ExplainedResolution } from './explained-resolution.js';

const days = (description: string): Schema => ({ type: 'integer', description });
const INVOCATION_ID = text('To be passed as `modelId` of a call.');

export const RETENTION = named(
  'RouteRetention',
  about(
    object(
      {
        effective: oneOf(RETENTION_MODES, 'What is in force; default where the account has set nothing.'),
        source: oneOf(['account', 'call'], 'AWS was asked, or a refused call has named the mode.'),
        at: time('When AWS answered or the call was refused.'),
      },
      { mode: oneOf(RETENTION_SETTINGS, 'What the account has set, where AWS was asked.') },
    ),
    'The data retention mode of calls from a region.',
  ),
);

const amount = (description: string): Schema => ({ type: 'number', minimum: 0, description });

const PRICE = named(
  'Price',
  about(
    object(
      {
        inputPerMillion: amount('Of a million tokens in.'),
        outputPerMillion: amount('Of a million tokens out.'),
        currency: text('ISO 4217, such as `USD`.'),
        source: oneOf(
          PRICE_SOURCES,
          "`offer`: the provider's to the account. `option`: a table of the application's own. `table`: the one that comes with the library.",
        ),
      },
      { asOf: text('When it was so: a time, a day or a month.') },
    ),
    'What a call costs at the standard rate.',
  ),
);

const limit = (description: string): Schema => ({ type: 'number', description });

const QUOTA = named(
  'RouteQuota',
  about(
    object(
      {
        source: oneOf(
          QUOTA_SOURCES,
          '`listed`: by Service Quotas. `learned`: at about this much calls were throttled.',
        ),
        asOf: time('When it was listed or learned.'),
        left: limit('Share from 0 to 1 that is left of the scarcest, by what this process has used.'),
      },
      {
        tokensPerMinute: limit('Input and output together.'),
        requestsPerMinute: limit('Requests a minute.'),
        tokensPerDay: limit('Input and output together.'),
      },
    ),
    'What the account may use of the model this way, in its source region. Absent where it is not known.',
  ),
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
        price: about(PRICE, 'Absent where it is not known.'),
        apis: list(
          oneOf(APIS),
          'Ways of calling that real calls have shown the model to offer; others may be offered too.',
        ),
        retention: RETENTION,
        quota: QUOTA,
      },
    ),
    'One concrete way to invoke a model.',
  ),
);

export const RESOLUTION = named(
  'Resolution',
  object(
    {
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
      provenance: PROVENANCE,
    },
    {
      cheaper: named(
        'CheaperRoute',
        about(
          object({
            region: REGION,
            invocationId: INVOCATION_ID,
            code: oneOf(REJECTION_CODES),
            price: PRICE,
            surchargePercent: amount(
              'How much more the cheapest eligible route costs, by three tokens in for each one out.',
            ),
          }),
          'The cheapest route that only the choice of regions and ways leaves out, where it is cheaper than all that are eligible.',
        ),
      ),
    },
  ),
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
      price: { inputPerMillion: 3.3, outputPerMillion: 16.5, currency: 'USD', source: 'table', asOf: '2026-11' },
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
  provenance: PROVENANCE_EXAMPLE,
};
