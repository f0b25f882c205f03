import { describe, expect, it } from '@jest/globals';
import {
  BEDROCK_REGIONS,
  defaultRegionOf,
  isRegionName,
  type Partition,
  partitionOf,
  REGIONS_WITHOUT_BEDROCK,
} from './partitions.js';

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
