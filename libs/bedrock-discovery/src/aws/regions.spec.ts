import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BEDROCK_REGIONS,
  defaultRegionOf,
  isRegionName,
  type Partition,
  partitionOf,
  REGIONS_WITHOUT_BEDROCK,
} from './regions.js';

const PARTITIONS = Object.keys(BEDROCK_REGIONS) as Partition[];

describe('the regions of Bedrock', () => {
  it('stand under the partition that their name belongs to, once, and are formed like names', () => {
    for (const partition of PARTITIONS) {
      expect(new Set(BEDROCK_REGIONS[partition].map(partitionOf))).toEqual(
        new Set(BEDROCK_REGIONS[partition].length > 0 ? [partition] : []),
      );
    }
    const all = Object.values(BEDROCK_REGIONS).flat();
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((region) => !isRegionName(region))).toEqual([]);
  });

  it('leave out regions that have no endpoint', () => {
    expect(Object.values(BEDROCK_REGIONS).flat()).not.toEqual(expect.arrayContaining([...REGIONS_WITHOUT_BEDROCK]));
  });

  it('have a default in every partition that belongs to it', () => {
    expect(PARTITIONS.map((partition) => partitionOf(defaultRegionOf(partition)))).toEqual(PARTITIONS);
  });
});

describe('isRegionName', () => {
  it('accepts regions to come and refuses what could name another host', () => {
    expect(isRegionName('ap-southeast-12')).toBe(true);
    for (const value of ['us-east-1.evil.com', 'us-east', 'US-EAST-1', 'us-east-1/x', 'us-east-1 ', '', 1, undefined]) {
      expect(isRegionName(value)).toBe(false);
    }
  });

  it('accepts nothing but lower-case letters, digits and dashes', () => {
    fc.assert(fc.property(fc.string(), (value) => !isRegionName(value) || /^[a-z0-9-]+$/.test(value)));
  });
});
