import { about, count, milliseconds, named, object, oneOf } from '../openapi/schema.js';
import type { HealthReport, OperationHealth } from './health-report.js';

const OPERATION_HEALTH = named(
  'OperationHealth',
  about(
    object(
      {
        regions: about(
          object({ ok: count(), partial: count(), failed: count(), pending: count() }),
          'Regions by the outcome of the last attempt.',
        ),
        known: count('Regions whose data can be served, old data included.'),
        stale: count('Regions among them whose data is older than it should be.'),
      },
      {
        newestAgeMs: milliseconds('Age of the newest data served.'),
        oldestAgeMs: milliseconds('Age of the oldest data served.'),
      },
    ),
    'What is known from one operation.',
  ),
);

export const HEALTH_MEMBERS = {
  status: oneOf(
    ['ok', 'degraded'],
    '`degraded`: some regions failed, were not understood to the full or have not answered yet; what is known is served.',
  ),
  models: OPERATION_HEALTH,
  profiles: OPERATION_HEALTH,
};

export const HEALTH = named('Health', object(HEALTH_MEMBERS));

const OPERATION: OperationHealth = {
  regions: { ok: 30, partial: 0, failed: 1, pending: 0 },
  known: 30,
  stale: 0,
  newestAgeMs: 60_210,
  oldestAgeMs: 61_034,
};

export const HEALTH_EXAMPLE: HealthReport = { status: 'degraded', models: OPERATION, profiles: OPERATION };
