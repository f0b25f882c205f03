import { describe, expect, it } from '@jest/globals';
import { distance } from 'fastest-levenshtein';
import fc from 'fast-check';
import { nearestRegion } from './nearest-region.js';
import { isRegionName, KNOWN_REGIONS } from './partitions.js';

const REGIONS = [...KNOWN_REGIONS];

describe('the region that was probably meant', () => {
  it.each([
    ['eu-wst-1', 'eu-west-1'],
    ['eu-cental-1', 'eu-central-1'],
    ['us-esat-1', 'us-east-1'],
    ['us-gvo-west-1', 'us-gov-west-1'],
    ['ap-suotheast-2', 'ap-southeast-2'],
    ['ap-eats-1', 'ap-east-1'],
    ['cn-nroth-1', 'cn-north-1'],
    ['uss-east-1', 'us-east-1'],
    ['ue-west-2', 'us-west-2'],
  ])('by %s is %s', (name, region) => {
    expect(nearestRegion(name)).toBe(region);
  });

  it.each([
    ['us-east-3', 'us-east-1'],
    ['eu-west-9', 'eu-west-1'],
    ['af-north-1', 'af-south-1'],
  ])('by %s is %s, though every word of it is one', (name, region) => {
    expect(nearestRegion(name)).toBe(region);
  });

  it.each(['xx-nowhere-1', 'nz-auckland-1', '', 'Ireland'])('by %j is none, as it is like no other', (name) => {
    expect(nearestRegion(name)).toBeUndefined();
  });

  it.each(REGIONS)('by %s is that itself, whether or not it has Bedrock', (name) => {
    expect(isRegionName(name)).toBe(true);
    expect(nearestRegion(name)).toBeUndefined();
  });

  it('is the nearest wherever a letter is left out', () => {
    const slips = fc
      .constantFrom(...REGIONS)
      .chain((region) =>
        fc.integer({ min: 0, max: region.length - 1 }).map((at) => region.slice(0, at) + region.slice(at + 1)),
      )
      .filter((name) => !KNOWN_REGIONS.has(name));
    fc.assert(
      fc.property(slips, (name) => {
        expect(distance(name, nearestRegion(name) ?? '')).toBe(1);
      }),
    );
  });

  it('is a known region or none, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (name) => {
        expect([undefined, ...REGIONS]).toContain(nearestRegion(name));
      }),
    );
  });
});
