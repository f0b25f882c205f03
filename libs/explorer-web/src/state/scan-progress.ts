import type { RegionStatus } from 'nestjs-bedrock-discovery';
import type { RegionOverview } from '../api/answers.types.js';
import type { Progress } from './store.js';

/**
 * How far a scan is, read from what is known of the regions: those that have answered since it began, or at all where it is
 * the first.
 *
 * @param since when the scan was asked for, in milliseconds since 1970; undefined for the first
 * @returns undefined where no scan is under way
 */
export function progressOf(overviews: readonly RegionOverview[], since: number | undefined): Progress | undefined {
  const operations = overviews.flatMap(({ models, profiles }) =>
    [models, profiles].filter((each) => each !== undefined),
  );
  const done = operations.filter((status) =>
    since === undefined ? status.status !== 'pending' : isFrom(status, since),
  );
  return operations.length === 0 || (since === undefined && done.length === operations.length)
    ? undefined
    : { done: done.length, total: operations.length };
}

function isFrom({ scannedAt, failure }: RegionStatus, since: number): boolean {
  return [scannedAt, failure?.at].some((at) => at !== undefined && Date.parse(at) >= since);
}
