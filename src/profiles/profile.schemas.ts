import type { DiscoveredProfile } from 'nestjs-bedrock-discovery';
import { listOf } from '../lists/list.schemas.js';
import { about, list, named, object, oneOf, recordOf, text, time } from '../openapi/schema.js';
import { REGIONS } from '../regions/region.schemas.js';

export const DESTINATIONS = named('Destinations', {
  oneOf: [REGIONS, { const: 'global' }],
  description: 'Regions that may serve the call; `global`: anywhere. An empty list promises nothing.',
});

export const PROFILE = named(
  'Profile',
  about(
    object(
      {
        inferenceProfileId: text(),
        inferenceProfileName: text(),
        type: oneOf(['SYSTEM_DEFINED', 'APPLICATION'], 'As most source regions say.'),
        modelIds: list(text(), 'Base ids of the models that it wraps.'),
        regions: about(REGIONS, 'Source regions, by name.'),
        availability: recordOf(
          named(
            'ProfileInRegion',
            object(
              {
                type: oneOf(['SYSTEM_DEFINED', 'APPLICATION']),
                inferenceProfileArn: text(),
                modelArns: list(text()),
                destinations: DESTINATIONS,
                status: text('`ACTIVE`, or whatever AWS adds.'),
              },
              { createdAt: time(), updatedAt: time() },
            ),
          ),
          'What differs, by source region.',
        ),
      },
      { description: text() },
    ),
    'An inference profile and the source regions that list it.',
  ),
);

export const PROFILE_LIST = listOf('ProfileList', PROFILE);

const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

export const PROFILE_EXAMPLE: DiscoveredProfile = {
  inferenceProfileId: `eu.${MODEL_ID}`,
  inferenceProfileName: 'EU Claude Sonnet 4.5',
  description: 'Routes requests to Claude Sonnet 4.5 in eu-central-1 and eu-west-1.',
  type: 'SYSTEM_DEFINED',
  modelIds: [MODEL_ID],
  regions: ['eu-west-1'],
  availability: {
    'eu-west-1': {
      type: 'SYSTEM_DEFINED',
      inferenceProfileArn: `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${MODEL_ID}`,
      modelArns: [
        `arn:aws:bedrock:eu-central-1::foundation-model/${MODEL_ID}`,
        `arn:aws:bedrock:eu-west-1::foundation-model/${MODEL_ID}`,
      ],
      destinations: ['eu-central-1', 'eu-west-1'],
      status: 'ACTIVE',
      createdAt: '2025-09-29T00:00:00.000Z',
      updatedAt: '2025-09-29T00:00:00.000Z',
    },
  },
};
