import type { FoundationModelSummary, InferenceProfileSummary } from '@aws-sdk/client-bedrock';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import type { DiscoveredModel, DiscoveredProfile, ModelFilter, ProfileFilter } from 'nestjs-bedrock-discovery';
import { askEveryRegion, type Listed } from '../support/listed.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const GHOST_REGION = 'eu-central-2';
const EU_PROFILE = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const EU_MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

let simulator: BedrockSimulator;
let discovery: Discovery;
let listed: Listed;
let models: readonly DiscoveredModel[];
let profiles: readonly DiscoveredProfile[];

beforeAll(async () => {
  simulator = await startSimulator();
  simulator.addApplicationProfile({ region: 'eu-west-1', name: 'Accounting', copyFrom: EU_PROFILE });
  simulator.addApplicationProfile({ region: 'us-east-1', name: 'Search', modelId: 'amazon.nova-lite-v1:0' });
  simulator.removeModel(EU_MODEL, GHOST_REGION);
  listed = await askEveryRegion(simulator);
  discovery = await startDiscovery(optionsFor(simulator));
  await discovery.refresher.refresh();
  models = await discovery.models.getAllModels();
  profiles = await discovery.profiles.getAllProfiles();
});

/** As AWS sends it: times as text. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function listingsOf<T>(lists: ReadonlyMap<string, readonly T[]>, matches: (item: T) => boolean): [string, T][] {
  return [...lists]
    .flatMap(([region, items]) => items.filter(matches).map((item): [string, T] => [region, item]))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const modelListings = (id: string): [string, FoundationModelSummary][] =>
  listingsOf(listed.models, (model) => model.modelId === id);
const profileListings = (id: string): [string, InferenceProfileSummary][] =>
  listingsOf(listed.profiles, (profile) => profile.inferenceProfileId === id);

function expectedModel(id: string): unknown {
  const listings = plain(modelListings(id));
  const [, first] = listings[0] ?? ['', {}];
  const { modelArn: _, inferenceTypesSupported: __, modelLifecycle: ___, ...rest } = first as FoundationModelSummary;
  return {
    ...rest,
    regions: listings.map(([region]) => region),
    availability: Object.fromEntries(
      listings.map(([region, { modelArn, inferenceTypesSupported, modelLifecycle }]) => [
        region,
        { modelArn, inferenceTypesSupported, lifecycle: isoTimes(modelLifecycle) },
      ]),
    ),
  };
}

/** The same instant may be written with and without fractions. */
function isoTimes(value: object = {}): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, text]: [string, string]) => [
      key,
      key.endsWith('Time') ? new Date(text).toISOString() : text,
    ]),
  );
}

const regionOfArn = (arn = ''): string => arn.split(':')[3] ?? '';
const modelOfArn = (arn = ''): string => arn.slice(arn.indexOf('/') + 1);

function destinationsOf(profile: InferenceProfileSummary): readonly string[] | 'global' {
  const regions = (profile.models ?? []).map(({ modelArn }) => regionOfArn(modelArn));
  return regions.includes('') ? 'global' : regions.sort();
}

function modelIdsOf(profile: InferenceProfileSummary): string[] {
  return [...new Set((profile.models ?? []).map(({ modelArn }) => modelOfArn(modelArn)))];
}

/** What is said most often, of equals the first. */
function usual<T>(said: readonly T[]): T | undefined {
  const count = (value: T): number => said.filter((other) => other === value).length;
  return said.find((value) => said.every((other) => count(other) <= count(value)));
}

function expectedProfile(id: string): unknown {
  const listings = profileListings(id);
  const first = listings[0]?.[1] as InferenceProfileSummary;
  const description = usual(listings.flatMap(([, profile]) => profile.description ?? []));
  return {
    inferenceProfileId: id,
    inferenceProfileName: first.inferenceProfileName,
    ...(description !== undefined && { description }),
    type: first.type,
    modelIds: modelIdsOf(first),
    regions: listings.map(([region]) => region),
    availability: Object.fromEntries(
      listings.map(([region, profile]) => [
        region,
        {
          type: profile.type,
          inferenceProfileArn: profile.inferenceProfileArn,
          modelArns: profile.models?.map(({ modelArn }) => modelArn),
          destinations: destinationsOf(profile),
          status: profile.status,
          createdAt: profile.createdAt?.toISOString(),
          updatedAt: profile.updatedAt?.toISOString(),
        },
      ]),
    ),
  };
}

const idsOf = (list: readonly { modelId?: string; inferenceProfileId?: string }[]): (string | undefined)[] =>
  list.map(({ modelId, inferenceProfileId }) => modelId ?? inferenceProfileId);

describe('models, compared with what each region answers when asked one by one', () => {
  it('finds all 145 models, each with all that its regions say', () => {
    const ids = [...new Set([...listed.models.values()].flat().map(({ modelId }) => modelId as string))].sort();
    expect(ids).toHaveLength(145);
    expect(idsOf(models)).toEqual(ids);
    // What a model can do is not from AWS.
    const fromAws = models.map(({ capabilities: _capabilities, ...model }) => model);
    expect(plain(fromAws)).toEqual(ids.map(expectedModel));
  });

  it('finds each model by id and by the ARN of any region', async () => {
    for (const model of models) {
      expect(await discovery.models.getModel(model.modelId)).toBe(model);
      for (const { modelArn } of Object.values(model.availability)) {
        expect(await discovery.models.getModel(modelArn)).toBe(model);
      }
      expect(await discovery.models.getModelRegions(model.modelId)).toEqual(
        modelListings(model.modelId).map(([region]) => region),
      );
    }
  });

  it('says for every model and region whether it is listed there', async () => {
    for (const [region, items] of listed.models) {
      const here = new Set(items.map(({ modelId }) => modelId));
      for (const { modelId } of models) {
        expect(await discovery.models.isModelAvailableInRegion(modelId, region)).toBe(here.has(modelId));
        expect((await discovery.models.getModel(modelId, region)) !== undefined).toBe(here.has(modelId));
      }
    }
  });

  it('takes profile ids and profile ARNs for their model', async () => {
    for (const profile of profiles) {
      const [modelId = ''] = profile.modelIds;
      const model = models.find((candidate) => candidate.modelId === modelId);
      expect(await discovery.models.getModel(profile.inferenceProfileId)).toBe(model);
      for (const { inferenceProfileArn } of Object.values(profile.availability)) {
        expect(await discovery.models.getModel(inferenceProfileArn)).toBe(model);
      }
    }
  });

  it('knows no model by ids that no region lists', async () => {
    expect(await discovery.models.getModel('nobody.nothing-v1:0')).toBeUndefined();
    expect(await discovery.models.getModelRegions('nobody.nothing-v1:0')).toEqual([]);
    expect(await discovery.models.getBestRegionsForModel('nobody.nothing-v1:0')).toEqual([]);
    expect(await discovery.models.isModelAvailableInRegion('nobody.nothing-v1:0', 'us-east-1')).toBe(false);
    for (const name of ['__proto__', 'constructor', 'toString']) {
      await expect(discovery.models.getModel(name)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    }
    await expect(discovery.models.getModelRegions('x'.repeat(7_000))).rejects.toMatchObject({ nearest: [] });
  });

  it('takes names for ids in every method that takes a model or a profile', async () => {
    const { models: ofModels, profiles: ofProfiles } = discovery;
    const sonnet = await ofModels.getModel('anthropic.claude-sonnet-4-5-20250929-v1:0');
    expect(sonnet).toBeDefined();
    expect(await ofModels.getModel('Claude Sonnet 4.5')).toBe(sonnet);
    expect(await ofModels.getModelRegions('claude-sonnet-4-5')).toEqual(sonnet?.regions);
    expect(await ofModels.getModelRegions('nova-pro')).toEqual(await ofModels.getModelRegions('amazon.nova-pro-v1:0'));
    expect(await ofModels.getBestRegionsForModel('Nova Pro')).toEqual(
      await ofModels.getBestRegionsForModel('amazon.nova-pro-v1:0'),
    );
    expect(await ofModels.isModelAvailableInRegion('Nova Pro', 'us-east-1')).toBe(true);
    const wrapping = await ofProfiles.getProfilesForModel('amazon.nova-pro-v1:0');
    expect(wrapping.length).toBeGreaterThan(0);
    expect(await ofProfiles.getProfilesForModel('Nova Pro')).toEqual(wrapping);
    expect(await ofProfiles.getAllProfiles({ modelId: 'Nova Pro' })).toEqual(wrapping);
    expect(await ofProfiles.getInferenceProfileIds('Nova Pro')).toEqual(
      wrapping.map(({ inferenceProfileId }) => inferenceProfileId),
    );
    const [profile] = wrapping;
    const unique = (await ofProfiles.getAllProfiles()).filter(
      ({ inferenceProfileName }) => inferenceProfileName === profile?.inferenceProfileName,
    );
    expect(unique).toHaveLength(1);
    expect(await ofProfiles.getInferenceProfile(profile?.inferenceProfileName ?? '')).toBe(profile);
    expect(await ofProfiles.getModelIdForProfile(profile?.inferenceProfileName ?? '')).toBe('amazon.nova-pro-v1:0');
  });

  const filters: [string, ModelFilter, (model: FoundationModelSummary, region: string) => boolean][] = [
    ['provider, in any case', { providerName: 'aMaZoN' }, (model) => model.providerName === 'Amazon'],
    ['input', { inputModality: 'IMAGE' }, (model) => model.inputModalities?.includes('IMAGE') === true],
    ['output', { outputModality: 'EMBEDDING' }, (model) => model.outputModalities?.includes('EMBEDDING') === true],
    [
      'a modality beyond the enum',
      { inputModality: 'SPEECH' },
      (model) => `${model.inputModalities}`.includes('SPEECH'),
    ],
    [
      'inference type',
      { inferenceType: 'INFERENCE_PROFILE' },
      (model) => `${model.inferenceTypesSupported}`.includes('INFERENCE_PROFILE'),
    ],
    ['lifecycle', { lifecycle: 'LEGACY' }, (model) => model.modelLifecycle?.status === 'LEGACY'],
    ['streaming', { streaming: true }, (model) => model.responseStreamingSupported === true],
    ['no streaming', { streaming: false }, (model) => model.responseStreamingSupported === false],
    ['region', { region: 'eu-west-3' }, (_, region) => region === 'eu-west-3'],
    [
      'search',
      { search: 'SONNET' },
      (model) => `${model.modelId} ${model.modelName} ${model.providerName}`.toLowerCase().includes('sonnet'),
    ],
    [
      'region and inference type together',
      { region: 'us-west-1', inferenceType: 'ON_DEMAND' },
      (model, region) => region === 'us-west-1' && `${model.inferenceTypesSupported}`.includes('ON_DEMAND'),
    ],
    [
      'several at once',
      { region: 'us-east-1', providerName: 'anthropic', lifecycle: 'ACTIVE', streaming: true },
      (model, region) =>
        region === 'us-east-1' &&
        model.providerName === 'Anthropic' &&
        model.modelLifecycle?.status === 'ACTIVE' &&
        model.responseStreamingSupported === true,
    ],
  ];
  it.each(filters)('filters models by %s', async (_, filter, matches) => {
    const expected = [...listed.models].flatMap(([region, items]) =>
      items.filter((model) => matches(model, region)).map(({ modelId }) => modelId),
    );
    expect(idsOf(await discovery.models.getAllModels(filter))).toEqual([...new Set(expected)].sort());
  });

  it('puts preferred regions first, in the order of the caller, and invents none', async () => {
    const preferredRegions = ['eu-west-3', 'ap-south-1', 'eu-north-1', 'nowhere-land-1', 'eu-west-3'];
    for (const { modelId, regions } of models) {
      const best = await discovery.models.getBestRegionsForModel(modelId, { preferredRegions });
      const preferred = ['eu-west-3', 'ap-south-1', 'eu-north-1'].filter((region) => regions.includes(region));
      expect(best.slice(0, preferred.length)).toEqual(preferred);
      expect([...best].sort()).toEqual(regions);
      expect(best.slice(preferred.length)).toEqual(
        discovery.latencies.sortRegions(regions.filter((region) => !preferred.includes(region))),
      );
    }
  });
});

describe('profiles, compared with what each region answers when asked one by one', () => {
  it('finds all 123 profiles and those of the account, each with its destinations per source region', () => {
    const ids = [
      ...new Set([...listed.profiles.values()].flat().map((profile) => profile.inferenceProfileId as string)),
    ];
    expect(ids).toHaveLength(123 + 2);
    expect(idsOf(profiles)).toEqual(ids.sort());
    expect(plain(profiles)).toEqual(ids.map(expectedProfile));
  });

  it('keeps the destinations of a profile apart by source region', () => {
    const differing = profiles.filter((profile) => {
      const sets = Object.values(profile.availability).map(({ destinations }) => JSON.stringify(destinations));
      return new Set(sets).size > 1;
    });
    expect(differing.length).toBeGreaterThan(20);
  });

  it('reads the region-less ARN of global profiles as anywhere', () => {
    const globals = profiles.filter(({ inferenceProfileId }) => inferenceProfileId.startsWith('global.'));
    expect(globals.length).toBeGreaterThan(10);
    for (const { availability } of globals) {
      expect(Object.values(availability).map(({ destinations }) => destinations)).toEqual(
        Object.keys(availability).map(() => 'global'),
      );
    }
  });

  it('finds each profile by id and ARN, everywhere and per region, and its model', async () => {
    for (const profile of profiles) {
      const { inferenceProfileId: id, availability } = profile;
      expect(await discovery.profiles.getInferenceProfile(id)).toBe(profile);
      expect(await discovery.profiles.getModelIdForProfile(id)).toBe(profile.modelIds[0]);
      for (const region of simulator.regions) {
        const item = listed.profiles.get(region)?.find(({ inferenceProfileId }) => inferenceProfileId === id);
        expect(await discovery.profiles.getInferenceProfile(id, region)).toBe(item && profile);
        expect(await discovery.profiles.getModelIdForProfile(id, region)).toBe(item && modelIdsOf(item)[0]);
      }
      for (const [region, { inferenceProfileArn }] of Object.entries(availability)) {
        expect(await discovery.profiles.getInferenceProfile(inferenceProfileArn, region)).toBe(profile);
        expect(await discovery.profiles.getModelIdForProfile(inferenceProfileArn)).toBe(profile.modelIds[0]);
      }
    }
  });

  it('finds the profiles of every model, everywhere and per region, ghosts included', async () => {
    const everyModel = new Set([
      ...models.map(({ modelId }) => modelId),
      ...profiles.flatMap(({ modelIds }) => modelIds),
    ]);
    for (const modelId of everyModel) {
      const wrapping = profiles.filter((profile) => profile.modelIds.includes(modelId));
      expect(await discovery.profiles.getProfilesForModel(modelId)).toEqual(wrapping);
      for (const region of simulator.regions) {
        const here = (listed.profiles.get(region) ?? []).filter((profile) => modelIdsOf(profile).includes(modelId));
        expect(await discovery.profiles.getInferenceProfileIds(modelId, region)).toEqual(
          here.map(({ inferenceProfileId }) => inferenceProfileId).sort(),
        );
      }
    }
  });

  it('takes any id or ARN of a model for that model', async () => {
    const wanted = await discovery.profiles.getInferenceProfileIds(EU_MODEL);
    const arn = models.find(({ modelId }) => modelId === EU_MODEL)?.availability['eu-west-1']?.modelArn as string;
    const profileArn = profiles.find(({ inferenceProfileId }) => inferenceProfileId === EU_PROFILE)?.availability[
      'eu-west-1'
    ]?.inferenceProfileArn as string;
    expect(wanted.length).toBeGreaterThan(2);
    for (const id of [arn, EU_PROFILE, profileArn]) {
      expect(await discovery.profiles.getInferenceProfileIds(id)).toEqual(wanted);
    }
  });

  it('lists a profile where its model is missing from the list of models', async () => {
    expect(await discovery.models.isModelAvailableInRegion(EU_MODEL, GHOST_REGION)).toBe(false);
    expect(await discovery.profiles.getInferenceProfileIds(EU_MODEL, GHOST_REGION)).toContain(EU_PROFILE);
  });

  it('knows models without a single profile', async () => {
    const lonely = models.filter(({ modelId }) => profiles.every(({ modelIds }) => !modelIds.includes(modelId)));
    expect(lonely.length).toBeGreaterThan(20);
    expect(await discovery.profiles.getProfilesForModel((lonely[0] as DiscoveredModel).modelId)).toEqual([]);
  });

  it('finds the profiles that the account made by their opaque id', async () => {
    const made = await discovery.profiles.getAllProfiles({ type: 'APPLICATION' });
    expect(made.map((profile) => [profile.inferenceProfileName, profile.regions, profile.modelIds])).toEqual(
      expect.arrayContaining([
        ['Accounting', ['eu-west-1'], [EU_MODEL]],
        ['Search', ['us-east-1'], ['amazon.nova-lite-v1:0']],
      ]),
    );
    const accounting = made.find((profile) => profile.inferenceProfileName === 'Accounting') as DiscoveredProfile;
    expect(accounting.availability['eu-west-1']?.inferenceProfileArn).toContain(':application-inference-profile/');
    expect(await discovery.models.getModel(accounting.inferenceProfileId)).toMatchObject({ modelId: EU_MODEL });
    expect(await discovery.profiles.getInferenceProfileIds(EU_MODEL, 'eu-west-1')).toContain(
      accounting.inferenceProfileId,
    );
  });

  const filters: [string, ProfileFilter, (profile: InferenceProfileSummary, region: string) => boolean][] = [
    ['region', { region: 'sa-east-1' }, (_, region) => region === 'sa-east-1'],
    ['type', { type: 'SYSTEM_DEFINED' }, ({ type }) => type === 'SYSTEM_DEFINED'],
    ['geography', { geography: 'jp' }, (profile) => profile.inferenceProfileId?.startsWith('jp.') === true],
    [
      'geography us, which is not us-gov',
      { geography: 'us' },
      (profile) => profile.inferenceProfileId?.startsWith('us.') === true,
    ],
    ['model', { modelId: EU_MODEL }, (profile) => modelIdsOf(profile).includes(EU_MODEL)],
    ['model by profile id', { modelId: EU_PROFILE }, (profile) => modelIdsOf(profile).includes(EU_MODEL)],
    [
      'all of them',
      { region: 'eu-west-1', type: 'SYSTEM_DEFINED', geography: 'eu', modelId: EU_MODEL },
      (profile, region) => region === 'eu-west-1' && profile.inferenceProfileId === EU_PROFILE,
    ],
  ];
  it.each(filters)('filters profiles by %s', async (_, filter, matches) => {
    const expected = [...listed.profiles].flatMap(([region, items]) =>
      items.filter((profile) => matches(profile, region)).map(({ inferenceProfileId }) => inferenceProfileId),
    );
    expect(expected).not.toHaveLength(0);
    expect(idsOf(await discovery.profiles.getAllProfiles(filter))).toEqual([...new Set(expected)].sort());
  });

  it('answers for one region when told to', async () => {
    simulator.requests.reset();
    const here = await discovery.profiles.scanProfilesInRegion('sa-east-1');
    expect(idsOf(here)).toEqual(
      listed.profiles
        .get('sa-east-1')
        ?.map((profile) => profile.inferenceProfileId)
        .sort(),
    );
    expect(simulator.requests.count({ operation: 'ListInferenceProfiles', region: 'sa-east-1' })).toBe(2);
    expect(simulator.requests.count()).toBe(2);
  });
});

describe('a region of which nothing is known', () => {
  it.each(['me-central-1', 'ap-east-1', '', 'constructor'])(
    'is never taken for one that lists nothing: %p',
    async (region) => {
      const unknown = { code: 'REGION_UNKNOWN', region };
      await expect(discovery.models.isModelAvailableInRegion(EU_MODEL, region)).rejects.toMatchObject(unknown);
      await expect(discovery.models.getModel(EU_MODEL, region)).rejects.toMatchObject(unknown);
      await expect(discovery.models.getAllModels({ region })).rejects.toMatchObject(unknown);
      await expect(discovery.profiles.getAllProfiles({ region })).rejects.toMatchObject(unknown);
      await expect(discovery.profiles.getInferenceProfile(EU_PROFILE, region)).rejects.toMatchObject(unknown);
      await expect(discovery.profiles.getInferenceProfileIds(EU_MODEL, region)).rejects.toMatchObject(unknown);
      await expect(discovery.profiles.getProfilesForModel(EU_MODEL, region)).rejects.toMatchObject(unknown);
      await expect(discovery.profiles.getModelIdForProfile(EU_PROFILE, region)).rejects.toMatchObject(unknown);
    },
  );
});

describe('data that is handed out', () => {
  function expectPlainAndFrozen(value: unknown): void {
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    if (typeof value === 'object' && value !== null) {
      expect(Object.isFrozen(value)).toBe(true);
      Object.values(value).forEach(expectPlainAndFrozen);
    }
  }

  it('is frozen to its depths and survives JSON', async () => {
    const [model] = models;
    const answers = [
      models,
      profiles,
      await discovery.models.getAllModels({ region: 'us-east-1', search: 'nova' }),
      await discovery.models.getModelRegions((model as DiscoveredModel).modelId),
      await discovery.models.getBestRegionsForModel((model as DiscoveredModel).modelId, {
        preferredRegions: ['us-west-2'],
      }),
      await discovery.profiles.getInferenceProfileIds(EU_MODEL),
      await discovery.profiles.getProfilesForModel(EU_MODEL, 'eu-west-1'),
      discovery.models.getRegionStatuses(),
      discovery.profiles.getRegionStatuses(),
      await discovery.models.scanAllRegions(),
      discovery.latencies.get('us-east-1'),
    ];
    answers.forEach(expectPlainAndFrozen);
  });

  it('is kept once where regions list the same', () => {
    const inRegions = profiles.flatMap(({ availability }) => Object.values(availability));
    for (const part of ['modelArns', 'destinations'] as const) {
      const distinct = new Set(inRegions.map((inRegion) => String(inRegion[part])));
      expect(distinct.size).toBeLessThan(inRegions.length);
      expect(new Set(inRegions.map((inRegion) => inRegion[part])).size).toBe(distinct.size);
    }
    const lives = models.flatMap(({ availability }) => Object.values(availability).map(({ lifecycle }) => lifecycle));
    expect(new Set(lives).size).toBe(new Set(lives.map((life) => JSON.stringify(life))).size);
    const regions = models.map((model) => model.regions);
    expect(new Set(regions).size).toBe(new Set(regions.map(String)).size);
  });

  it('never freezes what the user handed in', async () => {
    const regions = ['us-east-1', 'eu-west-1'];
    const options = optionsFor(simulator, { regions, preferredRegions: ['eu-west-1'], client: { maxAttempts: 2 } });
    const given = { preferredRegions: ['us-east-1'] };
    const scan = { regions, force: true };
    const filter: ModelFilter = { region: 'us-east-1' };
    const { models: service, cache } = await startDiscovery(options);
    await service.scanAllRegions(scan);
    await service.getAllModels(filter);
    await service.getBestRegionsForModel(EU_MODEL, given);
    const value = { a: { list: [1] } };
    await cache.set('mine', value);
    await cache.get('mine');
    const objects = [
      options,
      options.regions,
      options.preferredRegions,
      options.client,
      options.credentials,
      options.cache,
    ];
    for (const object of [
      ...objects,
      given,
      given.preferredRegions,
      scan,
      regions,
      filter,
      value,
      value.a,
      value.a.list,
    ]) {
      expect(Object.isFrozen(object)).toBe(false);
    }
  });
});
