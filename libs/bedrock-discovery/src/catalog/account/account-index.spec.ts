import { describe, expect, it } from '@jest/globals';
import { type AccountIndex, buildAccountIndex, diffAccountModels } from './account-index.js';
import type { ListedAccountModel } from './account-model.types.js';
import { buildMantleIndex, diffMantleModels, type MantleIndex } from './mantle-index.js';

describe('what the account owns', () => {
  const owned = (arn: string, changed: Partial<ListedAccountModel> = {}): ListedAccountModel => ({
    arn,
    name: arn,
    status: 'Active',
    baseModelIds: [],
    ...changed,
  });
  const index = (lists: Record<string, ListedAccountModel[]>, partial: readonly string[] = []): AccountIndex =>
    buildAccountIndex(new Map(Object.entries(lists)), new Set(partial), ({ status }) => ({
      via: 'custom-deployment',
      open: status === 'Active',
    }));

  it('is listed by region, with what follows from its listing', () => {
    const { models, byArn, knownRegions, partialRegions } = index(
      { us: [owned('c')], eu: [owned('b'), owned('a', { status: 'Failed' })], ap: [] },
      ['us'],
    );
    expect(models.map(({ arn, region, open }) => [arn, region, open])).toEqual([
      ['b', 'eu', true],
      ['a', 'eu', false],
      ['c', 'us', true],
    ]);
    expect(byArn.get('c')).toBe(models[2]);
    expect([knownRegions, partialRegions]).toEqual([new Set(['ap', 'eu', 'us']), new Set(['us'])]);
    expect([models, ...models].every(Object.isFrozen)).toBe(true);
  });

  it('appears, goes, and changes its status, with the model that it stands for', () => {
    const before = index({ eu: [owned('gone', { modelId: 'maker.model' }), owned('changed'), owned('same')] });
    const after = index({ eu: [owned('come'), owned('changed', { status: 'Failed' }), owned('same', { name: 'x' })] });
    expect(diffAccountModels(before, after)).toEqual([
      { type: 'account-model-status-changed', arn: 'changed', region: 'eu', before: 'Active', after: 'Failed' },
      { type: 'account-model-appeared', arn: 'come', after: ['eu'] },
      { type: 'account-model-gone', arn: 'gone', modelId: 'maker.model', before: ['eu'] },
    ]);
  });

  it('does neither where a list was not known, or in part, and changes its status only where it was known', () => {
    const [some, none] = [{ eu: [owned('a')] }, { eu: [] }];
    for (const [before, after] of [
      [index(some), index({})],
      [index({}), index(some)],
      [index(some), index(none, ['eu'])],
      [index(none, ['eu']), index(some)],
    ] as const) {
      expect(diffAccountModels(before, after)).toEqual([]);
    }
    const failed = { eu: [owned('a', { status: 'Failed' })] };
    expect(diffAccountModels(index(some, ['eu']), index(failed))).toHaveLength(1);
    const unknown = { ...index(failed), knownRegions: new Set<string>() };
    expect(diffAccountModels(index(some), unknown)).toEqual([]);
  });
});

describe('what bedrock-mantle lists', () => {
  const index = (lists: Record<string, string[]>, partial: readonly string[] = []): MantleIndex =>
    buildMantleIndex(
      new Map(Object.entries(lists).map(([region, ids]) => [region, ids.map((modelId) => ({ modelId }))])),
      new Set(partial),
    );

  it('is joined by model', () => {
    const { byId, knownRegions, partialRegions } = index({ us: ['a', 'b'], eu: ['a'], ap: [] }, ['us']);
    expect([...byId.keys()].sort()).toEqual(['a', 'b']);
    expect(byId.get('a')).toEqual({
      modelId: 'a',
      regions: ['eu', 'us'],
      availability: { eu: { modelId: 'a' }, us: { modelId: 'a' } },
    });
    expect([knownRegions, partialRegions]).toEqual([new Set(['ap', 'eu', 'us']), new Set(['us'])]);
    expect([byId.get('a'), byId.get('a')?.regions].every(Object.isFrozen)).toBe(true);
  });

  it('appears, goes, and is gained and lost by regions', () => {
    const before = index({ eu: ['gone', 'moved', 'same'], us: [] });
    const after = index({ eu: ['come', 'same'], us: ['moved'] });
    expect(diffMantleModels(before, after)).toEqual([
      { type: 'mantle-model-appeared', modelId: 'come', after: ['eu'] },
      { type: 'mantle-model-gone', modelId: 'gone', before: ['eu'] },
      { type: 'mantle-model-region-lost', modelId: 'moved', region: 'eu' },
      { type: 'mantle-model-region-gained', modelId: 'moved', region: 'us' },
    ]);
    expect(diffMantleModels(before, index({ eu: [] }, ['eu']))).toEqual([]);
  });
});
