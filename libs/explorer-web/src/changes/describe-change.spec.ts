import { expect, it } from '@jest/globals';
import type { DiscoveryChange } from 'nestjs-bedrock-discovery';
import { describeChange } from './describe-change.js';

const LEGACY = { status: 'LEGACY', endOfLifeTime: '2027-02-03T00:00:00.000Z' };

it.each<[Omit<DiscoveryChange, 'id' | 'at'>, sign: string, words: string]>([
  [{ type: 'model-appeared', modelId: 'm', after: ['a', 'b'] }, '+', 'appeared in a, b'],
  [
    { type: 'model-gone', modelId: 'm', before: ['a', 'b', 'c', 'd', 'e', 'f'] },
    '−',
    'is gone from a, b, c, d and 2 more',
  ],
  [{ type: 'profile-region-gained', profileId: 'm', region: 'a' }, '+', 'came to a'],
  [{ type: 'model-region-lost', modelId: 'm', region: 'a' }, '−', 'left a'],
  [
    { type: 'model-inference-types-changed', modelId: 'm', region: 'a', before: [], after: ['ON_DEMAND'] },
    '~',
    'is invoked otherwise in a: none → ON_DEMAND',
  ],
  [
    { type: 'model-lifecycle-changed', modelId: 'm', region: 'a', before: { status: 'ACTIVE' }, after: LEGACY },
    '~',
    'moved on in its life in a: active → legacy, ends 2027-02-03',
  ],
  [
    { type: 'profile-destinations-changed', profileId: 'm', region: 'a', before: ['b'], after: 'global' },
    '~',
    'goes elsewhere from a: b → global',
  ],
  [
    { type: 'access-changed', modelId: 'm', region: 'a', before: 'denied', after: 'available' },
    '~',
    'has other access in a: denied → available',
  ],
  [{ type: 'something-new' as 'model-gone', modelId: 'm', region: 'a' }, '~', 'something new in a'],
])('a change is described, %o, as %s %s', (change, sign, words) => {
  expect(describeChange({ id: '1', at: '2026-09-01T00:00:00.000Z', ...change })).toMatchObject({
    subject: 'm',
    sign,
    words,
  });
});
