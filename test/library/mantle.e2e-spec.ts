import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  type BedrockDiscoveryOptions,
  discoveryPolicy,
  DiscoveryDoctor,
  invocationPolicy,
  InvocationRouter,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import OpenAI from 'openai';
import { answerEndlessly, AnsweringEndpoint, answerJson } from '../support/answering-endpoint.js';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

/** In no list of ListFoundationModels. */
const GPT = 'openai.gpt-5.5';
const NOVA = 'amazon.nova-lite-v1:0';
const REGIONS = ['eu-west-1', 'us-east-1'];

interface World {
  readonly simulator: BedrockSimulator;
  readonly discovery: Discovery;
  readonly router: InvocationRouter;
  readonly clock: ImpatientClock;
}

async function startWorld(
  prepare: (simulator: BedrockSimulator) => void = () => undefined,
  options: (simulator: BedrockSimulator) => BedrockDiscoveryOptions = () => ({}),
): Promise<World> {
  const simulator = await startSimulator();
  simulator.addMantleModel({ id: GPT, regions: ['us-east-1'], allowedModes: ['none', 'default'] });
  simulator.addMantleModel({ id: NOVA });
  prepare(simulator);
  const clock = new ImpatientClock('2026-08-22T12:00:00Z');
  const all = { regions: REGIONS, listings: ['mantle' as const], ...options(simulator) };
  const discovery = await startDiscovery(optionsFor(simulator, all), { clock });
  await discovery.refresher.refresh();
  return { simulator, discovery, router: discovery.app.get(InvocationRouter), clock };
}

function openai({ endpoint, fetch }: RunContext): OpenAI {
  const defaultHeaders = { Authorization: null };
  return new OpenAI({ baseURL: `${endpoint}/v1`, apiKey: 'none', defaultHeaders, fetch, maxRetries: 0 });
}

const messages = [{ role: 'user' as const, content: 'Where are you?' }];
const complete = (router: InvocationRouter, model: string, options: RunOptions = {}) =>
  router.run(
    model,
    (context) => openai(context).chat.completions.create({ model: context.route.invocationId, messages }),
    options,
  );

describe('bedrock-mantle', () => {
  it('is asked once a region where the option names it, signed as a service of its own', async () => {
    const { simulator, discovery } = await startWorld();
    const asked = simulator.requests.list().filter(({ operation }) => operation === 'ListMantleModels');
    expect(asked).toMatchObject([{ service: 'bedrock-mantle' }, { service: 'bedrock-mantle' }]);
    expect(simulator.requests.count()).toBe(REGIONS.length * 4);
    const { mantle } = await discovery.refresher.refresh();
    expect(mantle?.regions).toMatchObject([
      { region: 'eu-west-1', status: 'ok', count: 1 },
      { region: 'us-east-1', status: 'ok', count: 2 },
    ]);
  });

  it('is where a model is found that no list of models has', async () => {
    const { router } = await startWorld();
    expect(await router.resolve('gpt-5.5')).toMatchObject({
      modelId: GPT,
      verdict: 'eligible',
      routes: [{ invocationId: GPT, via: 'mantle', region: 'us-east-1', destinations: ['us-east-1'], arn: '' }],
    });
    expect((await router.resolve(GPT, { residency: 'eu' })).rejected).toMatchObject([{ code: 'OUTSIDE_RESIDENCY' }]);
    const verdicts = await router.getModelVerdicts();
    expect(verdicts.find(({ modelId }) => modelId === GPT)).toMatchObject({
      providerName: 'openai',
      verdict: 'eligible',
      regions: [{ verdict: 'not', code: 'NOT_OFFERED' }, { verdict: 'eligible' }],
    });
    const without = await startWorld(undefined, () => ({ listings: [] }));
    expect(await without.router.resolve(GPT)).toMatchObject({ routes: [], verdict: 'not' });
  });

  it('is no route to what bedrock-runtime has, unless it is asked for', async () => {
    const { router } = await startWorld();
    const usual = await router.resolve(NOVA, { sourceRegions: ['us-east-1'] });
    expect(usual.routes.map(({ via }) => via)).not.toContain('mantle');
    expect(usual.rejected.map(({ code }) => code)).toContain('OTHER_ENDPOINT');
    const asked = await router.resolve(NOVA, { via: ['mantle'] });
    expect(new Set(asked.routes.map(({ via }) => via))).toEqual(new Set(['mantle']));
    expect(asked.routes).toHaveLength(2);
  });

  it('runs a model by the client of OpenAI, whole and streamed', async () => {
    const { simulator, router } = await startWorld();
    const answer = await complete(router, GPT);
    expect(answer.choices[0]?.message.content).toContain(`Simulated answer of ${GPT}, served in us-east-1`);
    let text = '';
    const chunks = router.stream(GPT, (context) =>
      openai(context).chat.completions.create({ model: context.route.invocationId, messages, stream: true }),
    );
    for await (const { choices } of chunks) {
      text += choices[0]?.delta.content ?? '';
    }
    expect(text).toContain(`Simulated answer of ${GPT}`);
    expect(simulator.executions.list()).toMatchObject([
      { operation: 'MantleChatCompletions', region: 'us-east-1' },
      { operation: 'MantleChatCompletions', region: 'us-east-1' },
    ]);
  });

  it('fails over to another region where a call was refused, and runs nothing twice', async () => {
    const { simulator, router } = await startWorld((each) =>
      each.addFault({ kind: 'throttled', operation: 'MantleChatCompletions', region: 'us-east-1' }),
    );
    await complete(router, NOVA, { via: ['mantle'], preferredRegions: ['us-east-1'] });
    expect(simulator.executions.list()).toMatchObject([{ region: 'eu-west-1' }]);
  });

  it('learns from calls that the access to the model is there', async () => {
    const { router, simulator } = await startWorld();
    await complete(router, GPT);
    expect((await router.resolve(GPT)).routes[0]?.access).toBe('observed');
    expect(simulator.requests.count({ operation: 'GetFoundationModelAvailability' })).toBe(0);
  });

  it('has no client of the AWS SDK, which is the mistake of the caller', async () => {
    const { simulator, router } = await startWorld();
    const call = router.run(GPT, ({ client, route }) =>
      client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages: [] })),
    );
    await expect(call).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('call by fetch'),
    });
    expect(simulator.executions.count({})).toBe(0);
  });

  it('is no way in regions without the endpoint, once it has answered elsewhere, and unknown while it has nowhere', async () => {
    const closed = 'http://127.0.0.1:1';
    const world = await startWorld(undefined, ({ endpoint }) => ({
      endpoint: ({ service, region }) => (service === 'bedrock-mantle' && region === 'eu-west-1' ? closed : endpoint),
    }));
    expect(await world.router.resolve(GPT)).toMatchObject({ verdict: 'eligible', unknownRegions: [] });
    expect(await world.router.resolve('nobody.knows-v1:0')).toMatchObject({ verdict: 'not' });
    const diagnosis = await world.discovery.app.get(DiscoveryDoctor).diagnose();
    expect(diagnosis.checks.find(({ id }) => id === 'mantle:unreachable')).toMatchObject({ status: 'ok' });

    const nowhere = await startWorld(undefined, ({ endpoint }) => ({
      endpoint: ({ service }) => (service === 'bedrock-mantle' ? closed : endpoint),
    }));
    expect(await nowhere.router.resolve(GPT)).toMatchObject({
      verdict: 'unknown',
      unknownRegions: [{ failure: { kind: 'unreachable' } }, { failure: { kind: 'unreachable' } }],
    });
    expect(await nowhere.router.resolve(NOVA)).toMatchObject({ verdict: 'eligible' });
  });

  it.each([
    ['access-denied', 'access-denied'],
    ['throttled', 'throttled'],
    ['internal-error', 'service-error'],
  ] as const)('is unknown where the list is refused as OpenAI words it: %s', async (kind, expected) => {
    const { discovery, router } = await startWorld((each) => each.addFault({ kind, operation: 'ListMantleModels' }));
    const { mantle } = await discovery.refresher.refresh();
    expect(mantle?.regions.map(({ failure }) => failure?.kind)).toEqual([expected, expected]);
    expect((await router.resolve(GPT)).verdict).toBe('unknown');
  });

  it('names the permission that lacks', async () => {
    const { discovery } = await startWorld((each) =>
      each.addFault({ kind: 'access-denied', operation: 'ListMantleModels' }),
    );
    const { permissions } = await discovery.app.get(DiscoveryDoctor).diagnose();
    expect(permissions).toMatchObject([
      { action: expect.stringMatching(/^bedrock-mantle:List/), kind: 'access-denied' },
    ]);
  });

  it('keeps its last good list, and takes what is no list for no answer', async () => {
    const endpoint = await AnsweringEndpoint.start({ models: { 'us-east-1': [] } });
    let answer = (response: ServerResponse): unknown => answerJson(response, 200, { object: 'list' });
    endpoint.intercept = ({ path }, response) => {
      const isMantle = path === 'v1/models';
      if (isMantle) {
        answer(response);
      }
      return isMantle;
    };
    const clock = new ImpatientClock('2026-08-22T12:00:00Z');
    const discovery = await startDiscovery(endpoint.options({ listings: ['mantle'] }), { clock });
    const refreshed = async () => {
      clock.advance(1_000);
      return (await discovery.refresher.refresh({ force: true })).mantle?.regions[0];
    };
    expect(await refreshed()).toMatchObject({ status: 'failed', failure: { kind: 'malformed-response' } });
    const data = [{ id: GPT }, { name: 'nothing' }, { id: 'a.b', owned_by: 7 }];
    answer = (response) => answerJson(response, 200, { data });
    expect(await refreshed()).toMatchObject({ status: 'partial', count: 2, unreadable: 1 });
    answer = (response) => answerEndlessly(response);
    expect(await refreshed()).toMatchObject({ failure: { kind: 'malformed-response' }, count: 2 });
    answer = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    expect(await refreshed()).toMatchObject({ failure: { kind: 'malformed-response' }, count: 2 });
    expect((await discovery.app.get(InvocationRouter).resolve(GPT)).routes).toHaveLength(1);
  });

  it('is asked again with the time corrected where the clock is off, and denies nothing for it', async () => {
    const simulator = await startSimulator({ now: () => Date.now() + 3_600_000 });
    simulator.addMantleModel({ id: NOVA });
    // What the other listings learn of the time would serve this one.
    for (const operation of ['ListFoundationModels', 'ListInferenceProfiles'] as const) {
      simulator.addFault({ kind: 'hang', operation });
    }
    const clock = new ImpatientClock('2026-08-22T12:00:00Z');
    const options = optionsFor(simulator, { regions: REGIONS, listings: ['mantle'] });
    const { refresher, app } = await startDiscovery(options, { clock });
    const answered: string[] = [];
    refresher.progress$.subscribe(({ operation, status }) => operation === 'mantle' && answered.push(status));
    const refreshing = refresher.refresh();
    const asked = (): number => simulator.requests.count({ operation: 'ListMantleModels' });
    await until(() => answered.length === REGIONS.length && simulator.requests.count() >= asked() + 3 * REGIONS.length);
    expect(asked()).toBeGreaterThanOrEqual(2 * REGIONS.length - 1);
    clock.advance(8_000);
    const { mantle } = await refreshing;
    expect(mantle?.regions.map(({ status }) => status)).toEqual(['ok', 'ok']);
    await app.close();
  });

  it('tells its changes', async () => {
    const { discovery, simulator, clock } = await startWorld();
    simulator.addMantleModel({ id: GPT });
    simulator.addMantleModel({ id: 'xai.grok-4.3' });
    clock.advance(1_000);
    await discovery.refresher.refresh({ force: true });
    simulator.addMantleModel({ id: GPT, regions: ['eu-west-1'] });
    simulator.removeMantleModel('xai.grok-4.3');
    clock.advance(1_000);
    await discovery.refresher.refresh({ force: true });
    const changes = await discovery.refresher.getChanges();
    expect(changes).toHaveLength(4);
    // What is noticed at the same moment has an order, but none that says anything.
    expect(changes.slice(0, 2)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'mantle-model-region-gained', modelId: GPT, region: 'eu-west-1' }),
        expect.objectContaining({ type: 'mantle-model-appeared', modelId: 'xai.grok-4.3', after: REGIONS }),
      ]),
    );
    expect(changes.slice(2)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'mantle-model-region-lost', modelId: GPT, region: 'us-east-1' }),
        expect.objectContaining({ type: 'mantle-model-gone', modelId: 'xai.grok-4.3', before: REGIONS }),
      ]),
    );
  });

  it('has policies of its own', async () => {
    const { router } = await startWorld();
    const [route] = (await router.resolve(GPT)).routes;
    expect(route && invocationPolicy(route).Statement).toEqual([
      {
        Sid: 'InvokeAtMantle',
        Effect: 'Allow',
        Action: ['bedrock-mantle:CreateInference'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      },
    ]);
    const actions = discoveryPolicy({ listings: ['mantle'], bearerToken: true }).Statement.map(({ Action }) => Action);
    expect(actions).toContainEqual([
      'bedrock-mantle:Get*',
      'bedrock-mantle:List*',
      'bedrock-mantle:CallWithBearerToken',
    ]);
  });
});
