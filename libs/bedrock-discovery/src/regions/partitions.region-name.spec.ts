import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRegionName } from './partitions.js';

describe('isRegionName', () => {
  it.each(['us-east-1', 'ap-southeast-12', 'us-gov-west-1', 'eusc-de-east-1', 'us-isob-east-1'])(
    'accepts the region name %s',
    (name) => {
      expect(isRegionName(name)).toBe(true);
    },
  );

  it.each(['', 'Ireland', 'us-east', 'us-east-1 ', 'US-EAST-1', 'us-east-123', 'https://us-east-1', 'a-b-1'])(
    'refuses %j as a region name',
    (name) => {
      expect(isRegionName(name)).toBe(false);
    },
  );

  it('lets nothing through that could leave a host name', () => {
    fc.assert(fc.property(fc.string(), (value) => !isRegionName(value) || /^[a-z0-9-]+$/.test(value)));
  });
});
