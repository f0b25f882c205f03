import { type AccountModel, VIAS } from 'nestjs-bedrock-discovery';
import { about, flag, list, named, object, oneOf, text, time } from '../openapi/schema.js';
import { REGION } from '../regions/region.schemas.js';

export const ACCOUNT_MODEL = named(
  'AccountModel',
  about(
    object(
      {
        arn: text('To be passed as `modelId` of a call.'),
        name: text(),
        region: REGION,
        via: oneOf(VIAS),
        open: flag('Whether it takes calls, by its status.'),
        baseModelIds: list(
          text(),
          'Base ids of the models that it is made of, or chooses among, where that is listed.',
        ),
      },
      {
        status: text('As AWS says; imported models have none.'),
        targetArns: list(text(), 'Of a prompt router: what it chooses among.'),
        createdAt: time(),
      },
    ),
    'Something that the account owns and calls by its ARN, and that stands for no foundation model.',
  ),
);

export const ACCOUNT_MODEL_EXAMPLE: AccountModel = {
  arn: 'arn:aws:bedrock:eu-west-1:123456789012:imported-model/06vsfs68yb4g',
  name: 'support-bot',
  region: 'eu-west-1',
  via: 'imported-model',
  open: true,
  baseModelIds: [],
  createdAt: '2026-03-01T00:00:00.000Z',
};
