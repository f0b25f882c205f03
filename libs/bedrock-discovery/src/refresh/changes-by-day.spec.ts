import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DISCOVERY_CHANGE_TYPES, type DiscoveryChange } from '../inventory/changes.js';
import { changesByDay } from './changes-by-day.js';

const OPUS = 'anthropic.claude-opus-5';
const MODELS = { modelNames: new Map([[OPUS, 'Claude Opus 5']]) };
const LEGACY = { status: 'LEGACY', endOfLifeTime: '2027-02-03T00:00:00.000Z' };
type Told = Omit<DiscoveryChange, 'id' | 'at'>;

let count = 0;
const change = (at: string, told: Told): DiscoveryChange => {
  count += 1;
  return { id: `${Date.parse(at)}-${String(count).padStart(5, '0')}`, at: new Date(at).toISOString(), ...told };
};
const wordsOf = (...told: Told[]): string | undefined =>
  changesByDay(
    told.map((each) => change('2026-11-26T12:00Z', each)),
    MODELS,
  )[0]?.subjects[0]?.words;

describe('changes by day', () => {
  it('are merged by model, which a profile that leads to it belongs to, the newest day first', () => {
    const days = changesByDay(
      [
        change('2026-11-25T12:00Z', { type: 'model-region-lost', modelId: OPUS, region: 'us-east-1' }),
        change('2026-11-26T10:00Z', { type: 'profile-gone', profileId: 'eu.maker.unknown' }),
        change('2026-11-26T11:00Z', { type: 'model-region-gained', modelId: OPUS, region: 'eu-west-3' }),
        change('2026-11-26T12:00Z', { type: 'model-region-gained', modelId: OPUS, region: 'eu-west-1' }),
        change('2026-11-26T12:00Z', { type: 'profile-appeared', profileId: `eu.${OPUS}` }),
      ],
      MODELS,
    );
    const name = 'Claude Opus 5';
    expect(days).toMatchObject([
      {
        day: '2026-11-26',
        subjects: [
          { subject: OPUS, name, tone: 'gained', words: '+2 regions (eu-west-1, eu-west-3), + eu profile' },
          { subject: 'eu.maker.unknown', tone: 'lost', words: '− eu profile' },
        ],
      },
      {
        day: '2026-11-25',
        subjects: [{ subject: OPUS, name, tone: 'lost', words: '−1 region (us-east-1)' }],
      },
    ]);
    expect(days[0]?.subjects[0]?.changes.map(({ words }) => words)).toEqual([
      '+ eu profile',
      '+1 region (eu-west-1)',
      '+1 region (eu-west-3)',
    ]);
  });

  it('begin at midnight where they are read', () => {
    const late = [change('2026-11-26T23:30:00Z', { type: 'model-gone', modelId: OPUS })];
    const dayIn = (timeZone?: string): unknown => changesByDay(late, { timeZone })[0]?.day;
    expect([dayIn(), dayIn('Europe/Berlin'), dayIn('America/New_York')]).toEqual([
      '2026-11-26',
      '2026-11-27',
      '2026-11-26',
    ]);
    expect(() => dayIn('Nowhere/None')).toThrow(RangeError);
  });

  it.each<[words: string, ...told: Told[]]>([
    ['new in a, b', { type: 'model-appeared', modelId: OPUS, after: ['b', 'a'] }],
    ['gone from 5 regions', { type: 'model-gone', modelId: OPUS, before: ['a', 'b', 'c', 'd', 'e'] }],
    ['new', { type: 'account-model-appeared', arn: 'arn' }],
    ['bedrock-mantle in −1 region (a)', { type: 'mantle-model-region-lost', modelId: OPUS, region: 'a' }],
    ['eu profile from +1 region (a)', { type: 'profile-region-gained', profileId: `eu.${OPUS}`, region: 'a' }],
    [
      'invoked otherwise in a, b: none → ON_DEMAND',
      { type: 'model-inference-types-changed', modelId: OPUS, region: 'a', before: [], after: ['ON_DEMAND'] },
      { type: 'model-inference-types-changed', modelId: OPUS, region: 'b', before: [], after: ['ON_DEMAND'] },
    ],
    [
      'active → legacy until 2027-02-03 in a',
      { type: 'model-lifecycle-changed', modelId: OPUS, region: 'a', before: { status: 'ACTIVE' }, after: LEGACY },
    ],
    [
      'eu profile served elsewhere from a: b → global',
      {
        type: 'profile-destinations-changed',
        profileId: `eu.${OPUS}`,
        region: 'a',
        before: ['b'],
        after: 'global',
      },
    ],
    [
      'access denied → available in a',
      { type: 'access-changed', modelId: OPUS, region: 'a', before: 'denied', after: 'available' },
    ],
    ['something new in a', { type: 'something-new' as 'model-gone', modelId: OPUS, region: 'a' }],
  ])('are told as "%s"', (words, ...told) => {
    expect(wordsOf(...told)).toBe(words);
  });

  it('are told in one order, whichever region answered first', () => {
    const told = ['us-east-1', 'eu-west-3', 'eu-central-1'].flatMap((region): Told[] => [
      { type: 'model-region-gained', modelId: OPUS, region },
      { type: 'profile-region-gained', profileId: `eu.${OPUS}`, region },
    ]);
    const property = fc.property(fc.shuffledSubarray(told, { minLength: told.length }), (shuffled) => {
      expect(wordsOf(...shuffled)).toBe(
        '+3 regions (eu-central-1, eu-west-3, us-east-1), eu profile from +3 regions (eu-central-1, eu-west-3, us-east-1)',
      );
    });
    fc.assert(property);
  });

  it('have words of their own for each type', () => {
    const words = DISCOVERY_CHANGE_TYPES.map((type) => wordsOf({ type, modelId: OPUS, profileId: `eu.${OPUS}` }));
    DISCOVERY_CHANGE_TYPES.forEach((type, index) => expect(words[index]).not.toContain(type.replaceAll('-', ' ')));
  });
});
