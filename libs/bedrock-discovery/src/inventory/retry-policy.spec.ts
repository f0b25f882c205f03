import { describe, expect, it } from '@jest/globals';
import type { RegionFailure } from '../errors/errors.js';
import { RetryBudget, retryDelayMs } from './retry-policy.js';

const failure = (kind: RegionFailure['kind']): RegionFailure => ({
  kind,
  message: '',
  remedy: '',
  retryable: true,
  at: '',
});

describe('the delay before a retry', () => {
  it('doubles with each attempt, with full jitter, up to twenty seconds', () => {
    const longest = [1, 2, 3, 20].map((attempt) => retryDelayMs(failure('timeout'), attempt, undefined, () => 1));
    expect(longest).toEqual([100, 200, 400, 20_000]);
    expect(retryDelayMs(failure('timeout'), 3, undefined, () => 0)).toBe(0);
  });

  it('is longer after throttling', () => {
    expect(retryDelayMs(failure('throttled'), 1, undefined, () => 1)).toBe(500);
  });

  it('is what the server asks for', () => {
    expect(retryDelayMs(failure('throttled'), 1, 3_000)).toBe(3_000);
  });
});

describe('the retry budget of a scan', () => {
  it('is as many retries as regions, at least ten, and then none', () => {
    const taken = (regions: number): number => {
      const budget = new RetryBudget(regions);
      let count = 0;
      while (budget.take()) {
        count += 1;
      }
      return count;
    };
    expect(taken(31)).toBe(31);
    expect(taken(1)).toBe(10);
  });
});
