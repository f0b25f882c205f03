import { describe, expect, it } from '@jest/globals';
import { buildModelIndex } from './models/model-index.js';
import { parseModelSummaries } from './models/parse-models.js';
import { buildProfileIndex } from './profiles/profile-index.js';
import { parseProfileSummaries } from './profiles/parse-profiles.js';
import fc from 'fast-check';
import { Catalog } from './catalog.js';

const models = (...listed: [modelId: string, inferenceTypesSupported: string[]][]) =>
  parseModelSummaries({
    modelSummaries: listed.map(([modelId, inferenceTypesSupported]) => ({ modelId, inferenceTypesSupported })),
  }).items;

const profiles = (...listed: [modelId: string, status: string][]) =>
  parseProfileSummaries({
    inferenceProfileSummaries: listed.map(([modelId, status]) => ({
      inferenceProfileId: `eu.${modelId}`,
      inferenceProfileName: modelId,
      status,
      type: 'SYSTEM_DEFINED',
      models: [{ modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${modelId}` }],
    })),
  }).items;

describe('models that a region takes calls of', () => {
  it('are those listed on demand, and those that an active profile wraps, listed or not', () => {
    const listed = buildModelIndex(
      new Map([
        ['eu-west-1', models(['maker.direct', ['ON_DEMAND']], ['maker.wrapped', ['INFERENCE_PROFILE']])],
        ['us-east-1', models(['maker.wrapped', ['INFERENCE_PROFILE']], ['maker.provisioned', ['PROVISIONED']])],
      ]),
    );
    const wrapping = buildProfileIndex(
      new Map([
        ['eu-west-1', profiles(['maker.wrapped', 'ACTIVE'], ['maker.direct', 'ACTIVE'], ['maker.idle', 'CREATING'])],
        ['us-west-1', profiles(['maker.unlisted', 'ACTIVE'])],
      ]),
    );
    expect([...new Catalog(listed, wrapping).openModels()].sort()).toEqual([
      ['eu-west-1', ['maker.direct', 'maker.wrapped']],
      ['us-west-1', ['maker.unlisted']],
    ]);
  });

  it('are told from what is known, be it one list or none', () => {
    const listed = buildModelIndex(new Map([['eu-west-1', models(['maker.direct', ['ON_DEMAND']])]]));
    expect([...new Catalog(listed, undefined).openModels()]).toEqual([['eu-west-1', ['maker.direct']]]);
    expect(new Catalog(undefined, undefined).openModels().size).toBe(0);
  });
});

const NOW = Date.parse('2026-08-22T12:00:00Z');

/** Models of one region: id, name, start and end of life, whether its bare id can be invoked. */
const listing = (
  ...listed: [modelId: string, modelName: string, start: string, end?: string, onDemand?: boolean][]
): Catalog => {
  const modelSummaries = listed.map(([modelId, modelName, start, end, onDemand = true]) => ({
    modelId,
    modelName,
    providerName: modelId.split('.')[0],
    inferenceTypesSupported: onDemand ? ['ON_DEMAND'] : ['PROVISIONED'],
    modelLifecycle: { status: 'ACTIVE', startOfLifeTime: start, endOfLifeTime: end },
  }));
  return new Catalog(
    buildModelIndex(new Map([['eu-west-1', parseModelSummaries({ modelSummaries }).items]])),
    undefined,
  );
};

const OPUS = 'anthropic.claude-opus-4-7';
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const claudes = listing(
  ['anthropic.claude-3-opus-20240229-v1:0', 'Claude 3 Opus', '2024-03-01', '2026-01-01'],
  ['anthropic.claude-3-sonnet-20240229-v1:0', 'Claude 3 Sonnet', '2024-03-01', '2026-01-01'],
  ['anthropic.claude-opus-4-6-v1', 'Claude Opus 4.6', '2026-02-01', undefined, false],
  [OPUS, 'Claude Opus 4.7', '2026-04-01'],
  [SONNET, 'Claude Sonnet 4.5', '2025-09-29'],
  ['anthropic.claude-sonnet-5', 'Claude Sonnet 5', '2026-07-01'],
  ['maker.small', 'Small', '2025-01-01'],
  ['maker.small:4k', 'Small', '2025-01-01'],
);

describe('the resolver of ids and names', () => {
  it.each([
    [OPUS, OPUS],
    ['claude-opus-4-7', OPUS],
    ['Claude Opus 4.7', OPUS],
    ['opus 4.7', OPUS],
    [`arn:aws:bedrock:eu-west-1::foundation-model/${SONNET}`, SONNET],
    ['  small ', 'maker.small'],
    ['maker.small:4k', 'maker.small:4k'],
  ])('turns %j into the model %s', (text, modelId) => {
    expect(claudes.lookUp(text, NOW)).toEqual({ kind: 'subject', modelId });
  });

  it('names the members of a family newest first, and those that cannot be invoked last', () => {
    expect(claudes.lookUp('claude opus', NOW)).toEqual({
      kind: 'family',
      modelIds: [OPUS, 'anthropic.claude-opus-4-6-v1', 'anthropic.claude-3-opus-20240229-v1:0'],
    });
    expect(claudes.lookUp('Opus, Claude', NOW)).toEqual(claudes.lookUp('claude opus', NOW));
  });

  it('tells an id that no region lists from a text that is none', () => {
    for (const id of ['anthropic.claude-sonet-4-5', 'eu.maker.none-v1:0', '06vsfs68yb4g']) {
      expect(claudes.lookUp(id, NOW)).toEqual({ kind: 'unlisted', id });
    }
    for (const text of ['claude-sonet', 'claudesonnets', '', '…', 'x'.repeat(7_000), `maker.${'x'.repeat(7_000)}`]) {
      expect(claudes.lookUp(text, NOW)).toEqual({ kind: 'nothing' });
    }
  });

  it('suggests what can be invoked, the nearest and of those the newest first', () => {
    expect(claudes.nearest('claude-sonet', NOW).slice(0, 2)).toEqual(['anthropic.claude-sonnet-5', SONNET]);
    expect(claudes.nearest('claude-sonet-4-5', NOW)[0]).toBe(SONNET);
    expect(claudes.nearest('anything', NOW)).not.toContain('anthropic.claude-3-opus-20240229-v1:0');
    expect(claudes.nearest('x'.repeat(7_000), NOW)).toEqual([]);
  });

  it('takes a guessed profile of a known model for a profile that leads nowhere', () => {
    expect(claudes.lookUp(`ca.${SONNET}`, NOW)).toEqual({
      kind: 'subject',
      modelId: SONNET,
      profileId: `ca.${SONNET}`,
    });
  });

  it('names a profile by its id, its ARN and its name', () => {
    const wrapping = buildProfileIndex(new Map([['eu-west-1', profiles(['maker.wrapped', 'ACTIVE'])]]));
    const catalog = new Catalog(undefined, wrapping);
    const subject = { kind: 'subject', modelId: 'maker.wrapped', profileId: 'eu.maker.wrapped' };
    expect(catalog.lookUp('eu.maker.wrapped', NOW)).toEqual(subject);
    expect(catalog.lookUp('arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.maker.wrapped', NOW)).toEqual(
      subject,
    );
    expect(catalog.lookUp('maker.wrapped', NOW)).toEqual({ kind: 'subject', modelId: 'maker.wrapped' });
  });

  it('answers any text with what is listed, or with nothing', () => {
    const ids = new Set(claudes.modelIds);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const reference = claudes.lookUp(text, NOW);
        const named =
          reference.kind === 'subject' ? [reference.modelId] : reference.kind === 'family' ? reference.modelIds : [];
        expect([...named, ...claudes.nearest(text, NOW)].every((id) => ids.has(id))).toBe(true);
      }),
    );
  });
});
