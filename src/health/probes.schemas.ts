import type { DiscoveryHealth, ListingHealth } from 'nestjs-bedrock-discovery/health';
import { about, count, list, milliseconds, named, object, oneOf, recordOf, text } from '../openapi/schema.js';

export const LIVE = named('Live', object({ status: oneOf(['ok']) }));

const LISTING_HEALTH = named(
  'ListingHealth',
  object(
    {
      regions: count('Regions that are scanned.'),
      usable: count('Regions among them whose data may be served.'),
      stale: count('Regions among those whose data is older than it should be.'),
      failures: list(text(), 'What regions failed with when last asked, each kind once.'),
    },
    {
      newestAgeMs: milliseconds('Age of the newest data that may be served.'),
      oldestAgeMs: milliseconds('Age of the oldest data that may be served.'),
    },
  ),
);

const INDICATOR = named(
  'DiscoveryHealth',
  object({
    status: oneOf(['up', 'degraded'], '`degraded`: queries are answered, though not as well as they may be.'),
    models: LISTING_HEALTH,
    profiles: LISTING_HEALTH,
    degraded: list(text(), 'Why it is degraded.'),
  }),
);

/** As terminus answers. */
export const READY = named(
  'Ready',
  object({
    status: oneOf(['ok', 'degraded']),
    info: recordOf(INDICATOR, 'What passes, by its name.'),
    error: about({ type: 'object', additionalProperties: false }, 'What does not: nothing, where this is answered.'),
    details: recordOf(INDICATOR, 'Both.'),
  }),
);

const LISTING: ListingHealth = {
  regions: 31,
  usable: 31,
  stale: 0,
  newestAgeMs: 60_210,
  oldestAgeMs: 61_034,
  failures: [],
};
const HEALTH: DiscoveryHealth = { models: LISTING, profiles: LISTING, degraded: [] };
const DETAILS = { bedrock: { ...HEALTH, status: 'up' } };

export const READY_EXAMPLE = { status: 'ok', info: DETAILS, error: {}, details: DETAILS };
