import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GEOGRAPHIES, GEOGRAPHY_LABELS, regionsOf } from './geographies.js';
import { BEDROCK_REGIONS, isRegionName } from './partitions.js';

const BEDROCK = Object.values(BEDROCK_REGIONS).flat();

describe('geographies', () => {
  it.each(Object.entries(GEOGRAPHIES))('hold names of regions, each once and in order, as does %s', (_, regions) => {
    expect(regions.every(isRegionName)).toBe(true);
    expect(regions).toEqual([...new Set(regions)].sort());
    expect(Object.isFrozen(regions)).toBe(true);
  });

  it('have a label for people each, all different', () => {
    expect(Object.keys(GEOGRAPHY_LABELS)).toEqual(Object.keys(GEOGRAPHIES));
    expect(new Set(Object.values(GEOGRAPHY_LABELS)).size).toBe(Object.keys(GEOGRAPHIES).length);
    expect(GEOGRAPHY_LABELS['eu']).toBe('European Union');
  });

  it('holds London and Zurich in europe, and not in eu', () => {
    expect(GEOGRAPHIES['europe']?.filter((region) => !GEOGRAPHIES['eu']?.includes(region))).toEqual([
      'eu-central-2',
      'eu-west-2',
    ]);
  });

  it.each([
    ['us', /^us-(east|west)-/],
    ['us-gov', /^us-gov-/],
    ['europe', /^eu(sc)?-/],
    ['apac', /^ap-/],
    ['ca', /^ca-/],
  ])('leave out no region that has Bedrock, as does %s', (geography, name) => {
    expect(GEOGRAPHIES[geography]).toEqual(expect.arrayContaining(BEDROCK.filter((region) => name.test(region))));
  });

  it.each(['jp', 'au', 'in'])('hold %s as a part of apac', (geography) => {
    expect(GEOGRAPHIES['apac']).toEqual(expect.arrayContaining([...(GEOGRAPHIES[geography] ?? [])]));
  });
});

describe('the regions of a residency', () => {
  it.each(Object.keys(GEOGRAPHIES))('are those of the geography %s', (geography) => {
    expect(regionsOf(geography)).toEqual(GEOGRAPHIES[geography]);
  });

  it('are the names given, each once, known or not', () => {
    const given = ['eu-west-9', 'us-east-1', 'eu-west-9'];
    expect(regionsOf(given)).toEqual(['eu-west-9', 'us-east-1']);
    expect(Object.isFrozen(given)).toBe(false);
  });

  it.each([
    ['global', 'anywhere'],
    ['eu-west-1', '["eu-west-1"]'],
    ['EU', '"EU"'],
    ['constructor', '"constructor"'],
    ['', '""'],
    [[], 'at least one'],
    [['eu-west-1', 'eu'], '"eu" is not the name of a region'],
    [['global'], '"global"'],
    [[''], '""'],
  ])('are refused for %j, with what is accepted', (residency, told) => {
    expect(() => regionsOf(residency)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => regionsOf(residency)).toThrow(told);
    expect(() => regionsOf(residency)).toThrow('"europe", "apac"');
  });

  it('are names of regions or a typed refusal, whatever is given', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        try {
          expect(regionsOf(anything as string).every(isRegionName)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
        }
      }),
    );
  });
});
