export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters?: readonly string[];
  readonly answers: string;
  /** A path to try. */
  readonly example?: string;
}

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

/** What the application answers; ids may be given raw or URL-encoded. */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/models',
    parameters: [
      'providerName',
      'inputModality',
      'outputModality',
      'inferenceType',
      'lifecycle',
      'streaming',
      'region',
      'search',
    ],
    answers: 'foundation models and the regions that list them',
    example: '/models?providerName=anthropic&region=eu-central-1',
  },
  {
    method: 'GET',
    path: '/models/{id}',
    answers: 'one model; the id may be a model id, a model ARN, a profile id or a profile ARN',
    example: `/models/${MODEL}`,
  },
  {
    method: 'GET',
    path: '/models/{id}/regions',
    parameters: ['preferred'],
    answers: 'the best regions for a model: preferred ones first, then the fastest',
    example: `/models/${MODEL}/regions?preferred=eu-west-1,us-east-1`,
  },
  {
    method: 'GET',
    path: '/models/{id}/profiles',
    parameters: ['region'],
    answers: 'inference profiles that wrap a model',
    example: `/models/${MODEL}/profiles?region=eu-west-1`,
  },
  {
    method: 'GET',
    path: '/models/{id}/route',
    parameters: [
      'residency',
      'preferred',
      'sources',
      'allowGlobal',
      'via',
      'applicationProfile',
      'minDaysToEndOfLife',
      'access',
      'prefer',
      'maxDestinationAgeMs',
    ],
    answers: 'every lawful way to invoke a model now, best first, with reasons, and what was left out and why',
    example: `/models/${MODEL}/route?residency=eu`,
  },
  {
    method: 'GET',
    path: '/profiles',
    parameters: ['region', 'type', 'geography', 'modelId'],
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
    path: '/regions',
    parameters: ['sort'],
    answers: 'each region: what it answered or why it did not, and its latency; fastest first, or sort=name',
    example: '/regions',
  },
  {
    method: 'POST',
    path: '/chat',
    parameters: ['model', 'message', 'system', 'maxTokens', 'initialRegion', 'affinityKey', 'acceptAgreements'],
    answers: 'runs a model where it can be had and streams its answer; takes what narrows routes down as well',
  },
  {
    method: 'POST',
    path: '/refresh',
    parameters: ['regions', 'force'],
    answers: 'asks AWS now, in all regions or those named, and reports; force=false leaves out what is fresh',
  },
  {
    method: 'GET',
    path: '/changes',
    parameters: ['since'],
    answers: 'what appeared, is gone or has changed, oldest first; since takes the id of a change or a time',
    example: '/changes',
  },
  {
    method: 'GET',
    path: '/health',
    answers: 'whether anything is known, from how many regions, and how old it is',
    example: '/health',
  },
  {
    method: 'GET',
    path: '/problems',
    answers: 'what the problem documents mean that errors are answered with',
    example: '/problems',
  },
];
