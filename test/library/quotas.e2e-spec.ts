import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from '@jest/globals';
import type { BedrockSimulator, ModelQuota } from 'bedrock-simulator';
import {
  type DiagnosisCheck,
  DiscoveryDoctor,
  InvocationRouter,
  NoRouteError,
  type Resolution,
  type RouteConstraints,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const EU_PROFILE = `eu.${MODEL}`;
const REGIONS = ['eu-central-1', 'eu-west-1'];
/** One route for each region. */
const EU = { residency: 'eu' } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const QUOTA: ModelQuota = { modelId: MODEL, scope: 'cross-region', tokensPerMinute: 1_000 };
/** Of one token of input, whose answer takes 12 of output, each of which counts five times: 61 in all. */
const TOKENS = { input: 1, maxOutput: 99 };

interface Options {
  mode?: 'off' | 'learned' | 'listed';
  directory?: string | false;
  diskTtlMs?: number;
  regions?: readonly string[];
}

class World {
  readonly router: InvocationRouter;

  constructor(
    readonly simulator: BedrockSimulator,
    readonly clock: ImpatientClock,
    readonly discovery: Discovery,
  ) {
    this.router = discovery.app.get(InvocationRouter);
  }

  /** Where the calls were made, one after the other. */
  async calls(count: number, options: RunOptions = { ...EU, tokens: TOKENS }): Promise<string[]> {
    const regions: string[] = [];
    for (let index = 0; index < count; index += 1) {
      regions.push(await this.router.run(MODEL, converse, options));
    }
    return regions;
  }

  asked(): number {
    return this.simulator.requests.count({ operation: 'ListServiceQuotas' });
  }

  refused(): number {
    return this.simulator.requests.count({ operation: 'Converse' }) - this.simulator.executions.count();
  }

  /** The routes once something is known of quotas. */
  async known(constraints: RouteConstraints = EU): Promise<Resolution> {
    // What was used shows a moment later.
    this.clock.advance(1_000);
    let resolution = await this.router.resolve(MODEL, constraints);
    await until(async () => {
      resolution = await this.router.resolve(MODEL, constraints);
      const { routes, rejected } = resolution;
      return routes.some(({ quota }) => quota) || rejected.some(({ code }) => code === 'QUOTA_ZERO');
    });
    return resolution;
  }

  codes({ rejected }: Resolution): readonly string[] {
    return [...new Set(rejected.map(({ code }) => code))];
  }
}

const messages = [{ role: 'user' as const, content: [{ text: 'Hi' }] }];
/** As Anthropic and OpenAI have them. */
const plain = [{ role: 'user', content: 'Hi' }];

async function toTheEnd(stream: AsyncIterable<unknown> = none()): Promise<void> {
  const events = stream[Symbol.asyncIterator]();
  while ((await events.next()).done !== true) {
    // What it says is not of interest.
  }
}

async function* none(): AsyncGenerator<never> {}

async function converse({ client, route }: RunContext): Promise<string> {
  const inferenceConfig = { maxTokens: TOKENS.maxOutput };
  await client(BedrockRuntimeClient).send(
    new ConverseCommand({ modelId: route.invocationId, messages, inferenceConfig }),
  );
  return route.region;
}

async function startWorld(
  { mode, directory = false, diskTtlMs = 1e12, regions = REGIONS }: Options = {},
  former?: World,
) {
  const clock = former?.clock ?? new ImpatientClock('2026-08-22T12:00:00Z');
  const played = former?.simulator ?? (await startSimulator({ now: () => clock.now() }));
  const discovery = await startDiscovery(
    optionsFor(played, {
      regions,
      preferredRegions: regions,
      access: { mode: 'off' },
      cache: { directory, memoryTtlMs: diskTtlMs, diskTtlMs },
      ...(mode && { quotas: { mode } }),
    }),
    { clock },
  );
  await discovery.refresher.refresh();
  return new World(played, clock, discovery);
}

describe('quotas that are listed', () => {
  it('are asked once a day for the regions that have a route, and not by a refresh', async () => {
    const world = await startWorld({ mode: 'listed', regions: [...REGIONS, 'eu-west-2'] });
    world.simulator.setQuota(QUOTA);
    expect(world.asked()).toBe(0);
    const { routes } = await world.known();
    expect(routes[0]).toMatchObject({
      quota: { tokensPerMinute: 1_000, source: 'listed', left: 1 },
      reasons: expect.arrayContaining([
        'Quota: about 100 % of 1,000 tokens a minute left, as Service Quotas lists it.',
      ]) as unknown,
    });
    await world.calls(2);
    await world.discovery.refresher.refresh({ force: true });
    expect(world.asked()).toBe(routes.length);
    world.clock.jump(DAY_MS);
    await world.router.resolve(MODEL, EU);
    await until(() => world.asked() === 2 * routes.length);
  });

  it('come with the next run from the disk', async () => {
    const directory = await temporaryFolder();
    const world = await startWorld({ mode: 'listed', directory });
    world.simulator.setQuota(QUOTA);
    await until(async () => (await world.router.resolve(MODEL, EU)).routes.every(({ quota }) => quota));
    await world.discovery.close();
    const next = await startWorld({ mode: 'listed', directory }, world);
    const asked = next.asked();
    const { routes } = await next.router.resolve(MODEL, EU);
    expect(routes.map(({ quota }) => quota?.tokensPerMinute)).toEqual([1_000, 1_000]);
    expect(next.asked()).toBe(asked);
  });

  it('of 0 leave a route out, and say so before anything is called', async () => {
    const world = await startWorld({ mode: 'listed' });
    world.simulator.setQuota({ modelId: MODEL, scope: 'cross-region', tokensPerDay: 0 });
    const error: unknown = await world.router.run(MODEL, converse, EU).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoRouteError);
    expect((error as Error).message).toContain('2 QUOTA_ZERO');
    const { rejected } = await world.router.resolve(MODEL, EU);
    expect(rejected.find(({ code }) => code === 'QUOTA_ZERO')?.reason).toMatch(/quota of tokens a day is 0 in eu-/);
    expect(world.simulator.requests.count({ operation: 'Converse' })).toBe(0);
  });

  it('that allow less than is asked for leave a route out, and those that are not known only where certainty is asked for', async () => {
    const world = await startWorld({ mode: 'listed' });
    world.simulator.setQuota({ ...QUOTA, region: 'eu-west-1' });
    world.simulator.setQuota({ ...QUOTA, region: 'eu-central-1', tokensPerMinute: 5_000 });
    await world.known();
    const { routes, rejected } = await world.router.resolve(MODEL, { minTokensPerMinute: 5_000 });
    const through = (id: string): string[] =>
      routes.filter(({ invocationId }) => invocationId === id).map(({ region }) => region);
    expect(through(EU_PROFILE)).toEqual(['eu-central-1']);
    const low = rejected.filter(({ code }) => code === 'QUOTA_TOO_LOW');
    expect(low.map(({ region, reason }) => [region, reason])).toEqual([
      ['eu-west-1', "The account's quota in eu-west-1 is 1000 tokens a minute, less than 5000."],
    ]);
    expect(through(`global.${MODEL}`)).toHaveLength(REGIONS.length);
    const certain = await world.router.resolve(MODEL, { minTokensPerMinute: 5_000, unknownFacts: 'reject' });
    expect(certain.routes.map(({ region, invocationId }) => [region, invocationId])).toEqual([
      ['eu-central-1', EU_PROFILE],
    ]);
    await expect(world.router.resolve(MODEL, { minTokensPerMinute: -1 })).rejects.toThrow(
      'minTokensPerMinute must be a number of tokens of at least 0.',
    );
  });

  it('are each of one kind of call in one source region', async () => {
    const world = await startWorld({ mode: 'listed' });
    world.simulator.setQuota({ modelId: MODEL, scope: 'global', region: 'eu-west-1', tokensPerMinute: 0 });
    const { routes, rejected } = await world.known({});
    const zero = rejected.filter(({ code }) => code === 'QUOTA_ZERO');
    expect(zero.map(({ region, invocationId }) => [region, invocationId])).toEqual([['eu-west-1', `global.${MODEL}`]]);
    expect(routes.map(({ invocationId }) => invocationId)).toContain(EU_PROFILE);
  });

  it('are unknown where the principal may not list them, which rejects nothing and is not asked again that day', async () => {
    const world = await startWorld({ mode: 'listed' });
    world.simulator.setQuota({ ...QUOTA, tokensPerMinute: 0 });
    world.simulator.addFault({ kind: 'access-denied', operation: 'ListServiceQuotas' });
    await world.router.resolve(MODEL, EU);
    await until(() => world.asked() === REGIONS.length);
    world.clock.advance(HOUR_MS);
    const { routes } = await world.router.resolve(MODEL, { ...EU, unknownFacts: 'reject' });
    expect(routes.map((route) => 'quota' in route)).toEqual([false, false]);
    expect(world.asked()).toBe(REGIONS.length);
    world.simulator.clearFaults();
    world.clock.jump(DAY_MS);
    expect(world.codes(await world.known())).toContain('QUOTA_ZERO');
  });

  it('are served when asking again fails, until they are too old', async () => {
    const world = await startWorld({ mode: 'listed', diskTtlMs: 3 * DAY_MS });
    world.simulator.setQuota({ ...QUOTA, tokensPerMinute: 0 });
    await until(async () => (await world.router.resolve(MODEL, EU)).routes.length === 0);
    world.simulator.addFault({ kind: 'access-denied', operation: 'ListServiceQuotas' });
    world.clock.jump(2 * DAY_MS);
    const asked = world.asked();
    expect(world.codes(await world.router.resolve(MODEL, EU))).toContain('QUOTA_ZERO');
    await until(() => world.asked() === asked + REGIONS.length);
    world.clock.jump(DAY_MS);
    await world.discovery.refresher.refresh({ force: true });
    expect((await world.router.resolve(MODEL, EU)).routes.map((route) => 'quota' in route)).toEqual([false, false]);
  });

  it('lead calls to where there is room, so that none is throttled', async () => {
    const world = await startWorld({ mode: 'listed' });
    world.simulator.setQuota({ ...QUOTA, region: 'eu-central-1', tokensPerMinute: 300, outputBurn: 5 });
    world.simulator.setQuota({ ...QUOTA, region: 'eu-west-1', tokensPerMinute: 1_200, outputBurn: 5 });
    await world.known();
    const regions = await world.calls(12, { ...EU, preferredRegions: [], tokens: TOKENS });
    expect(world.refused()).toBe(0);
    expect(new Set(regions)).toEqual(new Set(REGIONS));
    expect(regions.filter((region) => region === 'eu-west-1').length).toBeGreaterThan(7);
  });

  it('are not looked at where they are switched off', async () => {
    const world = await startWorld({ mode: 'off' });
    world.simulator.setQuota({ ...QUOTA, tokensPerMinute: 0 });
    const { routes } = await world.router.resolve(MODEL, EU);
    expect(routes.map((route) => 'quota' in route)).toEqual([false, false]);
    expect(world.asked()).toBe(0);
  });
});

describe('quotas that are learned', () => {
  it('cost no request, and are what went through in the minute before a call was throttled', async () => {
    const world = await startWorld();
    world.simulator.setQuota({ ...QUOTA, region: 'eu-central-1', tokensPerMinute: 300, outputBurn: 5 });
    expect(await world.calls(6)).toEqual([...Array<string>(4).fill('eu-central-1'), 'eu-west-1', 'eu-west-1']);
    expect(world.refused()).toBe(1);
    const { routes } = await world.known();
    const learned = routes.find(({ region }) => region === 'eu-central-1');
    expect(learned).toMatchObject({
      quota: { source: 'learned', tokensPerMinute: expect.any(Number) as unknown, left: 0 },
    });
    expect(learned?.quota?.tokensPerMinute).toBeGreaterThan(150);
    expect(learned?.quota?.tokensPerMinute).toBeLessThan(300);
    expect(routes.find(({ region }) => region === 'eu-west-1')).not.toHaveProperty('quota');
    expect(world.asked()).toBe(0);
  });

  it('are forgotten after an hour without being throttled', async () => {
    const world = await startWorld();
    world.simulator.setQuota({ ...QUOTA, region: 'eu-central-1', tokensPerMinute: 300, outputBurn: 5 });
    await world.calls(5);
    await world.known();
    world.clock.jump(HOUR_MS);
    const { routes } = await world.router.resolve(MODEL, EU);
    expect(routes.map((route) => 'quota' in route)).toEqual([false, false]);
  });

  it('keep all routes away that share one, and no other', async () => {
    const world = await startWorld();
    const region = 'eu-central-1';
    const profile = world.simulator.addApplicationProfile({ region, name: 'team', copyFrom: EU_PROFILE });
    await world.discovery.refresher.refresh({ force: true });
    world.simulator.setQuota({ ...QUOTA, region, tokensPerMinute: 300, outputBurn: 5 });
    await world.calls(5, { sourceRegions: [region, 'eu-west-1'], tokens: TOKENS, ...EU });
    const { routes } = await world.known();
    const full = routes.filter(({ quota }) => quota?.left === 0);
    expect(full.map((route) => [route.region, route.invocationId]).sort()).toEqual(
      [
        [region, EU_PROFILE],
        [region, profile.inferenceProfileArn],
      ].sort(),
    );
    expect(routes[0]?.region).toBe('eu-west-1');
  });

  it('of a day rest a route until midnight in UTC', async () => {
    const world = await startWorld();
    world.simulator.setQuota({
      ...QUOTA,
      region: 'eu-central-1',
      tokensPerMinute: undefined,
      tokensPerDay: 100,
      outputBurn: 5,
    });
    expect(await world.calls(3)).toEqual(['eu-central-1', 'eu-central-1', 'eu-west-1']);
    world.clock.jump(11 * HOUR_MS);
    expect(await world.calls(1)).toEqual(['eu-west-1']);
    world.clock.jump(HOUR_MS);
    expect(await world.calls(1)).toEqual(['eu-central-1']);
  });

  it('of a day rest no longer where a listing shows that the quota was raised', async () => {
    const world = await startWorld({ mode: 'listed' });
    const ofDay = { ...QUOTA, region: 'eu-central-1', tokensPerMinute: undefined };
    world.simulator.setQuota({ ...ofDay, tokensPerDay: 100 });
    await world.known();
    // More was used than this process knows of.
    world.simulator.addFault({
      kind: 'throttled',
      region: 'eu-central-1',
      message: 'Too many tokens per day, please wait before trying again.',
      operation: 'Converse',
      times: 1,
    });
    expect(await world.calls(2)).toEqual(['eu-west-1', 'eu-west-1']);
    world.simulator.setQuota({ ...ofDay, tokensPerDay: 10_000 });
    const asked = world.asked();
    world.clock.jump(HOUR_MS);
    await world.router.resolve(MODEL, EU);
    await until(() => world.asked() > asked);
    // No time passes meanwhile, which the listing has only so much of.
    await until(async () => (await world.router.resolve(MODEL, EU)).routes[0]?.region === 'eu-central-1');
    expect(await world.calls(1)).toEqual(['eu-central-1']);
  });
});

describe('a route that was throttled', () => {
  it('goes on cooling when a call succeeds that had begun before', async () => {
    const world = await startWorld({ mode: 'off' });
    const { simulator, clock, router } = world;
    simulator.setModelLatency(MODEL, 300);
    const before = router.run(MODEL, converse, EU);
    await until(() => simulator.executions.count() === 1);
    clock.advance(100);
    simulator.setModelLatency(MODEL, 0);
    simulator.addFault({ kind: 'throttled', region: 'eu-central-1', operation: 'Converse', times: 1 });
    expect(await router.run(MODEL, converse, EU)).toBe('eu-west-1');
    expect(await before).toBe('eu-central-1');
    const troubles = async (): Promise<(string | undefined)[]> =>
      (await router.resolve(MODEL, EU)).routes.map(({ reasons }) => reasons.find((each) => each.startsWith('Health')));
    expect(await troubles()).toEqual(['Health: it was throttled; tried again in 10 s.', undefined]);
    clock.advance(100);
    expect(await router.run(MODEL, converse, EU)).toBe('eu-central-1');
    expect(await troubles()).toEqual([undefined, undefined]);
  });
});

describe('what a call took of a quota', () => {
  const usages: [string, (context: RunContext) => Promise<unknown>][] = [
    ['the usage of Converse', converse],
    [
      'the metadata of a stream',
      async ({ client, route }) => {
        const inferenceConfig = { maxTokens: 20 };
        const command = new ConverseStreamCommand({ modelId: route.invocationId, messages, inferenceConfig });
        const { stream } = await client(BedrockRuntimeClient).send(command);
        await toTheEnd(stream);
      },
    ],
    [
      'the headers of InvokeModel',
      ({ client, route }) => {
        const body = {
          anthropic_version: 'bedrock-2023-05-31',
          max_tokens: 20,
          messages: plain,
        };
        const command = new InvokeModelCommand({ modelId: route.invocationId, body: JSON.stringify(body) });
        return client(BedrockRuntimeClient).send(command);
      },
    ],
    [
      'the metrics of a stream of InvokeModel',
      async ({ client, route }) => {
        const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 20, messages: plain };
        const input = { modelId: route.invocationId, body: JSON.stringify(body) };
        const answer = await client(BedrockRuntimeClient).send(new InvokeModelWithResponseStreamCommand(input));
        await toTheEnd(answer.body);
      },
    ],
    [
      'the usage of a stream of Chat Completions',
      async ({ fetch, route }) => {
        const options = { stream: true, stream_options: { include_usage: true } };
        const body = JSON.stringify({ model: route.invocationId, max_tokens: 20, messages: plain, ...options });
        await (await fetch('/openai/v1/chat/completions', { method: 'POST', body })).text();
      },
    ],
    [
      'the caller, of an SDK of its own',
      async ({ fetch, route, reportUsage }) => {
        const body = JSON.stringify({
          model: route.invocationId,
          max_tokens: 20,
          messages: plain,
        });
        const response = await fetch('/openai/v1/chat/completions', { method: 'POST', body });
        const { usage } = (await response.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
        reportUsage({ input: usage.prompt_tokens, output: usage.completion_tokens });
      },
    ],
  ];

  it.each(usages)('is settled by %s', async (_by, call) => {
    const world = await startWorld({ mode: 'listed', regions: ['eu-west-1'] });
    world.simulator.setQuota(QUOTA);
    await world.known();
    // All that the quota has is held, and all but what was used is given back.
    await world.router.run(MODEL, call, { ...EU, tokens: { input: 1, maxOutput: 999 } });
    world.clock.advance(1_000);
    const [route] = (await world.router.resolve(MODEL, EU)).routes;
    expect(route?.quota?.left).toBe(0.94);
  });

  it('is nothing where the call was refused', async () => {
    const world = await startWorld({ mode: 'listed', regions: ['eu-west-1'] });
    world.simulator.setQuota(QUOTA);
    await world.known();
    world.simulator.addFault({ kind: 'validation', operation: 'Converse' });
    await expect(world.calls(1)).rejects.toThrow('not valid');
    world.clock.advance(1_000);
    expect((await world.router.resolve(MODEL, EU)).routes[0]?.quota?.left).toBe(1);
  });

  it('must be told in numbers', async () => {
    const world = await startWorld();
    const wrong = world.router.run(MODEL, async ({ reportUsage }) => reportUsage({ input: -1, output: 0 }), EU);
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const tokens = { input: 1 } as RunOptions['tokens'];
    await expect(world.router.run(MODEL, converse, { tokens })).rejects.toThrow('tokens must be { input, maxOutput }');
  });
});

describe('what the doctor says of quotas', () => {
  async function checksOf({ discovery }: World): Promise<Map<string, DiagnosisCheck>> {
    const { checks } = await discovery.app.get(DiscoveryDoctor).diagnose();
    return new Map(checks.filter(({ id }) => id.startsWith('quotas')).map((check) => [check.id, check]));
  }

  it('is how they are known, where nothing is wrong', async () => {
    const learned = await checksOf(await startWorld());
    expect([...learned.keys()]).toEqual(['quotas']);
    expect(learned.get('quotas')).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('learned') as unknown,
    });
    const off = await checksOf(await startWorld({ mode: 'off' }));
    expect(off.get('quotas')?.detail).toContain('neither');
  });

  it('is which are 0, and the command that has one raised', async () => {
    const world = await startWorld({ mode: 'listed' });
    world.simulator.setQuota({ modelId: MODEL, scope: 'cross-region', tokensPerDay: 0, tokensPerMinute: 0 });
    await world.known();
    const zero = (await checksOf(world)).get(`quotas:zero:${MODEL}`);
    expect(zero).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('A quota is 0 in eu-') as unknown,
    });
    expect(zero?.remedy).toMatch(
      /`aws service-quotas request-service-quota-increase --service-code bedrock --quota-code L-[0-9A-F]{8} --region eu-/,
    );
  });

  it('is that a quota of a day may be 0 where calls were told that it is used up', async () => {
    const world = await startWorld();
    world.simulator.setQuota({ modelId: MODEL, scope: 'cross-region', tokensPerDay: 0 });
    await expect(world.calls(1)).rejects.toMatchObject({ code: 'ROUTES_EXHAUSTED' });
    const day = (await checksOf(world)).get(`quotas:day:${MODEL}`);
    expect(day?.detail).toContain('this process has used about 0 today');
    expect(day?.remedy).toContain('aws service-quotas list-service-quotas --service-code bedrock --region eu-');
  });

  it('is which permission lacks', async () => {
    const world = await startWorld({ mode: 'listed' });
    world.simulator.addFault({ kind: 'access-denied', operation: 'ListServiceQuotas' });
    await world.router.resolve(MODEL, EU);
    await until(async () => (await checksOf(world)).get('quotas')?.status === 'warning');
    const check = (await checksOf(world)).get('quotas');
    expect(check?.remedy).toContain('`servicequotas:ListServiceQuotas`');
    const { policies } = await world.discovery.app.get(DiscoveryDoctor).diagnose();
    expect(policies.discovery.Statement.flatMap(({ Action }) => Action)).toContain('servicequotas:ListServiceQuotas');
  });
});
