import { type Diagnosis, discoveryPolicy, OPTIONAL_LISTINGS } from 'nestjs-bedrock-discovery';
import { about, flag, list, milliseconds, named, object, oneOf, type Schema, text, time } from '../openapi/schema.js';
import { IAM_STATEMENT, POLICY } from '../policies/policy.schemas.js';
import { REGION, REGION_STATUS, REGIONS } from '../regions/region.schemas.js';
import { RETENTION } from '../routes/route.schemas.js';

const STATUS = oneOf(['ok', 'warning', 'failed', 'unknown'], '`unknown`: it could not be found out.');

const CHECK = named(
  'DiagnosisCheck',
  object({ id: text(), status: STATUS, title: text(), detail: text() }, { remedy: text('What to do about it.') }),
);

const IDENTITY = object(
  {
    kind: oneOf(['sigv4', 'bearer']),
    source: text('Where the credentials come from.'),
    description: text('Which identity it is and why it won.'),
    passedOver: list(text(), 'Identities that are there as well and are not used.'),
    partition: text(),
  },
  {
    account: text(),
    accountFrom: oneOf(['option', 'credentials', 'sts', 'listed-profile']),
    principalArn: text(),
    expiresAt: time(),
    secondsToExpiry: { type: 'number', description: 'Negative once the credentials have expired.' },
  },
);

const CACHE = object(
  {
    namespace: text(),
    mode: oneOf(['ok', 'read-only', 'memory-only']),
    sharedStore: flag(),
    seed: flag(),
  },
  { owner: text(), ownerFrom: oneOf(['option', 'credentials', 'listed-profile']), folder: text() },
);

/** Of what the option `listings` adds. */
const ofOthers = (schema: Schema): Record<string, Schema> =>
  Object.fromEntries(OPTIONAL_LISTINGS.map((listing) => [listing, schema]));

const DIAGNOSED_REGION = named(
  'DiagnosedRegion',
  object(
    { region: REGION, outcome: object({ models: text(), profiles: text() }, ofOthers(text())) },
    {
      models: REGION_STATUS,
      profiles: REGION_STATUS,
      ...ofOthers(REGION_STATUS),
      latencyMs: milliseconds('Smoothed round trip.'),
    },
  ),
);

const PERMISSION = named(
  'MissingPermission',
  object(
    { action: text(), kind: oneOf(['access-denied', 'policy-denied', 'account-not-enabled']), regions: REGIONS },
    { policyArn: text(), statement: IAM_STATEMENT },
  ),
);

export const DIAGNOSIS = named(
  'Diagnosis',
  object({
    at: time(),
    status: about(STATUS, 'The worst of the checks.'),
    checks: list(CHECK),
    identity: IDENTITY,
    clock: object(
      { source: oneOf(['measured', 'learnt', 'unknown']) },
      { offsetMs: { type: 'number', description: "How far the clock of AWS is ahead of this machine's." } },
    ),
    endpoints: list(object({ service: text(), region: REGION, url: text(), source: text() })),
    proxy: object({ variables: list(text()) }, { agent: text() }),
    cache: CACHE,
    regions: list(DIAGNOSED_REGION),
    permissions: list(PERMISSION, 'Actions that were refused, and where.'),
    retention: list(
      object(
        { region: REGION, blocks: list(text(), 'Ids of the models that are known to refuse the mode in force.') },
        { inForce: RETENTION },
      ),
      'Data retention modes, of the regions from which models can be called that refuse one.',
    ),
    policies: object({ discovery: POLICY }, { invocation: POLICY, residency: POLICY }),
    refresh: object(
      { mode: oneOf(['cron', 'on-read', 'follow', 'off']) },
      { cron: text(), timeZone: text(), nextRunAt: time() },
    ),
    versions: object({ library: text(), node: text(), sdk: text() }),
  }),
);

export const DIAGNOSIS_EXAMPLE: Diagnosis = {
  at: '2026-08-22T12:00:00.000Z',
  status: 'warning',
  checks: [
    {
      id: 'credentials',
      status: 'ok',
      title: 'Credentials',
      detail: 'Credentials of the environment are used: nothing else was named.',
    },
  ],
  identity: {
    kind: 'sigv4',
    source: 'environment',
    description: 'Credentials of the environment: nothing else was named.',
    passedOver: [],
    partition: 'aws',
    account: '123456789012',
    accountFrom: 'listed-profile',
  },
  clock: { offsetMs: 120, source: 'measured' },
  endpoints: [
    {
      service: 'bedrock',
      region: 'eu-west-1',
      url: 'https://bedrock.eu-west-1.amazonaws.com',
      source: "the SDK's own rules",
    },
  ],
  proxy: { variables: [] },
  cache: { namespace: 'default', mode: 'ok', sharedStore: false, seed: false, folder: '/var/cache/app' },
  regions: [
    {
      region: 'eu-west-1',
      outcome: { models: '47 models, listed 2 minutes ago.', profiles: '21 profiles, listed 2 minutes ago.' },
    },
  ],
  permissions: [],
  retention: [
    {
      region: 'us-east-1',
      inForce: { mode: 'inherit', effective: 'default', source: 'account', at: '2026-08-22T12:00:00.000Z' },
      blocks: ['anthropic.claude-fable-5'],
    },
  ],
  policies: { discovery: discoveryPolicy() },
  refresh: { mode: 'cron', cron: '0 * * * *', nextRunAt: '2026-08-22T13:00:00.000Z' },
  versions: { library: '0.1.0', node: '20.19.0', sdk: '3.1164.0' },
};
