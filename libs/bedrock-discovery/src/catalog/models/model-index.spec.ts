import { describe, expect, it } from '@jest/globals';
import { type Flat, listedModel } from '../listed.spec.fixture.js';
import { buildModelIndex, matchesModel } from './model-index.js';
import type { DiscoveredModel, ListedModel, ModelFilter } from './model.types.js';

const model = (changed: Partial<Flat<ListedModel>> = {}): ListedModel =>
  listedModel({
    modelId: 'maker.model',
    modelName: 'Model One',
    providerName: 'Maker',
    inputModalities: ['TEXT', 'IMAGE'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    customizationsSupported: [],
    modelArn: 'arn:aws:bedrock:::foundation-model/maker.model',
    inferenceTypesSupported: ['ON_DEMAND'],
    lifecycle: { status: 'ACTIVE' },
    ...changed,
  });
const joined = (...listed: readonly ListedModel[]): DiscoveredModel => {
  const lists = new Map(listed.map((each, number) => [`region-${number}`, [each]]));
  return buildModelIndex(lists).byId.get('maker.model') as DiscoveredModel;
};

describe('a model that regions list differently', () => {
  const NOTHING = {
    modelName: 'maker.model',
    providerName: '',
    inputModalities: [],
    outputModalities: [],
    customizationsSupported: [],
  };

  it('is what most of them say, where those that say nothing have no vote', () => {
    const said = { customizationsSupported: ['FINE_TUNING'] };
    const other = {
      modelName: 'Other',
      providerName: 'Other',
      inputModalities: ['AUDIO'],
      outputModalities: ['AUDIO'],
    };
    expect(joined(model(other), model(said), model(NOTHING), model(said), model(NOTHING))).toMatchObject({
      modelName: 'Model One',
      providerName: 'Maker',
      inputModalities: ['TEXT', 'IMAGE'],
      outputModalities: ['TEXT'],
      ...said,
    });
  });

  it.each<Partial<Flat<ListedModel>>>([
    { modelName: 'Other' },
    { providerName: 'Other' },
    { responseStreamingSupported: false },
    { inputModalities: ['AUDIO'] },
    { outputModalities: ['AUDIO'] },
    { customizationsSupported: ['FINE_TUNING'] },
  ])('in one field alone, %j, is judged by that, too', (changed) => {
    expect(joined(model(), model(changed), model(changed))).toMatchObject(changed);
  });

  it('is called by its id, and says no more than is known, where none does', () => {
    const { responseStreamingSupported: _streaming, ...described } = model(NOTHING).described;
    const silent = { ...model(), described };
    expect(joined(silent, silent)).toMatchObject(NOTHING);
    expect(joined(silent)).not.toHaveProperty('responseStreamingSupported');
  });

  it('keeps with each region what belongs to it, and cannot be changed', () => {
    const lifecycle = { status: 'LEGACY' };
    const both = joined(model(), model({ inferenceTypesSupported: [], lifecycle }));
    const { modelArn } = model().here;
    expect(both.regions).toEqual(['region-0', 'region-1']);
    expect(both.availability).toStrictEqual({
      'region-0': { modelArn, inferenceTypesSupported: ['ON_DEMAND'], lifecycle: { status: 'ACTIVE' } },
      'region-1': { modelArn, inferenceTypesSupported: [], lifecycle },
    });
    expect([both, both.regions, both.availability, both.availability['region-0']].every(Object.isFrozen)).toBe(true);
  });
});

describe('the index of models', () => {
  it('has them in the order of their ids, with the regions that are known', () => {
    const index = buildModelIndex(
      new Map([
        ['us-east-1', [model({ modelId: 'b' }), model({ modelId: 'c' })]],
        ['eu-west-1', [model({ modelId: 'a' }), model({ modelId: 'c' })]],
        ['ap-south-1', []],
      ]),
    );
    expect(index.models.map(({ modelId, regions }) => [modelId, regions])).toEqual([
      ['a', ['eu-west-1']],
      ['b', ['us-east-1']],
      ['c', ['eu-west-1', 'us-east-1']],
    ]);
    expect(index.knownRegions).toEqual(new Set(['ap-south-1', 'eu-west-1', 'us-east-1']));
    expect(index.partialRegions.size).toBe(0);
    expect(Object.isFrozen(index.models)).toBe(true);
  });
});

describe('a filter of models', () => {
  const listed = joined(model(), model({ inferenceTypesSupported: ['PROVISIONED'], lifecycle: { status: 'LEGACY' } }));
  const able: DiscoveredModel = { ...listed, capabilities: { toolUse: false, source: 'table', asOf: '2026-08' } };

  it.each<[ModelFilter, boolean]>([
    [{}, true],
    [{ region: 'region-0' }, true],
    [{ region: 'elsewhere' }, false],
    [{ region: 'toString' }, false],
    [{ provider: 'mAKER' }, true],
    [{ provider: 'Make' }, false],
    [{ providerName: 'Maker' }, true],
    [{ providerName: 'Other' }, false],
    [{ provider: 'Maker', providerName: 'Other' }, true],
    [{ inputModality: 'image' }, true],
    [{ inputModality: 'AUDIO' }, false],
    [{ outputModality: 'text' }, true],
    [{ outputModality: 'IMAGE' }, false],
    // Some region, or the one that is named.
    [{ inferenceType: 'PROVISIONED' }, true],
    [{ inferenceType: 'PROVISIONED', region: 'region-0' }, false],
    [{ inferenceType: 'INFERENCE_PROFILE' }, false],
    [{ lifecycle: 'legacy' }, true],
    [{ lifecycle: 'LEGACY', region: 'region-0' }, false],
    [{ streaming: true }, true],
    [{ streaming: false }, false],
    [{ toolUse: true }, false],
    [{ reasoning: true }, true],
    [{ reasoning: true, unknownFacts: 'keep' }, true],
    [{ reasoning: true, unknownFacts: 'reject' }, false],
    [{ unknownFacts: 'reject' }, true],
    [{ search: 'one MAKER.model' }, true],
    [{ search: 'one  maker' }, true],
    [{ search: 'one two' }, false],
  ])('by %j is met: %p', (filter, isMet) => {
    expect(matchesModel(able, filter)).toBe(isMet);
  });
});
