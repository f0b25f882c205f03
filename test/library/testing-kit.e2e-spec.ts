import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { SchedulerRegistry, ScheduleModule } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  AwsClientFactory,
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  DiscoveryCache,
  DiscoveryDoctor,
  DiscoveryRefresher,
  FAILURE_KINDS,
  getBedrockDiscoveryToken,
  InvocationRouter,
  InvalidOptionsError,
  LatencyTracker,
  ModelAccessService,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type RunFunction,
} from 'nestjs-bedrock-discovery';
import {
  aFailure,
  aRoute,
  BedrockDiscoveryTestingModule,
  type BedrockDiscoveryTestingOptions,
  eventStream,
  ManualClock,
  type TestCall,
  type TestCatalogue,
  type TestModel,
  type TestReply,
  withoutAws,
} from 'nestjs-bedrock-discovery/testing';
import { afterThisTest, setEnvironment, temporaryFolder } from '../support/cleanup.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';

const MODEL = 'amazon.nova-lite-v1:0';
const PROFILE = `eu.${MODEL}`;
const EUROPE = ['eu-central-1', 'eu-west-1'];

const CATALOGUE: TestCatalogue = {
  models: [
    { modelId: MODEL, modelName: 'Nova Lite', providerName: 'Amazon', regions: [...EUROPE, 'us-east-1'] },
    { modelId: 'acme.old-v1:0', regions: ['us-east-1'], lifecycle: { status: 'LEGACY' } },
  ],
  profiles: [{ inferenceProfileId: PROFILE, regions: EUROPE }],
  latencies: { 'eu-central-1': 10, 'eu-west-1': 20, 'us-east-1': 90 },
};

async function start(options: BedrockDiscoveryTestingOptions = {}): Promise<TestingModule> {
  const imports = [BedrockDiscoveryTestingModule.forRoot({ catalogue: CATALOGUE, ...options })];
  return init(Test.createTestingModule({ imports }));
}

async function init(builder: ReturnType<typeof Test.createTestingModule>): Promise<TestingModule> {
  const app = await builder.setLogger(new RecordingLogger()).compile();
  afterThisTest(() => app.close());
  return app.init();
}

const converse: RunFunction<string | undefined> = async ({ route, client }) => {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello?' }] }];
  const answer = await client(BedrockRuntimeClient).send(
    new ConverseCommand({ modelId: route.invocationId, messages }),
  );
  return answer.output?.message?.content?.[0]?.text;
};

describe('the testing module', () => {
  it('gives every service of the library over the catalogue of the test', async () => {
    const app = await start();
    const models = await app.get(ModelDiscoveryService).getAllModels();
    expect(models.map(({ modelId }) => modelId)).toEqual(['acme.old-v1:0', MODEL]);
    expect(await app.get(ProfileDiscoveryService).getInferenceProfile(PROFILE)).toMatchObject({
      regions: EUROPE,
      modelIds: [MODEL],
      availability: { 'eu-west-1': { destinations: EUROPE } },
    });
    expect(app.get(LatencyTracker).sortRegions(['us-east-1', ...EUROPE])).toEqual([...EUROPE, 'us-east-1']);
    expect(await app.get(ModelAccessService).getAccess(MODEL, 'eu-west-1')).toMatchObject({ state: 'available' });
    expect(await app.get(DiscoveryRefresher).refresh()).toBeDefined();
    expect(app.get(DiscoveryCache)).toBeDefined();
    expect((await app.get(DiscoveryDoctor).diagnose()).regions).toHaveLength(3);
  });

  it('chooses routes by the rules of the library, residency among them', async () => {
    const router = (await start()).get(InvocationRouter);
    const { routes, rejected } = await router.resolve('Nova Lite', { residency: 'eu', via: ['system-profile'] });
    expect(routes.map(({ region, invocationId }) => [region, invocationId])).toEqual(
      EUROPE.map((region) => [region, PROFILE]),
    );
    expect(rejected.map(({ code }) => code)).toContain('VIA_EXCLUDED');
    await expect(router.resolve('claude')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('takes what the library answers for a catalogue', async () => {
    const simulator = await startSimulator();
    const real = await startDiscovery(optionsFor(simulator, { regions: ['eu-west-1', 'us-east-1'] }));
    const [models, profiles] = [await real.models.getAllModels(), await real.profiles.getAllProfiles()];
    const app = await start({ catalogue: { models, profiles } });
    expect(await app.get(ModelDiscoveryService).getAllModels()).toEqual(models);
    const again = await app.get(ProfileDiscoveryService).getAllProfiles();
    expect(again).toEqual(profiles);
  });

  it('reads the catalogue anew with every refresh, so that a test can change it', async () => {
    const models: TestModel[] = [{ modelId: MODEL, regions: ['us-east-1'] }];
    const app = await start({ catalogue: { models } });
    models.push({ modelId: 'acme.new-v1:0', regions: ['us-east-1'] });
    await app.get(DiscoveryRefresher).refresh({ force: true });
    expect(await app.get(ModelDiscoveryService).getModel('acme.new-v1:0')).toBeDefined();
    expect(await app.get(DiscoveryRefresher).getChanges()).toMatchObject([{ type: 'model-appeared' }]);
  });

  it('refuses a call that nothing answers, in words that name it, and tries no other route', async () => {
    const router = (await start()).get(InvocationRouter);
    await expect(router.run(MODEL, converse)).rejects.toThrow(
      /No AWS in this test: nothing answers POST \/model\/.*\/converse to bedrock-runtime in eu-central-1/,
    );
  });

  it('has a test answer calls of models, by an SDK client or by fetch', async () => {
    const calls: TestCall[] = [];
    const answer = (call: TestCall): TestReply => {
      calls.push(call);
      return call.path.startsWith('/openai/') ? Response.json({ id: 'made up' }) : { text: 'Good day.' };
    };
    const router = (await start({ answer })).get(InvocationRouter);
    expect(await router.run(MODEL, converse, { via: ['system-profile'] })).toBe('Good day.');
    const response = await router.run(MODEL, ({ fetch }) =>
      fetch('/openai/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: MODEL }) }),
    );
    expect(await response.json()).toEqual({ id: 'made up' });
    expect(calls).toMatchObject([
      { service: 'bedrock-runtime', method: 'POST', invocationId: PROFILE, body: { messages: [{ role: 'user' }] } },
      { path: '/openai/v1/chat/completions', body: { model: MODEL } },
    ]);
  });

  it('gives one and the same Response as often as it is asked', async () => {
    const reply = Response.json({ id: 'made up' });
    const router = (await start({ answer: () => reply })).get(InvocationRouter);
    const ask: RunFunction<unknown> = async ({ fetch }) => (await fetch('/openai/v1/models')).json();
    expect([await router.run(MODEL, ask), await router.run(MODEL, ask)]).toEqual([
      { id: 'made up' },
      { id: 'made up' },
    ]);
  });

  it('ends a request with the signal of its caller, whenever the function of the test would answer', async () => {
    const controller = new AbortController();
    const answer = (): Promise<TestReply> => {
      controller.abort();
      return new Promise(() => undefined);
    };
    const client = (await start({ answer }))
      .get(AwsClientFactory)
      .getClient(BedrockRuntimeClient, { region: 'us-east-1' });
    const sent = client.send(new ConverseCommand({ modelId: MODEL, messages: [] }), { abortSignal: controller.signal });
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refuses addresses elsewhere as well', async () => {
    const router = (await start()).get(InvocationRouter);
    const response = await router.run(MODEL, ({ fetch }) => fetch('https://example.com/models'));
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('nothing answers GET /models to example.com'),
    ]);
  });

  it.each([
    ['a text', (): TestReply => ({ text: 'Good day.' })],
    [
      'events of its own',
      (): TestReply =>
        eventStream([
          { messageStart: { role: 'assistant' } },
          { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Good day.' } } },
          { messageStop: { stopReason: 'end_turn' } },
        ]),
    ],
  ])('streams %s', async (_what, answer) => {
    const router = (await start({ answer })).get(InvocationRouter);
    const stream = router.stream(MODEL, async ({ route, client }) => {
      const messages = [{ role: 'user' as const, content: [{ text: 'Hello?' }] }];
      const answered = await client(BedrockRuntimeClient).send(
        new ConverseStreamCommand({ modelId: route.invocationId, messages }),
      );
      return answered.stream as AsyncIterable<ConverseStreamOutput>;
    });
    let text = '';
    for await (const event of stream) {
      text += event.contentBlockDelta?.delta?.text ?? '';
    }
    expect(text).toBe('Good day.');
  });

  it('fails over as in production where a call is answered by a failure', async () => {
    const seen: string[] = [];
    const answer = ({ region }: TestCall): TestReply => {
      seen.push(region);
      return region === 'eu-central-1' ? { failure: 'throttled' } : { text: `From ${region}.` };
    };
    // On a clock that stands still: nothing waits for a pause.
    const router = (await start({ answer, clock: new ManualClock() })).get(InvocationRouter);
    const options = { residency: 'eu', via: ['system-profile' as const] };
    expect(await router.run(MODEL, converse, options)).toBe('From eu-west-1.');
    expect(seen).toEqual(EUROPE);
  });

  it('does not repeat what may have been executed, as in production', async () => {
    const router = (await start({ answer: () => ({ failure: 'service-error' }) })).get(InvocationRouter);
    await expect(router.run(MODEL, converse)).rejects.toMatchObject({ code: 'MAY_HAVE_EXECUTED' });
  });

  it.each(['answers with what it cannot', 'throws'])('says so where the function of a test %s', async (what) => {
    const answer = (): TestReply => {
      if (what === 'throws') {
        throw new Error('Out of answers.');
      }
      return { text: 'Only Converse says a text.' };
    };
    const router = (await start({ answer })).get(InvocationRouter);
    const response = await router.run(MODEL, ({ fetch }) => fetch('/openai/v1/chat/completions', { method: 'POST' }));
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(/Give a Response|Out of/)]);
  });

  it.each(['available', 'obtainable', 'denied', 'unknown'] as const)('lets access to a model be %s', async (access) => {
    const app = await start({ catalogue: { models: [{ modelId: MODEL, regions: ['us-east-1'], access }] } });
    expect((await app.get(ModelAccessService).getAccess(MODEL, 'us-east-1')).state).toBe(access);
  });

  it('lets regions fail, altogether or in one of their lists, at once and without pauses', async () => {
    const failures = { 'us-east-1': 'throttled', 'eu-west-1': { profiles: 'access-denied' } } as const;
    const app = await start({ catalogue: { ...CATALOGUE, failures }, clock: new ManualClock() });
    const kinds = (service: ModelDiscoveryService | ProfileDiscoveryService): unknown[] =>
      service.getRegionStatuses().map(({ region, failure }) => [region, failure?.kind]);
    const [models, profiles] = [app.get(ModelDiscoveryService), app.get(ProfileDiscoveryService)];
    await models.getAllModels();
    expect(kinds(models)).toEqual([
      ['eu-central-1', undefined],
      ['eu-west-1', undefined],
      ['us-east-1', 'throttled'],
    ]);
    expect(kinds(profiles)).toEqual([
      ['eu-central-1', undefined],
      ['eu-west-1', 'access-denied'],
      ['us-east-1', 'throttled'],
    ]);
  });

  it('goes by the clock of the test, on which what is known becomes unknown in time', async () => {
    const clock = new ManualClock();
    const app = await start({ clock, options: { cache: { diskTtlMs: 3_600_000 } } });
    const router = app.get(InvocationRouter);
    expect((await router.resolve(MODEL)).routes[0]?.ageMs).toBe(0);
    clock.advance(1_800_000);
    expect((await router.resolve(MODEL)).routes[0]?.ageMs).toBe(1_800_000);
  });

  it('rejects options that are wrong, as in production', async () => {
    const options = { regions: [] } as BedrockDiscoveryOptions;
    const builder = Test.createTestingModule({ imports: [BedrockDiscoveryTestingModule.forRoot({ options })] });
    await expect(builder.compile()).rejects.toBeInstanceOf(InvalidOptionsError);
  });

  it('stands for each of several accounts by its name', async () => {
    const here = (region: string): TestCatalogue => ({ models: [{ modelId: MODEL, regions: [region] }] });
    const imports = [
      BedrockDiscoveryTestingModule.forRoot({ catalogue: here('us-east-1') }),
      BedrockDiscoveryTestingModule.forRoot({ catalogue: here('eu-west-1'), name: 'europe' }),
    ];
    const app = await init(Test.createTestingModule({ imports }));
    const regionsOf = (name?: string): Promise<readonly string[]> =>
      app.get<ModelDiscoveryService>(getBedrockDiscoveryToken(ModelDiscoveryService, name)).getModelRegions(MODEL);
    expect([await regionsOf(), await regionsOf('europe')]).toEqual([['us-east-1'], ['eu-west-1']]);
  });

  it('is global where it is told to be', async () => {
    @Injectable()
    class Assistant {
      constructor(readonly router: InvocationRouter) {}
    }
    @Module({ providers: [Assistant] })
    class AssistantModule {}
    const imports = [BedrockDiscoveryTestingModule.forRoot({ catalogue: CATALOGUE, isGlobal: true }), AssistantModule];
    const app = await init(Test.createTestingModule({ imports }));
    expect((await app.get(Assistant).router.resolve(MODEL)).routes).not.toHaveLength(0);
  });
});

describe('failures of calls in a test', () => {
  const ofCalls = FAILURE_KINDS.filter((kind) => !['aborted', 'unknown'].includes(kind));

  it.each(ofCalls)('%s is what the library takes it for', async (kind) => {
    const router = (await start({ answer: () => ({ failure: kind }) })).get(InvocationRouter);
    const error = await router.run(MODEL, converse, { maxAttempts: 1 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ attempts: [{ called: true, failure: { kind } }] });
  });

  it.each(FAILURE_KINDS.filter((kind) => !/^model-|^use-case|^data-|^quota-/.test(kind)))(
    '%s is what a region shows where listing fails so',
    async (kind) => {
      const failures = { 'us-east-1': kind };
      const app = await start({ catalogue: { models: [{ modelId: MODEL, regions: ['eu-west-1'] }], failures } });
      const statuses = app.get(ModelDiscoveryService).getRegionStatuses();
      expect(statuses.find(({ region }) => region === 'us-east-1')?.failure?.kind).toBe(kind);
    },
  );
});

describe('withoutAws', () => {
  /** As an application would register it, for its account, with a store, a schedule and a scan at its start. */
  const ofProduction: BedrockDiscoveryOptions = {
    preferredRegions: ['us-east-1'],
    awsProfile: 'production',
    scan: { onBootstrap: 'background' },
    refresh: { cron: '*/5 * * * * *' },
  };

  class Settings {
    readonly discovery = ofProduction;
  }

  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}

  const registrations = {
    forRoot: () => BedrockDiscoveryModule.forRoot({ ...ofProduction, isGlobal: true }),
    forRootAsync: () =>
      BedrockDiscoveryModule.forRootAsync({
        isGlobal: true,
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: (settings: Settings) => settings.discovery,
      }),
  };

  describe.each(Object.keys(registrations) as (keyof typeof registrations)[])('with %s', (registration) => {
    /** The application's own module, which knows nothing of tests. */
    function applicationModule() {
      @Module({ imports: [ScheduleModule.forRoot(), registrations[registration]()] })
      class AppModule {}
      return AppModule;
    }

    it('keeps a test of an application away from AWS and the cache folder, in one line', async () => {
      const simulator = await startSimulator({ optIn: [] });
      const home = await temporaryFolder();
      // Whatever got out would get there.
      setEnvironment({ ...simulator.environment(), XDG_CACHE_HOME: home, HOME: home });
      const app = await init(withoutAws(Test.createTestingModule({ imports: [applicationModule()] })));
      expect(await app.get(ModelDiscoveryService).getAllModels()).toEqual([]);
      await expect(app.get(InvocationRouter).run(MODEL, converse)).rejects.toMatchObject({ code: 'NO_ROUTE' });
      await app.get(DiscoveryRefresher).refresh({ force: true });
      await app.get(DiscoveryDoctor).diagnose();
      expect(app.get(SchedulerRegistry).getCronJobs().size).toBe(0);
      await app.close();
      expect(simulator.requests.list()).toEqual([]);
      expect(existsSync(join(home, 'nestjs-bedrock-discovery'))).toBe(false);
    });

    it('has what AWS would list, the answers and the time come from the test', async () => {
      const clock = new ManualClock('2027-01-01T00:00:00Z');
      const answer = ({ region }: TestCall): TestReply => ({ text: `From ${region}.` });
      const builder = Test.createTestingModule({ imports: [applicationModule()] });
      const app = await init(withoutAws(builder, { catalogue: CATALOGUE, answer, clock }));
      // Its other options stay: this region ranks first.
      expect(await app.get(InvocationRouter).run(MODEL, converse)).toBe('From us-east-1.');
      const [status] = app.get(ModelDiscoveryService).getRegionStatuses();
      expect(status?.scannedAt).toBe('2027-01-01T00:00:00.000Z');
    });
  });

  it('never sends what clients of the application would, nor by a handler of their own', async () => {
    const simulator = await startSimulator();
    const app = await init(
      withoutAws(Test.createTestingModule({ imports: [BedrockDiscoveryModule.forRoot(optionsFor(simulator))] })),
    );
    const config = { endpoint: simulator.endpoint, requestHandler: { requestTimeout: 5 } };
    const client = app.get(AwsClientFactory).getClient(BedrockRuntimeClient, { region: 'us-east-1', config });
    await expect(client.send(new ConverseCommand({ modelId: MODEL, messages: [] }))).rejects.toThrow('No AWS in this');
    expect(simulator.requests.list()).toEqual([]);
  });

  it('holds for every registration of an application', async () => {
    @Module({
      imports: [
        BedrockDiscoveryModule.forRoot({ accountId: '111111111111' }),
        BedrockDiscoveryModule.forRoot({ name: 'government', regions: ['us-gov-west-1'] }),
      ],
    })
    class AppModule {}
    const models = [{ modelId: MODEL, regions: ['us-east-1', 'us-gov-west-1'] }];
    const app = await init(withoutAws(Test.createTestingModule({ imports: [AppModule] }), { catalogue: { models } }));
    const regions = ['', 'government'].map((name) =>
      app
        .get<ModelDiscoveryService>(getBedrockDiscoveryToken(ModelDiscoveryService, name))
        .getRegionStatuses()
        .map(({ region, count }) => [region, count]),
    );
    expect(regions).toEqual([
      [
        ['us-east-1', 1],
        ['us-gov-west-1', 1],
      ],
      [['us-gov-west-1', 1]],
    ]);
  });
});

describe('builders for tests', () => {
  it('make a route that differs where the test says so', () => {
    const route = aRoute({ region: 'eu-west-1', via: 'system-profile', destinations: EUROPE });
    expect(route).toMatchObject({
      region: 'eu-west-1',
      arn: expect.stringContaining(':eu-west-1:'),
      via: 'system-profile',
    });
    expect([route, EUROPE].map((value) => Object.isFrozen(value))).toEqual([true, false]);
  });

  it('make a route as the library does', async () => {
    const [real] = (await (await start()).get(InvocationRouter).resolve(MODEL, { via: ['on-demand'] })).routes;
    expect(Object.keys(aRoute()).sort()).toEqual(Object.keys(real ?? {}).sort());
  });

  it.each(FAILURE_KINDS)('make a failure of the kind %s with its remedy', (kind) => {
    const failure = aFailure(kind, { region: 'eu-west-1' });
    expect(failure).toMatchObject({ kind, at: '2026-08-22T12:00:00.000Z' });
    expect([failure.message, failure.remedy].every((text) => text.length > 5)).toBe(true);
  });
});
