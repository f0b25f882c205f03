import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changedIds } from '../inventory/listing.js';
import { keepEqual } from '../inventory/region-question.js';
import { buildModelIndex } from './models/model-index.js';
import { idOfModel, parseModelSummaries } from './models/parse-models.js';
import { buildProfileIndex } from './profiles/profile-index.js';
import { idOfProfile, parseProfileSummaries } from './profiles/parse-profiles.js';

const REGIONS = ['eu-west-1', 'us-east-1', 'us-west-2'];
const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const models = fc.uniqueArray(
  fc.record({
    modelId: names,
    modelName: names,
    inputModalities: fc.subarray(['TEXT', 'IMAGE']),
    inferenceTypesSupported: fc.subarray(['ON_DEMAND', 'INFERENCE_PROFILE']),
  }),
  { selector: ({ modelId }) => modelId },
);
const profiles = fc.uniqueArray(
  fc.record({
    inferenceProfileId: names,
    inferenceProfileName: names,
    models: fc.array(names.map((name) => ({ modelArn: `arn:aws:bedrock:eu-west-1::foundation-model/maker.${name}` }))),
  }),
  { selector: ({ inferenceProfileId }) => inferenceProfileId },
);
/** What the regions that are known list, twice. */
const twice = <S>(summaries: fc.Arbitrary<S[]>) => {
  const once = fc.dictionary(fc.constantFrom(...REGIONS), summaries);
  return fc.tuple(once, once);
};

function listsOf<S, T>(
  answers: Record<string, S[]>,
  read: (summaries: S[]) => { readonly items: readonly T[]; readonly unreadable: number },
  former: ReadonlyMap<string, readonly T[]>,
  idOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  return new Map(
    Object.entries(answers).map(([region, summaries]) => {
      const items = former.get(region);
      return [region, keepEqual(read(summaries), items && { items, unreadable: 0 }, idOf).items] as const;
    }),
  );
}

describe('an index that keeps of the former one what has not changed', () => {
  it('is the index of models that is built anew', () => {
    const read = (modelSummaries: object[]) => parseModelSummaries({ modelSummaries });
    fc.assert(
      fc.property(twice(models), ([one, other]) => {
        const before = listsOf(one, read, new Map(), idOfModel);
        const after = listsOf(other, read, before, idOfModel);
        const former = { index: buildModelIndex(before), lists: before };
        const index = buildModelIndex(after, new Set(), former);
        expect(index).toEqual(buildModelIndex(after));
        const changed = changedIds(before, after, idOfModel);
        const idOf = ({ modelId }: { modelId: string }): string => modelId;
        expect(index.models.filter((model) => former.index.byId.get(model.modelId) !== model).map(idOf)).toEqual(
          index.models.map(idOf).filter((id) => changed.has(id)),
        );
      }),
    );
  });

  it('is the index of profiles that is built anew', () => {
    const read = (inferenceProfileSummaries: object[]) => parseProfileSummaries({ inferenceProfileSummaries });
    fc.assert(
      fc.property(twice(profiles), ([one, other]) => {
        const before = listsOf(one, read, new Map(), idOfProfile);
        const after = listsOf(other, read, before, idOfProfile);
        const former = { index: buildProfileIndex(before), lists: before };
        expect(buildProfileIndex(after, new Set(), former)).toEqual(buildProfileIndex(after));
      }),
    );
  });
});

describe('what is read in an answer', () => {
  it('is what was read before where it is equal', () => {
    const read = (...ids: string[]) =>
      parseModelSummaries({ modelSummaries: ids.map((modelId) => ({ modelId, inputModalities: ['TEXT'] })) });
    const [former, present] = [read('a', 'b'), read('b', 'c')];
    const { items } = keepEqual(present, former, idOfModel);
    expect(items).toEqual(present.items);
    expect([items[0] === former.items[1], items[1] === present.items[1]]).toEqual([true, true]);
  });

  it('has equal parts but once', () => {
    const { items } = parseModelSummaries({
      modelSummaries: ['a', 'b'].map((modelId) => ({ modelId, inputModalities: ['TEXT', 'IMAGE'] })),
    });
    expect(items[0]?.described.inputModalities).toBe(items[1]?.described.inputModalities);
    expect(items[0]?.here.lifecycle).toBe(items[1]?.here.lifecycle);
  });
});
