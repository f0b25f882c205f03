import type { FailureKind } from '../errors/failure-texts.js';

/** What comes over the wire where something fails: an answer, or none. */
export type FailureAnswer =
  | { readonly status: number; readonly name: string; readonly message: string }
  | { readonly status: 200; readonly text: string }
  | { readonly thrown: { readonly name: string; readonly code?: string; readonly message: string } };

const refused = (name: string, message: string, status = 403): FailureAnswer => ({ status, name, message });
const denied = (why: string): FailureAnswer =>
  refused('AccessDeniedException', `User: arn:aws:iam::111122223333:user/test is not authorized to do this ${why}`);

/** Each kind of failure as AWS, or the network, shows it. Those that concern a model are answers to calls. */
export const FAILURE_ANSWERS: Readonly<Record<FailureKind, FailureAnswer>> = {
  'credentials-missing': { thrown: { name: 'CredentialsProviderError', message: 'Could not load credentials.' } },
  'credentials-invalid': refused('InvalidSignatureException', 'The request signature does not match.'),
  'credentials-expired': refused('ExpiredTokenException', 'The security token included in the request is expired'),
  'clock-skew': refused('InvalidSignatureException', 'Signature expired: it is now earlier than it says.'),
  'region-not-enabled': refused('RegionDisabledException', 'The region is not enabled for the account.'),
  'access-denied': denied('because no identity-based policy allows the action'),
  'policy-denied': denied('with an explicit deny in a service control policy'),
  'account-not-enabled': refused(
    'AccessDeniedException',
    'Your account is not authorized to invoke this API operation.',
  ),
  'model-access-missing': refused(
    'AccessDeniedException',
    "You don't have access to the model with the specified model ID.",
  ),
  'use-case-missing': refused(
    'ResourceNotFoundException',
    'Model use case details have not been submitted for this account.',
    404,
  ),
  'model-not-allowed': refused('ValidationException', 'Access to the provider’s models is not allowed.', 400),
  'model-legacy': refused('ResourceNotFoundException', 'This Model is marked by provider as Legacy.', 404),
  'data-retention': refused('ValidationException', 'The data retention mode in force is not supported.', 400),
  throttled: refused('ThrottlingException', 'Too many requests, please wait before trying again.', 429),
  'quota-exhausted': refused('ThrottlingException', 'Too many tokens per day, please wait before trying again.', 429),
  unreachable: { thrown: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' } },
  timeout: { thrown: { name: 'TimeoutError', code: 'ETIMEDOUT', message: 'Nothing came in time.' } },
  'malformed-response': { status: 200, text: '<html>This is not the service.</html>' },
  'service-error': refused('InternalServerException', 'The server encountered an internal error.', 500),
  'unsupported-operation': refused('ValidationException', 'The provided model identifier is invalid.', 400),
  aborted: { thrown: { name: 'AbortError', message: 'The request was aborted.' } },
  unknown: refused('TestFailureException', 'A failure of a kind that is not known.', 400),
};
