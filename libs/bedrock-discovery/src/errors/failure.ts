import { isRecord, isText } from '../util/guards.js';

/**
 * Why an operation failed in a region. A region that the account has not opted in to and a wrong key look alike on the
 * wire; they are told apart by what the other regions of the same identity answered.
 *
 * @publicApi
 */
export type FailureKind =
  | 'credentials-missing'
  | 'credentials-invalid'
  | 'credentials-expired'
  | 'clock-skew'
  | 'region-not-enabled'
  | 'access-denied'
  | 'policy-denied'
  | 'account-not-enabled'
  | 'throttled'
  | 'unreachable'
  | 'timeout'
  | 'malformed-response'
  | 'service-error'
  | 'unsupported-operation'
  | 'aborted'
  | 'unknown';

/**
 * A failure of one operation in one region, in words.
 *
 * @publicApi
 */
export interface RegionFailure {
  readonly kind: FailureKind;
  /** What was seen. Never holds a credential, token or signature. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether asking again soon can succeed without anybody changing anything. */
  readonly retryable: boolean;
  /** When it was seen, ISO 8601. */
  readonly at: string;
}

/** A failure as a cache tier returned it; undefined if that is not what was stored. */
export function restoreFailure(value: unknown): RegionFailure | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { kind, message, remedy, at, retryable } = value;
  return [kind, message, remedy, at].every(isText)
    ? Object.freeze({ kind, message, remedy, at, retryable: retryable === true } as RegionFailure)
    : undefined;
}
