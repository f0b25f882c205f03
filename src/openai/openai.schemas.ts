import { about, count, list, named, object, oneOf, text } from '../openapi/schema.js';
import { REGIONS } from '../regions/region.schemas.js';
import type { OpenAiModel } from './describe-model.js';

export const OPENAI_MODEL = named(
  'OpenAiModel',
  about(
    object({
      id: text('Base id of the model.'),
      object: { const: 'model' },
      created: count('When its life began, in seconds since 1970; 0 where no region says.'),
      owned_by: text('The provider.'),
      input_modalities: list(text()),
      output_modalities: list(text()),
      invocation_ids: list(
        text(),
        'What a call passes as `modelId`, of every eligible way: the bare id first, then profiles.',
      ),
    }),
    "A model as OpenAI's API describes one, and what that does not know.",
  ),
);

export const OPENAI_MODELS = named(
  'OpenAiModelList',
  object({
    object: { const: 'list' },
    data: list(OPENAI_MODEL),
    unknown_regions: about(REGIONS, 'Regions that could not be looked at, for models or for profiles.'),
  }),
);

export const OPENAI_ERROR = named(
  'OpenAiError',
  object({
    error: object({
      message: text(),
      type: oneOf(['invalid_request_error', 'server_error']),
      param: { type: ['string', 'null'], description: 'The parameter that is wrong.' },
      code: text(),
    }),
  }),
);

const MODEL_ID = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

export const OPENAI_MODEL_EXAMPLE: OpenAiModel = {
  id: MODEL_ID,
  object: 'model',
  created: 1_759_104_000,
  owned_by: 'Anthropic',
  input_modalities: ['TEXT', 'IMAGE'],
  output_modalities: ['TEXT'],
  invocation_ids: [`eu.${MODEL_ID}`, `global.${MODEL_ID}`],
};
