import { STATUS_CODES } from 'node:http';
import {
  AwsError,
  expiredToken,
  unknownOperation,
  unrecognizedClient,
  validationError,
} from '../protocol/aws-error.js';
import { TOKEN_REJECTED } from '../operations/paging.js';

/** What an error fault is worded with. */
export interface FaultedCall {
  readonly accountId: string;
  /** IAM action, such as `bedrock:ListFoundationModels`. */
  readonly action: string;
  /** ARN that the action is on, for actions that a policy allows by resource. */
  readonly resource?: string;
  readonly message?: string;
  readonly retryAfterSeconds?: number;
  readonly status?: number;
}

type ErrorOf = (call: FaultedCall) => AwsError;

/** Faults that answer with an error of AWS. */
export const ERROR_FAULTS = {
  'unrecognized-client': () => unrecognizedClient(),
  'expired-token': () => expiredToken(),
  'access-denied': (call) => denied(call, `because no identity-based policy allows the ${call.action} action`),
  'scp-denied': (call) =>
    denied(
      call,
      'with an explicit deny in a service control policy: ' +
        'arn:aws:organizations::111122223333:policy/o-simulated/service_control_policy/p-simulated',
    ),
  'account-not-enabled': () =>
    new AwsError('AccessDeniedException', 403, 'Your account is not authorized to invoke this API operation.'),
  throttled: (call) => throttled(call, 'Too many requests, please wait before trying again.'),
  'throttled-tokens': (call) => throttled(call, 'Too many tokens, please wait before trying again.'),
  validation: () => validationError('The provided request is not valid.'),
  'unknown-operation': () => unknownOperation('The requested operation is not known to this service.'),
  'rejected-token': () => validationError(TOKEN_REJECTED),
  'internal-error': () =>
    new AwsError(
      'InternalServerException',
      500,
      'The server encountered an internal error while processing the request.',
    ),
  'service-unavailable': () =>
    new AwsError('ServiceUnavailableException', 503, 'The service is temporarily unavailable. Please try again later.'),
  'model-error': ({ resource }) =>
    new AwsError(
      'ModelErrorException',
      424,
      'The system encountered an unexpected error during processing. Try your request again.',
      'message',
      {},
      { originalStatusCode: 500, resourceName: resource },
    ),
  'model-timeout': () =>
    new AwsError(
      'ModelTimeoutException',
      408,
      'Model has timed out in processing the request. Try your request again.',
    ),
  'model-not-ready': () =>
    new AwsError('ModelNotReadyException', 429, 'Model is not ready for inference. Wait and try your request again.'),
  'proxy-page': ({ status = 502 }) => new AwsError('', status, STATUS_CODES[status] ?? 'Error'),
} satisfies Record<string, ErrorOf>;

/** With which of them an endless body begins, by its status. */
const ENDLESS_ERRORS: Readonly<Record<number, ErrorFaultKind>> = {
  400: 'validation',
  403: 'access-denied',
  404: 'unknown-operation',
  408: 'model-timeout',
  424: 'model-error',
  429: 'throttled',
  500: 'internal-error',
  503: 'service-unavailable',
};

/** The statuses that an endless body may have. */
export const ENDLESS_STATUSES: readonly number[] = [200, ...Object.keys(ENDLESS_ERRORS).map(Number)];

/** Faults of a connection that end a request as soon as its headers are here, so that it surely is not executed. */
const REFUSING_FAULTS = ['refused-stream', 'goaway'] as const;

/** Faults below or beside the protocol: the connection, the body or the clock. */
const OTHER_FAULTS = [
  'hang',
  'reset',
  'headers-hang',
  'truncated',
  'malformed',
  'missing-list',
  'slow-body',
  'endless-body',
  'clock-skew',
] as const;

/** Faults in the middle of an answer that is a stream of events. */
const STREAM_FAULTS = [
  'stream-reset',
  'stream-cut',
  'stream-drop',
  'stream-hang',
  'stream-end',
  'stream-error',
] as const;

/** Every {@link FaultKind}. */
export const FAULT_KINDS = Object.freeze([
  ...(Object.keys(ERROR_FAULTS) as (keyof typeof ERROR_FAULTS)[]),
  ...REFUSING_FAULTS,
  ...OTHER_FAULTS,
  ...STREAM_FAULTS,
]);

/** What can go wrong with a call. */
export type FaultKind = (typeof FAULT_KINDS)[number];

type ErrorFaultKind = keyof typeof ERROR_FAULTS;

/** Those that take the place of an answer, and so can come before or after the model ran. */
export const REPLACING_FAULTS: readonly FaultKind[] = [
  ...(Object.keys(ERROR_FAULTS) as ErrorFaultKind[]),
  'hang',
  'reset',
  'endless-body',
];

export function isStreamFault(kind: FaultKind): boolean {
  return STREAM_FAULTS.some((each) => each === kind);
}

/** The error that a fault answers with, or undefined where it is none of AWS's answers. */
export function errorOf(kind: FaultKind, call: FaultedCall): AwsError | undefined {
  const named = kind === 'endless-body' ? ENDLESS_ERRORS[call.status ?? 200] : kind;
  if (named === undefined || !(named in ERROR_FAULTS)) {
    return undefined;
  }
  const make: ErrorOf = ERROR_FAULTS[named as ErrorFaultKind];
  const error = make(call);
  return call.message === undefined
    ? error
    : new AwsError(error.name, error.status, call.message, error.messageKey, error.headers, error.members);
}

function throttled({ retryAfterSeconds }: FaultedCall, message: string): AwsError {
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(retryAfterSeconds);
  }
  return new AwsError('ThrottlingException', 429, message, 'message', headers);
}

function denied({ accountId, action, resource }: FaultedCall, why: string): AwsError {
  const user = `arn:aws:iam::${accountId}:user/simulator`;
  const on = resource === undefined ? '' : ` on resource: ${resource}`;
  // The authorisation layer in front of the service spells it with a capital.
  return new AwsError(
    'AccessDeniedException',
    403,
    `User: ${user} is not authorized to perform: ${action}${on} ${why}`,
    'Message',
  );
}
