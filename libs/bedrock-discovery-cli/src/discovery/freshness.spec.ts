import { describe, expect, it } from '@jest/globals';
import type { RegionStatus } from 'nestjs-bedrock-discovery';
import { isAnythingKnown, isOutOfDate } from './freshness.js';

const status = (changes: Partial<RegionStatus>): RegionStatus => ({
  region: 'eu-west-1',
  status: 'ok',
  stale: false,
  count: 3,
  scannedAt: '2026-08-22T00:00:00.000Z',
  ...changes,
});

const fresh = status({});
const old = status({ stale: true });
const pending = status({ status: 'pending', scannedAt: undefined, count: 0 });
const denied = status({ status: 'failed', scannedAt: undefined, count: 0 });

describe('asking AWS before an answer', () => {
  it('asks where nothing is known, or most of it is old', () => {
    expect(isOutOfDate([])).toBe(true);
    expect(isOutOfDate([pending, pending])).toBe(true);
    expect(isOutOfDate([fresh, old, old])).toBe(true);
  });

  it('asks nobody for a few regions that never answer, nor for those that refuse', () => {
    expect(isOutOfDate([fresh, fresh, pending])).toBe(false);
    expect(isOutOfDate([fresh, fresh, old])).toBe(false);
    expect(isOutOfDate([fresh, denied, denied])).toBe(false);
  });

  it('leaves out regions that refused, of which nothing is known, when it decides', () => {
    expect(isAnythingKnown([denied, pending])).toBe(false);
    expect(isAnythingKnown([denied, old])).toBe(true);
  });
});
