import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Flat, flat, listedModel, listedProfile } from './listed.spec.fixture.js';
import { buildModelIndex } from './models/model-index.js';
import type { ListedModel } from './models/model.types.js';
import { isSameList, mostSaid, voters } from './most-said.js';
import { buildProfileIndex } from './profiles/profile-index.js';
import type { ListedProfile } from './profiles/profile.types.js';

const ID = 'maker.model-v1:0';
const model = (changed: Partial<Flat<ListedModel>> = {}): ListedModel =>
  listedModel({
    modelId: ID,
    modelName: 'Model',
    providerName: 'Maker',
    inputModalities: ['TEXT', 'IMAGE'],
    outputModalities: ['TEXT'],
    responseStreamingSupported: true,
    customizationsSupported: ['FINE_TUNING'],
    modelArn: `arn:aws:bedrock:::foundation-model/${ID}`,
    inferenceTypesSupported: ['ON_DEMAND'],
    lifecycle: { status: 'ACTIVE' },
    ...changed,
  });
const profile = (changed: Partial<Flat<ListedProfile>> = {}): ListedProfile =>
  listedProfile({
    inferenceProfileId: `eu.${ID}`,
    inferenceProfileName: 'EU Model',
    description: 'In the EU',
    type: 'SYSTEM_DEFINED',
    modelIds: [ID],
    inferenceProfileArn: '',
    modelArns: [],
    destinations: ['eu-west-1'],
    status: 'ACTIVE',
    ...changed,
  });
/** One item for each region, the first region by name first. */
const inRegions = <T>(items: readonly T[]): ReadonlyMap<string, readonly T[]> =>
  new Map(items.map((item, index) => [`eu-west-${index + 1}`, [item]]));
const modelOf = (...listed: readonly ListedModel[]) => buildModelIndex(inRegions(listed)).models[0];
const profileOf = (...listed: readonly ListedProfile[]) => buildProfileIndex(inRegions(listed)).profiles[0];

/** As one region with nothing but an id in it describes the model. */
const DAMAGED = model({
  modelName: ID,
  providerName: '',
  inputModalities: [],
  outputModalities: [],
  responseStreamingSupported: undefined,
  customizationsSupported: [],
});

describe('what describes a model', () => {
  it('does not come from a region that says nothing, be it the first by name or even the only other', () => {
    const { regions: _, availability: __, ...described } = modelOf(model()) ?? {};
    expect(modelOf(DAMAGED, model(), model())).toMatchObject(described);
    expect(modelOf(DAMAGED, DAMAGED, model())).toMatchObject(described);
  });

  it('is what most regions say, field by field', () => {
    const odd = model({ modelName: 'Wrong', providerName: 'Nobody', inputModalities: ['AUDIO'] });
    const other = model({ responseStreamingSupported: false, outputModalities: ['IMAGE'] });
    expect(modelOf(odd, model(), model(), other)).toMatchObject({
      modelName: 'Model',
      providerName: 'Maker',
      inputModalities: ['TEXT', 'IMAGE'],
      outputModalities: ['TEXT'],
      responseStreamingSupported: true,
    });
  });

  it('is what the first region by name says where equally many say otherwise', () => {
    expect(modelOf(model({ modelName: 'First' }), model({ modelName: 'Second' }))).toMatchObject({
      modelName: 'First',
    });
  });

  it('does not depend on the order in which regions list modalities', () => {
    const reordered = model({ inputModalities: ['IMAGE', 'TEXT'] });
    const audio = model({ inputModalities: ['AUDIO'] });
    expect(modelOf(audio, audio, model(), reordered, reordered)?.inputModalities).toEqual(['TEXT', 'IMAGE']);
  });

  it('is absent or empty where no region says anything', () => {
    const nothing = modelOf(DAMAGED, DAMAGED);
    expect(nothing).toMatchObject({ modelName: ID, providerName: '', inputModalities: [] });
    expect(nothing).not.toHaveProperty('responseStreamingSupported');
  });

  it('is found as a plain count finds it', () => {
    const names = fc.array(fc.constantFrom('A', 'B', 'C', ID), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, (said) => {
        let best = ID;
        let most = 0;
        for (const name of said) {
          const count = said.filter((other) => other === name).length;
          if (name !== ID && count > most) {
            [best, most] = [name, count];
          }
        }
        expect(modelOf(...said.map((modelName) => model({ modelName })))?.modelName).toBe(best);
      }),
    );
  });

  it('leaves to each region what is its own', () => {
    const legacy = model({ lifecycle: { status: 'LEGACY' }, inferenceTypesSupported: [] });
    expect(modelOf(legacy, model(), model())?.availability['eu-west-1']).toEqual({
      modelArn: legacy.here.modelArn,
      inferenceTypesSupported: [],
      lifecycle: { status: 'LEGACY' },
    });
  });
});

describe('what most say', () => {
  it.each<[(boolean | string | string[] | undefined)[], unknown]>([
    [[], undefined],
    [[undefined, ''], undefined],
    [['', 'a'], 'a'],
    [['a', 'b', 'b'], 'b'],
    [['a', 'b'], 'a'],
    [[false, true, false], false],
    [[true, 'true'], true],
    [[[], ['a']], ['a']],
    [
      [['c'], ['a', 'b'], ['b', 'a']],
      ['a', 'b'],
    ],
    [
      [['ab'], ['a', 'b'], ['a', 'b']],
      ['a', 'b'],
    ],
  ])('of %j is %j', (said, most) => {
    expect(mostSaid(said, (each) => each)).toEqual(most);
  });

  it('is asked of one record where all are alike, and else of all', () => {
    const isSame = (one: number, other: number): boolean => one === other;
    expect([voters([], isSame), voters([7, 7], isSame), voters([7, 7, 8], isSame)]).toEqual([[], [7], [7, 7, 8]]);
  });

  it('is the same list where each place holds the same', () => {
    const lists = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 });
    fc.assert(
      fc.property(lists, lists, (one, other) => {
        expect(isSameList(one, other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});

describe('what describes a profile', () => {
  it.each(['inferenceProfileName', 'description', 'type'] as const)(
    'is what most regions say where the first says otherwise of the %s alone',
    (field) => {
      const odd = profile({ [field]: field === 'type' ? 'APPLICATION' : 'Odd' });
      expect(profileOf(odd, profile(), profile())?.[field]).toBe(flat(profile())[field]);
      expect(profileOf(odd, odd, profile())?.[field]).toBe(flat(odd)[field]);
    },
  );

  it('is what most regions say; its type stays with each of them as well', () => {
    const odd = profile({
      inferenceProfileName: `eu.${ID}`,
      description: undefined,
      type: 'APPLICATION',
    });
    const found = profileOf(odd, profile(), profile());
    expect(found).toMatchObject({ inferenceProfileName: 'EU Model', description: 'In the EU', type: 'SYSTEM_DEFINED' });
    expect(Object.values(found?.availability ?? {}).map(({ type }) => type)).toEqual([
      'APPLICATION',
      'SYSTEM_DEFINED',
      'SYSTEM_DEFINED',
    ]);
  });
});
