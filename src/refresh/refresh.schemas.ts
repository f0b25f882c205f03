import { OPTIONAL_LISTINGS, type ScanReport } from 'nestjs-bedrock-discovery';
import { count, flag, list, milliseconds, named, object, time } from '../openapi/schema.js';
import { REGION_STATUS, REGIONS } from '../regions/region.schemas.js';

const SCAN_REPORT = named(
  'ScanReport',
  object({
    startedAt: time(),
    durationMs: milliseconds('How long it took.'),
    requests: count('Requests sent to AWS for it, retries included; those shared with another caller count in both.'),
    regions: list(REGION_STATUS),
  }),
);

export const REFRESH_REPORT = named(
  'RefreshReport',
  object(
    { models: SCAN_REPORT, profiles: SCAN_REPORT },
    Object.fromEntries(OPTIONAL_LISTINGS.map((listing) => [listing, SCAN_REPORT])),
  ),
);

/** May stand in the query as well, which wins. */
export const REFRESH_REQUEST = named(
  'RefreshRequest',
  object(
    {},
    {
      regions: {
        ...REGIONS,
        minItems: 1,
        description: 'Asks these regions only.',
      },
      force: { ...flag('Whether to ask also for what is fresh, and where it was denied today.'), default: true },
    },
  ),
);

const REPORT: ScanReport = {
  startedAt: '2026-08-22T12:00:00.000Z',
  durationMs: 412,
  requests: 1,
  regions: [
    {
      region: 'eu-west-1',
      status: 'ok',
      scannedAt: '2026-08-22T12:00:00.400Z',
      ageMs: 12,
      source: 'scan',
      stale: false,
      count: 61,
    },
  ],
};

export const REFRESH_EXAMPLE = { models: REPORT, profiles: REPORT };
