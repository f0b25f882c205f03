import { DISCOVERY_CHANGE_TYPES, type DiscoveryChange } from 'nestjs-bedrock-discovery';
import { listOf } from '../lists/list.schemas.js';
import { about, named, object, oneOf, text, time } from '../openapi/schema.js';
import { REGION } from '../regions/region.schemas.js';

export const CHANGE = named(
  'Change',
  about(
    object(
      {
        id: text('Unique, and in the order of the changes when compared as text.'),
        at: time('When it was noticed.'),
        type: oneOf(DISCOVERY_CHANGE_TYPES),
      },
      {
        modelId: text(),
        profileId: text(),
        arn: text('Of what the account owns.'),
        region: REGION,
        before: { description: 'What was listed before; the regions, where something is gone.' },
        after: { description: 'What is listed now; the regions, where something appeared.' },
      },
    ),
    'A change of what Amazon Bedrock offers.',
  ),
);

export const CHANGE_LIST = listOf('ChangeList', CHANGE, {
  recordedSince: time('Since when changes are noticed; absent before the first scan.'),
});

export const CHANGE_EXAMPLE: DiscoveryChange = {
  id: '1787400000000-00000',
  at: '2026-08-22T12:00:00.000Z',
  type: 'model-appeared',
  modelId: 'anthropic.claude-opus-5',
  after: ['eu-west-1', 'us-east-1'],
};
