import { VERDICT_CODES, VERDICTS } from 'nestjs-bedrock-discovery';
import { about, named, object, oneOf, text } from '../openapi/schema.js';
import { REGION_FAILURE } from '../regions/region.schemas.js';
import { ROUTE } from '../routes/route.schemas.js';
import { MODEL_MEMBERS, MODEL_OPTIONALS } from './model.schemas.js';

export const FOUND_MODEL = named(
  'FoundModel',
  about(
    object(MODEL_MEMBERS, {
      ...MODEL_OPTIONALS,
      verdict: oneOf(VERDICTS, 'With `search`: whether it can be invoked.'),
      code: oneOf(VERDICT_CODES, 'Why not.'),
      reason: text('Why not, or what keeps it unknown.'),
      failure: about(REGION_FAILURE, 'What keeps it unknown.'),
      route: about(ROUTE, 'With `search`: the best route to it, where there is one.'),
    }),
    'A foundation model and where it is; where it was searched for, with the verdict on it and the best route to it.',
  ),
);
