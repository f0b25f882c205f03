import type { RegionFailure, RegionStatus } from 'nestjs-bedrock-discovery';

/**
 * Whether AWS is to be asked before an answer: most regions are out of date or were never asked. Some always are, since
 * regions that cannot be reached stay so from one command to the next.
 */
export function isOutOfDate(statuses: readonly RegionStatus[]): boolean {
  const old = statuses.filter(({ status, stale }) => status === 'pending' || stale);
  return old.length > statuses.length / 2 || statuses.length === 0;
}

/** Whether anything can be answered from. */
export function isAnythingKnown(statuses: readonly RegionStatus[]): boolean {
  return statuses.some(({ scannedAt }) => scannedAt !== undefined);
}

/** Regions of which nothing is known, or only what was before they failed. */
export function unanswered(statuses: readonly RegionStatus[]): readonly RegionStatus[] {
  return statuses.filter(({ status }) => status !== 'ok');
}

export function failuresOf(statuses: readonly RegionStatus[]): [region: string, failure: RegionFailure][] {
  return statuses.flatMap(({ region, failure }) => (failure === undefined ? [] : [[region, failure]]));
}
