import { FAULT_KINDS, type FaultKind, type FaultOptions } from 'bedrock-simulator';

/** What a failure can hit: an operation as the simulator names it, in a region. */
export interface Target {
  readonly operation: NonNullable<FaultOptions['operation']>;
  readonly region: string;
}

/** How far a failure reaches: one operation in one region, all of a region, or all that is asked. */
type Reach = 'operation' | 'region' | 'everywhere';

/** What the failures of a matrix act on. */
export interface Place {
  readonly addFault: (fault: FaultOptions) => () => void;
  /** Has a region lead to another address, and connections begin anew. */
  readonly reroute: (region: string, url: string) => () => void;
  readonly optOut: (region: string) => () => void;
  /** Lists come in pages from now on. */
  readonly cutPages: () => () => void;
  /** Credentials are had like this from now on, and those in use have expired. */
  readonly provide: (credentials: () => Promise<never>) => () => void;
}

/** One way in which things go wrong. */
export interface Failure {
  readonly name: string;
  readonly reach: Reach;
  /** Said of, or seen by, requests of that kind alone. */
  readonly only?: 'calls' | 'streams' | 'pages';
  /** What the library grants it beside the time of a question, in milliseconds. Calls have no more time for it. */
  readonly grantedMs?: number;
  /** @returns ends it */
  begin(place: Place, targets: readonly Target[]): () => void;
}

const HOUR_MS = 3_600_000;

/** Where a kind needs more than its name to fail for as long as anybody waits. */
const SETTINGS: Partial<Record<FaultKind, Omit<FaultOptions, 'kind'>>> = {
  'slow-body': { delayMs: HOUR_MS },
  'clock-skew': { skewMs: HOUR_MS },
};

function onlyOf(kind: FaultKind): Failure['only'] {
  return kind === 'rejected-token' ? 'pages' : kind.startsWith('stream-') ? 'streams' : undefined;
}

/** A fault of the simulator on each target. */
function fault(options: FaultOptions, more: Partial<Failure> = {}): Failure {
  const { kind } = options;
  return {
    name: kind,
    reach: 'operation',
    only: onlyOf(kind),
    ...more,
    begin: ({ addFault, cutPages }, targets) => {
      const ends = targets.map((target) => addFault({ ...SETTINGS[kind], ...options, ...target }));
      if (onlyOf(kind) === 'pages') {
        ends.push(cutPages());
      }
      return () => ends.forEach((end) => end());
    },
  };
}

const said = (name: string, kind: FaultKind, message: string): Failure =>
  fault({ kind, message }, { name, only: 'calls' });
const afterTheModelRan = (kind: FaultKind): Failure =>
  fault({ kind, executed: true }, { name: `${kind}, after the model ran`, only: 'calls' });
const beforeAnyEvent = (kind: FaultKind): Failure =>
  fault({ kind, afterEvents: 0 }, { name: `${kind}, before any event` });
const everywhere = (kind: FaultKind, name: string): Failure => fault({ kind }, { name, reach: 'everywhere' });

function leadsTo(name: string, url: string): Failure {
  return {
    name,
    reach: 'region',
    begin: ({ reroute }, targets) => {
      const ends = [...new Set(targets.map(({ region }) => region))].map((region) => reroute(region, url));
      return () => ends.forEach((end) => end());
    },
  };
}

function credentials(name: string, provider: () => Promise<never>, more: Partial<Failure> = {}): Failure {
  return { name, reach: 'everywhere', ...more, begin: ({ provide }) => provide(provider) };
}

/**
 * Every kind of fault that the simulator has, and what real Bedrock was seen to fail with besides: other words and statuses of
 * the same kinds, regions that are not there, and identities that nobody accepts.
 */
export const FAILURES: readonly Failure[] = [
  ...FAULT_KINDS.map((kind) => fault({ kind })),
  ...[403, 407, 429].map((status) =>
    fault({ kind: 'proxy-page', status }, { name: `a page of a proxy with status ${status}` }),
  ),
  ...[403, 503].map((status) =>
    fault({ kind: 'endless-body', status }, { name: `an endless body with status ${status}` }),
  ),
  fault({ kind: 'throttled', retryAfterSeconds: 3600 }, { name: 'throttled for an hour' }),
  fault({ kind: 'clock-skew', skewMs: -HOUR_MS }, { name: 'a clock that is behind' }),
  ...FAULT_KINDS.filter((kind) => kind.startsWith('stream-')).map(beforeAnyEvent),
  ...(['internal-error', 'service-unavailable', 'model-timeout', 'proxy-page', 'reset', 'hang'] as const).map(
    afterTheModelRan,
  ),
  said(
    'no throughput on demand',
    'validation',
    'Invocation of model ID any with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an ' +
      'inference profile that contains this model.',
  ),
  said('an identifier that is invalid', 'validation', 'The provided model identifier is invalid.'),
  said('a data retention mode', 'validation', "data retention mode 'default' is not available for this model"),
  said('a model at its end', 'unknown-operation', 'This model version has reached the end of its life.'),
  said(
    'a legacy model',
    'access-denied',
    'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last ' +
      '30 days. Please upgrade to an active model on Amazon Bedrock',
  ),
  said('no access to the model', 'access-denied', "You don't have access to the model with the specified model ID."),
  said('a provider that serves not all', 'access-denied', 'Access to models is not allowed for this account.'),
  said('a quota of the day', 'throttled-tokens', 'Too many tokens per day, please wait before trying again.'),
  // The first of them, for the first region is one that has to be opted in to.
  {
    name: 'a region that is not opted in to',
    reach: 'region',
    begin: ({ optOut }, targets) => {
      const ends = [...new Set(targets.map(({ region }) => region))].map(optOut);
      return () => ends.forEach((end) => end());
    },
  },
  leadsTo('a connection that is refused', 'http://127.0.0.1:9'),
  // A longer label than names may have, so that no server is asked for it: some take seconds, for each of hundreds of cells.
  leadsTo('a name that leads nowhere', `http://${'x'.repeat(64)}.invalid`),
  leadsTo('TLS with what speaks none', 'TLS'),
  everywhere('unrecognized-client', 'a key that nobody knows'),
  everywhere('expired-token', 'a token that has expired'),
  everywhere('access-denied', 'no permission anywhere'),
  everywhere('scp-denied', 'a policy that denies all'),
  everywhere('reset', 'a network that is down'),
  everywhere('hang', 'a network that swallows all'),
  credentials('no credentials', () =>
    Promise.reject(
      Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
    ),
  ),
  // Before and after a question it is asked whose they are, for three seconds each time.
  credentials('credentials that never come', () => new Promise<never>(() => undefined), { grantedMs: 10_000 }),
];
