import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ModelNames } from './model-names.js';

const MODELS = [
  ['anthropic.claude-3-haiku-20240307-v1:0', 'Claude 3 Haiku', 'Anthropic'],
  ['anthropic.claude-3-haiku-20240307-v1:0:200k', 'Claude 3 Haiku', 'Anthropic'],
  ['anthropic.claude-opus-4-6-v1', 'Claude Opus 4.6', 'Anthropic'],
  ['anthropic.claude-opus-4-7', 'Claude Opus 4.7', 'Anthropic'],
  ['deepseek.v3.2', 'DeepSeek V3.2', 'DeepSeek'],
  ['openai.gpt-oss-120b-1:0', 'gpt-oss-120b', 'OpenAI'],
  ['amazon.titan-embed-text-v1', 'Titan Embeddings G1 - Text', 'Amazon'],
  ['amazon.titan-embed-text-v2:0', 'Titan Text Embeddings V2', 'Amazon'],
  ['moonshot.kimi-k2-thinking', 'Kimi K2 Thinking', 'Moonshot AI'],
  ['moonshotai.kimi-k2.5', 'Kimi K2.5', 'Moonshot AI'],
].map(([modelId = '', modelName = '', providerName = '']) => ({ modelId, modelName, providerName }));

describe('names of models', () => {
  const names = new ModelNames(MODELS);

  it.each([
    ['claude-opus-4-7', 'anthropic.claude-opus-4-7'],
    ['Claude Opus 4.7', 'anthropic.claude-opus-4-7'],
    ['claude_opus_4.6', 'anthropic.claude-opus-4-6-v1'],
    ['Anthropic Claude 3 Haiku', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['claude-3-haiku', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['claude-3-haiku-20240307', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['claude-3-haiku-20240307-v1:0:200k', 'anthropic.claude-3-haiku-20240307-v1:0:200k'],
    ['deepseek v3.2', 'deepseek.v3.2'],
    ['gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
    ['titan-embed-text-v2', 'amazon.titan-embed-text-v2:0'],
    ['titan-embed-text-v1', 'amazon.titan-embed-text-v1'],
    ['kimi k2.5', 'moonshotai.kimi-k2.5'],
    ['opus 4.7', 'anthropic.claude-opus-4-7'],
    ['kimi-k2-thinking', 'moonshot.kimi-k2-thinking'],
    ['oss-120b', 'openai.gpt-oss-120b-1:0'],
    ['haiku', 'anthropic.claude-3-haiku-20240307-v1:0'],
  ])('match one model, as %s names %s', (text, modelId) => {
    expect(names.named(text)).toEqual([modelId]);
  });

  it('name all models that they fit', () => {
    expect(names.named('titan-embed-text')).toEqual(['amazon.titan-embed-text-v1', 'amazon.titan-embed-text-v2:0']);
    expect(names.named('kimi')).toEqual(['moonshot.kimi-k2-thinking', 'moonshotai.kimi-k2.5']);
    expect(names.named('Opus (Claude)')).toEqual(['anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-7']);
  });

  it.each(['claude-opus-4', 'deepseek v3', '', '.-'])('do not end within a version, as %j would', (text) => {
    expect(names.named(text)).toEqual([]);
  });

  it.each([
    // Four letters could be anything.
    ['aiku', []],
    // From within a number.
    ['20b-1:0', []],
    ['120b-1:0', ['openai.gpt-oss-120b-1:0']],
    ['text', ['amazon.titan-embed-text-v1', 'amazon.titan-embed-text-v2:0']],
    ['embeddings g1', ['amazon.titan-embed-text-v1']],
    ['Claude Haiku', ['anthropic.claude-3-haiku-20240307-v1:0']],
    ['Claude Nova', []],
  ])('are told by a part of them, as %j tells %j', (text, modelIds) => {
    expect(names.named(text)).toEqual(modelIds);
  });

  it('go by ids before names, and by the whole of an id before a part', () => {
    const alike = new ModelNames([
      { modelId: 'one.nova-v1:0', modelName: 'First', providerName: 'One' },
      { modelId: 'two.other', modelName: 'Nova', providerName: 'Two' },
      { modelId: 'three.nova-v1', modelName: 'Third', providerName: 'Three' },
      { modelId: 'four.nova-20240101-v1', modelName: 'Fourth', providerName: 'Four' },
      { modelId: '.hidden', modelName: 'Hidden', providerName: '' },
    ]);
    expect(alike.named('nova')).toEqual(['one.nova-v1:0', 'three.nova-v1']);
    expect(alike.named('nova-v1')).toEqual(['three.nova-v1']);
    expect(alike.named('two nova')).toEqual(['two.other']);
    expect(alike.named('nova-20240101')).toEqual(['four.nova-20240101-v1']);
    expect(alike.named('four.nova')).toEqual(['four.nova-20240101-v1']);
    expect(alike.named('hidden')).toEqual(['.hidden']);
  });

  it.each([
    ['swift', ['maker.swift-20240101-v12:0']],
    ['rapid', ['maker.rapid-v12:34']],
    ['brisk', ['maker.brisk-v1:0:200k']],
    ['comet', ['maker.one']],
    ['maker comet', ['maker.one']],
    // What stands in the midst of an id belongs to it.
    ['fleet-lite', []],
    ['ocean-lite', []],
    ['delta-lite', []],
  ])('go by the whole of an id or a name before a part, as %j does', (text, modelIds) => {
    const alike = new ModelNames(
      [
        ['maker.swift-20240101-v12:0', 'Alpha'],
        ['maker.swift-pro-v1:0', 'Beta'],
        ['maker.rapid-v12:34', 'Gamma'],
        ['maker.rapid-pro-v1:0', 'Epsilon'],
        ['maker.brisk-v1:0:200k', 'Zeta'],
        ['maker.brisk-pro-v1:0', 'Eta'],
        ['maker.one', 'Comet'],
        ['maker.two', 'Comet Pro'],
        ['maker.fleet:1-lite', 'Theta'],
        ['maker.ocean-v1-lite', 'Iota'],
        ['maker.delta-20240101-lite-v1:0', 'Kappa'],
      ].map(([modelId = '', modelName = '']) => ({ modelId, modelName, providerName: 'Maker' })),
    );
    expect(alike.named(text)).toEqual(modelIds);
  });

  it('are as far from a text as their nearest form, or the sum of their nearest words', () => {
    const far = (text: string, modelId: string): number | undefined =>
      names.distances(text).find((each) => each.modelId === modelId)?.distance;
    const opus = 'anthropic.claude-opus-4-7';
    expect(names.distances('').map(({ modelId }) => modelId)).toEqual(MODELS.map(({ modelId }) => modelId));
    expect([far('claudeopus47', opus), far('Opus Claude', opus), far('opis clade', opus)]).toEqual([0, 0, 2]);
    expect([far('opus 4.7', opus), far('opus 4.6', opus), far('anthropic opus', opus)]).toEqual([0, 1, 0]);
    expect(far('', 'deepseek.v3.2')).toBe(3);
  });

  it('tell how far a text is from each, word by word', () => {
    const nearest = names.distances('claude-opus-4-9').toSorted((a, b) => a.distance - b.distance);
    expect(nearest.slice(0, 2).map(({ modelId }) => modelId)).toEqual([
      'anthropic.claude-opus-4-6-v1',
      'anthropic.claude-opus-4-7',
    ]);
  });

  it('find every model by its id, in any case and whatever else there is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), fc.boolean(), ({ modelId }, upper) => {
        expect(names.named(upper ? modelId.toUpperCase() : modelId)).toEqual([modelId]);
      }),
    );
  });
});
