import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import fc from 'fast-check';
import {
  InvalidArgumentError,
  InvocationRouter,
  ModelAccessService,
  ModelNotFoundError,
  type Resolution,
  type Route,
  type RouteConstraints,
} from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { askEveryRegion } from '../support/listed.js';
import { GEOGRAPHY_NAMES, isLawful, type RawRoute, rawRoutes } from '../support/raw-routes.js';
import { runs } from '../support/runs.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOW = '2026-08-22T12:00:00Z';
const DAY_MS = 86_400_000;

interface World {
  simulator: BedrockSimulator;
  discovery: Discovery;
  router: InvocationRouter;
  clock: ManualClock;
}

async function startWorld(prepare: (simulator: BedrockSimulator) => void = () => undefined): Promise<World> {
  const simulator = await startSimulator();
  prepare(simulator);
  const clock = new ManualClock(NOW);
  const discovery = await startDiscovery(optionsFor(simulator), { clock });
  await discovery.refresher.refresh();
  return { simulator, discovery, router: discovery.app.get(InvocationRouter), clock };
}

const name = ({ region, arn }: { region: string; arn: string }): string => `${region} ${arn}`;
const regionsOf = ({ routes }: Resolution): string[] => [...new Set(routes.map(({ region }) => region))];
const codesOf = ({ rejected }: Resolution, id: string): string[] => [
  ...new Set(rejected.filter(({ invocationId }) => invocationId === id).map(({ code }) => code)),
];

describe('routes over the whole catalogue', () => {
  let world: World;
  let raw: Map<string, RawRoute[]>;
  let applicationProfile: string;

  beforeAll(async () => {
    world = await startWorld((simulator) => {
      // A mode that every model allows: what others leave out has tests of its own.
      simulator.setDataRetention('*', 'provider_data_share');
      const region = 'eu-central-1';
      applicationProfile = simulator.addApplicationProfile({
        region,
        name: 'team',
        copyFrom: `eu.${MODEL}`,
      }).inferenceProfileId;
      simulator.addApplicationProfile({ region: 'us-east-1', name: 'other', modelId: 'amazon.nova-lite-v1:0' });
      simulator.setDestinations('eu.amazon.nova-lite-v1:0', 'eu-west-1', ['eu-west-1', 'eu-west-2']);
    });
    raw = rawRoutes(await askEveryRegion(world.simulator));
  });

  const regionNames = () =>
    fc.subarray(['eu-central-1', 'eu-west-1', 'eu-west-2', 'us-east-1', 'us-west-2', 'ap-northeast-1', 'sa-east-1'], {
      minLength: 1,
    });
  const constraintSets: fc.Arbitrary<RouteConstraints> = fc
    .record(
      {
        residency: fc.oneof(fc.constantFrom(...GEOGRAPHY_NAMES), regionNames()),
        sourceRegions: regionNames(),
        preferredRegions: regionNames(),
        allowGlobal: fc.boolean(),
        via: fc.subarray(['on-demand', 'system-profile', 'application-profile'] as const, { minLength: 1 }),
        minDaysToEndOfLife: fc.constantFrom(0, 30, 120, 400),
        prefer: fc.constantFrom('latency', 'single-region', 'throughput'),
        access: fc.constantFrom('any', 'not-denied'),
      },
      { requiredKeys: [] },
    )
    .map((constraints) => {
      const { allowGlobal: _allowGlobal, ...rest } = constraints;
      return constraints.residency === undefined ? constraints : rest;
    });

  it('are those that plain loops over what AWS lists find, and all others are rejected', async () => {
    const now = Date.parse(NOW);
    await fc.assert(
      fc.asyncProperty(constraintSets, fc.boolean(), async (given, tagged) => {
        const tag = tagged && given.via === undefined ? { applicationProfile } : {};
        const constraints = { ...given, ...tag };
        for (const [modelId, candidates] of raw) {
          const { routes, rejected } = await world.router.resolve(modelId, constraints);
          const lawful = candidates.filter((candidate) => isLawful(candidate, constraints, now)).map(name);
          expect(routes.map(name).sort()).toEqual(lawful.sort());
          expect(routes.length + rejected.length).toBe(candidates.length);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it('never leave the residency, whatever else is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(constraintSets, regionNames(), async (given, residency) => {
        const { allowGlobal: _allowGlobal, ...constraints } = given;
        for (const modelId of raw.keys()) {
          const { routes } = await world.router.resolve(modelId, { ...constraints, residency });
          for (const { destinations } of routes) {
            expect(destinations).not.toBe('global');
            expect(destinations.length).toBeGreaterThan(0);
            expect(residency).toEqual(expect.arrayContaining([...destinations]));
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('stand in the documented order', async () => {
    await fc.assert(
      fc.asyncProperty(constraintSets, async (constraints) => {
        const preferred = constraints.preferredRegions ?? [];
        const place = (region: string): number =>
          preferred.includes(region) ? preferred.indexOf(region) : preferred.length;
        const spread = ({ destinations }: Route): number => (destinations === 'global' ? 99 : destinations.length);
        for (const modelId of raw.keys()) {
          const { routes } = await world.router.resolve(modelId, constraints);
          routes.slice(1).forEach((route, index) => {
            const before = routes[index] as Route;
            expect(place(before.region)).toBeLessThanOrEqual(place(route.region));
            // Within one region latency is the same, so that only what is preferred and the name are left.
            if (before.region === route.region && constraints.prefer === 'single-region') {
              expect(spread(before)).toBeLessThanOrEqual(spread(route));
            } else if (before.region === route.region && constraints.prefer === 'throughput') {
              expect(spread(before)).toBeGreaterThanOrEqual(spread(route));
            } else if (
              before.region === route.region &&
              before.via !== 'application-profile' &&
              route.via !== 'application-profile'
            ) {
              expect(before.invocationId < route.invocationId).toBe(true);
            }
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are frozen, JSON-safe and the same for the same question', async () => {
    for (const modelId of raw.keys()) {
      const resolution = await world.router.resolve(modelId);
      expect(JSON.parse(JSON.stringify(resolution.routes))).toEqual(resolution.routes);
      expect([resolution, resolution.routes, ...resolution.routes, ...resolution.rejected].every(Object.isFrozen)).toBe(
        true,
      );
      expect(await world.router.resolve(modelId, {})).toEqual(resolution);
    }
  });

  it('cost no request once the inventory is known', async () => {
    const { simulator, router } = world;
    const before = simulator.requests.count();
    for (const modelId of raw.keys()) {
      await router.resolve(modelId, { residency: 'eu' });
    }
    expect(simulator.requests.count()).toBe(before);
  });
});

describe('a route', () => {
  it('tells all that a call needs and why it is offered', async () => {
    const { router, discovery } = await startWorld();
    discovery.latencies.clear();
    discovery.latencies.record('eu-west-3', { latencyMs: 12 });
    const { routes } = await router.resolve(MODEL, { residency: 'eu', preferredRegions: ['eu-west-3'] });
    expect(routes[0]).toMatchObject({
      modelId: MODEL,
      region: 'eu-west-3',
      invocationId: `eu.${MODEL}`,
      arn: expect.stringContaining(`:inference-profile/eu.${MODEL}`),
      via: 'system-profile',
      latencyMs: 12,
      access: 'unknown',
      ageMs: 0,
      reasons: expect.arrayContaining([
        'Residency: every listed destination is within eu.',
        'Preferred: number 1 of the preferred regions.',
        'Latency: round trip of 12 ms.',
      ]),
    });
    expect(routes[1]?.reasons).toContain('Latency: not measured yet.');
  });

  it('carries days to the end of life, and is left out once that is too near', async () => {
    const { router, simulator, discovery } = await startWorld((s) =>
      s.addModel({
        modelId: 'maker.old',
        regions: ['eu-west-1'],
        lifecycle: { status: 'LEGACY', legacyTime: '2026-08-20T12:00:00Z', endOfLifeTime: '2026-09-21T18:00:00Z' },
      }),
    );
    const { routes } = await router.resolve('maker.old', { minDaysToEndOfLife: 30 });
    expect(routes).toEqual([expect.objectContaining({ daysToLegacy: -2, daysToEndOfLife: 30 })]);
    expect(codesOf(await router.resolve('maker.old', { minDaysToEndOfLife: 31 }), 'maker.old')).toEqual([
      'END_OF_LIFE',
    ]);
    simulator.setLifecycle('maker.old', { status: 'LEGACY', endOfLifeTime: '2026-08-22T11:00:00Z' });
    await discovery.refresher.refresh({ force: true });
    expect(codesOf(await router.resolve('maker.old'), 'maker.old')).toEqual(['END_OF_LIFE']);
  });

  it('is unverified when its listing is older than allowed', async () => {
    const { router, clock, discovery, simulator } = await startWorld();
    clock.advance(DAY_MS);
    const strict = { maxDestinationAgeMs: DAY_MS - 1 };
    const old = await router.resolve(MODEL, strict);
    expect(old.routes).toEqual([]);
    expect(codesOf(old, `eu.${MODEL}`)).toEqual(['UNVERIFIED']);
    await discovery.refresher.refresh({ force: true, regions: ['eu-west-1'] });
    expect(regionsOf(await router.resolve(MODEL, strict))).toEqual(['eu-west-1']);
    expect(simulator.regions.length).toBeGreaterThan(1);
  });

  it('never is a bare id without on-demand capacity', async () => {
    const { router } = await startWorld();
    const resolution = await router.resolve(MODEL);
    expect(resolution.routes.filter(({ invocationId }) => invocationId === MODEL)).toEqual([]);
    expect(codesOf(resolution, MODEL)).toEqual(['NOT_ON_DEMAND']);
  });

  it('leads through an application profile only behind others, unless that is asked for', async () => {
    const { router, simulator, discovery } = await startWorld();
    const region = 'eu-central-1';
    const { inferenceProfileArn: arn } = simulator.addApplicationProfile({
      region,
      name: 'a',
      copyFrom: `eu.${MODEL}`,
    });
    await discovery.refresher.refresh({ force: true });
    const inRegion = await router.resolve(MODEL, { sourceRegions: [region] });
    expect(inRegion.routes.map(({ via }) => via)).toEqual(['system-profile', 'system-profile', 'application-profile']);
    expect(inRegion.routes.at(-1)).toMatchObject({ invocationId: arn, arn });
    for (const constraints of [{ applicationProfile: arn }, { applicationProfile: arn.split('/')[1] }]) {
      expect((await router.resolve(MODEL, constraints)).routes.map(({ invocationId }) => invocationId)).toEqual([arn]);
    }
    expect((await router.resolve(arn)).routes.map(({ invocationId }) => invocationId)).toEqual([arn]);
  });

  it('needs its source region to be named where that is outside the residency', async () => {
    const { router, simulator, discovery } = await startWorld();
    simulator.setDestinations(`eu.${MODEL}`, 'eu-west-2', ['eu-west-1', 'eu-central-1']);
    await discovery.refresher.refresh({ force: true });
    expect(regionsOf(await router.resolve(MODEL, { residency: 'eu' }))).not.toContain('eu-west-2');
    expect(regionsOf(await router.resolve(MODEL, { residency: 'eu', sourceRegions: ['eu-west-2'] }))).toEqual([
      'eu-west-2',
    ]);
  });

  it('may be served anywhere where its destinations cannot be read', async () => {
    const { router, simulator, discovery } = await startWorld();
    simulator.setDestinations(`eu.${MODEL}`, 'eu-west-1', 'global');
    await discovery.refresher.refresh({ force: true });
    expect(regionsOf(await router.resolve(MODEL, { residency: 'eu' }))).not.toContain('eu-west-1');
    const { rejected } = await router.resolve(MODEL, { allowGlobal: false });
    expect(rejected).toContainEqual(
      expect.objectContaining({ region: 'eu-west-1', invocationId: `eu.${MODEL}`, code: 'GLOBAL_EXCLUDED' }),
    );
  });
});

describe('an id that is asked about', () => {
  let shared: World;

  beforeAll(async () => {
    shared = await startWorld();
  });

  it.each([
    'claude-sonnet-4-5',
    'Claude Sonnet 4.5',
    'anthropic claude sonnet 4.5',
    'CLAUDE-SONNET-4-5-20250929',
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
    'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0',
  ])('names the model where it is %s', async (id) => {
    const { modelId, routes } = await shared.router.resolve(id);
    expect(modelId).toBe(MODEL);
    expect(routes).toEqual((await shared.router.resolve(MODEL)).routes);
  });

  it('names the model of a profile, and only routes through that profile', async () => {
    const { router, discovery } = await startWorld();
    const profile = await discovery.profiles.getInferenceProfile(`eu.${MODEL}`);
    const arn = profile?.availability['eu-west-1']?.inferenceProfileArn ?? '';
    for (const id of [`eu.${MODEL}`, arn]) {
      const { modelId, routes, rejected } = await router.resolve(id);
      expect(modelId).toBe(MODEL);
      expect(routes.map(({ region }) => region).sort()).toEqual(profile?.regions);
      expect(new Set(routes.map(({ invocationId }) => invocationId))).toEqual(new Set([`eu.${MODEL}`]));
      expect(rejected).toContainEqual(expect.objectContaining({ code: 'OTHER_PROFILE' }));
    }
  });

  it('leads nowhere with a guessed geography, and says what there is', async () => {
    const { modelId, routes, rejected } = await shared.router.resolve(`ca.${MODEL}`);
    expect([modelId, routes]).toEqual([MODEL, []]);
    expect(rejected).toContainEqual(expect.objectContaining({ code: 'OTHER_PROFILE', invocationId: `us.${MODEL}` }));
  });

  it('is answered with the nearest ids where it names nothing, or too much', async () => {
    const { router } = await startWorld((simulator) => {
      simulator.addModel({ modelId: 'maker.twin-a', modelName: 'Twin' });
      simulator.addModel({ modelId: 'maker.twin-b', modelName: 'Twin' });
    });
    const near = await router.resolve('claude-sonet-4-5').catch((error: unknown) => error);
    expect(near).toBeInstanceOf(ModelNotFoundError);
    expect(near).toMatchObject({ code: 'MODEL_NOT_FOUND', ambiguous: false, unknownRegions: [] });
    expect((near as ModelNotFoundError).nearest).toContain(MODEL);
    await expect(router.resolve('twin')).rejects.toMatchObject({
      ambiguous: true,
      nearest: ['maker.twin-a', 'maker.twin-b'],
    });
    await expect(router.resolve(' ')).rejects.toThrow(InvalidArgumentError);
  });

  it('is not said to be unknown everywhere while regions are', async () => {
    const { router, simulator, discovery } = await startWorld();
    simulator.addFault({ kind: 'access-denied', region: 'us-west-2', operation: 'ListFoundationModels' });
    await discovery.models.clearCache();
    await discovery.refresher.refresh({ force: true });
    await expect(router.resolve('no such model')).rejects.toMatchObject({ unknownRegions: ['us-west-2'] });
    expect(await router.resolve('no.such-model')).toMatchObject({
      modelId: 'no.such-model',
      routes: [],
      verdict: 'unknown',
      unknownRegions: [{ region: 'us-west-2' }],
    });
  });
});

describe('the verdict on every model', () => {
  it('is what resolving each model comes to, region by region, under the same constraints', async () => {
    const { router } = await startWorld((simulator) => simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' }));
    for (const constraints of [{}, { residency: 'eu' }, { via: ['on-demand'] }, { access: 'any' }] as const) {
      const verdicts = await router.getModelVerdicts(constraints);
      expect(verdicts.length).toBeGreaterThan(100);
      for (const { modelId, verdict, regions, code } of verdicts) {
        const resolution = await router.resolve(modelId, constraints);
        expect(verdict).toBe(resolution.verdict);
        expect(code === undefined).toBe(verdict !== 'not');
        const eligible = regions.filter((region) => region.verdict === 'eligible').map(({ region }) => region);
        expect(eligible).toEqual(regionsOf(resolution).sort());
        const paths = regions.flatMap((region) => region.paths);
        expect(paths).toHaveLength(resolution.routes.length + resolution.rejected.length);
      }
    }
  });

  it('has the code that came closest to eligible, and says of a failed region what keeps it unknown', async () => {
    const { router, simulator, discovery } = await startWorld((s) =>
      s.addModel({
        modelId: 'maker.ended',
        regions: ['eu-west-1'],
        lifecycle: { status: 'LEGACY', endOfLifeTime: '2026-08-21T00:00:00Z' },
      }),
    );
    const verdictOn = async (modelId: string) =>
      (await router.getModelVerdicts()).find((verdict) => verdict.modelId === modelId);
    const regionOf = async (modelId: string, region: string) =>
      (await verdictOn(modelId))?.regions.find((verdict) => verdict.region === region);
    expect(await verdictOn('maker.ended')).toMatchObject({ verdict: 'not', code: 'END_OF_LIFE' });
    expect(await regionOf('maker.ended', 'eu-west-3')).toMatchObject({
      verdict: 'not',
      code: 'NOT_OFFERED',
      paths: [],
    });
    simulator.addFault({ kind: 'scp-denied', region: 'eu-west-3' });
    await discovery.models.clearCache();
    await discovery.profiles.clearCache();
    await discovery.refresher.refresh({ force: true });
    expect(await verdictOn('maker.ended')).toMatchObject({ verdict: 'unknown', failure: { kind: 'policy-denied' } });
    expect(await regionOf('maker.ended', 'eu-west-3')).toMatchObject({
      verdict: 'unknown',
      failure: { kind: 'policy-denied', remedy: expect.stringContaining('administrators') },
    });
    expect(await regionOf('maker.ended', 'eu-west-1')).toMatchObject({ verdict: 'not', code: 'END_OF_LIFE' });
  });
});

describe('the models that a text finds', () => {
  it('are all members of a family, newest first, each with its best route', async () => {
    const { router } = await startWorld();
    const found = await router.findModels('claude opus', { residency: 'eu' });
    expect(found.length).toBeGreaterThan(3);
    for (const { modelId, verdict, route } of found) {
      const [best] = (await router.resolve(modelId, { residency: 'eu' })).routes;
      expect(route).toEqual(best);
      expect(verdict === 'eligible').toBe(best !== undefined);
    }
    await expect(router.resolve('claude opus')).rejects.toMatchObject({
      ambiguous: true,
      nearest: (await router.findModels('claude opus')).map(({ modelId }) => modelId),
    });
    expect((await router.findModels('Claude Opus 4.7')).map(({ modelId }) => modelId)).toEqual([
      'anthropic.claude-opus-4-7',
    ]);
    expect(await router.findModels('maker.unheard-of')).toEqual([]);
  });
});

describe('constraints that make no sense', () => {
  let router: InvocationRouter;

  beforeAll(async () => {
    ({ router } = await startWorld());
  });

  it.each<[RouteConstraints | object, RegExp]>([
    [{ residency: 'eu', allowGlobal: true }, /residency and allowGlobal/],
    [{ via: ['on-demand'], applicationProfile: 'x' }, /applicationProfile and via/],
    [{ residency: 'atlantis' }, /atlantis/],
    [{ residency: 'global' }, /global/],
    [{ residency: [] }, /at least one region/],
    [{ sourceRegions: [] }, /sourceRegions must be/],
    [{ preferredRegions: ['eu'] }, /preferredRegions must be a list of region names/],
    [{ via: ['somehow'] }, /via must be a list of 'on-demand'/],
    [{ prefer: 'cheap' }, /prefer must be one of 'latency'/],
    [{ minDaysToEndOfLife: -1 }, /minDaysToEndOfLife must be/],
    [{ maxDestinationAgeMs: Number.NaN }, /maxDestinationAgeMs must be/],
    [{ regions: ['eu-west-1'] }, /no constraint "regions"\. Accepted: preferredRegions/],
  ])('are refused, saying which, as %j', async (constraints, message) => {
    await expect(router.resolve(MODEL, constraints)).rejects.toThrow(message);
    await expect(router.resolve(MODEL, constraints)).rejects.toBeInstanceOf(InvalidArgumentError);
  });
});

describe('constraints that are no data', () => {
  it('are refused also right after a question that looks the same in JSON', async () => {
    const { router } = await startWorld();
    await router.resolve(MODEL, {});
    for (const residency of [() => 'eu', Symbol('eu'), 1n]) {
      await expect(router.resolve(MODEL, { residency } as object)).rejects.toThrow(/residency must be/);
    }
  });
});

describe('an id of a profile and another application profile', () => {
  it('contradict each other', async () => {
    const { router } = await startWorld();
    await expect(router.resolve(`eu.${MODEL}`, { applicationProfile: 'abc123def456' })).rejects.toThrow(
      /named by the profile eu\..*applicationProfile names another: abc123def456/,
    );
  });
});

describe('regions that are not known', () => {
  it('are named, with the reason, and make no route a different answer', async () => {
    const { router, simulator, discovery } = await startWorld();
    const lonely = { sourceRegions: ['eu-west-1'] };
    simulator.addFault({ kind: 'scp-denied', region: 'eu-west-1' });
    await discovery.models.clearCache();
    await discovery.profiles.clearCache();
    await discovery.refresher.refresh({ force: true });
    const unknown = await router.resolve(MODEL, lonely);
    expect(unknown).toMatchObject({
      routes: [],
      unknownRegions: [{ region: 'eu-west-1', status: 'failed', failure: { kind: 'policy-denied' } }],
    });
    expect(unknown.explain()).toContain('eu-west-1: policy-denied');
    const known = await router.resolve('amazon.nova-canvas-v1:0', { sourceRegions: ['eu-central-2'] });
    expect(known).toMatchObject({ routes: [], unknownRegions: [] });
    expect((await router.resolve(MODEL, { sourceRegions: ['xx-nowhere-1'] })).unknownRegions).toEqual([
      expect.objectContaining({ region: 'xx-nowhere-1', status: 'pending' }),
    ]);
  });

  it('leave on-demand routes as they are where only their profiles are not known', async () => {
    const { router, simulator, discovery } = await startWorld();
    simulator.addFault({ kind: 'access-denied', region: 'us-east-1', operation: 'ListInferenceProfiles' });
    await discovery.profiles.clearCache();
    await discovery.refresher.refresh({ force: true });
    const id = 'amazon.nova-lite-v1:0';
    const { routes, unknownRegions } = await router.resolve(id, { sourceRegions: ['us-east-1'] });
    expect(routes.map(({ via }) => via)).toEqual(['on-demand']);
    expect(unknownRegions).toEqual([
      expect.objectContaining({ region: 'us-east-1', failure: expect.objectContaining({ kind: 'access-denied' }) }),
    ]);
    const onDemand = await router.resolve(id, { sourceRegions: ['us-east-1'], via: ['on-demand'] });
    expect(onDemand.unknownRegions).toEqual([]);
  });

  it('keep the routes that they listed before they failed, and say so', async () => {
    const { router, simulator, discovery, clock } = await startWorld();
    simulator.addFault({ kind: 'internal-error', region: 'eu-west-1' });
    clock.advance(600_000);
    const refresh = discovery.refresher.refresh({ force: true, regions: ['eu-west-1'] });
    while (simulator.requests.count({ region: 'eu-west-1' }) < 12) {
      clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await refresh;
    const { routes, unknownRegions } = await router.resolve(MODEL, { sourceRegions: ['eu-west-1'] });
    expect(routes.length).toBeGreaterThan(0);
    expect(routes[0]?.reasons).toContainEqual(expect.stringMatching(/asking again has failed since/));
    expect(unknownRegions).toEqual([expect.objectContaining({ region: 'eu-west-1', stale: true })]);
  });
});

describe('the ranking of routes', () => {
  const order = async (world: World, constraints: RouteConstraints = {}): Promise<string[]> =>
    regionsOf(await world.router.resolve(MODEL, { via: ['system-profile'], allowGlobal: false, ...constraints }));

  it('puts clearly faster regions first and does not move for jitter', async () => {
    const world = await startWorld();
    const { latencies } = world.discovery;
    latencies.clear();
    latencies.record('eu-west-1', { latencyMs: 40 });
    latencies.record('eu-central-1', { latencyMs: 90 });
    latencies.record('us-east-1', { latencyMs: 200 });
    expect((await order(world)).slice(0, 3)).toEqual(['eu-west-1', 'eu-central-1', 'us-east-1']);
    for (const latencyMs of [44, 36, 47, 33, 45, 35]) {
      latencies.record('eu-west-1', { latencyMs });
      latencies.record('eu-central-1', { latencyMs: latencyMs + 50 });
      expect((await order(world)).slice(0, 2)).toEqual(['eu-west-1', 'eu-central-1']);
    }
    for (let n = 0; n < 20; n += 1) {
      latencies.record('eu-west-1', { latencyMs: 400 });
    }
    expect((await order(world)).slice(0, 2)).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('goes by the first byte of real calls once there are enough', async () => {
    const world = await startWorld();
    const { latencies } = world.discovery;
    latencies.clear();
    latencies.record('eu-west-1', { latencyMs: 20 });
    latencies.record('eu-central-1', { latencyMs: 100 });
    const call = (region: string, latencyMs: number): void => latencies.record(region, { latencyMs, plane: 'runtime' });
    call('eu-west-1', 900);
    call('eu-west-1', 900);
    expect((await order(world))[0]).toBe('eu-west-1');
    call('eu-west-1', 900);
    for (let n = 0; n < 3; n += 1) {
      call('eu-central-1', 300);
    }
    const { routes } = await world.router.resolve(MODEL, { residency: 'eu' });
    expect(routes[0]).toMatchObject({ region: 'eu-central-1', latencyMs: 300 });
    expect(routes[0]?.reasons).toContain('Latency: first byte after 300 ms in recent calls.');
  });

  it('does not hold the calls of one model against another, and remembers them between runs', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { cache: { directory: await temporaryFolder() } });
    const first = await startDiscovery(options);
    await first.refresher.refresh();
    first.latencies.clear();
    for (const [region, latencyMs] of [
      ['eu-west-1', 20],
      ['eu-central-1', 60],
    ] as const) {
      first.latencies.record(region, { latencyMs });
      for (let call = 0; call < 3; call += 1) {
        const slow = region === 'eu-west-1' ? 4_000 : 100;
        first.latencies.record(region, { latencyMs: slow, plane: 'runtime', modelId: MODEL });
      }
    }
    const best = async ({ app }: Discovery, id: string): Promise<string | undefined> =>
      (await app.get(InvocationRouter).resolve(id, { sourceRegions: ['eu-west-1', 'eu-central-1'] })).routes[0]?.region;
    expect([await best(first, MODEL), await best(first, 'claude-opus-4-7')]).toEqual(['eu-central-1', 'eu-west-1']);
    expect(first.latencies.get('eu-west-1')?.runtimeMs).toBe(4_000);
    await first.close();
    const second = await startDiscovery(options);
    expect([await best(second, MODEL), await best(second, 'claude-opus-4-7')]).toEqual(['eu-central-1', 'eu-west-1']);
  });

  it('gives a region that was slow an hour ago another chance', async () => {
    const world = await startWorld();
    const { latencies } = world.discovery;
    latencies.clear();
    latencies.record('eu-west-1', { latencyMs: 20 });
    latencies.record('eu-central-1', { latencyMs: 60 });
    for (let n = 0; n < 3; n += 1) {
      latencies.record('eu-west-1', { latencyMs: 900, plane: 'runtime' });
    }
    expect((await order(world))[0]).toBe('eu-central-1');
    world.clock.advance(3_600_001);
    expect((await order(world))[0]).toBe('eu-west-1');
  });

  it('puts a region whose last scan has failed behind others that are as preferred', async () => {
    const world = await startWorld();
    const { latencies, refresher } = world.discovery;
    latencies.clear();
    latencies.record('eu-west-1', { latencyMs: 20 });
    latencies.record('eu-central-1', { latencyMs: 400 });
    expect((await order(world))[0]).toBe('eu-west-1');
    world.simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    await refresher.refresh({ force: true, regions: ['eu-west-1'] });
    expect((await order(world)).slice(0, 2)).not.toContain('eu-west-1');
    expect((await order(world, { preferredRegions: ['eu-west-1'] }))[0]).toBe('eu-west-1');
  });

  it('puts access that is known before unknown, and leaves denied routes out', async () => {
    const world = await startWorld((simulator) => {
      simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' }, 'eu-west-1');
      simulator.setAccess(MODEL, { agreement: 'NOT_AVAILABLE' }, 'eu-west-3');
    });
    const access = world.discovery.app.get(ModelAccessService);
    for (const region of ['eu-west-1', 'eu-west-3', 'eu-north-1']) {
      await access.getAccess(MODEL, region);
    }
    const { routes, rejected } = await world.router.resolve(MODEL, {
      residency: 'eu',
      preferredRegions: ['eu-west-3'],
    });
    expect(routes[0]).toMatchObject({ region: 'eu-north-1', access: 'available' });
    expect(routes.at(-1)).toMatchObject({ region: 'eu-west-3', access: 'obtainable' });
    expect(rejected).toContainEqual(expect.objectContaining({ region: 'eu-west-1', code: 'ACCESS_DENIED' }));
    const known = await world.router.resolve(MODEL, { residency: 'eu', access: 'known' });
    expect(regionsOf(known)).toEqual(['eu-north-1']);
    expect(known.rejected).toContainEqual(expect.objectContaining({ region: 'eu-central-1', code: 'ACCESS_UNKNOWN' }));
    const any = await world.router.resolve(MODEL, { residency: 'eu', access: 'any' });
    expect(any.routes.at(-1)).toMatchObject({ region: 'eu-west-1', access: 'denied' });
  });

  it('knows at once what an earlier run has learnt of access', async () => {
    const simulator = await startSimulator();
    simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' }, 'eu-west-1');
    const options = optionsFor(simulator, { cache: { directory: await temporaryFolder() } });
    const first = await startDiscovery(options);
    await first.refresher.refresh();
    await first.app.get(ModelAccessService).getAccess(MODEL, 'eu-west-1');
    await first.close();
    const second = await startDiscovery(options);
    const { rejected } = await second.app.get(InvocationRouter).resolve(MODEL, { sourceRegions: ['eu-west-1'] });
    expect(rejected).toContainEqual(expect.objectContaining({ region: 'eu-west-1', code: 'ACCESS_DENIED' }));
  });
});
