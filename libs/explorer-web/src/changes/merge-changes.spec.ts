import { expect, it } from '@jest/globals';
import type { DiscoveryChange } from 'nestjs-bedrock-discovery';
import { mergeChanges } from './merge-changes.js';

const OPUS = 'anthropic.claude-opus-5';
let count = 0;
const change = (at: string, rest: Partial<DiscoveryChange> & Pick<DiscoveryChange, 'type'>): DiscoveryChange => ({
  id: String((count += 1)),
  at: new Date(`${at}T12:00:00`).toISOString(),
  ...rest,
});

it('changes of a day are merged by model: regions are counted, and a profile belongs to its model', () => {
  const changes = [
    change('2026-11-26', { type: 'model-region-gained', modelId: OPUS, region: 'eu-west-1' }),
    change('2026-11-26', { type: 'model-region-gained', modelId: OPUS, region: 'eu-west-3' }),
    change('2026-11-26', { type: 'profile-appeared', profileId: `eu.${OPUS}` }),
    change('2026-11-26', { type: 'profile-gone', profileId: 'eu.maker.unknown' }),
    change('2026-11-25', { type: 'model-region-lost', modelId: OPUS, region: 'us-east-1' }),
  ];
  const days = mergeChanges(changes, (id) => id === OPUS);
  expect(days.map(({ day }) => day)).toEqual(['2026-11-26', '2026-11-25']);
  expect(days[0]?.merged).toMatchObject([
    { subject: OPUS, tone: 'gained', words: '+2 regions, + eu profile' },
    { subject: 'eu.maker.unknown', tone: 'lost', words: '− eu profile' },
  ]);
  expect(days[1]?.merged).toMatchObject([{ subject: OPUS, tone: 'lost', words: '−1 region' }]);
});

it('what moves on in its life says where to, and what is not known by name is told all the same', () => {
  const after = { status: 'LEGACY', endOfLifeTime: '2027-02-03T00:00:00.000Z' };
  const [day] = mergeChanges(
    [
      change('2026-11-26', { type: 'model-lifecycle-changed', modelId: OPUS, region: 'eu-west-1', after }),
      change('2026-11-26', { type: 'something-new' as 'model-gone', modelId: OPUS }),
    ],
    () => true,
  );
  expect(day?.merged).toMatchObject([
    { words: 'now legacy, ends 2027-02-03 in 1 region, something new', tone: 'moved' },
  ]);
});

it('what changed in one moment is told in one order, whichever region answered first', () => {
  const changes = [
    change('2026-11-26', { type: 'profile-region-gained', profileId: `eu.${OPUS}`, region: 'eu-west-1' }),
    change('2026-11-26', { type: 'model-region-gained', modelId: OPUS, region: 'eu-west-3' }),
  ];
  const wordsOf = (list: readonly DiscoveryChange[]): unknown => mergeChanges(list, () => true)[0]?.merged[0]?.words;
  expect(wordsOf(changes)).toBe('+1 region, eu profile from +1 region');
  expect(wordsOf(changes.toReversed())).toBe(wordsOf(changes));
});
