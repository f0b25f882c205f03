import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import fc from 'fast-check';
import {
  type BedrockDiscoveryOptions,
  DiscoveryDoctor,
  InvalidOptionsError,
  InvocationRouter,
  type PricingSettings,
  type Resolution,
  type Route,
  type RouteConstraints,
} from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { GEOGRAPHY_NAMES } from '../support/raw-routes.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const NOVA = 'amazon.nova-pro-v1:0';
const NOW = '2026-11-25T12:00:00Z';
const DAY_MS = 86_400_000;
const OFFERS = { operation: 'ListFoundationModelAgreementOffers' } as const;

async function startWorld(options: BedrockDiscoveryOptions = {}, simulator?: BedrockSimulator, clock?: ManualClock) {
  const world = { simulator: simulator ?? (await startSimulator()), clock: clock ?? new ManualClock(NOW) };
  const discovery = await startDiscovery(optionsFor(world.simulator, options), { clock: world.clock });
  await discovery.refresher.refresh();
  return { ...world, discovery, router: discovery.app.get(InvocationRouter) };
}

const pricesOf = ({ routes }: Resolution, id: string): unknown[] => [
  ...new Set(routes.filter(({ invocationId }) => invocationId === id).map(({ price }) => price?.inputPerMillion)),
];
const blend = ({ price }: Pick<Route, 'price'>): number =>
  price === undefined ? Number.POSITIVE_INFINITY : (3 * price.inputPerMillion + price.outputPerMillion) / 4;

describe('the price of a route', () => {
  it('is that of the dated table, with its source, and a reason', async () => {
    const { router } = await startWorld({ regions: ['eu-west-1', 'us-east-1'] });
    const { routes } = await router.resolve(MODEL, { residency: 'eu' });
    expect(routes[0]).toMatchObject({
      invocationId: `eu.${MODEL}`,
      price: { inputPerMillion: 3.3, outputPerMillion: 16.5, currency: 'USD', source: 'table', asOf: '2026-11' },
    });
    expect(routes[0]?.reasons).toContain(
      'Price: 3.3 USD in, 16.5 USD out for a million tokens, by the table that comes with the library, as of 2026-11.',
    );
  });

  it('is limited by what a token out may cost, and where it is not known the route stays unless certainty is asked for', async () => {
    const { router, simulator, discovery } = await startWorld({ regions: ['eu-west-1', 'us-east-1'] });
    simulator.addModel({ modelId: 'maker.priceless', regions: ['us-east-1'] });
    await discovery.refresher.refresh({ force: true });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 30 }), async (most) => {
        const all = await router.resolve(MODEL);
        const { routes, rejected } = await router.resolve(MODEL, { maxOutputPricePerMillion: most });
        const fits = all.routes.filter(({ price }) => price === undefined || price.outputPerMillion <= most);
        expect(routes.map(({ region, invocationId }) => `${region} ${invocationId}`)).toEqual(
          fits.map(({ region, invocationId }) => `${region} ${invocationId}`),
        );
        const dear = rejected.filter(({ code }) => code === 'PRICE_TOO_HIGH');
        expect(dear).toHaveLength(all.routes.length - fits.length);
      }),
      { numRuns: 20 },
    );
    const { rejected } = await router.resolve(MODEL, { maxOutputPricePerMillion: 10, residency: 'eu' });
    expect(rejected.find(({ code }) => code === 'PRICE_TOO_HIGH')?.reason).toBe(
      'A million tokens out cost 16.5 USD, more than 10.',
    );
    expect((await router.resolve('maker.priceless', { maxOutputPricePerMillion: 1 })).routes).toHaveLength(1);
    const certain = await router.resolve('maker.priceless', { maxOutputPricePerMillion: 1, unknownFacts: 'reject' });
    expect(certain.rejected.map(({ reason }) => reason)).toContain(
      'What maker.priceless costs in us-east-1 is not known in USD.',
    );
  });

  it('says that it is older than the table, where it is', async () => {
    const { router, simulator, discovery } = await startWorld({ regions: ['us-east-1'] });
    simulator.addModel({ modelId: 'google.gemma-3-4b-it', regions: ['us-east-1'] });
    await discovery.refresher.refresh({ force: true });
    const { routes } = await router.resolve('google.gemma-3-4b-it');
    expect(routes[0]?.price?.asOf).toBe('2026-07-02');
    expect(routes[0]?.reasons.join('\n')).toContain("as of 2026-07-02, older than the table's 2026-11.");
  });

  it('of a bare id is known in the US alone, and nowhere made from that of another id', async () => {
    const { router, simulator, discovery } = await startWorld({ regions: ['us-east-1', 'eu-west-2'] });
    simulator.addModel({ modelId: NOVA, regions: ['us-east-1', 'eu-west-2'] });
    await discovery.refresher.refresh({ force: true });
    const { routes } = await router.resolve(NOVA, { via: ['on-demand'] });
    const prices = new Map(routes.map(({ region, price }) => [region, price?.inputPerMillion]));
    expect(prices).toEqual(
      new Map([
        ['us-east-1', 0.8],
        ['eu-west-2', undefined],
      ]),
    );
    expect(routes.every((route) => route.price !== undefined || !('price' in route))).toBe(true);
  });

  it('of an application profile is that of what it was copied from', async () => {
    const { router, simulator, discovery } = await startWorld({ regions: ['eu-west-1', 'us-east-1'] });
    const add = (region: string, name: string, source: { copyFrom: string } | { modelId: string }) =>
      simulator.addApplicationProfile({ region, name, ...source }).inferenceProfileArn;
    const [eu, global, bare] = [
      add('eu-west-1', 'eu', { copyFrom: `eu.${MODEL}` }),
      add('eu-west-1', 'global', { copyFrom: `global.${MODEL}` }),
      add('us-east-1', 'bare', { modelId: NOVA }),
    ];
    await discovery.refresher.refresh({ force: true });
    const resolution = await router.resolve(MODEL);
    expect([pricesOf(resolution, eu), pricesOf(resolution, global)]).toEqual([[3.3], [3]]);
    expect(pricesOf(await router.resolve(NOVA), bare)).toEqual([0.8]);
    simulator.setDestinations(eu.slice(eu.indexOf('/') + 1), 'eu-west-1', ['eu-west-1', 'us-east-1']);
    await discovery.refresher.refresh({ force: true });
    expect(pricesOf(await router.resolve(MODEL), eu)).toEqual([undefined]);
  });

  it("is the caller's own where the option has one, for an id or for it in one region", async () => {
    const table = {
      [`eu.${MODEL}`]: { inputPerMillion: 2, outputPerMillion: 10 },
      [`eu-west-3/eu.${MODEL}`]: { inputPerMillion: 1, outputPerMillion: 5, asOf: '2026-10' },
    };
    const { router } = await startWorld({ regions: ['eu-west-1', 'eu-west-3'], pricing: { table, currency: 'EUR' } });
    const { routes } = await router.resolve(MODEL, { residency: 'eu' });
    expect(new Map(routes.map(({ region, price }) => [region, price]))).toEqual(
      new Map([
        ['eu-west-1', { inputPerMillion: 2, outputPerMillion: 10, currency: 'EUR', source: 'option' }],
        ['eu-west-3', { inputPerMillion: 1, outputPerMillion: 5, currency: 'EUR', source: 'option', asOf: '2026-10' }],
      ]),
    );
  });

  it.each<[PricingSettings, RegExp]>([
    [{ table: { a: { inputPerMillion: 0, outputPerMillion: 1 } } }, /"pricing\.table\.a" must be an object with/],
    [{ table: { a: { inputPerMillion: 1, outputPerMillion: 1, asOf: 'soon' } } }, /"pricing\.table\.a"/],
    [{ table: [] as never }, /"pricing\.table" must be an object of prices by invocation id/],
    [{ currency: 'dollars' }, /"pricing\.currency" must be a currency such as USD/],
    [{ offers: 'always' as never }, /"pricing\.offers" must be one of 'off', 'lazy'/],
  ])('refuses the option %j', async (pricing, message) => {
    const simulator = await startSimulator();
    const start = startDiscovery(optionsFor(simulator, { pricing }));
    await expect(start).rejects.toThrow(InvalidOptionsError);
    await expect(start).rejects.toThrow(message);
  });
});

describe("prefer: 'price'", () => {
  let world: Awaited<ReturnType<typeof startWorld>>;

  beforeAll(async () => {
    world = await startWorld();
  });

  it('takes the cheapest first, and of equally cheap ones the fastest', async () => {
    const { discovery, router } = await startWorld({ regions: ['eu-west-1', 'eu-west-3'] });
    discovery.latencies.clear();
    discovery.latencies.record('eu-west-1', { latencyMs: 10 });
    discovery.latencies.record('eu-west-3', { latencyMs: 200 });
    const { routes } = await router.resolve(MODEL, { prefer: 'price' });
    expect(routes.map(({ region, invocationId }) => `${region} ${invocationId.split('.')[0]}`)).toEqual([
      'eu-west-1 global',
      'eu-west-3 global',
      'eu-west-1 eu',
      'eu-west-3 eu',
    ]);
  });

  it('compares what is in its currency, and ranks the rest as not known', async () => {
    const table = { [`eu.${MODEL}`]: { inputPerMillion: 99, outputPerMillion: 99 } };
    const { router } = await startWorld({ regions: ['eu-west-1'], pricing: { table, currency: 'EUR' } });
    const { routes } = await router.resolve(MODEL, { prefer: 'price' });
    expect(routes.map(({ price }) => price?.currency)).toEqual(['EUR', 'USD']);
  });

  const constraintSets: fc.Arbitrary<RouteConstraints> = fc
    .record(
      {
        residency: fc.constantFrom(...GEOGRAPHY_NAMES),
        sourceRegions: fc.subarray(['eu-west-1', 'eu-west-3', 'us-east-1', 'ap-northeast-1'], { minLength: 1 }),
        allowGlobal: fc.boolean(),
        via: fc.subarray(['on-demand', 'system-profile'] as const, { minLength: 1 }),
        minDaysToEndOfLife: fc.constantFrom(0, 200),
      },
      { requiredKeys: [] },
    )
    .map(({ allowGlobal, ...rest }) => (rest.residency === undefined ? { ...rest, allowGlobal } : rest));

  it('never puts a dearer or an unknown price first, whatever else is asked for', async () => {
    const modelIds = (await world.discovery.models.getAllModels()).map(({ modelId }) => modelId);
    await fc.assert(
      fc.asyncProperty(constraintSets, fc.constantFrom(...modelIds), async (constraints, modelId) => {
        const { routes } = await world.router.resolve(modelId, { ...constraints, prefer: 'price' });
        const costs = routes.map(blend);
        expect(costs).toEqual([...costs].sort((a, b) => (a === b ? 0 : a - b)));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves it to plain loops to say which route would be cheaper, and they agree', async () => {
    const modelIds = (await world.discovery.models.getAllModels()).map(({ modelId }) => modelId);
    await fc.assert(
      fc.asyncProperty(constraintSets, fc.constantFrom(...modelIds), async (constraints, modelId) => {
        const { routes, rejected, cheaper } = await world.router.resolve(modelId, constraints);
        const { residency: _r, sourceRegions: _s, allowGlobal: _a, via: _v, ...others } = constraints;
        const all = (await world.router.resolve(modelId, others)).routes;
        let least = Number.POSITIVE_INFINITY;
        for (const route of routes) {
          least = Math.min(least, blend(route));
        }
        let cheapest = least;
        for (const route of all) {
          cheapest = Math.min(cheapest, blend(route));
        }
        if (least === Number.POSITIVE_INFINITY || cheapest === least) {
          expect(cheaper).toBeUndefined();
          return;
        }
        expect(cheaper && blend(cheaper)).toBe(cheapest);
        expect(cheaper?.surchargePercent).toBeCloseTo((least / cheapest - 1) * 100, 1);
        const { region, invocationId, code } = cheaper ?? {};
        expect(rejected).toContainEqual(expect.objectContaining({ region, invocationId, code }));
      }),
      { numRuns: 200 },
    );
  });
});

describe('what a residency costs', () => {
  it('is said where only the choice of the caller keeps a cheaper route out', async () => {
    const { router } = await startWorld({ regions: ['eu-west-1', 'us-east-1'] });
    const resolution = await router.resolve(MODEL, { residency: 'eu' });
    expect(resolution.cheaper).toEqual({
      region: 'eu-west-1',
      invocationId: `global.${MODEL}`,
      code: 'OUTSIDE_RESIDENCY',
      price: expect.objectContaining({ inputPerMillion: 3, outputPerMillion: 15 }),
      surchargePercent: 10,
    });
    expect(resolution.explain()).toContain(
      `Cheaper: global.${MODEL} in eu-west-1, at 3 USD in, 15 USD out for a million tokens; what is left costs 10 % more. It is left out: may be served outside the residency (OUTSIDE_RESIDENCY).`,
    );
    expect(JSON.parse(JSON.stringify(resolution))).toHaveProperty('cheaper.surchargePercent', 10);
    expect(await router.resolve(MODEL)).not.toHaveProperty('cheaper');
  });

  it('is said of what may be retained as well', async () => {
    const simulator = await startSimulator();
    simulator.setDataRetention('eu-west-3', 'none');
    const pricing = { table: { [`eu-west-1/eu.${MODEL}`]: { inputPerMillion: 1, outputPerMillion: 5 } } };
    const { router } = await startWorld({ regions: ['eu-west-1', 'eu-west-3'], pricing }, simulator);
    const { routes, cheaper } = await router.resolve(MODEL, { retention: 'none', unknownFacts: 'reject' });
    expect([...new Set(routes.map(({ region }) => region))]).toEqual(['eu-west-3']);
    expect(cheaper).toMatchObject({ region: 'eu-west-1', code: 'RETENTION', price: { inputPerMillion: 1 } });
  });

  it('is not measured by an application profile, whose calls are billed to its tags', async () => {
    const simulator = await startSimulator();
    const region = 'eu-west-1';
    const { inferenceProfileArn } = simulator.addApplicationProfile({
      region,
      name: 'team',
      copyFrom: `global.${MODEL}`,
    });
    const pricing = { table: { [inferenceProfileArn]: { inputPerMillion: 1, outputPerMillion: 1 } } };
    const { router } = await startWorld({ regions: [region], pricing }, simulator);
    expect((await router.resolve(MODEL)).routes.map(({ price }) => price?.inputPerMillion)).toContain(1);
    expect((await router.resolve(MODEL, { residency: 'eu' })).cheaper?.invocationId).toBe(`global.${MODEL}`);
  });

  it('is not said of a route that something else keeps out as well', async () => {
    const { router, simulator, discovery } = await startWorld({ regions: ['eu-west-1', 'eu-west-3'] });
    const asked = { residency: 'eu', preferredRegions: ['eu-west-1'] };
    expect((await router.resolve(MODEL, asked)).cheaper?.region).toBe('eu-west-1');
    simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' }, 'eu-west-1');
    await discovery.access.getAccess(MODEL, 'eu-west-1');
    expect((await router.resolve(MODEL, asked)).cheaper?.region).toBe('eu-west-3');
    simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' });
    await discovery.access.getAccess(MODEL, 'eu-west-3');
    expect(await router.resolve(MODEL, asked)).not.toHaveProperty('cheaper');
  });
});

describe('what providers offer to the account', () => {
  const CARD = [
    { dimension: 'EU_InputTokenCount', price: '2.5', description: 'Million Input Tokens Regional' },
    { dimension: 'EU_OutputTokenCount', price: '12.5', description: 'Million Output Tokens Regional' },
    { dimension: 'EU_InputTokenCount_Global', price: '2', description: 'Million Input Tokens Global' },
    { dimension: 'EU_InputTokenCount_Batch', price: '1', description: 'Million Input Tokens Batch' },
  ];
  const LAZY = { regions: ['eu-west-1', 'us-east-1'], pricing: { offers: 'lazy' as const } };
  const table = { [`eu.${MODEL}`]: { inputPerMillion: 9, outputPerMillion: 9 } };
  const preferred = { residency: 'eu', prefer: 'price' } as const;

  it('is not asked for unless an option asks for it', async () => {
    const { router, simulator } = await startWorld({ regions: ['eu-west-1'] });
    simulator.setRateCard(MODEL, CARD);
    await router.resolve(MODEL, preferred);
    expect(simulator.requests.count(OFFERS)).toBe(0);
  });

  it('goes before all tables, is asked for once in one region, and costs a refresh nothing', async () => {
    const { router, simulator, discovery } = await startWorld({ ...LAZY, pricing: { ...LAZY.pricing, table } });
    simulator.setRateCard(MODEL, CARD);
    expect(simulator.requests.count(OFFERS)).toBe(0);
    const answers = await Promise.all([router.resolve(MODEL, preferred), router.resolve(MODEL, preferred)]);
    for (const { routes } of answers) {
      expect(routes[0]?.price).toEqual({
        inputPerMillion: 2.5,
        outputPerMillion: 12.5,
        currency: 'USD',
        source: 'offer',
        asOf: '2026-11-25T12:00:00.000Z',
      });
    }
    await discovery.refresher.refresh({ force: true });
    await router.getModelVerdicts({ prefer: 'price' });
    expect(simulator.requests.count(OFFERS)).toBe(1);
    // The card has one of the two rates of global calls: what is missing is not made up.
    expect(pricesOf(await router.resolve(MODEL), `global.${MODEL}`)).toEqual([3]);
    expect(simulator.requests.count(OFFERS)).toBe(1);
  });

  it('is not waited for by an answer that is not ranked by it', async () => {
    const { router, simulator } = await startWorld(LAZY);
    simulator.setRateCard(MODEL, CARD);
    simulator.addFault({ kind: 'hang', ...OFFERS });
    const { routes } = await router.resolve(MODEL);
    expect(routes[0]?.price?.source).toBe('table');
  });

  it('that cannot be had is unknown: the next source says, and nobody asks again at once', async () => {
    const { router, simulator, clock } = await startWorld(LAZY);
    simulator.setRateCard(MODEL, CARD);
    const heal = simulator.addFault({ kind: 'validation', ...OFFERS, message: 'Not now.' });
    const source = async () => (await router.resolve(MODEL, preferred)).routes[0]?.price?.source;
    expect([await source(), await source()]).toEqual(['table', 'table']);
    expect(simulator.requests.count(OFFERS)).toBe(1);
    heal();
    clock.jump(5 * 60_000);
    expect(await source()).toBe('offer');
  });

  it('that may not be asked for is not asked for again for a day, whatever the model', async () => {
    const { router, simulator, clock, discovery } = await startWorld(LAZY);
    const heal = simulator.addFault({ kind: 'access-denied', ...OFFERS });
    simulator.setRateCard(MODEL, CARD);
    expect((await router.resolve(MODEL, preferred)).routes[0]?.price?.source).toBe('table');
    await router.resolve(NOVA, preferred);
    expect(simulator.requests.count(OFFERS)).toBe(1);
    const { checks, policies } = await discovery.app.get(DiscoveryDoctor).diagnose();
    expect(checks.find(({ id }) => id === 'offers')).toMatchObject({ status: 'warning' });
    expect(JSON.stringify(policies.discovery)).toContain('bedrock:ListFoundationModelAgreementOffers');
    heal();
    clock.jump(DAY_MS);
    expect((await router.resolve(MODEL, preferred)).routes[0]?.price?.source).toBe('offer');
  });

  it('is none for models that AWS bills itself, and remembered so', async () => {
    const { router, simulator } = await startWorld(LAZY);
    await router.resolve(NOVA, preferred);
    await router.resolve(NOVA, { ...preferred, minDaysToEndOfLife: 1 });
    expect(simulator.requests.count(OFFERS)).toBe(1);
  });

  it('is kept for the account between runs, asked for again when it is a day old, and served meanwhile', async () => {
    const directory = await temporaryFolder();
    const options = { ...LAZY, cache: { directory } };
    const first = await startWorld(options);
    const { simulator, clock } = first;
    simulator.setRateCard(MODEL, CARD);
    await first.router.resolve(MODEL, preferred);
    await first.discovery.close();
    const { router, discovery } = await startWorld(options, simulator, clock);
    expect((await router.resolve(MODEL, preferred)).routes[0]?.price?.source).toBe('offer');
    expect(simulator.requests.count(OFFERS)).toBe(1);
    const sources = async () => {
      await discovery.refresher.refresh();
      return (await router.resolve(MODEL, preferred)).routes.map(({ price }) => price?.source);
    };
    clock.jump(DAY_MS);
    simulator.addFault({ kind: 'validation', ...OFFERS });
    expect(await sources()).toContain('offer');
    expect(simulator.requests.count(OFFERS)).toBe(2);
    clock.jump(2 * DAY_MS);
    expect(await sources()).not.toContain('offer');
  });
});
