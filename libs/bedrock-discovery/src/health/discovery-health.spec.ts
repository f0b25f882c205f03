import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failureOf } from '../errors/classify-failure.js';
import { FAILURE_KINDS, type FailureKind } from '../errors/failure-texts.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import { KNOWN_REGIONS } from '../regions/partitions.js';
import { healthOf } from './discovery-health.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2'];
const AT = '2026-08-22T12:00:00.000Z';

function failed(region: string, kind: FailureKind, known?: Pick<RegionStatus, 'ageMs'>): RegionStatus {
  const failure = failureOf(kind, 'Seen.', { region, operation: 'ListFoundationModels', at: AT });
  return {
    ...known,
    region,
    status: 'failed',
    failure,
    stale: known !== undefined,
    count: 0,
    ...(known && { scannedAt: AT }),
  };
}

const ok = (region: string, ageMs?: number): RegionStatus => ({
  region,
  status: 'ok',
  scannedAt: AT,
  ...(ageMs !== undefined && { ageMs }),
  stale: false,
  count: 1,
});
const pending = (region: string): RegionStatus => ({ region, status: 'pending', stale: false, count: 0 });

const ages = fc.option(fc.nat(1_000), { nil: undefined });
const statusesOf = fc.subarray(REGIONS).chain((regions) =>
  fc.tuple(
    ...regions.map((region) =>
      fc.oneof(
        ages.map((ageMs) => ok(region, ageMs)),
        fc.constant(pending(region)),
        fc
          .tuple(fc.constantFrom(...FAILURE_KINDS), ages, fc.boolean())
          .map(([kind, ageMs, isKnown]) =>
            failed(region, kind, isKnown ? { ...(ageMs !== undefined && { ageMs }) } : undefined),
          ),
      ),
    ),
  ),
);

describe('the health of what is known', () => {
  it('is up exactly where one region that counts lists what is young enough', () => {
    const options = fc.record(
      { residency: fc.constantFrom('eu', 'us', ['us-east-1']), maxAgeMs: fc.nat(1_000) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(statusesOf, statusesOf, options, (models, profiles, { residency, maxAgeMs }) => {
        const counts: Record<string, readonly string[]> = { eu: REGIONS.slice(0, 2), us: REGIONS.slice(2) };
        const within =
          residency === undefined ? REGIONS : typeof residency === 'string' ? counts[residency] : residency;
        const usable = { models: 0, profiles: 0 };
        for (const [name, statuses] of Object.entries({ models, profiles })) {
          for (const { region, scannedAt, ageMs } of statuses) {
            const isYoung = maxAgeMs === undefined || (ageMs !== undefined && ageMs <= maxAgeMs);
            if (within?.includes(region) === true && scannedAt !== undefined && isYoung) {
              usable[name as keyof typeof usable] += 1;
            }
          }
        }
        const health = healthOf(
          { models, profiles },
          { ...(residency && { residency }), ...(maxAgeMs !== undefined && { maxAgeMs }) },
        );
        expect({ models: health.models.usable, profiles: health.profiles.usable }).toEqual(usable);
        expect(health.message === undefined).toBe(usable.models + usable.profiles > 0);
      }),
    );
  });

  it('has a line for each kind of failure, however many regions there are', () => {
    const regions = [...KNOWN_REGIONS].slice(0, 33);
    const statuses = regions.map((region) => failed(region, 'credentials-missing'));
    const { models, message, degraded } = healthOf({ models: statuses, profiles: statuses });
    expect(models).toEqual({ regions: 33, usable: 0, stale: 0, failures: ['33 regions: credentials-missing'] });
    expect(message).toMatch(
      /^Nothing is known that may be served \(33 regions: credentials-missing\)\. Provide AWS cred/,
    );
    expect(degraded).toEqual([]);
  });

  it('names few regions, says what is amiss with them, and leaves those out that are not enabled', () => {
    const models = [failed('eu-west-1', 'throttled', { ageMs: 5 }), failed('us-east-1', 'region-not-enabled')];
    const { degraded } = healthOf({ models, profiles: [pending('eu-west-1'), failed('us-east-1', 'access-denied')] });
    expect(degraded).toEqual([
      'Models: eu-west-1: throttled',
      'Inference profiles: nothing is known (us-east-1: access-denied)',
    ]);
  });

  it('is well where the only regions that fail are not enabled', () => {
    const statuses = [ok('eu-west-1', 5), failed('us-east-1', 'region-not-enabled')];
    expect(healthOf({ models: statuses, profiles: statuses }).degraded).toEqual([]);
  });

  it.each<[what: string, statuses: RegionStatus[], options: Parameters<typeof healthOf>[1], message: RegExp]>([
    ['is too old', [ok('eu-west-1', 50)], { maxAgeMs: 10 }, /older than asked for/],
    ['is of unknown age', [ok('eu-west-1')], { maxAgeMs: 10 }, /older than asked for/],
    ['is not within the residency', [ok('us-east-1', 5)], { residency: 'eu' }, /No region that counts is scanned/],
    ['has not come yet', [pending('eu-west-1')], {}, /No region has answered yet/],
  ])('says why where what is known %s', (_what, statuses, options, message) => {
    expect(healthOf({ models: statuses, profiles: statuses }, options).message).toMatch(message);
  });

  it('refuses what is no residency', () => {
    expect(() => healthOf({ models: [], profiles: [] }, { residency: 'nowhere' })).toThrow(/There is no geography/);
  });

  it.each([-1, Number.NaN])('refuses %s as an age', (maxAgeMs) => {
    expect(() => healthOf({ models: [], profiles: [] }, { maxAgeMs })).toThrow(/maxAgeMs must be milliseconds/);
  });
});
