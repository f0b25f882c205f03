import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchQuotas } from './quota-names.js';

const MODELS = [
  { providerName: 'Anthropic', modelName: 'Claude Sonnet 4.5', modelId: 'anthropic.claude-sonnet-4-5-20250929-v1:0' },
  { providerName: 'Anthropic', modelName: 'Claude Sonnet 4', modelId: 'anthropic.claude-sonnet-4-20250514-v1:0' },
  { providerName: 'Anthropic', modelName: 'Claude Sonnet 4', modelId: 'anthropic.claude-sonnet-4-20250514-v1:0:200k' },
  { providerName: 'Anthropic', modelName: 'Claude Sonnet 5', modelId: 'anthropic.claude-sonnet-5' },
  { providerName: 'Anthropic', modelName: 'Claude 3.5 Sonnet', modelId: 'anthropic.claude-3-5-sonnet-20240620-v1:0' },
  {
    providerName: 'Anthropic',
    modelName: 'Claude 3.5 Sonnet v2',
    modelId: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
  },
  { providerName: 'Amazon', modelName: 'Nova Micro', modelId: 'amazon.nova-micro-v1:0' },
  { providerName: 'Amazon', modelName: 'Titan Text Embeddings v2', modelId: 'amazon.titan-embed-g1-text-02' },
  { providerName: 'Amazon', modelName: 'Titan Text Embeddings V2', modelId: 'amazon.titan-embed-text-v2:0' },
  { providerName: 'Cohere', modelName: 'Embed English', modelId: 'cohere.embed-english-v3' },
  { providerName: 'Mistral AI', modelName: 'Ministral 3 14B', modelId: 'mistral.ministral-3-14b-instruct' },
  { providerName: 'Mistral AI', modelName: 'Ministral 3B', modelId: 'mistral.ministral-3-3b-instruct' },
];

const quota = (name: string, value = 7) => ({ name, value, code: 'L-59759B4A', adjustable: true });

/** By model and kind of call, what a name says. */
function matched(name: string): Record<string, object> {
  return Object.fromEntries(
    [...matchQuotas([quota(name)], MODELS)].flatMap(([modelId, scopes]) =>
      Object.entries(scopes).map(([scope, limits]) => [`${modelId} ${scope}`, limits]),
    ),
  );
}

const SONNET_45 = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

describe('the name of a quota', () => {
  it.each([
    [
      'On-demand model inference tokens per minute for Amazon Nova Micro',
      'amazon.nova-micro-v1:0 on-demand',
      'tokensPerMinute',
    ],
    [
      'On-demand model inference requests per minute for Amazon Nova Micro',
      'amazon.nova-micro-v1:0 on-demand',
      'requestsPerMinute',
    ],
    [
      'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1',
      `${SONNET_45} cross-region`,
      'tokensPerMinute',
    ],
    [
      'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 5',
      'anthropic.claude-sonnet-5 cross-region',
      'tokensPerMinute',
    ],
    [
      'Global cross-region model inference tokens per minute for Anthropic Claude Sonnet 5',
      'anthropic.claude-sonnet-5 global',
      'tokensPerMinute',
    ],
    [
      'Global cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1',
      `${SONNET_45} global`,
      'requestsPerMinute',
    ],
    [
      'Global cross-region model inference tokens per day for Anthropic Claude Sonnet 4.5 V1',
      `${SONNET_45} global`,
      'tokensPerDay',
    ],
    [
      'Cross-Region InvokeModel tokens per minute for Anthropic Claude Sonnet 4.5 V1',
      `${SONNET_45} cross-region`,
      'tokensPerMinute',
    ],
    [
      'On-demand InvokeModel tokens per minute for Amazon Nova Micro',
      'amazon.nova-micro-v1:0 on-demand',
      'tokensPerMinute',
    ],
    [
      'On-demand model inference tokens per minute for Anthropic Claude 3.5 Sonnet',
      'anthropic.claude-3-5-sonnet-20240620-v1:0 on-demand',
      'tokensPerMinute',
    ],
    [
      'On-demand model inference tokens per minute for Anthropic Claude 3.5 Sonnet V2',
      'anthropic.claude-3-5-sonnet-20241022-v2:0 on-demand',
      'tokensPerMinute',
    ],
    [
      'On-demand model inference tokens per minute for Cohere Embed English',
      'cohere.embed-english-v3 on-demand',
      'tokensPerMinute',
    ],
    [
      'On-demand model inference tokens per minute for Ministral 3B',
      'mistral.ministral-3-3b-instruct on-demand',
      'tokensPerMinute',
    ],
  ])('%s is of one model and kind of call', (name, key, measure) => {
    expect(matched(name)).toEqual({ [key]: { [measure]: 7 } });
  });

  it('of a day speaks of calls by the bare id, and of twice as much through geographic profiles', () => {
    expect(
      matched(
        'Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1 (doubled for cross-region calls)',
      ),
    ).toEqual({ [`${SONNET_45} on-demand`]: { tokensPerDay: 7 }, [`${SONNET_45} cross-region`]: { tokensPerDay: 14 } });
    expect(matched('Model invocation max tokens per day for Amazon Nova Micro')).toEqual({
      'amazon.nova-micro-v1:0 on-demand': { tokensPerDay: 7 },
      'amazon.nova-micro-v1:0 cross-region': { tokensPerDay: 7 },
    });
  });

  it('is of the variants with another context size as well', () => {
    const name = 'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4 V1';
    expect(Object.keys(matched(name))).toEqual([
      'anthropic.claude-sonnet-4-20250514-v1:0 cross-region',
      'anthropic.claude-sonnet-4-20250514-v1:0:200k cross-region',
    ]);
  });

  it.each([
    // Of something else.
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
    'Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1 1M Context Length (doubled for cross-region calls)',
    'On-demand latency-optimized model inference tokens per minute for Anthropic Claude 3.5 Sonnet',
    'Bedrock Mantle input tokens per minute for Anthropic Claude Sonnet 5',
    '[bedrock-mantle endpoint] Input tokens per minute for Anthropic Claude Sonnet 5',
    'Sum of in-progress and submitted batch inference jobs using a base model for Anthropic Claude Sonnet 4.5 V1',
    'On-demand model inference concurrent requests for Amazon Nova Micro',
    'Minimum number of records per batch inference job for Amazon Nova Micro',
    'Latency-optimized on-demand model inference tokens per minute for Amazon Nova Micro',
    'Batch: model invocation max tokens per day for Amazon Nova Micro',
    'On-demand model inference requests per day for Amazon Nova Micro',
    // Of a model that is not exactly so named.
    'On-demand model inference tokens per minute for Ministral 14B 3.0',
    'On-demand model inference tokens per minute for Anthropic Claude Sonnet 4.5 V2',
    'On-demand model inference tokens per minute for Anthropic Claude Sonnet',
    'On-demand model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 for testing',
    // Of two models.
    'On-demand model inference tokens per minute for Amazon Titan Text Embeddings V2',
  ])('%s is that of no model that could be told', (name) => {
    expect(matched(name)).toEqual({});
  });

  it('never matches a text that does not hold the name of a model', () => {
    const words = fc.constantFrom(
      'Cross-region',
      'model',
      'inference',
      'tokens',
      'per',
      'minute',
      'day',
      'for',
      'V1',
      'Claude',
    );
    fc.assert(
      fc.property(
        fc.array(words).map((list) => list.join(' ')),
        (name) => {
          expect(matched(name)).toEqual({});
        },
      ),
    );
  });
});

describe('quotas of a model', () => {
  const names = {
    old: 'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1',
    newer: 'Cross-Region InvokeModel tokens per minute for Anthropic Claude Sonnet 4.5',
    requests: 'Cross-region model inference requests per minute for Anthropic Claude Sonnet 4.5 V1',
  };

  it('are unknown where two of them say differently', () => {
    const found = matchQuotas([quota(names.old, 1), quota(names.newer, 2), quota(names.requests, 3)], MODELS);
    expect(found.get(SONNET_45)).toEqual({ 'cross-region': { requestsPerMinute: 3 } });
    const alike = matchQuotas([quota(names.old, 1), quota(names.newer, 1)], MODELS);
    expect(alike.get(SONNET_45)).toEqual({ 'cross-region': { tokensPerMinute: 1 } });
  });

  it('name the one that is 0, best one that can be adjusted', () => {
    const day =
      'Model invocation max tokens per day for Anthropic Claude Sonnet 4.5 V1 (doubled for cross-region calls)';
    const found = matchQuotas(
      [
        { name: day, value: 0, code: 'L-DAY', adjustable: false },
        { name: names.old, value: 0, code: 'L-MINUTE', adjustable: true },
      ],
      MODELS,
    );
    expect(found.get(SONNET_45)?.['cross-region']?.zero).toEqual({ code: 'L-MINUTE', adjustable: true });
    expect(found.get(SONNET_45)?.['on-demand']?.zero).toEqual({ code: 'L-DAY', adjustable: false });
  });

  it.each([
    [true, false],
    [true, true],
    [false, false],
  ])('name the first that is 0 where the next one is no better: %j, %j', (first, second) => {
    const found = matchQuotas(
      [
        { name: names.old, value: 0, code: 'L-FIRST', adjustable: first },
        { name: names.requests, value: 0, code: 'L-SECOND', adjustable: second },
      ],
      MODELS,
    );
    expect(found.get(SONNET_45)?.['cross-region']?.zero).toEqual({ code: 'L-FIRST', adjustable: first });
  });
});
