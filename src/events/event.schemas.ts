import { LISTING_NAMES } from 'nestjs-bedrock-discovery';
import { CHANGE, CHANGE_EXAMPLE } from '../changes/change.schemas.js';
import { HEALTH_EXAMPLE, HEALTH_MEMBERS } from '../health/health.schemas.js';
import { count, flag, named, object, oneOf, type Schema } from '../openapi/schema.js';
import { REGION, REGION_OVERVIEW } from '../regions/region.schemas.js';

/** The data of each type of event. */
const DATA = {
  hello: named(
    'Hello',
    object({
      ...HEALTH_MEMBERS,
      gap: flag('The change to go on after is not remembered any more: what is shown has to be read anew.'),
    }),
  ),
  change: CHANGE,
  'scan-progress': named(
    'ScanProgress',
    object({
      operation: oneOf(LISTING_NAMES),
      done: count('Regions asked since the last time that none was being asked.'),
      total: count('Those and the ones still being asked; grows when another scan asks for more.'),
      region: REGION,
      status: oneOf(['ok', 'failed', 'aborted'], '`aborted`: ended before it had answered.'),
    }),
  ),
  region: REGION_OVERVIEW,
};

/** OpenAPI 3.1 has no words of its own for the events of a stream. */
export const EVENTS: Schema = {
  type: 'string',
  description:
    'Server-sent events. `hello` comes first on each connection; `change` with the id of the change; `scan-progress` for ' +
    'each region that was asked, whoever had it asked; `region` when what is known of a region has changed. Every event ' +
    'has the id of the last change up to it, to go on after.',
  'x-event-data': DATA,
};

export const EVENTS_EXAMPLE = [
  'event: hello',
  'id: 0000000000000-00000',
  'retry: 3000',
  `data: ${JSON.stringify({ ...HEALTH_EXAMPLE, gap: false })}`,
  '',
  'event: change',
  `id: ${CHANGE_EXAMPLE.id}`,
  `data: ${JSON.stringify(CHANGE_EXAMPLE)}`,
  '',
  '',
].join('\n');
