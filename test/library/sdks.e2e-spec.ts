import { Agent } from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { generateText, jsonSchema, stepCountIs, tool } from 'ai';
import type { FaultKind, FaultOptions } from 'bedrock-simulator';
import {
  type BedrockDiscoveryOptions,
  InvocationRouter,
  ModelAccessService,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { ImpatientClock } from '../support/clocks.js';
import { langChainModelOf, type Manner, openAiCallOf, type Sdk, SDKS, vercelCallOf } from '../support/sdks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns } from '../support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3'];
const EU: RunOptions = { residency: 'eu', preferredRegions: ['eu-west-3', 'eu-north-1'] };

type ClientOptions = NonNullable<BedrockDiscoveryOptions['client']>;

/** What makes requests by `client` speaks HTTP/2 unless an agent is given, and by `fetch` HTTP/1.1. */
const ROWS: [string, Sdk, ClientOptions][] = Object.entries(SDKS).flatMap(([name, sdk]) =>
  sdk.through === 'fetch'
    ? [[`${name} over HTTP/1.1`, sdk, {}]]
    : [
        [`${name} over HTTP/2`, sdk, {}],
        [`${name} over HTTP/1.1`, sdk, { httpsAgent: new Agent() }],
      ],
);

async function startWorld(client: ClientOptions, settings: { listenerPerRegion?: boolean } = {}) {
  const clock = new ImpatientClock(Date.now());
  const simulator = await startSimulator({ now: () => clock.now(), ...settings });
  const endpoint =
    settings.listenerPerRegion === true
      ? ({ region }: { region: string }) => simulator.endpointFor(region)
      : simulator.endpoint;
  const options = optionsFor(simulator, { endpoint, client, regions: REGIONS, access: { mode: 'off' } });
  const discovery = await startDiscovery(options, { clock });
  await discovery.refresher.refresh();
  return {
    clock,
    simulator,
    router: discovery.app.get(InvocationRouter),
    access: discovery.app.get(ModelAccessService),
    executions: () => simulator.executions.count(),
  };
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(ROWS)('a call by %s', (_, sdk, client) => {
  async function start(settings: { listenerPerRegion?: boolean; manner?: Manner } = {}) {
    const { manner, ...ofSimulator } = settings;
    const world = await startWorld(client, ofSimulator);
    const { simulator, router } = world;
    const calls: Promise<unknown>[] = [];
    const noted = <T>(call: Promise<T>): Promise<T> => {
      calls.push(call);
      return call;
    };
    return {
      ...world,
      /** How often the SDK has asked in a region, as a whole or piece by piece. */
      asked: (region: string) =>
        [...new Set([sdk.whole, sdk.streamed])].reduce(
          (sum, operation) => sum + simulator.requests.count({ operation, region }),
          0,
        ),
      run: (text: string, options = EU): Promise<string> =>
        router.run(MODEL, (context) => noted(sdk.call(context, text, manner)), options),
      /** Lets the SDK itself come to an end, with whatever it tries after its run is over. */
      settled: () => Promise.allSettled(calls),
      read: async (text: string, options = EU): Promise<string> => {
        let read = '';
        for await (const part of router.stream(MODEL, (context) => noted(sdk.stream(context, text, manner)), options)) {
          read += part;
        }
        return read;
      },
    };
  }

  it('is answered, as a whole and piece by piece, and shows that access is there', async () => {
    const { run, read, access, executions } = await start();
    expect(await run('whole')).toMatch(/called in eu-west-3\.$/);
    expect(await read('in pieces')).toMatch(/called in eu-west-3\.$/);
    expect(access.peekAccess(MODEL, 'eu-west-3').state).toBe('observed');
    expect(executions()).toBe(2);
  });

  it.each<FaultKind>(['throttled', 'scp-denied', 'unrecognized-client', 'unknown-operation'])(
    'goes through the next route where the first refuses: %s',
    async (kind) => {
      const { simulator, run, read, router, executions, asked } = await start();
      simulator.addFault({ kind, region: 'eu-west-3' });
      expect(await run('whole')).toMatch(/called in eu-north-1\.$/);
      expect(asked('eu-west-3')).toBe(1);
      expect(await read('in pieces', { ...EU, preferredRegions: ['eu-west-3', 'eu-central-1'] })).toMatch(
        /called in eu-/,
      );
      expect(executions()).toBe(2);
      const denied = (await router.resolve(MODEL, EU)).rejected.filter(({ code }) => code === 'ACCESS_DENIED');
      expect(denied.map(({ region }) => region)).toEqual(kind === 'scp-denied' ? ['eu-west-3'] : []);
    },
  );

  it('goes through the next route where there is no connection', async () => {
    const { simulator, run, read, executions } = await start({ listenerPerRegion: true });
    await simulator.closeRegion('eu-west-3');
    await turns();
    expect(await run('whole')).toMatch(/called in eu-north-1\.$/);
    expect(await read('in pieces')).toMatch(/called in eu-north-1\.$/);
    expect(executions()).toBe(2);
  });

  it.each<FaultOptions>([
    { kind: 'internal-error', executed: true },
    { kind: 'reset', executed: true },
    { kind: 'truncated' },
  ])('is not repeated, by whomever, where it may have been executed: $kind', async (fault) => {
    const { simulator, run, read, executions } = await start();
    simulator.addFault({ ...fault, operation: sdk.whole });
    simulator.addFault({ ...fault, operation: sdk.streamed });
    expect(await caught(run('whole'))).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
    expect(executions()).toBe(1);
    expect(await caught(read('in pieces'))).toBeDefined();
    expect(executions()).toBe(2);
  });

  it('is not repeated for what fails after its answer', async () => {
    const { router, executions } = await start();
    const own = Object.assign(new Error('Too many requests'), { name: 'ThrottlingException', $metadata: {} });
    const running = router.run(MODEL, async (context) => {
      await sdk.call(context, 'answered');
      throw own;
    });
    expect(await caught(running)).toBe(own);
    expect(executions()).toBe(1);
  });

  it.each<FaultKind>(['stream-reset', 'stream-cut', 'stream-drop', 'stream-end', 'stream-error'])(
    'does not look complete where its stream breaks off: %s',
    async (kind) => {
      const { simulator, read, executions } = await start();
      simulator.addFault({ kind, afterEvents: 3, operation: sdk.streamed });
      expect(await caught(read(kind))).toMatchObject({ message: expect.any(String) });
      expect(executions()).toBe(1);
    },
  );

  it('is wrong for every route where the service calls it wrong', async () => {
    const { simulator, run, executions } = await start();
    simulator.addFault({ kind: 'validation', operation: sdk.whole });
    expect(await caught(run('wrong'))).not.toMatchObject({ code: expect.stringMatching(/ROUTE|MAY/) });
    expect(simulator.requests.count({ operation: sdk.whole })).toBe(1);
    expect(executions()).toBe(0);
  });

  it.each<FaultKind>(['throttled', 'scp-denied'])(
    'asks a region that refuses once, though the SDK tries again by itself and knows no signal: %s',
    async (kind) => {
      const { simulator, run, read, settled, executions, asked } = await start({ manner: 'careless' });
      simulator.addFault({ kind, region: 'eu-west-3' });
      simulator.addFault({ kind, region: 'eu-central-1' });
      expect(await run('whole')).toMatch(/called in eu-north-1\.$/);
      expect(await read('in pieces', { ...EU, preferredRegions: ['eu-central-1', 'eu-north-1'] })).toMatch(
        /called in eu-north-1\.$/,
      );
      await settled();
      expect([asked('eu-west-3'), asked('eu-central-1')]).toEqual([1, 1]);
      expect(executions()).toBe(2);
    },
  );

  it.each<FaultOptions>([
    { kind: 'internal-error', executed: true },
    { kind: 'reset', executed: true },
  ])(
    'is executed once where its answer is lost, though the SDK tries again by itself and knows no signal: $kind',
    async (fault) => {
      const { simulator, run, read, settled, executions } = await start({ manner: 'careless' });
      simulator.addFault(fault);
      expect(await caught(run('whole'))).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
      await settled();
      expect(executions()).toBe(1);
      expect(await caught(read('in pieces'))).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
      await settled();
      expect(executions()).toBe(2);
    },
  );
});

const NAME = 'weather';
const QUESTION = `Ask the ${NAME}.`;

/** How an SDK has a model call a tool, and answer by what it says. */
const LOOPS: Record<string, (context: RunContext, weather: () => string, manner?: Manner) => Promise<string | null>> = {
  'the Vercel AI SDK': async (context, weather, manner) => {
    const inputSchema = jsonSchema<object>({ type: 'object', properties: {} });
    const tools = { [NAME]: tool({ inputSchema, execute: () => Promise.resolve(weather()) }) };
    const call = vercelCallOf(context, QUESTION, manner);
    return (await generateText({ ...call, tools, stopWhen: stepCountIs(3) })).text;
  },
  LangChain: async (context, weather, manner) => {
    const schema = { type: 'object', properties: {} };
    const model = langChainModelOf(context, manner).bindTools([{ name: NAME, description: 'It knows.', schema }]);
    const asked = new HumanMessage(QUESTION);
    const answer = await model.invoke([asked]);
    const results = (answer.tool_calls ?? []).map(({ id = '' }) => new ToolMessage(weather(), id));
    return (await model.invoke([asked, answer, ...results])).text;
  },
  "OpenAI's SDK": (context, weather, manner) => {
    const { completions, asked, options } = openAiCallOf(context, QUESTION, manner);
    const parameters = { type: 'object', properties: {} };
    const described = { name: NAME, description: 'It knows.', parameters, parse: JSON.parse, function: weather };
    return completions
      .runTools({ ...asked, tools: [{ type: 'function', function: described }] }, options)
      .finalContent();
  },
};

describe.each(Object.entries(LOOPS))('a call with tools by %s', (_, loop) => {
  async function start(manner?: Manner) {
    const world = await startWorld({});
    const calls = { weather: 0 };
    return {
      ...world,
      calls,
      run: (meanwhile: () => void = () => undefined) =>
        world.router.run(
          MODEL,
          (context) => {
            const weather = (): string => {
              calls.weather += 1;
              meanwhile();
              return 'rain';
            };
            return loop(context, weather, manner);
          },
          EU,
        ),
    };
  }

  it('is one attempt of two requests', async () => {
    const { run, calls, executions } = await start();
    expect(await run()).toMatch(/called in eu-west-3\.$/);
    expect([executions(), calls.weather]).toEqual([2, 1]);
  });

  it('goes through the next route as a whole where its first request is refused', async () => {
    const { simulator, run, calls, executions } = await start();
    simulator.addFault({ kind: 'throttled', region: 'eu-west-3' });
    expect(await run()).toMatch(/called in eu-north-1\.$/);
    expect([executions(), calls.weather]).toEqual([2, 1]);
  });

  it('is not begun again where a later request is refused', async () => {
    const { simulator, run, calls, executions } = await start();
    const failed = await caught(run(() => void simulator.addFault({ kind: 'throttled' })));
    expect(failed).not.toMatchObject({ code: expect.stringMatching(/ROUTE|MAY/) });
    expect([executions(), calls.weather]).toEqual([1, 1]);
  });

  it('is not sent again, by whomever, where the answer to a later request is lost', async () => {
    const { simulator, run, calls, executions } = await start('careless');
    const failed = await caught(run(() => void simulator.addFault({ kind: 'internal-error', executed: true })));
    expect(failed).toBeDefined();
    expect([executions(), calls.weather]).toEqual([2, 1]);
  });
});
