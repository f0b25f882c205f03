import type { RegionFailure } from '../errors/errors.js';
import { closesRegion } from '../errors/failure-texts.js';
import { ageOf, isFuture } from '../util/clock.js';
import type { RegionList } from './listing.js';
import type { RegionStatus } from './scan.types.js';

const DAY_MS = 86_400_000;
/** After a first failure. */
export const RETRY_MS = 30_000;

export interface RegionData<T> {
  readonly list: RegionList<T>;
  /** Milliseconds since the epoch. */
  readonly scannedAt: number;
  readonly source: NonNullable<RegionStatus['source']>;
}

/** What is known of one operation in one region. Immutable: every answer makes a new one. */
export interface RegionState<T> {
  /** The last good answer. */
  readonly data?: RegionData<T>;
  /** Why asking has failed since. */
  readonly failure?: RegionFailure;
  /** Milliseconds since the epoch. */
  readonly failedAt?: number;
  /** Failures in a row. */
  readonly failures: number;
  /** Another instance asked last, in vain. */
  readonly askedElsewhere?: true;
}

export const isDenied = (failure: RegionFailure | undefined): boolean =>
  failure !== undefined && closesRegion(failure.kind);

/** Whether a denial is recent enough not to be asked about again. */
export function isDeniedToday<T>(state: RegionState<T> | undefined, now: number): boolean {
  return isDenied(state?.failure) && ageOf(state?.failedAt ?? 0, now) < DAY_MS;
}

/**
 * Whether another instance has asked in vain, and nobody is to ask again yet.
 *
 * @param since in milliseconds since the epoch: whoever asked after it has asked for all; without it until a query may ask again
 */
export function isLeftAlone<T>(
  state: RegionState<T> | undefined,
  now: number,
  memoryTtlMs: number,
  since: number | undefined,
): boolean {
  return (
    state?.askedElsewhere === true &&
    (since === undefined ? nextDueAt(state, now, memoryTtlMs) > now : (state.failedAt ?? 0) > since)
  );
}

export function isFresh<T>(state: RegionState<T> | undefined, now: number, memoryTtlMs: number): boolean {
  return state?.failure === undefined && state?.data !== undefined && ageOf(state.data.scannedAt, now) <= memoryTtlMs;
}

/** When a query may cause the region to be asked again, milliseconds since the epoch. */
export function nextDueAt<T>(state: RegionState<T> | undefined, now: number, memoryTtlMs: number): number {
  const { data, failure, failedAt = 0, failures = 1 } = state ?? {};
  if (failure !== undefined) {
    const backoffMs = Math.min(memoryTtlMs, RETRY_MS * 2 ** Math.min(failures - 1, 20));
    return isFuture(failedAt, now) ? 0 : failedAt + (isDenied(failure) ? DAY_MS : backoffMs);
  }
  return data === undefined || isFuture(data.scannedAt, now) ? 0 : data.scannedAt + memoryTtlMs;
}

export function succeeded<T>(list: RegionList<T>, scannedAt: number): RegionState<T> {
  return { data: { list, scannedAt, source: 'scan' }, failures: 0 };
}

/** The last good data stays. */
export function failed<T>(
  former: RegionState<T> | undefined,
  failure: RegionFailure,
  failedAt: number,
  { elsewhere = false } = {},
): RegionState<T> {
  return {
    ...(former?.data && { data: former.data }),
    failure,
    failedAt,
    failures: (former?.failures ?? 0) + 1,
    ...(elsewhere && { askedElsewhere: true }),
  };
}

export function toStatus<T>(
  region: string,
  state: RegionState<T> | undefined,
  now: number,
  memoryTtlMs: number,
): RegionStatus {
  const data = state?.data;
  const failure = state?.failure;
  const unreadable = data?.list.unreadable ?? 0;
  const ageMs = data === undefined ? 0 : ageOf(data.scannedAt, now);
  return Object.freeze({
    region,
    status: failure ? 'failed' : !data ? 'pending' : unreadable > 0 ? 'partial' : 'ok',
    ...(failure && { failure }),
    ...(data && { scannedAt: new Date(data.scannedAt).toISOString(), source: data.source }),
    ...(data && Number.isFinite(ageMs) && { ageMs }),
    stale: data !== undefined && (failure !== undefined || ageMs > memoryTtlMs),
    count: data?.list.items.length ?? 0,
    ...(unreadable > 0 && { unreadable }),
  });
}
