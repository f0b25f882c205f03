import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type CapabilityDemands,
  type DiscoveredModel,
  InvalidArgumentError,
  InvocationRouter,
  type RouteConstraints,
  type RunContext,
} from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const CLAUDE = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const NOVA = 'amazon.nova-lite-v1:0';
const UNLISTED = 'maker.unheard-of-v1:0';
const REGIONS = ['eu-west-1', 'us-east-1'];
const DAY_MS = 86_400_000;

const TOOLS = { tools: [{ toolSpec: { name: 'clock', inputSchema: { json: {} } } }] };
const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
const withTools = ({ client, route }: RunContext): Promise<unknown> =>
  client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages, toolConfig: TOOLS }));
const streamWithTools = ({ client, route }: RunContext): Promise<unknown> =>
  client(BedrockRuntimeClient).send(
    new ConverseStreamCommand({ modelId: route.invocationId, messages, toolConfig: TOOLS }),
  );

async function start(directory: string | false = false) {
  const simulator = await startSimulator();
  simulator.addModel({ modelId: UNLISTED, regions: REGIONS });
  const clock = new ManualClock('2026-11-25T12:00:00Z');
  const again = async () => {
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS, cache: { directory } }), {
      clock,
    });
    await discovery.refresher.refresh();
    return { discovery, router: discovery.app.get(InvocationRouter) };
  };
  return { simulator, clock, again, ...(await again()) };
}

async function codesOf(router: InvocationRouter, model: string, constraints: RouteConstraints) {
  const { routes, rejected } = await router.resolve(model, constraints);
  const codes = rejected.map(({ code }) => code).filter((code) => code === 'CAPABILITY' || code === 'FACT_UNKNOWN');
  return { routes: routes.length > 0, codes: [...new Set(codes)] };
}

describe('what a model can do', () => {
  it('stands with the model, with source and date, as far as the table has it', async () => {
    const { discovery } = await start();
    expect((await discovery.models.getModel(CLAUDE))?.capabilities).toEqual({
      contextTokens: 200_000,
      maxOutputTokens: 64_000,
      toolUse: true,
      reasoning: true,
      structuredOutput: true,
      source: 'table',
      asOf: '2026-11',
    });
    expect(await discovery.models.getModel(UNLISTED)).not.toHaveProperty('capabilities');
  });

  it('rejects what is known to lack what is demanded, and says what', async () => {
    const { router } = await start();
    const { routes, rejected } = await router.resolve(CLAUDE, { minContextTokens: 200_001 });
    expect(routes).toEqual([]);
    expect(rejected.find(({ code }) => code === 'CAPABILITY')?.reason).toBe(
      'The model has a context window of 200000 tokens, less than 200001, by the table of 2026-11.',
    );
    expect(await codesOf(router, CLAUDE, { minContextTokens: 200_000, minOutputTokens: 64_000 })).toEqual({
      routes: true,
      codes: [],
    });
    expect(await codesOf(router, NOVA, { reasoning: true })).toEqual({ routes: false, codes: ['CAPABILITY'] });
  });

  it('keeps a route of which it is not known, which says so, unless certainty is asked for', async () => {
    const { router } = await start();
    const { routes } = await router.resolve(UNLISTED, { toolUse: true });
    expect(routes[0]?.reasons).toContain('Unknown: It is not known whether the model takes tools.');
    expect((await router.resolve(UNLISTED)).routes[0]?.reasons.join()).not.toContain('Unknown');
    expect(await codesOf(router, UNLISTED, { toolUse: true, unknownFacts: 'reject' })).toEqual({
      routes: false,
      codes: ['FACT_UNKNOWN'],
    });
    expect(await codesOf(router, UNLISTED, { unknownFacts: 'reject' })).toEqual({ routes: true, codes: [] });
  });

  it.each([{ toolUse: false }, { reasoning: 'yes' }, { minContextTokens: -1 }, { minOutputTokens: '9' }])(
    'cannot be demanded as %j',
    async (constraints) => {
      const { router } = await start();
      await expect(router.resolve(CLAUDE, constraints as unknown as RouteConstraints)).rejects.toThrow(
        InvalidArgumentError,
      );
    },
  );

  describe('over the whole catalogue', () => {
    let models: readonly DiscoveredModel[];
    let world: Awaited<ReturnType<typeof start>>;

    beforeAll(async () => {
      world = await start();
      models = await world.discovery.models.getAllModels();
    });

    it('is decided as plain loops decide it, for filters and for routes alike', async () => {
      const demands: fc.Arbitrary<CapabilityDemands> = fc.record(
        {
          minContextTokens: fc.constantFrom(1, 128_000, 128_001, 1_000_000, 10_000_001),
          minOutputTokens: fc.constantFrom(1, 4_096, 64_000, 128_001),
          toolUse: fc.constant(true as const),
          reasoning: fc.constant(true as const),
          structuredOutput: fc.constant(true as const),
        },
        { requiredKeys: [] },
      );
      const ids = new Set(models.map(({ modelId }) => modelId));
      await fc.assert(
        fc.asyncProperty(demands, fc.constantFrom('keep', 'reject'), async (wanted, unknownFacts) => {
          const expected: string[] = [];
          for (const { modelId, capabilities: has } of models) {
            const met: (boolean | undefined)[] = [];
            if (wanted.minContextTokens !== undefined) {
              met.push(has?.contextTokens === undefined ? undefined : has.contextTokens >= wanted.minContextTokens);
            }
            if (wanted.minOutputTokens !== undefined) {
              met.push(has?.maxOutputTokens === undefined ? undefined : has.maxOutputTokens >= wanted.minOutputTokens);
            }
            if (wanted.toolUse) {
              met.push(has?.toolUse);
            }
            if (wanted.reasoning) {
              met.push(has?.reasoning);
            }
            if (wanted.structuredOutput) {
              met.push(has?.structuredOutput);
            }
            if (!met.includes(false) && (unknownFacts === 'keep' || !met.includes(undefined))) {
              expected.push(modelId);
            }
          }
          const constraints = { ...wanted, unknownFacts };
          const filtered = await world.discovery.models.getAllModels(constraints);
          expect(filtered.map(({ modelId }) => modelId)).toEqual(expected);
          const invocable = async (asked: RouteConstraints): Promise<string[]> =>
            (await world.router.getModelVerdicts(asked))
              .filter(({ modelId, verdict }) => verdict === 'eligible' && ids.has(modelId))
              .map(({ modelId }) => modelId);
          expect(await invocable(constraints)).toEqual(
            (await invocable({})).filter((modelId) => expected.includes(modelId)),
          );
        }),
        { numRuns: 60 },
      );
    });
  });
});

describe('what a call was refused for', () => {
  it('is thrown as it is, tried nowhere else, and remembered of the model for seven days and the next run', async () => {
    const { simulator, clock, router, discovery, again } = await start(await temporaryFolder());
    simulator.setToolUse(CLAUDE, 'no');
    await expect(router.run(CLAUDE, withTools)).rejects.toMatchObject({
      name: 'ValidationException',
      message: "This model doesn't support tool use.",
    });
    expect(simulator.requests.count({ operation: 'Converse' })).toBe(1);
    expect(await codesOf(router, CLAUDE, { toolUse: true })).toEqual({ routes: false, codes: ['CAPABILITY'] });
    const { routes } = await router.resolve(CLAUDE);
    expect(routes[0]?.reasons).toContain('Capabilities: the model takes no tools, as a call has shown on 2026-11-25.');
    const reasonOf = async (constraints: RouteConstraints): Promise<string | undefined> =>
      (await router.resolve(CLAUDE, constraints)).rejected.find(({ code }) => code === 'CAPABILITY')?.reason;
    expect(await reasonOf({ toolUse: true })).toBe('The model takes no tools, as a call has shown on 2026-11-25.');
    expect(await reasonOf({ minOutputTokens: 64_001 })).toMatch(/less than 64001, by the table of 2026-11\.$/);
    await discovery.close();
    const next = await again();
    expect(await codesOf(next.router, CLAUDE, { toolUse: true })).toEqual({ routes: false, codes: ['CAPABILITY'] });
    expect(await codesOf(next.router, CLAUDE, { reasoning: true })).toEqual({ routes: true, codes: [] });
    clock.jump(7 * DAY_MS);
    await next.discovery.refresher.refresh();
    expect(await codesOf(next.router, CLAUDE, { toolUse: true })).toEqual({ routes: true, codes: [] });
  });

  it('shows the longest answer of a model where it says so', async () => {
    const { simulator, router } = await start();
    const message =
      'The maximum tokens you requested exceeds the model limit of 8192. Try again with a maximum tokens value that is lower than 8192.';
    simulator.addFault({ kind: 'validation', operation: 'Converse', message, times: 1 });
    await expect(router.run(UNLISTED, withTools)).rejects.toThrow('exceeds the model limit');
    expect(await codesOf(router, UNLISTED, { minOutputTokens: 8_192 })).toEqual({ routes: true, codes: [] });
    expect(await codesOf(router, UNLISTED, { minOutputTokens: 8_193 })).toEqual({
      routes: false,
      codes: ['CAPABILITY'],
    });
  });

  it('shows nothing of calls that are not streamed where only streams are refused', async () => {
    const { simulator, router } = await start();
    simulator.setToolUse(CLAUDE, 'not-streaming');
    await expect(router.run(CLAUDE, streamWithTools)).rejects.toThrow('in streaming mode');
    expect(await codesOf(router, CLAUDE, { toolUse: true })).toEqual({ routes: true, codes: [] });
  });

  it('shows nothing where it is not the service that says it', async () => {
    const { router } = await start();
    const error = Object.assign(new Error("This model doesn't support tool use."), { name: 'ValidationException' });
    await expect(router.run(CLAUDE, () => Promise.reject(error))).rejects.toBe(error);
    expect(await codesOf(router, CLAUDE, { toolUse: true })).toEqual({ routes: true, codes: [] });
  });
});
