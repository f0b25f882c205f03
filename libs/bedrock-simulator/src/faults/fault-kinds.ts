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
  readonly message?: string;
  readonly retryAfterSeconds?: number;
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
  throttled: ({ retryAfterSeconds }) =>
    new AwsError(
      'ThrottlingException',
      429,
      'Too many requests, please wait before trying again.',
      'message',
      retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    ),
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
} satisfies Record<string, ErrorOf>;

/** Faults below or beside the protocol: the connection, the body or the clock. */
export const OTHER_FAULTS = [
  'hang',
  'reset',
  'truncated',
  'malformed',
  'missing-list',
  'slow-body',
  'clock-skew',
] as const;

export type ErrorFaultKind = keyof typeof ERROR_FAULTS;
export type FaultKind = ErrorFaultKind | (typeof OTHER_FAULTS)[number];

export const FAULT_KINDS: readonly FaultKind[] = [...(Object.keys(ERROR_FAULTS) as ErrorFaultKind[]), ...OTHER_FAULTS];

/** The error that a fault answers with, or undefined where it is none of AWS's answers. */
export function errorOf(kind: FaultKind, call: FaultedCall): AwsError | undefined {
  if (!(kind in ERROR_FAULTS)) return undefined;
  const make: ErrorOf = ERROR_FAULTS[kind as ErrorFaultKind];
  const error = make(call);
  return call.message === undefined
    ? error
    : new AwsError(error.name, error.status, call.message, error.messageKey, error.headers);
}

function denied({ accountId, action }: FaultedCall, why: string): AwsError {
  const user = `arn:aws:iam::${accountId}:user/simulator`;
  // The authorisation layer in front of the service spells it with a capital.
  return new AwsError(
    'AccessDeniedException',
    403,
    `User: ${user} is not authorized to perform: ${action} ${why}`,
    'Message',
  );
}
