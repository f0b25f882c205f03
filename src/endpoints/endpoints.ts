export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters?: readonly string[];
  readonly answers: string;
  /** A path to try. */
  readonly example?: string;
}

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

/** What part of a list. */
const PAGE = ['limit', 'cursor'];

/** What a route must be like. */
const VERDICT_PARAMETERS = [
  'residency',
  'allowGlobal',
  'via',
  'applicationProfile',
  'minDaysToEndOfLife',
  'access',
  'maxDestinationAgeMs',
  'api',
  'retention',
  'maxOutputPricePerMillion',
  'minTokensPerMinute',
  'minContextTokens',
  'minOutputTokens',
  'toolUse',
  'reasoning',
  'structuredOutput',
  'unknownFacts',
];

const ROUTE_PARAMETERS = [...VERDICT_PARAMETERS, 'preferredRegions', 'sourceRegions', 'prefer'];

/** What the application answers; ids may be given raw or URL-encoded. */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/matrix',
    parameters: VERDICT_PARAMETERS,
    answers: 'the verdict on all models × all regions, in one small answer: how each can be invoked where, or why not',
    example: '/matrix?residency=eu',
  },
  {
    method: 'GET',
    path: '/models',
    parameters: [
      'provider',
      'inputModality',
      'outputModality',
      'inferenceType',
      'lifecycle',
      'streaming',
      'region',
      'search',
      ...ROUTE_PARAMETERS,
      ...PAGE,
    ],
    answers:
      'foundation models and the regions that list them; search finds names, families such as claude opus and parts of ids, ' +
      'each with its verdict and the best route within the constraints',
    example: '/models?search=claude%20opus&region=eu-central-1',
  },
  {
    method: 'GET',
    path: '/models/retiring',
    parameters: ['withinDays', 'region', 'quarter', ...PAGE],
    answers:
      'models whose life ends within so many days, 180 by default, or in a quarter, and the later ones of their family',
    example: '/models/retiring?withinDays=365',
  },
  {
    method: 'GET',
    path: '/models/retiring.csv',
    parameters: ['withinDays', 'region', 'quarter'],
    answers: 'the same as a table for spreadsheets',
  },
  {
    method: 'GET',
    path: '/models/retiring.ics',
    parameters: ['withinDays', 'region', 'quarter'],
    answers: 'the same as days of a calendar, to be subscribed to',
  },
  {
    method: 'GET',
    path: '/models/{id}',
    answers: 'one model, by its id, name or ARN, or by those of a profile',
    example: `/models/${MODEL}`,
  },
  {
    method: 'GET',
    path: '/models/{id}/regions',
    parameters: ['preferredRegions'],
    answers: 'the best regions for a model: preferred ones first, then the fastest',
    example: `/models/${MODEL}/regions?preferredRegions=eu-west-1,us-east-1`,
  },
  {
    method: 'GET',
    path: '/models/{id}/profiles',
    parameters: ['region', ...PAGE],
    answers: 'inference profiles that wrap a model',
    example: `/models/${MODEL}/profiles?region=eu-west-1`,
  },
  {
    method: 'GET',
    path: '/models/{id}/route',
    parameters: ROUTE_PARAMETERS,
    answers: 'every eligible way to invoke a model now, best first, with reasons, and what was left out and why',
    example: `/models/${MODEL}/route?residency=eu`,
  },
  {
    method: 'GET',
    path: '/profiles',
    parameters: ['region', 'type', 'geography', 'modelId', ...PAGE],
    answers: 'inference profiles, with their destinations by source region',
    example: '/profiles?geography=eu',
  },
  {
    method: 'GET',
    path: '/profiles/{id}',
    answers: 'one inference profile by id or ARN',
    example: `/profiles/eu.${MODEL}`,
  },
  {
    method: 'GET',
    path: '/account-models',
    parameters: ['region', 'via', ...PAGE],
    answers:
      'what the account owns and calls by ARN, of what the option `listings` names: imported models, prompt routers, …',
  },
  {
    method: 'GET',
    path: '/regions',
    parameters: ['sort', ...PAGE],
    answers: 'each region: what it answered or why it did not, and its latency; fastest first, or sort=name',
    example: '/regions',
  },
  {
    method: 'GET',
    path: '/regions/history',
    parameters: [],
    answers: 'how the latency of each region went: pairs of a time and milliseconds, oldest first',
    example: '/regions/history',
  },
  {
    method: 'POST',
    path: '/chat',
    answers: 'runs a model wherever it can be had, beginning in a region of choice, and streams its answer',
  },
  {
    method: 'POST',
    path: '/refresh',
    parameters: ['regions', 'force'],
    answers:
      'asks AWS now, in all regions or those named, and reports; force=false leaves out what is fresh or was denied today; twice in 30 seconds is too soon',
  },
  {
    method: 'GET',
    path: '/changes',
    parameters: ['since', ...PAGE],
    answers:
      'what appeared, is gone or has changed, oldest first; since takes the id of a change, a time, or how long ago, as in 1d',
    example: '/changes',
  },
  {
    method: 'GET',
    path: '/changes/days',
    parameters: ['since', 'timeZone', ...PAGE],
    answers: 'the same day by day, the newest first, merged by model and in words',
    example: '/changes/days?since=7d',
  },
  {
    method: 'GET',
    path: '/events',
    parameters: ['since'],
    answers:
      'server-sent events: each change, the progress of scans and what becomes of regions; ' +
      'Last-Event-ID, or since, goes on after a change',
  },
  {
    method: 'GET',
    path: '/health',
    answers: 'whether anything is known, from how many regions, and how old it is',
    example: '/health',
  },
  {
    method: 'GET',
    path: '/health/live',
    answers: 'whether the process answers at all; nothing of AWS, which no restart would mend',
    example: '/health/live',
  },
  {
    method: 'GET',
    path: '/health/ready',
    answers: 'whether queries can be answered: as long as anything may be served, whatever becomes of AWS',
    example: '/health/ready',
  },
  {
    method: 'GET',
    path: '/metrics',
    parameters: [],
    answers: 'numbers for Prometheus: scans, inventories, latencies, calls, failovers, throttles, circuits and quotas',
  },
  {
    method: 'GET',
    path: '/v1/models',
    answers: "what this account can run by the same verdict, in the format of OpenAI's API",
    example: '/v1/models',
  },
  {
    method: 'GET',
    path: '/v1/models/{id}',
    answers: "one model that this account can run, in the format of OpenAI's API",
    example: `/v1/models/${MODEL}`,
  },
  {
    method: 'GET',
    path: '/policies/invocation',
    parameters: ['modelId', 'region', 'invocationId'],
    answers: 'the IAM policy that invoking a model through one route needs, and no more',
    example: '/policies/invocation?modelId=amazon.nova-pro-v1:0&region=eu-west-1&invocationId=eu.amazon.nova-pro-v1:0',
  },
  {
    method: 'GET',
    path: '/policies/residency',
    parameters: ['residency'],
    answers: 'the policy for an organisation that enforces a residency',
    example: '/policies/residency?residency=eu',
  },
  {
    method: 'GET',
    path: '/doctor',
    parameters: ['residency', 'recheck', 'format'],
    answers: 'what keeps AWS from answering and what to do about it; format=text for people',
    example: '/doctor?residency=eu',
  },
  {
    method: 'GET',
    path: '/endpoints',
    parameters: [],
    answers: 'this list; GET / answers it too, but to browsers, which get the page',
    example: '/endpoints',
  },
  {
    method: 'GET',
    path: '/problems',
    answers: 'what the problem documents mean that errors are answered with',
    example: '/problems',
  },
];
