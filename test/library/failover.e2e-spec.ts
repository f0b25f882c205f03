import { Agent } from 'node:https';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BedrockClient, GetFoundationModelAvailabilityCommand } from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator, FaultOptions, SimulatorOptions } from 'bedrock-simulator';
import fc from 'fast-check';
import {
  type BedrockDiscoveryOptions,
  type DiscoveredModel,
  InvocationRouter,
  MayHaveExecutedError,
  ModelAccessService,
  NoRouteError,
  type Route,
  RoutesExhaustedError,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { ImpatientClock } from '../support/clocks.js';
import { runs } from '../support/runs.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { pageOf, type Stranger, startStranger } from '../support/start-stranger.js';
import { turns, until } from '../support/until.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const EU = { residency: 'eu' } as const;
/** Enough for routes within the EU and beyond. */
const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-1', 'eu-west-3', 'us-east-1', 'us-east-2', 'us-west-2'];
const LONG_AFTER_MS = 3_600_001;
/** Where much time passes and nothing is to be found out about access. */
const TIMELESS: BedrockDiscoveryOptions = {
  access: { mode: 'off', ttlMs: 60_000 },
  cache: { directory: false, memoryTtlMs: 1e12, diskTtlMs: 1e12 },
};

class World {
  readonly router: InvocationRouter;
  readonly access: ModelAccessService;
  #calls = 0;

  constructor(
    readonly simulator: BedrockSimulator,
    readonly discovery: Discovery,
    readonly clock: ImpatientClock,
  ) {
    this.router = discovery.app.get(InvocationRouter);
    this.access = discovery.app.get(ModelAccessService);
  }

  /** A text that no other call has. */
  marker(): string {
    this.#calls += 1;
    return `call ${this.#calls}`;
  }

  /** How often the model ran for a call. */
  executions(marker: string): number {
    return this.simulator.executions.list().filter(({ text }) => text === marker).length;
  }

  /** Every trouble is forgotten; the simulator's clock has gone on as well, which any answer tells. */
  async muchLater(): Promise<void> {
    this.clock.advance(LONG_AFTER_MS);
    await this.discovery.latencies.measure('us-east-1').catch(() => undefined);
  }

  fault(fault: FaultOptions): () => void {
    return this.simulator.addFault(fault);
  }

  async converse(id: string, options: RunOptions = {}, marker = this.marker()): Promise<Route> {
    return this.router.run(
      id,
      async (context) => {
        await send(context, marker);
        return context.route;
      },
      options,
    );
  }

  async streamed(id: string, options: RunOptions = {}, marker = this.marker()): Promise<string> {
    let text = '';
    const events = this.router.stream(id, (context) => openStream(context, marker), options);
    for await (const { contentBlockDelta } of events) {
      text += contentBlockDelta?.delta?.text ?? '';
    }
    return text;
  }
}

function send({ route, client }: RunContext, text: string): Promise<unknown> {
  const messages = [{ role: 'user' as const, content: [{ text }] }];
  return client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages }));
}

async function openStream({ route, client }: RunContext, text: string) {
  const messages = [{ role: 'user' as const, content: [{ text }] }];
  const command = new ConverseStreamCommand({ modelId: route.invocationId, messages });
  const { stream } = await client(BedrockRuntimeClient).send(command);
  if (stream === undefined) {
    throw new Error('There is no stream.');
  }
  return stream;
}

async function startWorld(
  options: BedrockDiscoveryOptions = {},
  { everywhere = false, ...settings }: SimulatorOptions & { everywhere?: boolean } = {},
  prepare: (simulator: BedrockSimulator) => void = () => undefined,
): Promise<World> {
  const simulator = await startSimulator({ now: () => clock.now(), ...settings });
  prepare(simulator);
  const endpoint = settings.listenerPerRegion
    ? ({ region }: { region: string }) => simulator.endpointFor(region)
    : simulator.endpoint;
  const discovery = await startDiscovery(
    optionsFor(simulator, { endpoint, ...(!everywhere && { regions: REGIONS }), ...options }),
    { clock },
  );
  await discovery.refresher.refresh();
  return new World(simulator, discovery, clock);
}

let clock: ImpatientClock;

beforeEach(() => {
  clock = new ImpatientClock('2026-08-22T12:00:00Z');
});

const kindsOf = (error: unknown): string[] =>
  (error as RoutesExhaustedError).attempts.map(({ failure }) => failure.kind);
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a call that is carried through', () => {
  it('goes through the best route, with a client for it', async () => {
    const world = await startWorld();
    const [best] = (await world.router.resolve(MODEL, { ...EU, preferredRegions: ['eu-west-3'] })).routes;
    const contexts: RunContext[] = [];
    const answer = await world.router.run(
      MODEL,
      async (context) => {
        contexts.push(context);
        return context.client(BedrockRuntimeClient).config.region();
      },
      { ...EU, preferredRegions: ['eu-west-3'] },
    );
    expect(answer).toBe('eu-west-3');
    expect(contexts.map(({ route, attempt, signal }) => [route.invocationId, attempt, signal.aborted])).toEqual([
      [best?.invocationId, 1, false],
    ]);
  });

  it.each<[string, FaultOptions]>([
    ['throttled', { kind: 'throttled' }],
    ['denied by a policy', { kind: 'scp-denied' }],
    ['not to be had there', { kind: 'access-denied' }],
    ['not signed for there', { kind: 'unrecognized-client' }],
  ])('goes on to the next route where it is %s, and runs once', async (_, fault) => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ ...fault, region: 'eu-west-3', operation: 'Converse' });
    const marker = world.marker();
    const route = await world.converse(MODEL, { ...EU, preferredRegions: ['eu-west-3', 'eu-north-1'] }, marker);
    expect(route.region).toBe('eu-north-1');
    expect(world.executions(marker)).toBe(1);
  });

  it('goes on where the model reached its end, or its id is not taken, since the listing was read', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.simulator.setLifecycle(MODEL, { status: 'LEGACY', endOfLifeTime: '2026-08-22T11:00:00Z' }, 'eu-west-3');
    world.simulator.removeProfile(`eu.${MODEL}`, 'eu-north-1');
    const preferredRegions = ['eu-west-3', 'eu-north-1', 'eu-west-1'];
    expect((await world.converse(MODEL, { ...EU, preferredRegions })).region).toBe('eu-west-1');
  });

  it('is not repeated when its answer is lost, unless that is allowed', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    for (const fault of [
      { kind: 'reset', executed: true },
      { kind: 'internal-error', executed: true },
      { kind: 'service-unavailable' },
      { kind: 'model-error', executed: true },
      { kind: 'truncated' },
    ] as const) {
      const options = { ...EU, preferredRegions: ['eu-west-3'] };
      const remove = world.fault({ ...fault, region: 'eu-west-3', operation: 'Converse' });
      const marker = world.marker();
      const error = await caught(world.converse(MODEL, options, marker));
      expect(error).toBeInstanceOf(MayHaveExecutedError);
      expect(error).toMatchObject({
        code: 'MAY_HAVE_EXECUTED',
        attempts: [{ route: { region: 'eu-west-3' }, called: true }],
      });
      expect(world.executions(marker)).toBeLessThanOrEqual(1);
      await world.muchLater();
      const again = world.marker();
      const { region } = await world.converse(MODEL, { ...options, onAmbiguous: 'retry' }, again);
      expect(region).not.toBe('eu-west-3');
      remove();
      await world.muchLater();
    }
  });

  it.each<[string, (context: RunContext, marker: string) => Promise<unknown>]>([
    [
      'one after the other',
      async (context, marker) => {
        await send(context, marker);
        await openStream(context, 'and then');
      },
    ],
    ['side by side', (context, marker) => Promise.all([send(context, marker), openStream(context, 'and besides')])],
  ])('is not repeated once one of several requests %s has run', async (_, call) => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'throttled', operation: 'ConverseStream' });
    const marker = world.marker();
    const both = world.router.run(MODEL, (context) => call(context, marker), EU);
    expect(['ThrottlingException', 'MayHaveExecutedError']).toContain(((await caught(both)) as Error).name);
    expect(world.executions(marker)).toBe(1);
  });

  it('stops at once at what the caller did wrong, and passes that on as it is', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const calls: string[] = [];
    const wrong = caught(
      world.router.run(MODEL, ({ route, client }) => {
        calls.push(route.region);
        return client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages: [] }));
      }),
    );
    expect(await wrong).toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
    const own = new TypeError('my own mistake');
    const thrown = caught(
      world.router.run(MODEL, () => {
        calls.push('again');
        throw own;
      }),
    );
    expect(await thrown).toBe(own);
    expect(calls).toHaveLength(2);
  });

  it('has no route, or none that is known, before anything is called', async () => {
    const world = await startWorld();
    const none = await caught(world.converse(MODEL, { via: ['on-demand'] }));
    expect(none).toBeInstanceOf(NoRouteError);
    expect(none).toMatchObject({ code: 'NO_ROUTE', resolution: { modelId: MODEL, routes: [] } });
    world.fault({ kind: 'scp-denied', region: 'eu-west-1' });
    await world.discovery.models.clearCache();
    await world.discovery.profiles.clearCache();
    await world.discovery.refresher.refresh({ force: true });
    await expect(world.converse(MODEL, { sourceRegions: ['eu-west-1'] })).rejects.toMatchObject({
      code: 'ROUTES_UNKNOWN',
    });
    expect(world.simulator.executions.count()).toBe(0);
  });

  it('says what every route answered when none carried it through', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'access-denied', operation: 'Converse' });
    const error = await caught(
      world.converse(MODEL, {
        residency: ['eu-west-1', 'eu-west-3', 'eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2'],
        sourceRegions: ['eu-west-1', 'eu-west-3'],
      }),
    );
    expect(error).toBeInstanceOf(RoutesExhaustedError);
    expect(error).toMatchObject({ code: 'ROUTES_EXHAUSTED', cause: { name: 'AccessDeniedException' } });
    expect(kindsOf(error)).toEqual(['access-denied', 'access-denied']);
  });

  it('does not try other routes with credentials that no route accepts', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'expired-token', operation: 'Converse' });
    const error = await caught(world.converse(MODEL, EU));
    expect(kindsOf(error)).toEqual(['credentials-expired']);
  });

  it('keeps to its budget of calls', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'access-denied', operation: 'Converse' });
    const error = await caught(world.converse(MODEL, { maxAttempts: 3 }));
    expect(kindsOf(error)).toHaveLength(3);
    expect((error as Error).message).toContain('its 3 attempts are used up');
    expect(world.simulator.requests.count({ operation: 'Converse' })).toBe(3);
  });

  it('keeps to its budget of time, and ends the request that is under way', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'hang', operation: 'Converse' });
    const signals: AbortSignal[] = [];
    const running = caught(
      world.router.run(
        MODEL,
        (context) => {
          signals.push(context.signal);
          return send(context, 'hanging');
        },
        { ...EU, timeoutMs: 5_000 },
      ),
    );
    await until(() => world.simulator.requests.count({ operation: 'Converse' }) === 1);
    clock.advance(5_000);
    expect(await running).toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('ends when its signal aborts', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'hang', operation: 'Converse' });
    const controller = new AbortController();
    const running = caught(world.converse(MODEL, { ...EU, signal: controller.signal }));
    await until(() => world.simulator.requests.count({ operation: 'Converse' }) === 1);
    controller.abort(new Error('enough'));
    expect(await running).toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
    await expect(world.converse(MODEL, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('tries routes that were all throttled once more after a pause', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const only = { sourceRegions: ['eu-west-3'], ...EU };
    world.fault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse', times: 1 });
    expect((await world.converse(MODEL, only)).region).toBe('eu-west-3');
    expect(world.simulator.requests.count({ operation: 'Converse' })).toBe(2);
    world.fault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse' });
    const error = await caught(world.converse(MODEL, only));
    expect(kindsOf(error)).toEqual(['throttled', 'throttled', 'throttled']);
  });
});

describe('what a call has shown', () => {
  it('is kept as access: what succeeded was observed, what was denied is not tried again', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'scp-denied', region: 'eu-west-3', operation: 'Converse' });
    const options = { ...EU, preferredRegions: ['eu-west-3', 'eu-north-1'] };
    await world.converse(MODEL, options);
    await world.converse(MODEL, options);
    expect(world.simulator.requests.count({ operation: 'Converse', region: 'eu-west-3' })).toBe(1);
    expect(world.access.peekAccess(MODEL, 'eu-north-1').state).toBe('observed');
    const { rejected, routes } = await world.router.resolve(MODEL, options);
    expect(routes[0]).toMatchObject({ region: 'eu-north-1', access: 'observed' });
    expect(rejected).toContainEqual(expect.objectContaining({ region: 'eu-west-3', code: 'ACCESS_DENIED' }));
  });

  it('cools a throttled route down, and no other of its region', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const id = 'amazon.nova-lite-v1:0';
    const options: RunOptions = { sourceRegions: ['us-east-1'], prefer: 'single-region' };
    world.fault({ kind: 'throttled', region: 'us-east-1', modelId: id, operation: 'Converse', times: 1 });
    const first = await world.converse(id, options);
    expect(first).toMatchObject({ region: 'us-east-1', via: 'system-profile' });
    const { routes } = await world.router.resolve(id, options);
    expect(routes.at(-1)).toMatchObject({ invocationId: id });
    expect(routes.at(-1)?.reasons).toContainEqual(
      expect.stringMatching(/^Health: it was throttled; tried again in 10 s/),
    );
    clock.advance(10_001);
    expect((await world.router.resolve(id, options)).routes[0]).toMatchObject({ invocationId: id });
  });

  it('opens the circuit of a route that keeps failing, which is then left alone and probed by one call', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const remove = world.fault({ kind: 'internal-error', region: 'eu-west-3', operation: 'Converse' });
    const options: RunOptions = {
      ...EU,
      sourceRegions: ['eu-west-3', 'eu-north-1'],
      preferredRegions: ['eu-west-3'],
      onAmbiguous: 'retry',
    };
    const calls = (): number => world.simulator.requests.count({ operation: 'Converse', region: 'eu-west-3' });
    for (let failures = 1; failures <= 3; failures += 1) {
      await world.converse(MODEL, options);
      expect(calls()).toBe(failures);
      clock.advance(failures < 3 ? 60_001 : 0);
    }
    const { routes } = await world.router
      .resolve(MODEL, { ...options, onAmbiguous: undefined } as RunOptions)
      .catch(() => ({ routes: [] as Route[] }));
    expect(routes).toEqual([]);
    const ranked = await world.router.resolve(MODEL, { ...EU, sourceRegions: ['eu-west-3', 'eu-north-1'] });
    expect(ranked.routes.map(({ region }) => region)).toEqual(['eu-north-1', 'eu-west-3']);
    await world.converse(MODEL, { ...options, preferredRegions: [] });
    expect(calls()).toBe(3);
    remove();
    clock.advance(120_001);
    await world.converse(MODEL, options);
    expect(calls()).toBe(4);
    expect(
      (await world.router.resolve(MODEL, { ...EU, sourceRegions: ['eu-west-3'] })).routes[0]?.reasons,
    ).not.toContainEqual(expect.stringMatching(/^Health/));
  });

  it('counts in the latency of real calls', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    await world.converse(MODEL, { ...EU, sourceRegions: ['eu-west-3'] });
    expect(world.discovery.latencies.get('eu-west-3')?.runtimeMs).toBeGreaterThanOrEqual(0);
    const { failures } = world.discovery.latencies.get('eu-west-3') ?? { failures: 0 };
    world.fault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse', times: 1 });
    await world.converse(MODEL, { ...EU, sourceRegions: ['eu-west-3'] });
    expect(world.discovery.latencies.get('eu-west-3')?.failures).toBe(failures + 1);
  });
});

describe('a model whose terms nobody has accepted', () => {
  it('is not called, since a call would accept them, unless that is wanted', async () => {
    const world = await startWorld({}, {}, (simulator) => simulator.setAccess(MODEL, { agreement: 'NOT_AVAILABLE' }));
    const error = await caught(world.converse(MODEL, EU));
    expect(error).toBeInstanceOf(RoutesExhaustedError);
    expect((error as RoutesExhaustedError).attempts[0]).toMatchObject({
      called: false,
      failure: { remedy: expect.stringContaining('acceptAgreements: true') },
    });
    expect(world.simulator.executions.count()).toBe(0);
    expect(world.simulator.agreements.count()).toBe(0);
    await world.converse(MODEL, { ...EU, acceptAgreements: true });
    expect(world.simulator.agreements.count()).toBe(1);
  });

  it('is called where another region has it for the asking', async () => {
    const world = await startWorld({}, {}, (simulator) =>
      simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' }, 'eu-west-3'),
    );
    const { region } = await world.converse(MODEL, { ...EU, preferredRegions: ['eu-west-3', 'eu-north-1'] });
    expect(region).toBe('eu-north-1');
    expect(world.simulator.requests.count({ operation: 'Converse', region: 'eu-west-3' })).toBe(0);
  });
});

describe('access that is not known yet', () => {
  it('is asked about where it keeps a preferred region behind one that was called before', async () => {
    const world = await startWorld();
    await world.converse(MODEL, { ...EU, preferredRegions: ['eu-west-3'] });
    const { region } = await world.converse(MODEL, { ...EU, preferredRegions: ['eu-north-1'] });
    expect(region).toBe('eu-north-1');
  });

  it('does not keep equal routes from sharing the load', async () => {
    const world = await startWorld();
    const sourceRegions = ['eu-west-1', 'eu-west-3', 'eu-north-1'];
    world.discovery.latencies.clear();
    sourceRegions.forEach((region) => world.discovery.latencies.record(region, { latencyMs: 0.5 }));
    const regions = new Set<string>();
    for (let call = 0; call < 12; call += 1) {
      const options = { ...EU, sourceRegions };
      regions.add((await world.router.run(MODEL, async ({ route }) => route, options)).region);
      await turns();
    }
    expect(regions.size).toBe(3);
  });

  it('is asked about once, and stays out of the way where the question is refused', async () => {
    const world = await startWorld();
    world.fault({ kind: 'access-denied', operation: 'GetFoundationModelAvailability' });
    for (let call = 0; call < 3; call += 1) {
      await world.converse(MODEL, { ...EU, sourceRegions: ['eu-west-1', 'eu-west-3'] });
    }
    expect(world.simulator.requests.count({ operation: 'GetFoundationModelAvailability' })).toBeLessThanOrEqual(2);
  });
});

describe('equal routes', () => {
  const options: RunOptions = { ...EU, sourceRegions: ['eu-west-1', 'eu-west-3', 'eu-north-1'] };

  it('share the load', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.discovery.latencies.clear();
    const release: (() => void)[] = [];
    const running = Array.from({ length: 9 }, () =>
      world.router.run(
        MODEL,
        ({ route }) =>
          new Promise<string>((resolve) => {
            release.push(() => resolve(route.region));
          }),
        options,
      ),
    );
    await until(() => release.length === 9);
    release.forEach((end) => end());
    const regions = await Promise.all(running);
    expect(new Set(regions).size).toBe(3);
    expect(regions.filter((region) => region === 'eu-west-1')).toHaveLength(3);
  });

  it('are kept to by calls with one affinity, as long as they work', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const talk = async (affinityKey: string): Promise<string> =>
      (await world.router.run(MODEL, async ({ route }) => route, { ...options, affinityKey })).region;
    world.discovery.latencies.clear();
    const home = await talk('a conversation');
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await talk('a conversation')).toBe(home);
    }
    world.fault({ kind: 'throttled', region: home, operation: 'Converse', times: 1 });
    const moved = await world.converse(MODEL, { ...options, affinityKey: 'a conversation' });
    expect(moved.region).not.toBe(home);
  });
});

describe('a stream', () => {
  it('is read piece by piece, from the best route', async () => {
    const world = await startWorld();
    const text = await world.streamed(MODEL, { ...EU, preferredRegions: ['eu-west-3'] });
    expect(text).toMatch(/^Simulated answer of anthropic\.claude-sonnet-4-5.* called in eu-west-3\.$/);
  });

  it('fails over until its first item', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const options = { ...EU, preferredRegions: ['eu-west-3', 'eu-north-1'] };
    world.fault({ kind: 'throttled', region: 'eu-west-3', operation: 'ConverseStream', times: 1 });
    const marker = world.marker();
    expect(await world.streamed(MODEL, options, marker)).toContain('called in eu-north-1');
    expect(world.executions(marker)).toBe(1);
  });

  it('never fails over after its first item: what has come stays, and the error passes through', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'stream-error', afterEvents: 3, operation: 'ConverseStream' });
    const marker = world.marker();
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const event of world.router.stream(MODEL, (context) => openStream(context, marker), {
        ...EU,
        onAmbiguous: 'retry',
      })) {
        seen.push(event);
      }
    })();
    expect(await caught(reading)).toMatchObject({ name: 'ModelStreamErrorException' });
    expect(seen).toHaveLength(3);
    expect(world.simulator.requests.count({ operation: 'ConverseStream' })).toBe(1);
  });

  it('does not look complete where its connection breaks in the middle', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'stream-reset', afterEvents: 3, operation: 'ConverseStream' });
    await expect(world.streamed(MODEL, EU)).rejects.toThrow();
  });

  it('may have run where it breaks before its first item', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    world.fault({ kind: 'stream-error', afterEvents: 0, operation: 'ConverseStream', times: 1 });
    const marker = world.marker();
    await expect(world.streamed(MODEL, EU, marker)).rejects.toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
    expect(world.executions(marker)).toBe(1);
  });

  it('ends its request where nobody reads on', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const signals: AbortSignal[] = [];
    for await (const event of world.router.stream(MODEL, (context) => {
      signals.push(context.signal);
      return openStream(context, 'left early');
    })) {
      expect(event.messageStart).toBeDefined();
      break;
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('ends in the middle when its signal aborts', async () => {
    const world = await startWorld({ access: { mode: 'off' } });
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of world.router.stream(MODEL, (context) => openStream(context, 'x'), {
        ...EU,
        signal: controller.signal,
      })) {
        controller.abort();
      }
    })();
    expect(await caught(reading)).toMatchObject({ code: 'ABORTED' });
  });

  it('calls nothing before it is read', async () => {
    const world = await startWorld();
    const before = world.simulator.requests.count();
    world.router.stream(MODEL, (context) => openStream(context, 'never'));
    expect(world.simulator.requests.count()).toBe(before);
  });
});

describe('failover over the whole catalogue', () => {
  const ONE_REGION_OUT_MS = 240_000;
  type Called = Pick<DiscoveredModel, 'modelId' | 'outputModalities'>;
  type Outage = Called & { readonly region: string };

  /** The region that a call came through. Models that do not talk are asked about where they would be called. */
  async function reach(
    world: World,
    { modelId, outputModalities }: Called,
    preferredRegions: readonly string[],
  ): Promise<string> {
    if (outputModalities.includes('TEXT')) {
      const marker = world.marker();
      const route = await world.converse(modelId, { preferredRegions }, marker);
      expect(world.executions(marker)).toBe(1);
      return route.region;
    }
    const ask = async ({ route, client }: RunContext): Promise<string> => {
      await client(BedrockClient).send(new GetFoundationModelAvailabilityCommand({ modelId }));
      return route.region;
    };
    return world.router.run(modelId, ask, { preferredRegions });
  }

  /** Which region can be out for which model, by the region and by what is called there and elsewhere. */
  async function outagesByKind(world: World): Promise<Map<string, Outage[]>> {
    const kinds = new Map<string, Outage[]>();
    for (const { modelId, outputModalities } of await world.discovery.models.getAllModels()) {
      for (const region of world.simulator.regions) {
        const { routes } = await world.router.resolve(modelId, { preferredRegions: [region] });
        const [there] = routes;
        const elsewhere = routes.find((route) => route.region !== region);
        if (there?.region === region && elsewhere !== undefined) {
          const kind = [region, there.via, elsewhere.via, outputModalities.includes('TEXT')].join();
          kinds.set(kind, [...(kinds.get(kind) ?? []), { region, modelId, outputModalities }]);
        }
      }
    }
    return kinds;
  }

  it(
    'every model with another lawful route is reached, whichever region cannot be: a random one of each kind',
    async () => {
      const world = await startWorld(TIMELESS, { everywhere: true, listenerPerRegion: true });
      const proven = new Set<string>();
      const isReached = async ({ region, ...model }: Outage): Promise<void> => {
        await world.simulator.closeRegion(region);
        // What is sent before the end of a connection is noticed may have been executed, and is not repeated.
        await turns();
        expect(await reach(world, model, [region])).not.toBe(region);
        await world.simulator.openRegion(region);
        proven.add(region);
        // The region is tried first again by the next call.
        clock.advance(600_001);
      };
      for (const outages of (await outagesByKind(world)).values()) {
        // Where one fails, the model, the region and the seed are told.
        await fc.assert(fc.asyncProperty(fc.constantFrom(...outages), isReached), { numRuns: 1, endOnFailure: true });
      }
      expect([...proven].sort()).toEqual([...world.simulator.regions].sort());
    },
    ONE_REGION_OUT_MS,
  );

  it(
    'every model with another lawful route is reached, with the three best regions throttled',
    async () => {
      const world = await startWorld(TIMELESS, { everywhere: true });
      const models = await world.discovery.models.getAllModels();
      let proven = 0;
      for (const model of models) {
        const { modelId } = model;
        const { routes } = await world.router.resolve(modelId);
        const regions = [...new Set(routes.map(({ region }) => region))];
        const throttled = regions.slice(0, 3);
        throttled.forEach((region) => world.fault({ kind: 'throttled', region }));
        if (regions.length > 3) {
          expect(throttled).not.toContain(await reach(world, model, throttled));
          proven += 1;
        }
        world.simulator.clearFaults();
        clock.advance(600_001);
      }
      expect(proven).toBeGreaterThan(30);
    },
    ONE_REGION_OUT_MS,
  );
});

describe('failover over all faults at all moments', () => {
  const moments = fc.oneof(
    // Refused, so never executed.
    fc.record({
      kind: fc.constantFrom('throttled', 'access-denied', 'scp-denied', 'unrecognized-client', 'model-not-ready'),
    }),
    // Before or after the model has run.
    fc.record({
      kind: fc.constantFrom('internal-error', 'service-unavailable', 'reset', 'model-error', 'model-timeout'),
      executed: fc.boolean(),
    }),
    // While the answer is on its way.
    fc.record({ kind: fc.constantFrom('truncated', 'malformed') }),
    fc.record({ kind: fc.constantFrom('stream-error', 'stream-reset'), afterEvents: fc.nat(4) }),
  ) satisfies fc.Arbitrary<FaultOptions>;
  const faults = fc.array(
    fc.tuple(fc.constantFrom('eu-west-1', 'eu-west-3', 'eu-north-1', 'eu-central-1', undefined), moments, fc.nat(2)),
    { minLength: 1, maxLength: 6 },
  );

  it('no call is executed twice unasked', async () => {
    const world = await startWorld(TIMELESS);
    await fc.assert(
      fc.asyncProperty(faults, fc.boolean(), async (injected, streaming) => {
        world.simulator.clearFaults();
        for (const [region, fault, times] of injected) {
          const operation = streaming || fault.kind.startsWith('stream') ? 'ConverseStream' : 'Converse';
          world.fault({ ...fault, operation, ...(region && { region }), ...(times > 0 && { times }) });
        }
        const marker = world.marker();
        await caught(streaming ? world.streamed(MODEL, EU, marker) : world.converse(MODEL, EU, marker));
        expect(world.executions(marker)).toBeLessThanOrEqual(1);
        clock.advance(LONG_AFTER_MS);
      }),
      { numRuns: runs(80) },
    );
  }, 120_000);
});

describe.each(['http1', 'http2'] as const)('over %s, something between the caller and one region', (protocol) => {
  const options = { ...EU, preferredRegions: ['eu-west-3', 'eu-north-1'] };

  async function startBehind(status: number): Promise<{ world: World; stranger: Stranger }> {
    const stranger = await startStranger(pageOf(status), protocol);
    const simulator = await startSimulator({ now: () => clock.now() });
    const endpoint = ({ service, region }: { service: string; region: string }) =>
      service === 'bedrock-runtime' && region === 'eu-west-3' ? stranger.url : simulator.endpoint;
    const agent = new Agent();
    const client = protocol === 'http1' ? { httpsAgent: agent } : {};
    const discovery = await startDiscovery(optionsFor(simulator, { endpoint, client }), { clock });
    await discovery.refresher.refresh();
    return { world: new World(simulator, discovery, clock), stranger };
  }

  it.each([401, 403, 404, 407, 429])(
    'that refuses with a page of status %i sends the call elsewhere, and denies nothing',
    async (status) => {
      const { world, stranger } = await startBehind(status);
      const marker = world.marker();
      expect((await world.converse(MODEL, options, marker)).region).toBe('eu-north-1');
      expect(stranger.asked).toBe(1);
      expect(world.executions(marker)).toBe(1);
      expect(world.access.peekAccess(MODEL, 'eu-west-3').state).not.toBe('denied');
      const { routes, rejected } = await world.router.resolve(MODEL, options);
      expect(rejected).not.toContainEqual(expect.objectContaining({ code: 'ACCESS_DENIED' }));
      expect(routes.map(({ region }) => region)).toContain('eu-west-3');
      await world.muchLater();
      await world.converse(MODEL, options);
      expect(stranger.asked).toBe(2);
    },
  );

  it.each([200, 500, 502])('that answers with a page of status %i may have passed the call on', async (status) => {
    const { world, stranger } = await startBehind(status);
    const error = await caught(world.converse(MODEL, options));
    expect(error).toMatchObject({
      code: 'MAY_HAVE_EXECUTED',
      attempts: [
        {
          failure: {
            kind: 'malformed-response',
            message: `HTTP status ${status} with content type text/html, not answered by the service.`,
          },
        },
      ],
    });
    expect(stranger.asked).toBe(1);
    expect(world.access.peekAccess(MODEL, 'eu-west-3').state).not.toBe('denied');
  });
});

describe('what a model refuses in words alone', () => {
  const options = { ...EU, preferredRegions: ['eu-west-3', 'eu-north-1'] };
  const refusing = async (kind: FaultOptions['kind'], message: string): Promise<World> => {
    const world = await startWorld(TIMELESS);
    world.fault({ kind, message, region: 'eu-west-3', operation: 'Converse' });
    return world;
  };

  it('for the data retention mode of one region is carried through another, and denies nothing', async () => {
    const world = await refusing('validation', "data retention mode 'default' is not available for this model");
    expect((await world.converse(MODEL, options)).region).toBe('eu-north-1');
    expect(world.access.peekAccess(MODEL, 'eu-west-3').state).toBe('unknown');
    const only = { ...EU, sourceRegions: ['eu-central-1'] };
    world.fault({
      kind: 'validation',
      message: "data retention mode 'default' is not available for this model",
      operation: 'Converse',
    });
    const error = await caught(world.converse(MODEL, only));
    expect(error).toMatchObject({ attempts: [{ failure: { kind: 'data-retention' } }] });
    expect((error as RoutesExhaustedError).attempts[0]?.failure.remedy).toContain('PutAccountDataRetention');
  });

  it('for the tokens of the day rests until midnight in UTC, and is not tried again after a pause', async () => {
    const world = await refusing('throttled-tokens', 'Too many tokens per day, please wait before trying again.');
    expect((await world.converse(MODEL, options)).region).toBe('eu-north-1');
    const only = { ...EU, sourceRegions: ['eu-west-3'] };
    expect(kindsOf(await caught(world.converse(MODEL, only)))).toEqual(['quota-exhausted']);
    clock.advance(Date.parse('2026-08-22T23:59:59Z') - clock.now());
    const both = { ...EU, sourceRegions: ['eu-west-3', 'eu-north-1'] };
    const [first, last] = (await world.router.resolve(MODEL, both)).routes;
    expect([first?.region, last?.region]).toEqual(['eu-north-1', 'eu-west-3']);
    expect(last?.reasons).toContainEqual(expect.stringMatching(/it used up its quota of the day; tried again in 1 s/));
    clock.advance(1_000);
    expect((await world.router.resolve(MODEL, only)).routes[0]?.reasons).not.toContainEqual(
      expect.stringMatching(/^Health/),
    );
  });

  it.each([
    ['model-not-allowed', 'Access to Anthropic models is not allowed for this account'],
    [
      'model-legacy',
      'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock',
    ],
  ])('as %s is the same through every route: it is tried through one, and denied', async (kind, message) => {
    const world = await refusing('access-denied', message);
    const error = await caught(world.converse(MODEL, options));
    expect(kindsOf(error)).toEqual([kind]);
    expect(world.simulator.executions.count()).toBe(0);
    expect(world.access.peekAccess(MODEL, 'eu-west-3')).toMatchObject({
      state: 'denied',
      reason: expect.stringContaining(message),
    });
  });
});

describe('an id that is passed in the place of the route’s own', () => {
  const converseAs = (world: World, modelId: string, constraints: RunOptions): Promise<unknown> =>
    world.router.run(
      MODEL,
      (context) => send({ ...context, route: { ...context.route, invocationId: modelId } }, world.marker()),
      constraints,
    );
  const warnings = ({ discovery }: World): string[] =>
    discovery.logger.of('warn').filter((line) => line.includes('the route is'));

  it('is named where the service refuses it, with what to pass instead', async () => {
    const world = await startWorld();
    const error: unknown = await converseAs(world, MODEL, EU).catch((thrown: unknown) => thrown);
    const words = `The call used ${MODEL}, the route is eu.${MODEL}: pass route.invocationId as the model.`;
    expect(error).toMatchObject({ code: 'ROUTES_EXHAUSTED', message: expect.stringContaining(words) });
    const { attempts } = error as RoutesExhaustedError;
    expect(new Set(attempts.map(({ failure }) => failure.remedy))).toEqual(new Set([words]));
    expect(attempts.every(({ failure }) => failure.kind === 'unsupported-operation')).toBe(true);
    expect(warnings(world)).toEqual([words]);
  });

  it('is told of once where the service takes it, since it is served elsewhere', async () => {
    const world = await startWorld();
    const sourceRegions = ['eu-west-1', 'eu-west-3'];
    for (let call = 0; call < 3; call += 1) {
      await converseAs(world, `global.${MODEL}`, { sourceRegions, residency: 'eu' });
    }
    expect(warnings(world)).toEqual([
      `The call used global.${MODEL}, the route is eu.${MODEL}: pass route.invocationId as the model.`,
    ]);
  });

  it('is none where the route’s own is passed, by its id or its ARN', async () => {
    const world = await startWorld();
    await world.converse(MODEL, EU);
    await world.router.run(MODEL, (context) =>
      send({ ...context, route: { ...context.route, invocationId: context.route.arn } }, world.marker()),
    );
    expect(warnings(world)).toEqual([]);
  });
});
