import type { FailureKind } from './failure-texts.js';

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
