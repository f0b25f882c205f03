import { isRecord, isText } from '../util/guards.js';
import { FAILURE_KINDS, type FailureKind } from './failure-texts.js';

export type { FailureKind };

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
  return FAILURE_KINDS.some((known) => known === kind) && [message, remedy, at].every(isText)
    ? Object.freeze({ kind, message, remedy, at, retryable: retryable === true } as RegionFailure)
    : undefined;
}
