import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { ChangesAnswer, ListAnswer, Matrix } from 'explorer-web';
import {
  changesByDay,
  type DayOfChanges,
  type DiscoveredModel,
  type DiscoveredProfile,
  type DiscoveryChange,
  InvocationRouter,
  LatencyTracker,
  ModelAccessService,
  type Resolution,
  type ScanReport,
} from 'nestjs-bedrock-discovery';
import type { ApplicationIndex } from '../src/endpoints/index.controller.js';
import type { HealthReport } from '../src/health/health-report.js';
import type { BestRegions } from '../src/models/best-regions.js';
import type { FoundModelDocument } from '../src/models/find-models.js';
import type { OpenAiModelList } from '../src/openai/openai.controller.js';
import type { ProblemDocument } from '../src/problems/to-problem.js';
import type { RegionOverview } from '../src/regions/regions.controller.js';
import type { ExplainedResolution } from '../src/routes/explained-resolution.js';
import { afterThisTest } from './support/cleanup.js';
import { type Explorer, startExplorer } from './support/explorer.js';
import { askEveryRegion, type Listed } from './support/listed.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const MODEL_ARN = `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`;
const PROFILE = `eu.${MODEL}`;

let explorer: Explorer;
let listed: Listed;

beforeAll(async () => {
  explorer = await startExplorer({}, (simulator) => {
    simulator.setDataRetention('us-east-1', 'provider_data_share');
    simulator.setDataRetention('us-east-2', 'aws_review');
  });
  listed = await askEveryRegion(explorer.simulator);
  await explorer.request('POST', '/refresh?force=false');
});

afterAll(() => explorer.close());

async function get<T>(path: string): Promise<T> {
  const { status, body } = await explorer.get<T>(path);
  expect({ path, status }).toEqual({ path, status: 200 });
  return body;
}

/** All items of a list. */
async function listOf<T>(path: string): Promise<readonly T[]> {
  const { items, total, next } = await get<ListAnswer<T>>(`${path}${path.includes('?') ? '&' : '?'}limit=1000`);
  expect({ path, total, next }).toEqual({ path, total: items.length, next: undefined });
  return items;
}

async function ids(path: string): Promise<string[]> {
  return (await listOf<DiscoveredModel>(path)).map(({ modelId }) => modelId);
}

describe('GET /', () => {
  it('says that the data is simulated', async () => {
    const index = await get<ApplicationIndex>('/');
    expect(index).toMatchObject({ name: 'Bedrock Explorer', source: 'simulator' });
    expect(index.note).toMatch(/simulator/);
  });

  it('lists endpoints that answer, with every parameter that they accept', async () => {
    const { endpoints } = await get<ApplicationIndex>('/');
    for (const { method, path, parameters = [], example } of endpoints.filter(
      (endpoint) => endpoint.path !== '/problems' && !endpoint.path.startsWith('/v1/'),
    )) {
      if (example !== undefined) {
        await get(example);
      }
      const { body } = await explorer.request<ProblemDocument>(
        method,
        `${path.replace('{id}', MODEL)}?no-such-parameter=1`,
      );
      expect({ path, parameters: Object.keys(body['accepted'] as object) }).toEqual({ path, parameters });
    }
  });
});

describe('GET /models', () => {
  it('lists every model that any region lists', async () => {
    const expected = new Set([...listed.models.values()].flat().map(({ modelId = '' }) => modelId));
    expect(await ids('/models')).toEqual([...expected].sort());
  });

  it('takes the models of one region, of one provider, or both', async () => {
    const here = (listed.models.get('eu-central-1') ?? []).map(({ modelId = '' }) => modelId).sort();
    expect(await ids('/models?region=eu-central-1')).toEqual(here);
    expect(await ids('/models?region=eu-central-1&provider=anthropic')).toEqual(
      here.filter((id) => id.startsWith('anthropic.')),
    );
  });

  it.each<[query: string, holds: (model: DiscoveredModel) => boolean]>([
    ['inputModality=image', ({ inputModalities }) => inputModalities.includes('IMAGE')],
    ['outputModality=EMBEDDING', ({ outputModalities }) => outputModalities.includes('EMBEDDING')],
    ['streaming=false', ({ responseStreamingSupported }) => responseStreamingSupported === false],
    ['streaming=true', ({ responseStreamingSupported }) => responseStreamingSupported === true],
    [
      'lifecycle=LEGACY',
      ({ availability }) => Object.values(availability).some((at) => at.lifecycle.status === 'LEGACY'),
    ],
    [
      'inferenceType=ON_DEMAND&region=eu-west-1',
      ({ availability }) => availability['eu-west-1']?.inferenceTypesSupported.includes('ON_DEMAND') === true,
    ],
  ])('filters by %s', async (query, holds) => {
    const expected = (await listOf<DiscoveredModel>('/models')).filter(holds);
    expect(expected).not.toHaveLength(0);
    expect(await listOf(`/models?${query}`)).toEqual(expected);
  });
});

describe('a list', () => {
  it('says whose it is, from where and how old, and whether anything is missing', async () => {
    const { provenance } = await get<ListAnswer<DiscoveredModel>>('/models');
    const [first = ''] = (await listOf<RegionOverview>('/regions'))
      .flatMap(({ models }) => models?.scannedAt ?? [])
      .sort();
    expect(provenance).toEqual({
      account: explorer.simulator.accountId,
      partition: 'aws',
      source: 'simulator',
      asOf: first,
      ageMs: expect.any(Number),
      complete: true,
      regionCount: explorer.simulator.regions.length,
      unknownRegions: [],
      staleRegions: [],
    });
    const resolution = await get<ExplainedResolution>(`/models/${MODEL}/route`);
    expect(resolution.provenance).toMatchObject({ account: provenance.account, source: 'simulator', complete: true });
  });

  it.each([
    '/models',
    '/models/retiring?withinDays=10000',
    `/models/${MODEL}/profiles`,
    '/profiles',
    '/regions?sort=name',
  ])('is read page by page at %s, each item once', async (path) => {
    const all = await listOf(path);
    const read: unknown[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const query = `limit=7${cursor && `&cursor=${cursor}`}`;
      const page: ListAnswer<unknown> = await get(`${path}${path.includes('?') ? '&' : '?'}${query}`);
      expect(page.total).toBe(all.length);
      read.push(...page.items);
      cursor = page.next;
    }
    const ageless = (items: readonly unknown[]): string => JSON.stringify(items).replaceAll(/"ageMs":\d+/g, '');
    expect(ageless(read)).toBe(ageless(all));
  });

  it('is short unless more is asked for', async () => {
    const { items, total, next } = await get<ListAnswer<DiscoveredModel>>('/models');
    expect([items.length, next]).toEqual([100, expect.any(String)]);
    expect(total).toBeGreaterThan(100);
  });

  it.each([
    ['/models?provider=anthropic', '/models?providerName=anthropic'],
    ['/models/retiring?withinDays=30', '/models/retiring?days=30'],
    [`/models/${MODEL}/route?sourceRegions=eu-west-1`, `/models/${MODEL}/route?sources=eu-west-1`],
    [`/models/${MODEL}/route?preferredRegions=us-east-1`, `/models/${MODEL}/route?preferred=us-east-1`],
    [`/models/${MODEL}/regions?preferredRegions=us-east-1`, `/models/${MODEL}/regions?preferred=us-east-1`],
  ])('and a question are the same at %s and under the former name at %s', async (path, former) => {
    const [now, before] = [await explorer.get(path), await explorer.get(former)];
    expect([now.status, before.headers.get('etag')]).toEqual([200, now.headers.get('etag')]);
    const other = await explorer.get(path.replace(/\?.*/, ''));
    expect(other.headers.get('etag')).not.toBe(now.headers.get('etag'));
  });
});

describe('GET /models?search=', () => {
  const search = (text: string, more = ''): Promise<readonly FoundModelDocument[]> =>
    listOf<FoundModelDocument>(`/models?search=${encodeURIComponent(text)}${more}`);
  const idsOf = (found: readonly FoundModelDocument[]): string[] => found.map(({ modelId }) => modelId);

  it('finds what holds the text in id, name or provider', async () => {
    const expected = (await listOf<DiscoveredModel>('/models'))
      .filter(({ modelId, modelName }) => /sonnet/i.test(`${modelId} ${modelName}`))
      .map(({ modelId }) => modelId);
    expect(idsOf(await search('SONNET')).sort()).toEqual(expected);
  });

  it.each([
    ['claude opus', 'anthropic.claude-opus-5'],
    ['opus claude', 'anthropic.claude-opus-5'],
    ['claude-opus-4-7', 'anthropic.claude-opus-4-7'],
    ['nova pro', 'amazon.nova-pro-v1:0'],
    [PROFILE, MODEL],
    [`arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${PROFILE}`, MODEL],
  ])('finds what "%s" names, as the library has it, first', async (text, first) => {
    const named = await explorer.app.get(InvocationRouter).findModels(text);
    const found = await search(text);
    expect(found[0]?.modelId).toBe(first);
    expect(found.slice(0, named.length)).toMatchObject(
      named.map(({ modelId, verdict, route }) => ({ modelId, verdict, route: { region: route?.region } })),
    );
  });

  it('finds the members of a family newest first, and those that have ended last', async () => {
    const found = idsOf(await search('nova premier'));
    expect(found[0]).toBe('amazon.nova-premier-v1:0');
    const opus = idsOf(await search('claude opus')).filter((id) => !id.includes(':'));
    expect(opus.slice(0, 3)).toEqual([
      'anthropic.claude-opus-5',
      'anthropic.claude-opus-4-8',
      'anthropic.claude-opus-4-7',
    ]);
  });

  it('has with each model its verdict and the best route within the constraints', async () => {
    for (const { modelId, verdict, code, route } of await search('nova', '&residency=eu')) {
      const resolution = await get<Resolution>(`/models/${modelId}/route?residency=eu`);
      expect({ modelId, verdict, route: route?.invocationId, has: route !== undefined }).toEqual({
        modelId,
        verdict: resolution.verdict,
        route: resolution.routes[0]?.invocationId,
        has: verdict === 'eligible',
      });
      expect(code !== undefined).toBe(verdict === 'not');
    }
  });

  it('takes what a model must be able to do as a filter, alone or with a search', async () => {
    const able = await listOf<DiscoveredModel>('/models?minContextTokens=1000000&unknownFacts=reject');
    expect(able.length).toBeGreaterThan(3);
    expect(able.every(({ capabilities }) => (capabilities?.contextTokens ?? 0) >= 1_000_000)).toBe(true);
    const found = await listOf<FoundModelDocument>('/models?search=nova&minContextTokens=1000000&unknownFacts=reject');
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ modelId }) => able.some((model) => model.modelId === modelId))).toBe(true);
    const { status, body } = await explorer.request<ProblemDocument>('GET', '/models?toolUse=false');
    expect([status, body.detail]).toEqual([400, expect.stringContaining('toolUse')]);
  });

  it('keeps to the other filters, and refuses constraints on routes without a search', async () => {
    expect(idsOf(await search('claude opus', '&provider=Amazon'))).toEqual([]);
    const inTokyo = await search('nova', '&region=ap-northeast-1');
    expect(inTokyo.length).toBeGreaterThan(0);
    expect(inTokyo.filter(({ regions }) => !regions.includes('ap-northeast-1'))).toEqual([]);
    const { status, body } = await explorer.get<ProblemDocument>('/models?residency=eu');
    expect([status, body.detail]).toEqual([400, expect.stringContaining('search')]);
  });
});

describe('the same verdict', () => {
  it('is in the matrix, in the search, in the routes and under /v1/models', async () => {
    const failed = 'us-east-1';
    const regions = ['eu-central-1', 'eu-west-1', failed];
    const other = await startExplorer({ regions }, (simulator) => {
      simulator.addFault({ region: failed, kind: 'throttled' });
      simulator.addModel({ modelId: 'maker.ended', regions: ['eu-west-1'] });
      simulator.setLifecycle('maker.ended', { status: 'LEGACY', endOfLifeTime: '2020-01-01T00:00:00Z' });
      simulator.addModel({ modelId: 'maker.denied', regions: ['eu-west-1'] });
      simulator.setAccess('maker.denied', { authorization: 'NOT_AUTHORIZED' });
    });
    afterThisTest(() => other.close());
    await other.request('POST', '/refresh');
    await other.app.get(ModelAccessService).getAccess('maker.denied', 'eu-west-1');

    const router = other.app.get(InvocationRouter);
    // The matrix asks nobody for the facts that decide: it shows those that are known.
    await router.getModelVerdicts();
    const { body: matrix } = await other.get<Matrix>('/matrix');
    expect(matrix.regions[2]?.failures).toMatchObject({
      models: { kind: 'throttled', remedy: expect.stringContaining(failed) },
      profiles: { kind: 'throttled' },
    });
    const codes = new Map<string, string | undefined>();
    for (const { id, states, cells } of matrix.models) {
      for (const [column, number] of cells.entries()) {
        const { verdict, code } = states[number] ?? { verdict: 'not', code: 'NOT_OFFERED' };
        const region = regions[column] ?? '';
        codes.set(`${id} ${region}`, code ?? verdict);
        const resolution = await router.resolve(id, { sourceRegions: [region] });
        expect({ id, region, verdict }).toEqual({ id, region, verdict: resolution.verdict });
      }
    }
    expect(codes.get('maker.ended eu-west-1')).toBe('END_OF_LIFE');
    expect(codes.get('maker.denied eu-west-1')).toBe('ACCESS_DENIED');
    expect(codes.get('maker.denied eu-central-1')).toBe('NOT_OFFERED');
    expect([...codes].filter(([key]) => key.endsWith(failed)).map(([, code]) => code)).toEqual(
      matrix.models.map(() => 'unknown'),
    );

    const eligible = matrix.models.filter(({ states }) => states.some(({ verdict }) => verdict === 'eligible'));
    const { body: runnable } = await other.get<OpenAiModelList>('/v1/models');
    expect(runnable.data.map(({ id }) => id)).toEqual(eligible.map(({ id }) => id));
    expect(runnable.unknown_regions).toEqual([failed]);
    const { body: found } = await other.get<ListAnswer<FoundModelDocument>>('/models?search=maker.');
    // Where a region has failed, nobody knows whether it has what the others have no more.
    expect(found.items.map(({ modelId, verdict }) => [modelId, verdict])).toEqual([
      ['maker.denied', 'unknown'],
      ['maker.ended', 'unknown'],
    ]);
  });
});

describe('GET /models/{id}', () => {
  it('tells in which regions a model is, and how it can be invoked there', async () => {
    const model = await get<DiscoveredModel>(`/models/${MODEL}`);
    const lines = Object.entries(model.availability).map(
      ([region, { inferenceTypesSupported, lifecycle }]) =>
        `${region}: ${inferenceTypesSupported.join(' or ')}, ${lifecycle.status}`,
    );
    const expected = [...listed.models].flatMap(([region, models]) =>
      models
        .filter(({ modelId }) => modelId === MODEL)
        .map(({ inferenceTypesSupported = [], modelLifecycle }) => {
          return `${region}: ${inferenceTypesSupported.join(' or ')}, ${modelLifecycle?.status}`;
        }),
    );
    expect(lines).toEqual(expected.sort());
    expect(lines.length).toBeGreaterThan(10);
  });

  it.each([
    ['a raw ARN', MODEL_ARN],
    ['an encoded ARN', encodeURIComponent(MODEL_ARN)],
    ['an encoded id', encodeURIComponent(MODEL)],
    ['a profile id', PROFILE],
    ['a raw ARN of a profile', `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${PROFILE}`],
    ['its name', 'Claude Sonnet 4.5'],
    ['its name in short', 'claude-sonnet-4-5'],
    ['the ARN without a region in global profiles', `arn:aws:bedrock:::foundation-model/${MODEL}`],
  ])('takes a model by %s', async (_, id) => {
    expect(await get(`/models/${id}`)).toMatchObject({ modelId: MODEL });
    expect(await get(`/models/${id}/regions`)).toMatchObject({ modelId: MODEL });
    expect(await listOf(`/models/${id}/profiles`)).toEqual(await listOf(`/models/${MODEL}/profiles`));
  });
});

describe('a name on an endpoint of one model', () => {
  it.each(['/models/{}', '/models/{}/regions', '/models/{}/profiles', '/models/{}/route', '/profiles?modelId={}'])(
    'is a problem at %s that lists the members where it names a family, newest first',
    async (path) => {
      const { status, body } = await explorer.get<ProblemDocument>(path.replace('{}', 'claude%20opus'));
      expect([status, body.code, body['ambiguous']]).toEqual([404, 'MODEL_NOT_FOUND', true]);
      const members = await explorer.app.get(InvocationRouter).findModels('claude opus');
      expect(body['nearest']).toEqual(members.map(({ modelId }) => modelId));
    },
  );

  it.each(['/models/{}', '/models/{}/regions', '/models/{}/profiles', '/models/{}/route'])(
    'is a problem at %s with the nearest where no region lists it',
    async (path) => {
      for (const name of ['anthropic.claude-sonet-5', 'claude-sonet']) {
        const { status, body } = await explorer.get<ProblemDocument>(path.replace('{}', name));
        expect([status, body.code, body['ambiguous']]).toEqual([404, 'MODEL_NOT_FOUND', false]);
        expect(body['nearest']).toContain('anthropic.claude-sonnet-5');
      }
    },
  );
});

describe('GET /models/{id}/route', () => {
  const FABLE = 'anthropic.claude-fable-5';

  it('shows the data retention mode of each route, and keeps to a limit', async () => {
    const regionsOf = ({ routes }: Resolution): string[] => [...new Set(routes.map(({ region }) => region))].sort();
    const any = await get<Resolution>(`/models/${FABLE}/route`);
    expect(regionsOf(any)).toEqual(['us-east-1', 'us-east-2']);
    expect(any.routes.find(({ region }) => region === 'us-east-2')?.retention).toMatchObject({
      mode: 'aws_review',
      effective: 'aws_review',
      source: 'account',
    });
    expect(new Set(any.rejected.map(({ code }) => code))).toContain('RETENTION');
    expect(regionsOf(await get<Resolution>(`/models/${FABLE}/route?retention=aws_review`))).toEqual(['us-east-2']);
    const { status, body } = await explorer.get<ProblemDocument>(`/models/${FABLE}/route?retention=inherit`);
    expect([status, body.code]).toEqual([400, 'INVALID_REQUEST']);
  });
});

describe('GET /models/{id}/regions', () => {
  const latencies = { 'us-east-1': 90, 'eu-central-1': 20, 'eu-west-1': 30 };

  beforeAll(() => {
    const tracker = explorer.app.get(LatencyTracker);
    tracker.clear();
    Object.entries(latencies).forEach(([region, latencyMs]) => tracker.record(region, { latencyMs }));
  });

  const regionsOf = ({ regions }: BestRegions): string[] => regions.map(({ region }) => region);

  it('ranks the fastest regions first, and says why', async () => {
    const best = await get<BestRegions>(`/models/${MODEL}/regions`);
    expect(regionsOf(best).slice(0, 3)).toEqual(['eu-central-1', 'eu-west-1', 'us-east-1']);
    expect(best.regions[0]).toMatchObject({
      preferred: false,
      latency: { latencyMs: 20, samples: 1 },
      inferenceTypesSupported: ['INFERENCE_PROFILE'],
      lifecycle: { status: 'ACTIVE' },
    });
  });

  it('ranks preferred regions before the fastest, in the order given', async () => {
    const best = await get<BestRegions>(`/models/${MODEL}/regions?preferredRegions=us-east-1,eu-west-1`);
    expect(regionsOf(best).slice(0, 3)).toEqual(['us-east-1', 'eu-west-1', 'eu-central-1']);
    expect(best.regions.filter(({ preferred }) => preferred).map(({ region }) => region)).toEqual([
      'us-east-1',
      'eu-west-1',
    ]);
  });

  it('says which preferred regions have the model, have it not, or are not known', async () => {
    const { preferred } = await get<BestRegions>(
      '/models/ai21.jamba-1-5-large-v1:0/regions?preferredRegions=us-east-1,eu-west-1,us-gov-west-1',
    );
    expect(preferred).toEqual([
      { region: 'us-east-1', model: 'listed' },
      { region: 'eu-west-1', model: 'not-listed' },
      { region: 'us-gov-west-1', model: 'unknown' },
    ]);
  });
});

describe('profiles of the application', () => {
  it('are those that wrap a model, in any region or in one', async () => {
    const wrapping = (region: string): string[] =>
      (listed.profiles.get(region) ?? [])
        .filter(({ models }) => models?.some(({ modelArn }) => modelArn?.endsWith(`/${MODEL}`)))
        .map(({ inferenceProfileId = '' }) => inferenceProfileId);
    const idsOf = async (path: string): Promise<string[]> =>
      (await listOf<DiscoveredProfile>(path)).map(({ inferenceProfileId }) => inferenceProfileId);
    const anywhere = new Set(explorer.simulator.regions.flatMap(wrapping));
    expect(await idsOf(`/models/${MODEL}/profiles`)).toEqual([...anywhere].sort());
    expect(await idsOf(`/models/${MODEL}/profiles?region=eu-west-1`)).toEqual(wrapping('eu-west-1').sort());
    expect(await idsOf(`/profiles?modelId=${MODEL}`)).toEqual([...anywhere].sort());
  });

  it('are filtered by geography, type and region', async () => {
    const all = await listOf<DiscoveredProfile>('/profiles');
    const filtered = async (query: string): Promise<readonly DiscoveredProfile[]> => listOf(`/profiles?${query}`);
    expect(await filtered('geography=jp')).toEqual(
      all.filter(({ inferenceProfileId }) => inferenceProfileId.startsWith('jp.')),
    );
    expect(await filtered('type=APPLICATION')).toEqual([]);
    expect(await filtered('type=SYSTEM_DEFINED')).toEqual(all);
    expect(await filtered('region=sa-east-1')).toEqual(all.filter(({ regions }) => regions.includes('sa-east-1')));
  });

  it.each([
    ['an id', PROFILE],
    ['an encoded id', encodeURIComponent(PROFILE)],
    ['a raw ARN', `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${PROFILE}`],
    ['an encoded ARN', encodeURIComponent(`arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${PROFILE}`)],
  ])('are found by %s', async (_, id) => {
    const profile = await get<DiscoveredProfile>(`/profiles/${id}`);
    expect(profile.inferenceProfileId).toBe(PROFILE);
    expect(profile.availability['eu-west-1']?.destinations).toContain('eu-central-1');
  });

  it('appear once the account has made them and they were asked for', async () => {
    const region = 'eu-west-1';
    const made = explorer.simulator.addApplicationProfile({ region, name: 'billing', copyFrom: PROFILE });
    await explorer.request('POST', `/refresh?regions=${region}`);
    expect(await get(`/profiles/${made.inferenceProfileArn}`)).toMatchObject({
      type: 'APPLICATION',
      modelIds: [MODEL],
    });
    expect(await get(`/models/${made.inferenceProfileArn}`)).toMatchObject({ modelId: MODEL });
    explorer.simulator.removeProfile(made.inferenceProfileId);
    await explorer.request('POST', `/refresh?regions=${region}`);
  });
});

describe('GET /regions', () => {
  it('tells what each region answered to both operations', async () => {
    const regions = await listOf<RegionOverview>('/regions?sort=name');
    expect(regions.map(({ region }) => region)).toEqual([...explorer.simulator.regions].sort());
    for (const { region, models, profiles } of regions) {
      expect(models).toMatchObject({ status: 'ok', stale: false, count: listed.models.get(region)?.length });
      expect(profiles).toMatchObject({ status: 'ok', stale: false, count: listed.profiles.get(region)?.length });
    }
  });

  it('puts the fastest region first', async () => {
    const tracker = explorer.app.get(LatencyTracker);
    tracker.clear();
    tracker.record('sa-east-1', { latencyMs: 8 });
    tracker.record('us-west-2', { latencyMs: 4 });
    const [first, second] = await listOf<RegionOverview>('/regions');
    expect(first).toMatchObject({ region: 'us-west-2', latency: { latencyMs: 4 } });
    expect(second).toMatchObject({ region: 'sa-east-1', latency: { latencyMs: 8 } });
  });
});

describe('POST /refresh', () => {
  interface Reports {
    readonly models: ScanReport;
    readonly profiles: ScanReport;
  }

  it('asks AWS for what is fresh as well', async () => {
    explorer.simulator.requests.reset();
    const { status, body } = await explorer.request<Reports>('POST', '/refresh');
    expect(status).toBe(200);
    expect(body.models).toMatchObject({ requests: 31 });
    expect(body.profiles.regions.map(({ status: outcome }) => outcome)).toEqual(Array(31).fill('ok'));
    expect(explorer.simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(31);
  });

  it('asks regions that have denied it today as well, but for force=false', async () => {
    const other = await startExplorer({ regions: ['eu-west-1', 'us-east-1'] }, (simulator) => {
      simulator.addFault({ region: 'us-east-1', kind: 'access-denied' });
    });
    afterThisTest(() => other.close());
    await other.request('POST', '/refresh');
    for (const [query, denied] of [
      ['', 2],
      ['?force=false', 0],
    ] as const) {
      other.simulator.requests.reset();
      await other.request('POST', `/refresh${query}`);
      const operations = other.simulator.requests.list().filter(({ region }) => region === 'us-east-1');
      expect({ query, denied: new Set(operations.map(({ operation }) => operation)).size }).toEqual({ query, denied });
    }
  });

  it('asks for nothing that is fresh without force', async () => {
    explorer.simulator.requests.reset();
    const { body } = await explorer.request<Reports>('POST', '/refresh?force=false');
    expect([body.models.requests, body.profiles.requests]).toEqual([0, 0]);
    expect(explorer.simulator.requests.count()).toBe(0);
  });

  it.each<[where: string, path: string, body: object | undefined]>([
    ['the query', '/refresh?regions=eu-west-1,us-east-1', undefined],
    ['the body', '/refresh', { regions: ['eu-west-1', 'us-east-1'], force: true }],
    ['the query before those in the body', '/refresh?regions=eu-west-1,us-east-1', { regions: 'ap-south-1' }],
  ])('asks only the regions named in %s', async (_, path, body) => {
    explorer.simulator.requests.reset();
    const headers = { 'Content-Type': 'application/json' };
    const init = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const answer = await explorer.request<Reports>('POST', path, init);
    expect(answer.body.models.regions.map(({ region }) => region)).toEqual(['eu-west-1', 'us-east-1']);
    expect(new Set(explorer.simulator.requests.list().map(({ region }) => region))).toEqual(
      new Set(['eu-west-1', 'us-east-1']),
    );
  });
});

describe('GET /changes', () => {
  it('tells what a refresh has noticed, from a change on', async () => {
    const [before] = (await listOf<DiscoveryChange>('/changes')).slice(-1);
    explorer.simulator.addModel({ modelId: 'maker.new', regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh');
    const changes = await listOf<DiscoveryChange>(`/changes${before === undefined ? '' : `?since=${before.id}`}`);
    expect(changes).toMatchObject([{ type: 'model-appeared', modelId: 'maker.new', after: ['eu-west-1'] }]);
    expect(await listOf(`/changes?since=${changes[0]?.at}`)).toEqual([]);
    const { recordedSince } = await get<ChangesAnswer<DiscoveryChange>>('/changes');
    expect(Date.parse(recordedSince ?? '')).toBeLessThanOrEqual(Date.parse(changes[0]?.at ?? ''));
    expect(await listOf('/changes?since=1h')).toEqual(expect.arrayContaining([...changes]));
    expect(await listOf('/changes?since=1970-01-01')).toEqual(await listOf('/changes'));
    expect(await listOf('/changes?since=2999-01-01T00:00:00+02:00')).toEqual([]);
  });

  it('tells them day by day and merged by model, in words, where they are read', async () => {
    const changes = await listOf<DiscoveryChange>('/changes');
    const models = await listOf<DiscoveredModel>('/models');
    const modelNames = new Map(models.map(({ modelId, modelName }) => [modelId, modelName]));
    const { items, total, recordedSince } = await get<ChangesAnswer<DayOfChanges>>(
      '/changes/days?timeZone=Pacific/Kiritimati',
    );
    expect(items).toEqual(changesByDay(changes, { modelNames, timeZone: 'Pacific/Kiritimati' }));
    expect(items[0]?.subjects[0]).toMatchObject({ subject: 'maker.new', words: 'new in eu-west-1' });
    expect([total, recordedSince]).toEqual([1, (await get<ChangesAnswer<DiscoveryChange>>('/changes')).recordedSince]);
    expect(await listOf('/changes/days?since=2999-01-01')).toEqual([]);
    expect(await explorer.get('/changes/days?timeZone=Nowhere')).toMatchObject({ status: 400 });
  });

  it('refuses what is neither a change nor a time', async () => {
    for (const garbage of ['yesterday', 'garbage 1', '1', '1w', '2026-13-01', '2026']) {
      expect(await explorer.get(`/changes?since=${encodeURIComponent(garbage)}`)).toMatchObject({ status: 400 });
    }
  });
});

describe('GET /health', () => {
  it('counts regions and tells how old the data is', async () => {
    const { status, models, profiles } = await get<HealthReport>('/health');
    expect(status).toBe('ok');
    expect(models).toMatchObject({ regions: { ok: 31, failed: 0, pending: 0 }, known: 31, stale: 0 });
    expect(profiles.newestAgeMs).toBeLessThanOrEqual(profiles.oldestAgeMs ?? 0);
  });
});

describe('GET /health/live', () => {
  it('says that the process answers', async () => {
    expect(await get('/health/live')).toEqual({ status: 'ok' });
  });
});

describe('GET /health/ready', () => {
  it('says that queries are answered, and from how many regions', async () => {
    const well = { regions: 31, usable: 31, failures: [] };
    expect(await get('/health/ready')).toMatchObject({
      status: 'ok',
      error: {},
      details: { bedrock: { status: 'up', models: well, profiles: well, degraded: [] } },
    });
  });
});

it('the refresh is shown in the scheduler of the application', () => {
  expect([...explorer.app.get(SchedulerRegistry).getCronJobs().keys()]).toEqual(['bedrock-discovery-refresh']);
});
