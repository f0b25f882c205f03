import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Flat, listedModel } from '../listed.spec.fixture.js';
import { buildModelIndex, diffModels, type ModelIndex } from './model-index.js';
import type { ListedModel } from './model.types.js';

const model = (modelId: string, changed: Partial<Flat<ListedModel>> = {}): ListedModel =>
  listedModel({
    modelId,
    modelName: modelId,
    providerName: 'Maker',
    inputModalities: ['TEXT'],
    outputModalities: ['TEXT'],
    customizationsSupported: [],
    modelArn: `arn:aws:bedrock:::foundation-model/${modelId}`,
    inferenceTypesSupported: ['ON_DEMAND'],
    lifecycle: { status: 'ACTIVE' },
    ...changed,
  });
const index = (lists: Record<string, ListedModel[]>, partial: readonly string[] = []): ModelIndex =>
  buildModelIndex(new Map(Object.entries(lists)), new Set(partial));

describe('the difference between two inventories of models', () => {
  it('tells models that appeared and are gone, with their regions', () => {
    const before = index({ 'eu-west-1': [model('a')], 'us-east-1': [model('a')] });
    const after = index({ 'eu-west-1': [model('b')], 'us-east-1': [] });
    expect(diffModels(before, after)).toEqual([
      { type: 'model-gone', modelId: 'a', before: ['eu-west-1', 'us-east-1'] },
      { type: 'model-appeared', modelId: 'b', after: ['eu-west-1'] },
    ]);
  });

  it('tells regions gained and lost', () => {
    const before = index({ 'eu-west-1': [model('a')], 'eu-west-2': [], 'us-east-1': [model('a')] });
    const after = index({ 'eu-west-1': [], 'eu-west-2': [model('a')], 'us-east-1': [model('a')] });
    expect(diffModels(before, after)).toEqual([
      { type: 'model-region-lost', modelId: 'a', region: 'eu-west-1' },
      { type: 'model-region-gained', modelId: 'a', region: 'eu-west-2' },
    ]);
  });

  it('tells inference types, in whatever order, and lifecycles that changed', () => {
    const before = index({ 'eu-west-1': [model('a', { inferenceTypesSupported: ['ON_DEMAND', 'PROVISIONED'] })] });
    const reordered = index({ 'eu-west-1': [model('a', { inferenceTypesSupported: ['PROVISIONED', 'ON_DEMAND'] })] });
    const lifecycle = { status: 'LEGACY', endOfLifeTime: '2027-01-01T00:00:00.000Z' };
    const after = index({ 'eu-west-1': [model('a', { inferenceTypesSupported: ['INFERENCE_PROFILE'], lifecycle })] });
    expect(diffModels(before, reordered)).toEqual([]);
    expect(diffModels(before, after)).toEqual([
      {
        type: 'model-inference-types-changed',
        modelId: 'a',
        region: 'eu-west-1',
        before: ['ON_DEMAND', 'PROVISIONED'],
        after: ['INFERENCE_PROFILE'],
      },
      {
        type: 'model-lifecycle-changed',
        modelId: 'a',
        region: 'eu-west-1',
        before: { status: 'ACTIVE' },
        after: lifecycle,
      },
    ]);
  });

  it('tells nothing of regions that are not known both times', () => {
    const some = index({ 'eu-west-1': [model('a')] });
    const more = index({ 'eu-west-1': [model('a')], 'us-east-1': [model('a'), model('b')] });
    expect(diffModels(some, more)).toEqual([]);
    expect(diffModels(more, some)).toEqual([]);
  });

  it('does not call gone what an unknown region may still have', () => {
    const before = index({ 'eu-west-1': [model('a')], 'us-east-1': [model('a')] });
    const after = index({ 'eu-west-1': [] });
    expect(diffModels(before, after)).toEqual([{ type: 'model-region-lost', modelId: 'a', region: 'eu-west-1' }]);
  });

  it('tells of a region that is known in part only what it lists both times', () => {
    const whole = index({ 'eu-west-1': [model('a'), model('b')], 'us-east-1': [model('a')] });
    const lifecycle = { status: 'LEGACY' };
    const partial = index({ 'eu-west-1': [model('a', { lifecycle })], 'us-east-1': [model('a')] }, ['eu-west-1']);
    const changed = { type: 'model-lifecycle-changed', modelId: 'a', region: 'eu-west-1' };
    expect(diffModels(whole, partial)).toMatchObject([changed]);
    expect(diffModels(partial, whole)).toMatchObject([changed]);
  });

  it('is none between equals, and mirrored the other way round', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
    const lists = fc.dictionary(fc.constantFrom('eu-west-1', 'us-east-1', 'us-west-2'), ids);
    const partial = fc.subarray(['eu-west-1', 'us-east-1', 'us-west-2']);
    const toIndex = (given: Record<string, string[]>, partly: readonly string[]): ModelIndex =>
      index(
        Object.fromEntries(Object.entries(given).map(([region, names]) => [region, names.map((id) => model(id))])),
        partly,
      );
    const mirror: Record<string, string> = { appeared: 'gone', gone: 'appeared', gained: 'lost', lost: 'gained' };
    const told = (before: ModelIndex, after: ModelIndex, rename = (word: string) => word): string[] =>
      diffModels(before, after)
        .map(({ type, modelId, region }) => `${modelId} ${region} ${rename(type.split('-').at(-1) ?? '')}`)
        .sort();
    fc.assert(
      fc.property(lists, lists, partial, partial, (first, second, partlyFirst, partlySecond) => {
        const [before, after] = [toIndex(first, partlyFirst), toIndex(second, partlySecond)];
        expect(diffModels(before, before)).toEqual([]);
        expect(told(before, after)).toEqual(told(after, before, (word) => mirror[word] ?? word));
      }),
    );
  });
});
