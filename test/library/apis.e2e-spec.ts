import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from '@jest/globals';
import { InvocationRouter, type RunContext } from 'nestjs-bedrock-discovery';
import { temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const MODEL = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const REGIONS = ['eu-west-1', 'us-east-1'];
const DAY_MS = 86_400_000;
const UNSUPPORTED = "This model doesn't support the Converse API.";

const converse = ({ client, route }: RunContext): Promise<unknown> =>
  client(BedrockRuntimeClient).send(
    new ConverseCommand({ modelId: route.invocationId, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  );

const invoke = ({ client, route }: RunContext): Promise<unknown> =>
  client(BedrockRuntimeClient).send(
    new InvokeModelCommand({
      modelId: route.invocationId,
      contentType: 'application/json',
      body: JSON.stringify({
        anthropic_version: 'bedrock-2023-05-31',
        max_tokens: 10,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    }),
  );

async function start(directory: string | false = false) {
  const simulator = await startSimulator();
  const clock = new ManualClock(Date.now());
  const again = async () => {
    const discovery = await startDiscovery(optionsFor(simulator, { regions: REGIONS, cache: { directory } }), {
      clock,
    });
    return { discovery, router: discovery.app.get(InvocationRouter) };
  };
  return { simulator, clock, again, ...(await again()) };
}

describe('the APIs of a model', () => {
  it('are unknown until a call has shown them, which rejects nothing unless certainty is asked for', async () => {
    const { router } = await start();
    const { routes } = await router.resolve(MODEL, { api: 'converse' });
    expect(routes.length).toBeGreaterThan(0);
    expect(routes.every((route) => !('apis' in route))).toBe(true);
    const certain = await router.resolve(MODEL, { api: 'converse', unknownFacts: 'reject' });
    expect(certain.routes).toEqual([]);
    expect(new Set(certain.rejected.map(({ code }) => code))).toContain('FACT_UNKNOWN');
  });

  it('are those that calls were answered by, in the order of their list', async () => {
    const { router } = await start();
    await router.run(MODEL, invoke);
    await router.run(MODEL, converse);
    const { routes, modelId } = await router.resolve(MODEL, { api: 'converse', unknownFacts: 'reject' });
    expect(modelId).toBe(MODEL);
    expect(routes[0]).toMatchObject({ apis: ['converse', 'invoke'] });
    expect(routes[0]?.reasons).toContain('APIs: calls have used Converse, InvokeModel.');
  });

  it('lack what the model has refused, for seven days, and in the next run too', async () => {
    const { simulator, clock, router, discovery, again } = await start(await temporaryFolder());
    simulator.addFault({ kind: 'validation', operation: 'Converse', message: UNSUPPORTED });
    await expect(router.run(MODEL, converse)).rejects.toMatchObject({ message: UNSUPPORTED });
    expect(simulator.executions.count()).toBe(0);
    const codes = async (of: InvocationRouter) => {
      const { routes, rejected } = await of.resolve(MODEL, { api: 'converse' });
      return [routes.length > 0 && 'eligible', rejected.some(({ code }) => code === 'API_UNSUPPORTED') && 'refused'];
    };
    expect(await codes(router)).toEqual([false, 'refused']);
    expect((await router.resolve(MODEL, { api: 'invoke' })).routes.length).toBeGreaterThan(0);
    await discovery.close();
    const next = await again();
    await next.discovery.refresher.refresh();
    expect(await codes(next.router)).toEqual([false, 'refused']);
    clock.jump(7 * DAY_MS);
    await next.discovery.refresher.refresh();
    expect(await codes(next.router)).toEqual(['eligible', false]);
  });

  it('are not learnt from an error of the request itself', async () => {
    const { simulator, router } = await start();
    simulator.addFault({ kind: 'validation', operation: 'Converse', message: 'The system prompt is too long.' });
    await expect(router.run(MODEL, converse)).rejects.toThrow('too long');
    expect((await router.resolve(MODEL, { api: 'converse' })).routes.length).toBeGreaterThan(0);
  });
});
