import { CACHE_TIERS, FAILURE_KINDS, type RegionFailure } from 'nestjs-bedrock-discovery';
import { about, count, flag, list, milliseconds, named, object, oneOf, text, time } from '../openapi/schema.js';
import type { RegionOverview } from './region-overviews.js';

export const REGION = text('Name of a region, such as eu-central-1.');
export const REGIONS = list(REGION);

export const REGION_FAILURE = named(
  'RegionFailure',
  object({
    kind: oneOf(FAILURE_KINDS),
    message: text('What was seen.'),
    remedy: text('What to do about it.'),
    retryable: flag('Whether asking again soon can succeed without anybody changing anything.'),
    at: time('When it was seen.'),
  }),
);

export const REGION_STATUS = named(
  'RegionStatus',
  about(
    object(
      {
        region: REGION,
        status: oneOf(
          ['ok', 'partial', 'failed', 'pending'],
          'Outcome of the last attempt; `partial`: not all of the answer could be read; `pending`: not asked yet.',
        ),
        stale: flag('The data served is older than it should be, or asking again has failed since.'),
        count: count('Models or profiles known in this region.'),
      },
      {
        failure: REGION_FAILURE,
        unreadable: count('Entries of the list served that could not be read: what it lacks is unknown.'),
        scannedAt: time('When the data served was listed; absent where there is none.'),
        ageMs: milliseconds('Age of the data served when this was answered. It leaves the ETag alone.'),
        source: oneOf(['scan', ...CACHE_TIERS], 'Where the data served came from.'),
      },
    ),
    'What is known of one operation in one region. `failed` with a `count` above 0: the last good data is still served.',
  ),
);

export const REGION_LATENCY = named(
  'RegionLatency',
  object(
    {
      region: REGION,
      samples: count('Samples that went into both averages.'),
      failures: count('Calls that failed or were throttled.'),
    },
    {
      latencyMs: milliseconds('Smoothed round trip of the control plane.'),
      runtimeMs: milliseconds('Smoothed time to first byte of real calls.'),
      updatedAt: time('When the last sample was taken.'),
    },
  ),
);

export const REGION_OVERVIEW = named(
  'RegionOverview',
  object(
    { region: REGION },
    {
      models: about(REGION_STATUS, 'Outcome of listing models; absent where that was never to be asked.'),
      profiles: about(REGION_STATUS, 'Outcome of listing profiles; absent where that was never to be asked.'),
      latency: about(REGION_LATENCY, 'Absent where it was never measured.'),
    },
  ),
);

const AT = '2026-08-22T12:00:00.000Z';

export const FAILURE_EXAMPLE = {
  kind: 'policy-denied',
  message: 'The organisation denies bedrock:ListFoundationModels in us-east-1 by a service control policy.',
  remedy: 'Have the policy changed, or leave the region out of the regions option.',
  retryable: false,
  at: AT,
} as const satisfies RegionFailure;

export const REGION_EXAMPLE: RegionOverview = {
  region: 'eu-west-1',
  models: { region: 'eu-west-1', status: 'ok', scannedAt: AT, ageMs: 61_000, source: 'scan', stale: false, count: 61 },
  profiles: { region: 'eu-west-1', status: 'failed', failure: FAILURE_EXAMPLE, stale: false, count: 0 },
  latency: { region: 'eu-west-1', latencyMs: 21.4, samples: 6, failures: 0, updatedAt: AT },
};
