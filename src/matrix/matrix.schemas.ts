import type { Knowledge, Matrix } from 'explorer-web';
import { ACCESS_STATES } from 'nestjs-bedrock-discovery';
import { LIFECYCLE } from '../models/model.schemas.js';
import { about, flag, list, named, object, oneOf, text } from '../openapi/schema.js';
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
const number = (description: string, minimum = 0): object => ({ type: 'integer', minimum, description });

export const MATRIX = named(
  'Matrix',
  about(
    object({
      source: oneOf(['simulator', 'aws'], 'Where the data comes from.'),
      note: text(),
      regions: list(object({ region: REGION, models: knowledge, profiles: knowledge }), 'The columns, by name.'),
      profiles: list(
        object({
          id: text(),
          name: text(),
          geography: text("The prefix of a system profile's id; `application` for one of the account's own."),
        }),
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
                  inference: list(text(), '`ON_DEMAND`, `PROVISIONED`, `INFERENCE_PROFILE`.'),
                  profiles: list({ ...number('Number of an active profile that leads to it.') }),
                },
                {
                  lifecycle: about(LIFECYCLE, 'Absent where the region offers profiles of it, but does not list it.'),
                  access: oneOf(ACCESS_STATES, 'Absent where it was never asked for.'),
                },
              ),
              'How it can be invoked; what regions share is written once.',
            ),
            cells: list(
              { ...number('Number of a state, -1 where nothing is offered.', -1) },
              'By the position of the region.',
            ),
          },
          { streaming: flag('Absent where AWS does not say.') },
        ),
        'The rows, by id.',
      ),
    }),
    'All models × all regions.',
  ),
);

export const MATRIX_EXAMPLE: Matrix = {
  source: 'simulator',
  note: 'Simulated data: an embedded simulator answers in place of AWS.',
  regions: [
    { region: 'eu-west-1', models: 'known', profiles: 'known' },
    { region: 'us-east-1', models: 'failed', profiles: 'failed' },
  ],
  profiles: [{ id: 'eu.amazon.nova-pro-v1:0', name: 'EU Nova Pro', geography: 'eu' }],
  models: [
    {
      id: 'amazon.nova-pro-v1:0',
      name: 'Nova Pro',
      provider: 'Amazon',
      input: ['TEXT', 'IMAGE', 'VIDEO'],
      output: ['TEXT'],
      streaming: true,
      states: [{ lifecycle: { status: 'ACTIVE' }, inference: ['INFERENCE_PROFILE'], profiles: [0] }],
      cells: [0, -1],
    },
  ],
};
