import type { RegionFailure } from '../errors/failure.js';
import { FAILURE_KINDS } from '../errors/failure-texts.js';
import { isRecord, isText } from './json.js';

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
