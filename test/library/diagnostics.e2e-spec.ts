import { tracingChannel, channel } from 'node:diagnostics_channel';
import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  type AttemptEvent,
  type BedrockDiscoveryOptions,
  type DiagnosticEvents,
  DiscoveryDiagnostics,
  InvocationRouter,
  ModelAccessService,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { afterThisTest } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { type Discovery, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const PREFERRED: RunOptions = { residency: 'eu', preferredRegions: ['eu-west-3', 'eu-north-1'] };
const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-3'];
const LONG_AFTER_MS = 3_600_001;

const NAMES = ['refresh', 'scan', 'region', 'resolve', 'run', 'attempt', 'circuit', 'access', 'cache'] as const;
const TIMED: ReadonlySet<string> = new Set(['refresh', 'scan', 'region', 'run', 'attempt']);

interface World {
  readonly simulator: BedrockSimulator;
  readonly discovery: Discovery;
  readonly router: InvocationRouter;
  readonly diagnostics: DiscoveryDiagnostics;
}

let clock: ImpatientClock;

beforeEach(() => {
  clock = new ImpatientClock('2026-08-22T12:00:00Z');
});

async function start(options: BedrockDiscoveryOptions = {}): Promise<World> {
  const simulator = await startSimulator({ now: () => clock.now() });
  const access = { mode: 'off' } as const;
  const discovery = await startDiscovery(
    optionsFor(simulator, { regions: REGIONS, access, cache: { diskTtlMs: 1e12, memoryTtlMs: 1e12 }, ...options }),
    { clock },
  );
  const { app } = discovery;
  return { simulator, discovery, router: app.get(InvocationRouter), diagnostics: app.get(DiscoveryDiagnostics) };
}

/** Everything that is told of under some names, in its order. */
function record<N extends keyof DiagnosticEvents>({ diagnostics }: World, ...names: N[]): DiagnosticEvents[N][] {
  const events: DiagnosticEvents[N][] = [];
  names.forEach((name) => diagnostics.on(name, (event) => events.push(event)));
  return events;
}

const converse = ({ route, client }: RunContext): Promise<unknown> =>
  client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages: MESSAGES }));
const MESSAGES = [{ role: 'user' as const, content: [{ text: 'Where are you?' }] }];

async function openStream({ route, client }: RunContext) {
  const command = new ConverseStreamCommand({ modelId: route.invocationId, messages: MESSAGES });
  const { stream } = await client(BedrockRuntimeClient).send(command);
  return stream ?? Promise.reject(new Error('There is no stream.'));
}

describe('the events of a refresh', () => {
  it('tell of each region and operation, with its requests, and of the whole', async () => {
    const world = await start();
    world.simulator.addFault({ kind: 'access-denied', region: 'eu-west-3', operation: 'ListInferenceProfiles' });
    const regions = record(world, 'region');
    const others = record(world, 'scan', 'refresh');
    await world.discovery.refresher.refresh();
    expect(regions.map(({ region, operation, errorType }) => `${region} ${operation} ${errorType}`).sort()).toEqual(
      REGIONS.flatMap((region) => [
        `${region} ListFoundationModels undefined`,
        `${region} ListInferenceProfiles ${region === 'eu-west-3' ? 'access-denied' : 'undefined'}`,
      ]),
    );
    expect(regions.find(({ errorType }) => errorType !== undefined)).toMatchObject({
      registration: '',
      accountId: world.simulator.accountId,
      failure: { kind: 'access-denied' },
    });
    const sent = regions.reduce((sum, { requests = 0 }) => sum + requests, 0);
    expect(sent).toBe(world.simulator.requests.count());
    expect(others).toEqual([
      expect.objectContaining({ listing: 'models', operation: 'ListFoundationModels', asked: 3, failed: 0 }),
      expect.objectContaining({ listing: 'profiles', operation: 'ListInferenceProfiles', asked: 3, failed: 1 }),
      expect.objectContaining({ requests: sent, failed: 1, force: false }),
    ]);
    expect([...regions, ...others].every((event) => Object.isFrozen(event))).toBe(true);
  });

  it('take the time that the clock of the application says', async () => {
    const world = await start();
    const events = record(world, 'refresh');
    const refreshed = world.discovery.refresher.refresh();
    clock.advance(1_500);
    await refreshed;
    expect(events).toMatchObject([{ durationMs: 1_500 }]);
  });

  it('tell of a refresh that the closing application ends', async () => {
    const world = await start();
    world.simulator.addFault({ kind: 'hang' });
    const errors: unknown[] = [];
    const onError = (event: unknown): unknown => errors.push(event);
    const { error } = tracingChannel('nestjs-bedrock-discovery:refresh');
    error.subscribe(onError);
    afterThisTest(() => error.unsubscribe(onError));
    const refreshed = expect(world.discovery.refresher.refresh()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    await world.discovery.close();
    await refreshed;
    expect(errors).toMatchObject([{ errorType: 'SHUT_DOWN' }]);
  });
});

describe('the events of a call', () => {
  it('tell of each attempt, why it failed, and of the route that carried it', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    world.simulator.addFault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse', times: 1 });
    const events = record(world, 'attempt', 'run');
    await world.router.run(MODEL, converse, PREFERRED);
    expect(events).toMatchObject([
      {
        attempt: 1,
        route: { region: 'eu-west-3' },
        errorType: 'throttled',
        failure: { kind: 'throttled' },
        failedOver: true,
        requests: 1,
        api: 'converse',
      },
      {
        attempt: 2,
        route: { region: 'eu-north-1' },
        failedOver: false,
        requests: 1,
        usage: { input: expect.any(Number), output: expect.any(Number) },
      },
      { modelId: MODEL, route: { region: 'eu-north-1' }, attempts: 2, failovers: 1 },
    ]);
    expect(events[1]).not.toHaveProperty('errorType');
    expect(events[2]).not.toHaveProperty('errorType');
  });

  it('are over with the last item of a stream, or with what broke it off', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const events = record(world, 'attempt', 'run');
    for await (const item of world.router.stream(MODEL, openStream, PREFERRED)) {
      expect(item).toBeDefined();
      expect(events).toEqual([]);
    }
    expect(events).toMatchObject([{ requests: 1, failedOver: false }, { attempts: 1 }]);
    world.simulator.addFault({ kind: 'stream-error', operation: 'ConverseStream' });
    const broken = async (): Promise<void> => {
      for await (const item of world.router.stream(MODEL, openStream, PREFERRED)) {
        expect(item).toBeDefined();
      }
    };
    await expect(broken()).rejects.toThrow();
    expect(events.slice(2)).toMatchObject([
      { errorType: expect.any(String), failedOver: false },
      { errorType: expect.any(String) },
    ]);
  });

  it("call the caller's own errors by no name of theirs, and those of the library by their code", async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const events = record(world, 'attempt', 'run');
    const own = new RangeError('a secret of the caller');
    await expect(world.router.run(MODEL, () => Promise.reject(own))).rejects.toBe(own);
    await expect(world.router.run(MODEL, converse, { sourceRegions: ['us-east-1'] })).rejects.toThrow();
    const controller = new AbortController();
    const aborted = world.router.run(MODEL, () => new Promise(() => controller.abort()), { signal: controller.signal });
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' });
    expect(events.map(({ errorType }) => errorType)).toEqual([
      '_OTHER',
      '_OTHER',
      'ROUTES_UNKNOWN',
      'aborted',
      'ABORTED',
    ]);
    expect(inspect(events, { depth: 10 })).not.toContain('a secret');
  });

  it('name no model that no region lists', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const events = record(world, 'run');
    await expect(world.router.run('anthropic.claude-nonsense-v9:0', converse)).rejects.toMatchObject({
      code: 'NO_ROUTE',
    });
    await expect(world.router.run('what my customer wrote', converse)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    expect(events.map(({ modelId }) => modelId)).toEqual([undefined, undefined]);
  });

  it('reach attempts$ for all who subscribe, and onAttempt for the call alone, without anybody at the channels', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const first: AttemptEvent[] = [];
    const second: AttemptEvent[] = [];
    const ofCall: AttemptEvent[] = [];
    let isComplete = false;
    world.router.attempts$.subscribe({ next: (event) => first.push(event), complete: () => (isComplete = true) });
    world.router.attempts$.subscribe((event) => second.push(event));
    await world.router.run(MODEL, converse, { ...PREFERRED, onAttempt: (event) => ofCall.push(event) });
    await world.router.run(MODEL, converse, PREFERRED);
    expect(first).toHaveLength(2);
    expect(second).toEqual(first);
    expect(ofCall).toEqual([first[0]]);
    await world.discovery.close();
    expect(isComplete).toBe(true);
    expect(tracingChannel('nestjs-bedrock-discovery:attempt').hasSubscribers).toBe(false);
  });

  it('are told to onAttempt where nobody else listens, whose errors do not hurt the call', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const regions: string[] = [];
    const onAttempt = ({ route }: AttemptEvent): never => {
      regions.push(route.region);
      throw new Error('of the listener');
    };
    await world.router.run(MODEL, converse, { ...PREFERRED, onAttempt });
    expect(regions).toEqual(['eu-west-3']);
    expect(world.discovery.logger.of('warn')).toEqual(['onAttempt has thrown: Error: of the listener']);
  });
});

describe('the other events', () => {
  it('tell what resolve answered', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const events = record(world, 'resolve');
    const { routes } = await world.router.resolve('Claude Sonnet 4.5', PREFERRED);
    expect(events).toMatchObject([
      { modelId: MODEL, verdict: 'eligible', routes: routes.length, best: routes[0], durationMs: 0 },
    ]);
  });

  it('tell of circuits, of routes and of regions', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const events = record(world, 'circuit');
    const lift = world.simulator.addFault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse' });
    await world.router.run(MODEL, converse, PREFERRED);
    lift();
    clock.advance(LONG_AFTER_MS);
    world.simulator.addFault({ kind: 'unrecognized-client', region: 'eu-north-1', operation: 'Converse' });
    await world.router.run(MODEL, converse, { ...PREFERRED, preferredRegions: ['eu-north-1'] });
    expect(events).toMatchObject([
      { region: 'eu-west-3', invocationId: `eu.${MODEL}`, before: 'closed', after: 'open' },
      { region: 'eu-north-1', before: 'closed', after: 'open' },
    ]);
    expect(events[1]).not.toHaveProperty('invocationId');
  });

  it('tell of access that turns out to be otherwise', async () => {
    const world = await start({ access: { mode: 'lazy', ttlMs: 60_000 } });
    const events = record(world, 'access');
    await world.discovery.refresher.refresh();
    const access = world.discovery.app.get(ModelAccessService);
    await access.getAccess(MODEL, 'eu-west-3');
    world.simulator.setAccess(MODEL, { entitlement: 'NOT_AVAILABLE' }, 'eu-west-3');
    clock.advance(60_001);
    await access.getAccess(MODEL, 'eu-west-3');
    expect(events).toMatchObject([{ modelId: MODEL, region: 'eu-west-3', before: 'available', after: 'denied' }]);
  });

  it('tell where entries of the cache were found, and of tiers that fail', async () => {
    const sharedStore = {
      get: () => Promise.reject(new Error('redis://user:password@host is down')),
      set: () => Promise.resolve(true),
      delete: () => Promise.resolve(true),
    };
    const cache = { sharedStore, memoryTtlMs: 1_000, diskTtlMs: 10_000 };
    const world = await start({ cache: { ...cache, directory: false } });
    const events = record(world, 'cache');
    await world.discovery.cache.get('mine');
    await world.discovery.cache.set('mine', 1);
    await world.discovery.cache.get('mine');
    clock.advance(2_000);
    await world.discovery.cache.get('mine');
    expect(events.map(({ outcome, tier }) => [outcome, tier])).toEqual([
      ['failed', 'shared'],
      ['miss', undefined],
      ['hit', 'memory'],
      // Its pause is over by then.
      ['failed', 'shared'],
      ['stale', 'memory'],
    ]);
  });
});

describe('the channels', () => {
  it('tell of all registrations, and the service of its own alone', async () => {
    const [one, other] = [await start(), await start()];
    const events = record(one, 'refresh');
    const all: unknown[] = [];
    const onMessage = (event: unknown): unknown => all.push(event);
    const { asyncEnd } = tracingChannel('nestjs-bedrock-discovery:refresh');
    asyncEnd.subscribe(onMessage);
    afterThisTest(() => asyncEnd.unsubscribe(onMessage));
    await Promise.all([one, other].map(({ discovery }) => discovery.refresher.refresh()));
    expect(events).toHaveLength(1);
    expect(all).toHaveLength(2);
    expect(all).toContain(events[0]);
  });

  it('are left by whoever unsubscribes, and by all when the application closes', async () => {
    const world = await start();
    const isListenedTo = (): boolean[] =>
      NAMES.map((name) =>
        TIMED.has(name)
          ? tracingChannel(`nestjs-bedrock-discovery:${name}`).hasSubscribers
          : channel(`nestjs-bedrock-discovery:${name}`).hasSubscribers,
      );
    const leave = NAMES.map((name) => world.diagnostics.on(name, () => undefined));
    expect(isListenedTo()).toEqual(NAMES.map(() => true));
    leave.forEach((stop) => stop());
    expect(isListenedTo()).toEqual(NAMES.map(() => false));
    NAMES.forEach((name) => world.diagnostics.on(name, () => undefined));
    await world.discovery.close();
    expect(isListenedTo()).toEqual(NAMES.map(() => false));
    expect(world.diagnostics.on('run', () => undefined)).toBeInstanceOf(Function);
    expect(isListenedTo()).toEqual(NAMES.map(() => false));
  });

  it('have work done in the stores that are bound to its start', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const store = new AsyncLocalStorage<AttemptEvent>();
    const { start: started } = tracingChannel<AttemptEvent>('nestjs-bedrock-discovery:attempt');
    started.bindStore(store, (event) => event);
    afterThisTest(() => started.unbindStore(store));
    const seen = await world.router.run(
      MODEL,
      async () => {
        await Promise.resolve();
        return store.getStore()?.route.region;
      },
      PREFERRED,
    );
    expect(seen).toBe('eu-west-3');
  });

  it('have nothing made for them where nobody subscribes', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    await world.router.resolve(MODEL, PREFERRED);
    const monotonic = jest.spyOn(clock, 'monotonic');
    await world.router.resolve(MODEL, PREFERRED);
    expect(monotonic).not.toHaveBeenCalled();
  });
});

describe('a call that leaves its best route', () => {
  it('is warned of once, and once more told of when calls are back', async () => {
    const world = await start();
    await world.discovery.refresher.refresh();
    const routing = (): string[] =>
      world.discovery.logger.lines
        .filter(({ context }) => context === 'InvocationRouter')
        .map(({ level, message }) => `${level}: ${message}`);
    const lift = world.simulator.addFault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse' });
    await world.router.run(MODEL, converse, PREFERRED);
    expect(routing()).toEqual([
      expect.stringMatching(
        /^warn: Calls of anthropic\.claude-sonnet-4-5\S+ go by eu-north-1 \S+: their best route, eu-west-3 \S+, failed \(throttled\): .+/,
      ),
    ]);
    await world.router.run(MODEL, converse, PREFERRED);
    clock.advance(LONG_AFTER_MS);
    await world.router.run(MODEL, converse, PREFERRED);
    expect(routing()).toHaveLength(1);
    lift();
    clock.advance(LONG_AFTER_MS);
    await world.router.run(MODEL, converse, PREFERRED);
    await world.router.run(MODEL, converse, PREFERRED);
    expect(routing().slice(1)).toEqual([`log: Calls of ${MODEL} are back on their best route: eu-west-3 eu.${MODEL}.`]);
  });

  it('stays off it while the route is denied, however often other calls succeed', async () => {
    const world = await start({ access: { mode: 'off', ttlMs: 1e12 } });
    await world.discovery.refresher.refresh();
    world.simulator.addFault({ kind: 'access-denied', region: 'eu-west-3', operation: 'Converse' });
    await world.router.run(MODEL, converse, PREFERRED);
    await world.router.run(MODEL, converse, PREFERRED);
    clock.advance(LONG_AFTER_MS);
    await world.router.run(MODEL, converse, PREFERRED);
    const told = world.discovery.logger.lines.filter(({ context }) => context === 'InvocationRouter');
    expect(told.map(({ message }) => message)).toEqual([expect.stringContaining('failed (access-denied)')]);
  });
});
