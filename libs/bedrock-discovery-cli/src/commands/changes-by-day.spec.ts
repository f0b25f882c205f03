import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DiscoveryChange } from 'nestjs-bedrock-discovery';
import { changesByDay } from './changes-by-day.js';

it('regions of one change are named in the order of their names, whichever answered first', () => {
  const gained = ['us-east-1', 'eu-west-3', 'eu-central-1'].map((region): Omit<DiscoveryChange, 'id'> => ({
    at: '2026-11-26T12:00:00.000Z',
    type: 'model-region-gained',
    modelId: 'maker.new',
    region,
  }));
  const property = fc.property(fc.shuffledSubarray(gained, { minLength: gained.length }), (changes) => {
    const [day] = changesByDay(
      changes.map((change, number) => ({ ...change, id: String(number) })),
      new Map([['maker.new', 'New']]),
    );
    expect(day?.subjects).toEqual([{ subject: 'New', words: ['also in eu-central-1, eu-west-3, us-east-1'] }]);
  });
  fc.assert(property);
});
