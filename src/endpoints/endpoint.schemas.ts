import { list, named, object, oneOf, text } from '../openapi/schema.js';
import { ENDPOINTS } from './endpoints.js';
import type { ApplicationIndex } from './application-index.js';

export const INDEX = named(
  'Index',
  object({
    name: text(),
    source: oneOf(['simulator', 'aws'], 'Where the data comes from.'),
    note: text(),
    endpoints: list(
      named(
        'Endpoint',
        object(
          { method: oneOf(['GET', 'POST']), path: text(), answers: text() },
          { parameters: list(text()), example: text('A path to try.') },
        ),
      ),
    ),
  }),
);

export const INDEX_EXAMPLE: ApplicationIndex = {
  name: 'Bedrock Explorer',
  source: 'simulator',
  note: 'Simulated data: an embedded simulator answers in place of AWS.',
  endpoints: ENDPOINTS.slice(0, 1),
};
