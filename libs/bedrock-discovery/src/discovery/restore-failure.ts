import type { RegionFailure } from '../errors/failure.js';
import { isRecord, isText } from './json.js';

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
