import { describe, expect, it } from '@jest/globals';
import { type Flat, listedModel } from '../listed.spec.fixture.js';
import { buildModelIndex } from './model-index.js';
import type { DiscoveredModel, ListedModel, ModelLifecycle, RetiringModel } from './model.types.js';
import { findRetiringModels } from './retiring-models.js';

const NOW = Date.parse('2026-08-22T12:00:00Z');
const ACTIVE: ModelLifecycle = { status: 'ACTIVE' };
const LEGACY: ModelLifecycle = {
  status: 'LEGACY',
  legacyTime: '2026-04-14T07:00:00.000Z',
  publicExtendedAccessTime: '2026-07-14T07:00:00.000Z',
  endOfLifeTime: '2026-10-14T07:00:00.000Z',
};

function model(modelId: string, modelName: string, changed: Partial<Flat<ListedModel>> = {}): ListedModel {
  return listedModel({
    modelId,
    modelName,
    providerName: 'Anthropic',
    inputModalities: ['TEXT', 'IMAGE'],
    outputModalities: ['TEXT'],
    customizationsSupported: [],
    modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/${modelId}`,
    inferenceTypesSupported: ['ON_DEMAND'],
    lifecycle: ACTIVE,
    ...changed,
  });
}

function living(listed: ListedModel, lifecycle: ModelLifecycle): ListedModel {
  return { ...listed, here: { ...listed.here, lifecycle } };
}

function modelsOf(lists: Record<string, readonly ListedModel[]>): readonly DiscoveredModel[] {
  return buildModelIndex(new Map(Object.entries(lists))).models;
}

function retiring(
  lists: Record<string, readonly ListedModel[]>,
  query: { withinDays?: number; region?: string } = {},
): readonly RetiringModel[] {
  return findRetiringModels(modelsOf(lists), { now: NOW, withinDays: 180, ...query });
}

/** Ids of what supersedes the first model, with all of them in one region and the first one legacy. */
function superseding(first: ListedModel, ...others: readonly ListedModel[]): string[] {
  const former = living(first, { ...LEGACY, startOfLifeTime: first.here.lifecycle.startOfLifeTime });
  const [found] = retiring({ 'eu-west-1': [former, ...others] });
  return (found?.supersededBy ?? []).map(({ modelId }) => modelId);
}

describe('models that retire', () => {
  it('are told with their days, in whole days rounded down', () => {
    const [found] = retiring({ 'eu-west-1': [model('a', 'Claude Sonnet 4', { lifecycle: LEGACY })] });
    expect(found).toEqual({
      modelId: 'a',
      modelName: 'Claude Sonnet 4',
      providerName: 'Anthropic',
      regions: ['eu-west-1'],
      ...LEGACY,
      daysToLegacy: -131,
      daysToEndOfLife: 52,
      supersededBy: [],
    });
  });

  it.each([
    ['ends within the days', '2026-08-29T12:00:00.000Z', 7, true],
    ['ends a millisecond later', '2026-08-29T12:00:00.001Z', 7, false],
    ['ends today', '2026-08-22T12:00:00.000Z', 0, true],
    ['has ended and is listed still', '2026-08-20T12:00:00.000Z', 0, true],
  ])('are told or not by the days asked for: one that %s', (_, endOfLifeTime, withinDays, isTold) => {
    const lists = { 'eu-west-1': [model('a', 'A', { lifecycle: { ...LEGACY, endOfLifeTime } })] };
    expect(retiring(lists, { withinDays })).toHaveLength(Number(isTold));
  });

  it('count days below zero once the end has passed', () => {
    const lifecycle = { ...LEGACY, endOfLifeTime: '2026-08-20T13:00:00.000Z' };
    expect(retiring({ 'eu-west-1': [model('a', 'A', { lifecycle })] })).toMatchObject([{ daysToEndOfLife: -2 }]);
  });

  it('are told although they are active still', () => {
    const lifecycle = { status: 'ACTIVE', endOfLifeTime: '2026-10-14T07:00:00.000Z' };
    expect(retiring({ 'eu-west-1': [model('a', 'A', { lifecycle })] })).toMatchObject([{ status: 'ACTIVE' }]);
  });

  it('come soonest first, and last where they are legacy without a date, whose days are not made up', () => {
    const soon = { ...LEGACY, endOfLifeTime: '2026-09-01T00:00:00.000Z' };
    const found = retiring({
      'eu-west-1': [
        model('a', 'A', { lifecycle: { status: 'LEGACY' } }),
        model('b', 'B', { lifecycle: LEGACY }),
        model('c', 'C', { lifecycle: soon }),
        model('d', 'D'),
      ],
    });
    expect(found.map(({ modelId }) => modelId)).toEqual(['c', 'b', 'a']);
    expect(found[2]).not.toHaveProperty('daysToEndOfLife');
  });

  it('are told once for all regions with the same times, and once for each where these differ', () => {
    const later = { ...LEGACY, endOfLifeTime: '2026-12-01T00:00:00.000Z' };
    const found = retiring({
      'eu-west-1': [model('a', 'A', { lifecycle: LEGACY })],
      'eu-west-3': [model('a', 'A', { lifecycle: later })],
      'us-east-1': [model('a', 'A', { lifecycle: LEGACY })],
      'us-west-2': [model('a', 'A')],
    });
    expect(found.map(({ regions, endOfLifeTime }) => [regions, endOfLifeTime])).toEqual([
      [['eu-west-1', 'us-east-1'], LEGACY.endOfLifeTime],
      [['eu-west-3'], later.endOfLifeTime],
    ]);
  });

  it('are looked for in one region alone where one is named', () => {
    const lists = { 'eu-west-1': [model('a', 'A')], 'us-east-1': [model('a', 'A', { lifecycle: LEGACY })] };
    expect(retiring(lists, { region: 'eu-west-1' })).toEqual([]);
    expect(retiring(lists, { region: 'us-east-1' })).toMatchObject([{ regions: ['us-east-1'] }]);
  });
});

describe('models that supersede another', () => {
  const SONNET_4 = model('anthropic.claude-sonnet-4-20250514-v1:0', 'Claude Sonnet 4');

  it('are later versions of its family, the latest first, however the words of their names are ordered', () => {
    expect(
      superseding(
        model('anthropic.claude-3-5-sonnet-20240620-v1:0', 'Claude 3.5 Sonnet'),
        model('anthropic.claude-3-5-sonnet-20241022-v2:0', 'Claude 3.5 Sonnet v2'),
        model('anthropic.claude-3-sonnet-20240229-v1:0', 'Claude 3 Sonnet'),
        model('anthropic.claude-sonnet-4-5-20250929-v1:0', 'Claude Sonnet 4.5'),
        model('anthropic.claude-sonnet-4-20250514-v1:0', 'Claude Sonnet 4'),
        model('anthropic.claude-haiku-4-5-20251001-v1:0', 'Claude Haiku 4.5'),
        model('anthropic.claude-opus-5', 'Claude Opus 5'),
      ),
    ).toEqual([
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'anthropic.claude-sonnet-4-20250514-v1:0',
      'anthropic.claude-3-5-sonnet-20241022-v2:0',
    ]);
  });

  it.each([
    ['a number after none', 'Nova Sonic', 'Nova 2 Sonic'],
    ['a number behind a v', 'Marengo Embed v2.7', 'Marengo Embed 3.0'],
    ['a number at the end of a word', 'MiniMax M2', 'MiniMax M2.5'],
    ['ten after nine', 'Thing 1.9', 'Thing 1.10'],
    ['a date after a date', 'Mistral Large (24.02)', 'Mistral Large (24.07)'],
  ])('are later by %s', (_, former, later) => {
    expect(superseding(model('m.a', former), model('m.b', later))).toEqual(['m.b']);
    expect(superseding(model('m.b', later), model('m.a', former))).toEqual([]);
  });

  it.each([
    ['another size', 'Llama 3.1 8B Instruct', 'Llama 3.3 70B Instruct'],
    ['another member of the family', 'Nova Premier', 'Nova 2 Lite'],
    ['one with a word more', 'GLM 4.7', 'GLM 5 Flash'],
    ['a number next to a date, where nothing else tells', 'Mistral Large (24.07)', 'Mistral Large 3'],
    ['the same version', 'Thing 2', 'Thing 2'],
  ])('do not include %s', (_, former, other) => {
    expect(superseding(model('m.a', former), model('m.b', other))).toEqual([]);
  });

  it('are told by the start of their lives where versions cannot be compared', () => {
    const since = (startOfLifeTime: string): Partial<Flat<ListedModel>> => ({
      lifecycle: { ...ACTIVE, startOfLifeTime },
    });
    const dated = model('m.a', 'Mistral Large (24.07)', since('2024-07-24T08:00:00.000Z'));
    const numbered = model('m.b', 'Mistral Large 3', since('2025-12-02T00:00:00.000Z'));
    expect(superseding(dated, numbered)).toEqual(['m.b']);
    expect(superseding(numbered, dated)).toEqual([]);
  });

  it('are none where version and start contradict each other', () => {
    const former = model('m.a', 'Thing 1', { lifecycle: { ...ACTIVE, startOfLifeTime: '2025-04-03T08:00:00.000Z' } });
    const later = model('m.b', 'Thing 2', { lifecycle: { ...ACTIVE, startOfLifeTime: '2024-04-30T08:00:00.000Z' } });
    expect(superseding(former, later)).toEqual([]);
  });

  it.each<[string, Partial<Flat<ListedModel>>]>([
    ['of another provider', { providerName: 'Amazon' }],
    ['with fewer inputs', { inputModalities: ['TEXT'] }],
    ['with another output', { outputModalities: ['IMAGE'] }],
    ['that are legacy themselves', { lifecycle: LEGACY }],
    ['that have ended', { lifecycle: { status: 'ACTIVE', endOfLifeTime: '2026-08-01T00:00:00.000Z' } }],
  ])('do not include those %s', (_, changed) => {
    const later = model('anthropic.claude-sonnet-5', 'Claude Sonnet 5', changed);
    expect(superseding(SONNET_4, later)).toEqual([]);
  });

  it('are never the same model under an id with a context length', () => {
    const later = { ...ACTIVE, startOfLifeTime: '2026-01-01T00:00:00.000Z' };
    const former = { lifecycle: { ...ACTIVE, startOfLifeTime: '2025-01-01T00:00:00.000Z' } };
    const named = (modelId: string, changed: Partial<Flat<ListedModel>>): ListedModel =>
      model(modelId, 'Nova Pro', changed);
    expect(superseding(named('m.pro-v1:0:24k', former), named('m.pro-v1:0', { lifecycle: later }))).toEqual([]);
    expect(
      superseding(
        named('m.pro-v1:0', former),
        named('m.pro-v2:0', { lifecycle: later }),
        named('m.pro-v2:0:24k', { lifecycle: later }),
      ),
    ).toEqual(['m.pro-v2:0']);
  });

  it('come with the regions in which they are active', () => {
    const later = model('anthropic.claude-sonnet-5', 'Claude Sonnet 5');
    const found = retiring({
      'eu-west-1': [living(SONNET_4, LEGACY), later],
      'eu-west-3': [living(later, LEGACY)],
      'us-east-1': [later],
    });
    expect(found.find(({ modelId }) => modelId === SONNET_4.described.modelId)?.supersededBy).toEqual([
      { modelId: 'anthropic.claude-sonnet-5', modelName: 'Claude Sonnet 5', regions: ['eu-west-1', 'us-east-1'] },
    ]);
  });
});
