import type { RegionFailure } from '../errors/errors.js';

const BASE_DELAY_MS = 100;
const THROTTLED_BASE_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;

/**
 * Full-jitter exponential delay before the next attempt, as in the standard retry mode of the AWS SDKs, or the server's
 * own wish where it stated one.
 *
 * @param attempt attempts made so far, from 1
 */
export function retryDelayMs(
  failure: RegionFailure,
  attempt: number,
  retryAfterMs: number | undefined,
  random: () => number = Math.random,
): number {
  if (retryAfterMs !== undefined) {
    return Math.min(retryAfterMs, MAX_DELAY_MS);
  }
  const base = failure.kind === 'throttled' ? THROTTLED_BASE_DELAY_MS : BASE_DELAY_MS;
  return Math.min(random() * base * 2 ** (attempt - 1), MAX_DELAY_MS);
}

/** How many retries one scan may spend over all its regions, so that an outage is not answered with a storm. */
export class RetryBudget {
  #left: number;

  constructor(regions: number) {
    this.#left = Math.max(10, regions);
  }

  take(): boolean {
    if (this.#left === 0) {
      return false;
    }
    this.#left -= 1;
    return true;
  }
}
