import type { Knowledge, Matrix } from 'explorer-web';
import { ACCESS_STATES, FAILURE_KINDS, VERDICT_CODES, VERDICTS, VIAS } from 'nestjs-bedrock-discovery';
import { LIFECYCLE } from '../models/model.schemas.js';
import { about, flag, list, named, object, oneOf, type Schema, text } from '../openapi/schema.js';
import { REGION } from '../regions/region.schemas.js';

const KNOWLEDGE: Readonly<Record<Knowledge, true>> = {
  known: true,
  partial: true,
  stale: true,
  pending: true,
  failed: true,
};

const knowledge = oneOf(
  Object.keys(KNOWLEDGE),
  '`partial`: what it lacks is unknown, since not all could be read. `stale`: served, but old. `pending`: not asked yet. `failed`: asked, and nothing is known.',
);
const failure = object({ kind: oneOf(FAILURE_KINDS), message: text(), remedy: text() });
const amount = (description: string): Schema => ({ type: 'number', minimum: 0, description });
const number = (description: string, minimum = 0): Schema => ({ type: 'integer', minimum, description });

export const MATRIX = named(
  'Matrix',
  about(
    object({
      source: oneOf(['simulator', 'aws'], 'Where the data comes from.'),
      note: text(),
      regions: list(
        object(
          { region: REGION, models: knowledge, profiles: knowledge },
          {
            failures: about(
              object({}, { models: failure, profiles: failure }),
              'What keeps its cells unknown, by operation.',
            ),
          },
        ),
        'The columns, by name.',
      ),
      profiles: list(
        object({
          id: text(),
          name: text(),
          geography: text("The prefix of a system profile's id; `application` for one of the account's own."),
        }),
      ),
      prices: list(
        object(
          {
            in: amount('Of a million tokens in.'),
            out: amount('Of a million tokens out.'),
            currency: text('ISO 4217, such as `USD`.'),
          },
          { anywhere: flag('Its calls may be served anywhere.') },
        ),
      ),
      models: list(
        object(
          {
            id: text(),
            name: text(),
            provider: text(),
            input: list(text()),
            output: list(text()),
            states: list(
              object(
                {
                  verdict: oneOf(VERDICTS, '`unknown`: see the `failures` of the region.'),
                  vias: list(
                    oneOf(VIAS),
                    'The ways to invoke it that the verdict speaks of; none where it is unknown.',
                  ),
                  profiles: list({ ...number('Number of a profile among them.') }),
                  inference: list(text(), '`ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`.'),
                },
                {
                  code: oneOf(VERDICT_CODES, 'Why not.'),
                  lifecycle: about(LIFECYCLE, 'Absent where the region does not list the model itself.'),
                  access: oneOf(ACCESS_STATES, 'Absent where it was never asked for.'),
                  price: number('Number of the price of the cheapest of the ways. Absent where none is known.'),
                  tokensPerMinute: amount('The most that any of the ways allows. Absent where none is known.'),
                },
              ),
              'Verdicts on it; what regions share is written once.',
            ),
            cells: list(
              { ...number('Number of a state, -1 where it is not offered.', -1) },
              'By the position of the region.',
            ),
          },
          { streaming: flag('Absent where AWS does not say.') },
        ),
        'The rows, by id.',
      ),
    }),
    'The verdict on all models × all regions: eligible, not and why, or unknown.',
  ),
);

export const MATRIX_EXAMPLE: Matrix = {
  source: 'simulator',
  note: 'Simulated data: an embedded simulator answers in place of AWS.',
  regions: [
    { region: 'eu-west-1', models: 'known', profiles: 'known' },
    {
      region: 'us-east-1',
      models: 'failed',
      profiles: 'known',
      failures: { models: { kind: 'throttled', message: 'Too many requests.', remedy: 'Ask us-east-1 less often.' } },
    },
  ],
  profiles: [{ id: 'eu.amazon.nova-pro-v1:0', name: 'EU Nova Pro', geography: 'eu' }],
  prices: [{ in: 0.8, out: 3.2, currency: 'USD' }],
  models: [
    {
      id: 'amazon.nova-pro-v1:0',
      name: 'Nova Pro',
      provider: 'Amazon',
      input: ['TEXT', 'IMAGE', 'VIDEO'],
      output: ['TEXT'],
      streaming: true,
      states: [
        {
          verdict: 'eligible',
          vias: ['system-profile'],
          profiles: [0],
          inference: ['INFERENCE_PROFILE'],
          lifecycle: { status: 'ACTIVE' },
          price: 0,
          tokensPerMinute: 2_000_000,
        },
        { verdict: 'unknown', vias: [], profiles: [], inference: [] },
      ],
      cells: [0, 1],
    },
  ],
};
