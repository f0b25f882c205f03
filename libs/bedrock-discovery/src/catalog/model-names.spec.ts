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
  ])('%s names %s', (text, modelId) => {
    expect(names.match(text)).toEqual({ modelId });
  });

  it('that fit several models fit none, and all of them are named', () => {
    expect(names.match('titan-embed-text')).toEqual({
      ambiguous: true,
      nearest: ['amazon.titan-embed-text-v1', 'amazon.titan-embed-text-v2:0'],
    });
  });

  it.each(['claude', 'claude-opus-4', 'deepseek v3', 'kimi'])(
    'do not end within a version or fit many, as %s does',
    (text) => {
      expect(names.match(text)).toMatchObject({ ambiguous: false, nearest: expect.any(Array) });
    },
  );

  it('that fit none are answered with what is nearest first', () => {
    const match = names.match('claude-opus-4-9');
    expect(match).toMatchObject({ ambiguous: false });
    expect('nearest' in match && match.nearest.slice(0, 2).sort()).toEqual([
      'anthropic.claude-opus-4-6-v1',
      'anthropic.claude-opus-4-7',
    ]);
    expect('nearest' in names.match('kimi') && names.match('kimi')).toMatchObject({
      nearest: expect.arrayContaining(['moonshot.kimi-k2-thinking', 'moonshotai.kimi-k2.5']),
    });
  });

  it('find every model by its id, in any case and whatever else there is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MODELS), fc.boolean(), ({ modelId }, upper) => {
        expect(names.match(upper ? modelId.toUpperCase() : modelId)).toEqual({ modelId });
      }),
    );
  });

  it('are looked up in any text without failing, with known ids for an answer', () => {
    const ids = new Set(MODELS.map(({ modelId }) => modelId));
    fc.assert(
      fc.property(fc.string(), (text) => {
        const match = names.match(text);
        const answered = 'modelId' in match ? [match.modelId] : match.nearest;
        expect(answered.every((id) => ids.has(id))).toBe(true);
      }),
    );
  });
});
