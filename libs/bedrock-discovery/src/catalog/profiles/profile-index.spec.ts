import { describe, expect, it } from '@jest/globals';
import { type Flat, listedProfile } from '../listed.spec.fixture.js';
import {
  buildProfileIndex,
  diffProfiles,
  matchesProfile,
  modelsInRegion,
  type ProfileIndex,
  profilesInRegion,
} from './profile-index.js';
import type { DiscoveredProfile, ListedProfile, ProfileFilter } from './profile.types.js';

const profile = (inferenceProfileId: string, changed: Partial<Flat<ListedProfile>> = {}): ListedProfile =>
  listedProfile({
    inferenceProfileId,
    inferenceProfileName: inferenceProfileId,
    type: 'SYSTEM_DEFINED',
    modelIds: ['maker.model'],
    inferenceProfileArn: `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${inferenceProfileId}`,
    modelArns: ['arn:aws:bedrock:eu-west-1::foundation-model/maker.model'],
    destinations: ['eu-west-1'],
    status: 'ACTIVE',
    ...changed,
  });
const index = (lists: Record<string, ListedProfile[]>, partial: readonly string[] = []): ProfileIndex =>
  buildProfileIndex(new Map(Object.entries(lists)), new Set(partial));

describe('the index of inference profiles', () => {
  it('joins what regions list, in order, and keeps what belongs to a region with it', () => {
    const there = profile('eu.a', { destinations: ['us-east-1'], createdAt: '2025-07-03T08:00:00.000Z' });
    const here = profile('eu.a', { status: 'CREATING', updatedAt: '2025-07-03T08:00:00.000Z', description: 'Ours' });
    const { profiles, byId, knownRegions, partialRegions } = index(
      { 'us-east-1': [profile('us.b'), there], 'eu-west-1': [here], 'ap-south-1': [] },
      ['eu-west-1'],
    );
    const inRegion = ({
      here: { type, inferenceProfileArn, modelArns, destinations, status },
    }: ListedProfile): object => ({
      type,
      inferenceProfileArn,
      modelArns,
      destinations,
      status,
    });
    expect(profiles.map(({ inferenceProfileId }) => inferenceProfileId)).toEqual(['eu.a', 'us.b']);
    expect(byId.get('eu.a')).toStrictEqual({
      inferenceProfileId: 'eu.a',
      inferenceProfileName: 'eu.a',
      description: 'Ours',
      type: 'SYSTEM_DEFINED',
      modelIds: ['maker.model'],
      regions: ['eu-west-1', 'us-east-1'],
      availability: {
        'eu-west-1': { ...inRegion(here), updatedAt: '2025-07-03T08:00:00.000Z' },
        'us-east-1': { ...inRegion(there), createdAt: '2025-07-03T08:00:00.000Z' },
      },
    });
    expect(byId.get('us.b')).not.toHaveProperty('description');
    expect([...knownRegions].sort()).toEqual(['ap-south-1', 'eu-west-1', 'us-east-1']);
    expect(partialRegions).toEqual(new Set(['eu-west-1']));
  });

  it('is called what most regions say, and by its id where none says more', () => {
    const named = (
      inferenceProfileName: string,
      type: ListedProfile['here']['type'] = 'APPLICATION',
    ): ListedProfile[] => [profile('x', { inferenceProfileName, type })];
    const { byId } = index({ a: named('Once', 'SYSTEM_DEFINED'), b: named('Twice'), c: named('x'), d: named('Twice') });
    expect(byId.get('x')).toMatchObject({ inferenceProfileName: 'Twice', type: 'APPLICATION' });
    expect(index({ a: named('x') }).byId.get('x')?.inferenceProfileName).toBe('x');
  });

  it('finds profiles by the model behind them, in any region and in each', () => {
    const wrapping = (inferenceProfileId: string, ...modelIds: string[]): ListedProfile =>
      profile(inferenceProfileId, {
        modelIds,
        modelArns: modelIds.map((modelId) => `arn:aws:bedrock:eu-west-1::foundation-model/${modelId}`),
      });
    const built = index({
      'eu-west-1': [wrapping('eu.b', 'maker.model', 'maker.other'), wrapping('eu.c')],
      'us-east-1': [wrapping('eu.a', 'maker.model'), wrapping('eu.b', 'maker.model')],
      'us-west-2': [wrapping('eu.b', 'maker.more', 'maker.model')],
    });
    const ids = (profiles: readonly DiscoveredProfile[] | undefined): string[] | undefined =>
      profiles?.map(({ inferenceProfileId }) => inferenceProfileId);
    expect([ids(built.byModel.get('maker.model')), ids(built.byModel.get('maker.other'))]).toEqual([
      ['eu.a', 'eu.b'],
      ['eu.b'],
    ]);
    const regions = ['eu-west-1', 'us-east-1', 'constructor'];
    const inRegions = (modelId: string) => regions.map((region) => ids(profilesInRegion(built, modelId, region)));
    expect(inRegions('maker.model')).toEqual([['eu.b'], ['eu.a', 'eu.b'], []]);
    expect(inRegions('maker.other')).toEqual([['eu.b'], [], []]);
    expect(inRegions('maker.third')).toEqual([[], [], []]);
    const both = built.byId.get('eu.b') as DiscoveredProfile;
    expect([both, built.byId.get('eu.a')].map((each) => each?.modelIds)).toEqual([
      ['maker.model', 'maker.other', 'maker.more'],
      ['maker.model'],
    ]);
    expect(regions.map((region) => modelsInRegion(both, region))).toEqual([
      ['maker.model', 'maker.other'],
      ['maker.model'],
      [],
    ]);
  });

  it('cannot be changed', () => {
    const built = index({ 'eu-west-1': [profile('eu.a')] });
    const { profiles, byId, byModel } = built;
    const found = byId.get('eu.a');
    const parts = [profiles, found, found?.regions, found?.modelIds, found?.availability];
    const inRegion = profilesInRegion(built, 'maker.model', 'eu-west-1');
    const more = [found?.availability['eu-west-1'], ...byModel.values(), inRegion, ...inRegion];
    expect(more).toHaveLength(4);
    expect([...parts, ...more].every(Object.isFrozen)).toBe(true);
  });
});

describe('the difference between two inventories of profiles', () => {
  const told = (before: ProfileIndex, after: ProfileIndex) => diffProfiles(before, after);

  it('tells profiles that appeared, are gone, are gained and lost by regions, with the model behind them', () => {
    const before = index({ eu: [profile('gone'), profile('moved')], us: [] });
    const after = index({ eu: [profile('come', { modelIds: [] })], us: [profile('moved')] });
    expect(told(before, after)).toStrictEqual([
      { type: 'profile-appeared', profileId: 'come', after: ['eu'] },
      { type: 'profile-gone', profileId: 'gone', modelId: 'maker.model', before: ['eu'] },
      { type: 'profile-region-lost', profileId: 'moved', modelId: 'maker.model', region: 'eu' },
      { type: 'profile-region-gained', profileId: 'moved', modelId: 'maker.model', region: 'us' },
    ]);
  });

  it('tells destinations that changed, and nothing of what else is listed', () => {
    const before = index({ eu: [profile('a'), profile('b', { status: 'CREATING' })] });
    const after = index({ eu: [profile('a', { destinations: 'global' }), profile('b')] });
    expect(told(before, after)).toEqual([
      {
        type: 'profile-destinations-changed',
        profileId: 'a',
        modelId: 'maker.model',
        region: 'eu',
        before: ['eu-west-1'],
        after: 'global',
      },
    ]);
  });
});

describe('a filter of profiles', () => {
  const { byId } = index({
    'eu-west-1': [profile('eu.a'), profile('eu.b', { type: 'APPLICATION' })],
    'us-east-1': [profile('eu.a', { type: 'APPLICATION' })],
  });

  it.each<[string, ProfileFilter, boolean]>([
    ['eu.a', {}, true],
    ['eu.a', { region: 'us-east-1' }, true],
    ['eu.a', { region: 'ap-south-1' }, false],
    ['eu.a', { region: 'toString' }, false],
    // What most regions say, or what the region itself does.
    ['eu.a', { type: 'SYSTEM_DEFINED' }, true],
    ['eu.a', { type: 'APPLICATION' }, false],
    ['eu.a', { type: 'APPLICATION', region: 'us-east-1' }, true],
    ['eu.a', { type: 'SYSTEM_DEFINED', region: 'us-east-1' }, false],
    ['eu.a', { geography: 'eu' }, true],
    ['eu.a', { geography: 'us' }, false],
    // An opaque id begins with no geography, even where it looks so.
    ['eu.b', { geography: 'eu' }, false],
    ['eu.a', { modelId: 'maker.model' }, true],
    ['eu.a', { modelId: 'maker.other' }, false],
    ['eu.a', { geography: 'eu', modelId: 'maker.other' }, false],
  ])('of %s by %j is met: %p', (id, filter, isMet) => {
    expect(matchesProfile(byId.get(id) as DiscoveredProfile, filter)).toBe(isMet);
  });
});
