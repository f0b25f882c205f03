import type { RegionFailure } from './errors.js';
import { FAILURE_TEXTS, type FailureKind, type FailureSubject, isCall, remedyOf } from './failure-texts.js';
import { redact } from './redact.js';
import { describe, isTimeout, keyOf, type Symptom, symptomOf, symptomsOf } from './symptom.js';

/** Where, when and on what a failure was seen. */
export interface FailureContext extends FailureSubject {
  /** ISO 8601. */
  readonly at: string;
}

interface Diagnosis {
  readonly kind: FailureKind;
  readonly retryable?: boolean;
}

/** Without `Exception` or `Error` at the end, in lower case. */
const KIND_BY_NAME: ReadonlyMap<string, FailureKind> = new Map<string, FailureKind>([
  ...each('throttled', 'throttling', 'throttled', 'toomanyrequests', 'requestlimitexceeded', 'slowdown'),
  ...each('throttled', 'requestthrottled', 'limitexceeded', 'bandwidthlimitexceeded', 'servicequotaexceeded'),
  ...each('credentials-expired', 'expiredtoken', 'tokenrefreshrequired'),
  ...each('clock-skew', 'requesttimetooskewed', 'requestexpired', 'requestinthefuture'),
  ...each('credentials-invalid', 'unrecognizedclient', 'invalidclienttokenid', 'signaturedoesnotmatch', 'authfailure'),
  ...each('credentials-invalid', 'invalidsignature', 'incompletesignature', 'invalidaccesskeyid', 'invalidtoken'),
  ...each('credentials-missing', 'credentialsprovider', 'tokenprovider', 'provider', 'missingauthenticationtoken'),
  ...each('access-denied', 'accessdenied', 'unauthorizedoperation', 'notauthorized', 'unauthorized', 'forbidden'),
  ...each('account-not-enabled', 'optinrequired', 'subscriptionrequired'),
  ...each('region-not-enabled', 'regiondisabled'),
  ...each('timeout', 'timeout', 'requesttimeout'),
  ...each('aborted', 'abort', 'shutdown', 'aborted'),
  ...each('unsupported-operation', 'unknownoperation', 'invalidaction', 'validation'),
  ...each('malformed-response', 'syntax', 'malformedresponse'),
  ...each('service-error', 'internalserver', 'internalfailure', 'internalservice', 'serviceunavailable', 'internal'),
]);

const EXPIRED_TOKEN = /security token included in the request is expired|bearer token has expired|api key has expired/i;
const REFUSED_TOKEN = /security token included in the request is invalid/i;
const SESSION = /\b(?:session|token|credentials?)\b/i;
const EXPIRED = /\bexpired\b/i;
const LOGIN = /to refresh this sso session|aws sso login/i;
const SKEWED = /signature (?:has )?expired|not yet current/i;
const TLS_CODE = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO$)/;
const BROKEN_CONNECTION = /^(?:ECONNRESET|EPIPE|ECONNABORTED|EAI_AGAIN|ERR_STREAM_PREMATURE_CLOSE|ERR_HTTP2_)/;
/** Of calls, whose names say little: the words tell what is refused, and so what to do. */
const PER_DAY = /too many (?:tokens|requests) per day/i;
const DATA_RETENTION = /data retention mode/i;
const NOT_ALLOWED = /models is not allowed/i;
const LEGACY = /marked by provider as legacy/i;
const USE_CASE_FORM = /use[- ]case (?:details|form)/i;
const NO_MODEL_ACCESS = /do(?:n['’]t| not) have access to the model with the specified model id/i;
/** The subscription that a first call begins is the account's, whichever way the model is invoked. */
const SUBSCRIPTION = /aws marketplace|aws-marketplace:/i;
const UNSUPPORTED_HERE =
  /on-demand throughput isn.t supported|model identifier is invalid|(?:model|inference profile)\b.{0,60}\b(?:not (?:supported|available|found)|isn.t (?:supported|available))/i;
/** Over HTTP/2: a stream that the other side refused, or did not see before it went away, and one that was never begun. */
const NEVER_SEEN = /NGHTTP2_REFUSED_STREAM|\bresult code 7\.|^Frame type id 1 in stream id/;
const NEVER_BEGUN = /^ERR_HTTP2_(?:GOAWAY_SESSION|INVALID_SESSION|OUT_OF_STREAMS|STREAM_CANCEL)$/;
const NO_CONNECTION = /^(?:ENOTFOUND|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL|ENODATA)$/;

/**
 * What a failed operation means: the kind, what was seen, what to do, whether asking again soon can help. Pure, never
 * throws, and lets no credential, token or signature through.
 */
export function classifyFailure(error: unknown, context: FailureContext): RegionFailure {
  const symptoms = symptomsOf(error);
  if (symptoms[0]?.names.includes('TruncatedBodyError') === true && !symptoms.slice(1).some(isTimeout)) {
    return failureOf('malformed-response', describe(symptoms[0]), context);
  }
  for (const symptom of symptoms) {
    const diagnosis = diagnose(symptom, symptoms, context);
    if (diagnosis !== undefined) {
      const described = symptom.message === '' ? (symptoms.find(({ message }) => message !== '') ?? symptom) : symptom;
      return failureOf(diagnosis.kind, describe(described), context, diagnosis.retryable);
    }
  }
  return failureOf('unknown', describe(symptoms[0]), context);
}

/** A failure of a known kind with its remedy; `message` is cleaned of secrets. */
export function failureOf(
  kind: FailureKind,
  message: string,
  context: FailureContext,
  retryable = FAILURE_TEXTS[kind].retryable,
): RegionFailure {
  return Object.freeze({ kind, message: redact(message), remedy: remedyOf(kind, context), retryable, at: context.at });
}

/**
 * Whether AWS did not know the token at all: a wrong key, or a region that the account has not opted in to. They differ
 * only in whether another region of the same identity succeeds; see {@link asRegionNotEnabled}.
 */
export function isTokenRefused(failure: RegionFailure): boolean {
  return (
    failure.kind === 'credentials-invalid' &&
    (/^(?:UnrecognizedClient|InvalidClientTokenId)/.test(failure.message) || REFUSED_TOKEN.test(failure.message))
  );
}

/** The same refusal, once another region of the same identity has accepted the token. */
export function asRegionNotEnabled(failure: RegionFailure, region = 'the region'): RegionFailure {
  const kind = 'region-not-enabled';
  const { retryable, remedy } = FAILURE_TEXTS[kind];
  return Object.freeze({ ...failure, kind, retryable, remedy: remedy({ region, operation: '' }) });
}

/** Whether AWS itself answered that the credentials of the request have expired. */
export function isExpiredToken(error: unknown): boolean {
  const symptom = symptomOf(error);
  const isSaid = symptom.names.some((name) => keyOf(name) === 'expiredtoken') || EXPIRED_TOKEN.test(symptom.message);
  return isSaid && !symptom.foreign;
}

/** Whether something else answered than the service: a proxy with a page of its own, a login page of a network. */
export function isForeignAnswer(error: unknown): boolean {
  return symptomOf(error).foreign;
}

/**
 * Whether a failed call may have been executed all the same: a timeout or reset after the request was written, or a 5xx.
 * An answer that refuses it, or a connection that never stood, says no.
 */
export function mayHaveExecuted(error: unknown): boolean {
  const symptoms = symptomsOf(error);
  const status = symptoms.find((symptom) => symptom.status !== undefined)?.status;
  if (status !== undefined) {
    // A model that timed out (408) or failed (424) has run.
    return status >= 500 || status < 400 || status === 408 || status === 424;
  }
  return !symptoms.some(
    ({ connecting, code, names, message }) =>
      connecting ||
      NEVER_SEEN.test(message) ||
      NEVER_BEGUN.test(code) ||
      NO_CONNECTION.test(code) ||
      TLS_CODE.test(code) ||
      names.some((name) => KIND_BY_NAME.get(keyOf(name)) === 'credentials-missing'),
  );
}

/** Whether the other side, or a connection at its end, left a request alone: that is no sign of trouble. */
export function isLeftAlone(error: unknown): boolean {
  const symptoms = symptomsOf(error);
  const isSaid = symptoms.some(({ code, message }) => NEVER_SEEN.test(message) || NEVER_BEGUN.test(code));
  return isSaid && !symptoms.some(({ connecting, code }) => connecting || NO_CONNECTION.test(code));
}

function diagnose(symptom: Symptom, chain: readonly Symptom[], context: FailureContext): Diagnosis | undefined {
  const { message, status = 0 } = symptom;
  // Before the name: the SDK's handler calls a reset connection a TimeoutError.
  const broken = diagnoseConnection(symptom.code);
  if (broken !== undefined) {
    return broken;
  }
  const kind = kindByName(symptom);
  if (symptom.foreign) {
    // Its status is that of whoever answered: no refusal, and no failure, of the service.
    return { kind: 'malformed-response' };
  }
  if (EXPIRED_TOKEN.test(message)) {
    return { kind: 'credentials-expired' };
  }
  switch (kind) {
    case undefined:
      return diagnoseStatus(symptom, context);
    case 'aborted':
      return { kind: chain.some(isTimeout) ? 'timeout' : 'aborted' };
    case 'access-denied':
      return { kind: denialOf(message, context) };
    case 'throttled':
      return { kind: throttlingOf(message, context) };
    case 'credentials-invalid':
      return { kind: SKEWED.test(message) ? 'clock-skew' : kind };
    case 'credentials-missing':
      return { kind: isExpiredSession(message) ? 'credentials-expired' : kind };
    case 'unsupported-operation':
      return { kind: isValidation(symptom) ? validationOf(message, context) : kind };
    case 'malformed-response':
      // The front of the service refuses without JSON now and then: the status tells as much.
      return status < 400 ? { kind } : (diagnoseStatus(symptom, context) ?? { kind: 'unknown' });
    default:
      return { kind };
  }
}

/** What names the error goes before what says that its body could not be read. */
function kindByName({ names }: Symptom): FailureKind | undefined {
  const kinds = names.map((name) => KIND_BY_NAME.get(keyOf(name))).filter((kind) => kind !== undefined);
  return kinds.find((kind) => kind !== 'malformed-response') ?? kinds[0];
}

function diagnoseConnection(code: string): Diagnosis | undefined {
  if (code === 'ETIMEDOUT') {
    return { kind: 'timeout' };
  }
  if (BROKEN_CONNECTION.test(code)) {
    return { kind: 'unreachable', retryable: true };
  }
  if (NO_CONNECTION.test(code) || TLS_CODE.test(code)) {
    return { kind: 'unreachable' };
  }
  return code.startsWith('HPE_') ? { kind: 'malformed-response' } : undefined;
}

function diagnoseStatus({ status = 0, message, hasResponse }: Symptom, context: FailureContext): Diagnosis | undefined {
  if (REFUSED_TOKEN.test(message)) {
    return { kind: 'credentials-invalid' };
  }
  if (status === 429) {
    return { kind: throttlingOf(message, context) };
  }
  if (status >= 500) {
    return { kind: 'service-error' };
  }
  if ((status === 401 || status === 403) && SKEWED.test(message)) {
    return { kind: 'clock-skew' };
  }
  if (status === 401) {
    return { kind: 'credentials-invalid' };
  }
  if (status === 403) {
    return { kind: denialOf(message, context) };
  }
  if (status === 404 && isCall(context)) {
    return { kind: modelRefusalOf(message) ?? 'unsupported-operation' };
  }
  if ((status === 404 || status === 405) && isList(context)) {
    return { kind: 'unsupported-operation' };
  }
  // AWS said yes, and yet it could not be understood.
  return hasResponse && status >= 200 && status < 300 ? { kind: 'malformed-response' } : undefined;
}

function denialOf(message: string, context: FailureSubject): FailureKind {
  if (/explicit deny in an? (?:service|resource) control policy/i.test(message)) {
    return 'policy-denied';
  }
  if (/account is not authorized to invoke this API operation/i.test(message)) {
    return 'account-not-enabled';
  }
  if (REFUSED_TOKEN.test(message) || /make sure your API key is valid/i.test(message)) {
    return 'credentials-invalid';
  }
  return (isCall(context) ? modelRefusalOf(message) : undefined) ?? 'access-denied';
}

/** Why the model as such is refused, whoever may do what. */
function modelRefusalOf(message: string): FailureKind | undefined {
  if (LEGACY.test(message)) {
    return 'model-legacy';
  }
  if (NOT_ALLOWED.test(message)) {
    return 'model-not-allowed';
  }
  if (USE_CASE_FORM.test(message)) {
    return 'use-case-missing';
  }
  return NO_MODEL_ACCESS.test(message) || SUBSCRIPTION.test(message) ? 'model-access-missing' : undefined;
}

/** Where a day's quota is used up, or 0, waiting a little never helps. */
function throttlingOf(message: string, context: FailureSubject): FailureKind {
  return isCall(context) && PER_DAY.test(message) ? 'quota-exhausted' : 'throttled';
}

/** A list that is refused as invalid is not to be had there; elsewhere such an error speaks of the request, as a rule. */
function validationOf(message: string, context: FailureSubject): FailureKind {
  if (isList(context)) {
    return 'unsupported-operation';
  }
  if (!isCall(context)) {
    return 'unknown';
  }
  if (DATA_RETENTION.test(message)) {
    return 'data-retention';
  }
  if (NOT_ALLOWED.test(message)) {
    return 'model-not-allowed';
  }
  return UNSUPPORTED_HERE.test(message) ? 'unsupported-operation' : 'unknown';
}

function isExpiredSession(message: string): boolean {
  return (SESSION.test(message) && EXPIRED.test(message)) || LOGIN.test(message);
}

function isValidation({ names }: Symptom): boolean {
  return names.some((name) => keyOf(name) === 'validation');
}

function isList({ operation }: FailureSubject): boolean {
  return /(?:^|:)List/.test(operation);
}

function each(kind: FailureKind, ...names: string[]): [string, FailureKind][] {
  return names.map((name) => [name, kind]);
}
