import { describe, expect, it, jest } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { Cron, ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Test, type TestingModule } from '@nestjs/testing';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  AwsClientFactory,
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  type BedrockDiscoveryOptionsFactory,
  DiscoveryCache,
  DiscoveryRefresher,
  getBedrockDiscoveryToken,
  InjectBedrockDiscovery,
  InvocationRouter,
  LatencyTracker,
  ModelDiscoveryService,
  ProfileDiscoveryService,
} from 'nestjs-bedrock-discovery';
import { bedrockDiscoveryConfig } from 'nestjs-bedrock-discovery/config';
import { afterThisTest, setEnvironment, temporaryFolder } from '../support/cleanup.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { optionsFor, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

type Imports = NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>;

const REGIONS = ['eu-west-1', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';
const JOB = 'bedrock-discovery-refresh';

async function start(
  imports: Imports,
  providers: NonNullable<Parameters<typeof Test.createTestingModule>[0]['providers']> = [],
): Promise<TestingModule> {
  const app = await Test.createTestingModule({ imports, providers }).setLogger(new RecordingLogger()).compile();
  afterThisTest(() => app.close());
  return app.init();
}

async function expectToAnswer(app: TestingModule, simulator: BedrockSimulator): Promise<void> {
  expect(await app.get(ModelDiscoveryService).isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
  expect(simulator.requests.list().map(({ accessKeyId }) => accessKeyId)).toContain(simulator.credentials.accessKeyId);
}

/** Where an application finds its options. */
const SETTINGS = Symbol('settings');

@Injectable()
class OptionsFactory implements BedrockDiscoveryOptionsFactory {
  static made = 0;

  constructor(@Inject(SETTINGS) private readonly settings: BedrockDiscoveryOptions) {}

  createBedrockDiscoveryOptions(): BedrockDiscoveryOptions {
    OptionsFactory.made += 1;
    return this.settings;
  }
}

function settingsModule(settings: BedrockDiscoveryOptions) {
  @Module({
    providers: [{ provide: SETTINGS, useValue: settings }, OptionsFactory],
    exports: [SETTINGS, OptionsFactory],
  })
  class SettingsModule {}
  return SettingsModule;
}

describe('forRoot', () => {
  it('needs no options: the environment says who asks, and whom', async () => {
    const simulator = await startSimulator({ optIn: [] });
    setEnvironment({ ...simulator.environment(), XDG_CACHE_HOME: await temporaryFolder() });
    const app = await start([BedrockDiscoveryModule.forRoot()]);
    await expectToAnswer(app, simulator);
    expect(simulator.requests.count({ operation: 'ListRegions' })).toBe(1);
  });

  it('takes options of the library', async () => {
    const simulator = await startSimulator();
    const app = await start([BedrockDiscoveryModule.forRoot(optionsFor(simulator, { regions: REGIONS }))]);
    await expectToAnswer(app, simulator);
    expect(
      app
        .get(ModelDiscoveryService)
        .getRegionStatuses()
        .map(({ region }) => region),
    ).toEqual(REGIONS);
  });

  it.each([
    [{ scan: { concurrency: 0 } }, 'scan.concurrency'],
    [{ regions: [] }, 'regions'],
    [{ regions: ['Frankfurt'] }, 'regions.0'],
    [{ accountId: '12' }, 'accountId'],
    [{ refresh: { cron: 'every full moon' } }, 'refresh.cron'],
    [{ refresh: { timeZone: 'Mars/Olympus' } }, 'refresh.timeZone'],
    [{ cache: { memoryTtlMs: -1 } }, 'cache.memoryTtlMs'],
    [{ cache: { seed: '/nowhere/at/all.json' } }, 'cache.seed'],
    [{ cache: { directroy: false } }, 'cache.directroy'],
    [{ region: 'eu-west-1' }, 'region'],
  ])('rejects compile() for %j and names the option', async (wrong, option) => {
    const options = { cache: { directory: false }, ...wrong } as BedrockDiscoveryOptions;
    const compiling = Test.createTestingModule({ imports: [BedrockDiscoveryModule.forRoot(options)] }).compile();
    await expect(compiling).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      option,
      message: expect.stringContaining(option),
    });
  });
});

describe('forRootAsync', () => {
  it('takes a factory with what it needs, and runs it once', async () => {
    const simulator = await startSimulator();
    const options = optionsFor(simulator, { regions: REGIONS });
    const useFactory = jest.fn((given: BedrockDiscoveryOptions) => Promise.resolve(given));
    const app = await start([
      BedrockDiscoveryModule.forRootAsync({ imports: [settingsModule(options)], inject: [SETTINGS], useFactory }),
    ]);
    await expectToAnswer(app, simulator);
    expect(useFactory.mock.calls).toEqual([[options]]);
  });

  it('takes a class, and makes it once', async () => {
    const simulator = await startSimulator();
    const settings = settingsModule(optionsFor(simulator, { regions: REGIONS }));
    OptionsFactory.made = 0;
    const app = await start([BedrockDiscoveryModule.forRootAsync({ imports: [settings], useClass: OptionsFactory })]);
    await expectToAnswer(app, simulator);
    expect(OptionsFactory.made).toBe(1);
  });

  it('takes a provider that exists', async () => {
    const simulator = await startSimulator();
    const settings = settingsModule(optionsFor(simulator, { regions: REGIONS }));
    OptionsFactory.made = 0;
    const app = await start([
      BedrockDiscoveryModule.forRootAsync({ imports: [settings], useExisting: OptionsFactory }),
    ]);
    await expectToAnswer(app, simulator);
    expect(OptionsFactory.made).toBe(1);
  });

  it('takes a configuration namespace of @nestjs/config as it is', async () => {
    const simulator = await startSimulator();
    setEnvironment({
      ...simulator.environment(),
      BEDROCK_DISCOVERY_REGIONS: REGIONS.join(', '),
      BEDROCK_DISCOVERY_ACCOUNT_ID: simulator.accountId,
      BEDROCK_DISCOVERY_CACHE_DIRECTORY: 'false',
      BEDROCK_DISCOVERY_SCAN_ON_BOOTSTRAP: 'off',
      BEDROCK_DISCOVERY_REFRESH_MODE: 'off',
    });
    const app = await start([BedrockDiscoveryModule.forRootAsync(bedrockDiscoveryConfig.asProvider())]);
    await expectToAnswer(app, simulator);
    expect(app.get(ModelDiscoveryService).getRegionStatuses()).toHaveLength(2);
  });

  it('takes a loaded configuration through inject', async () => {
    const simulator = await startSimulator();
    setEnvironment({
      ...simulator.environment(),
      BEDROCK_DISCOVERY_REGIONS: 'us-east-1',
      BEDROCK_DISCOVERY_CACHE_DIRECTORY: 'false',
    });
    const app = await start([
      ConfigModule.forRoot({ ignoreEnvFile: true, load: [bedrockDiscoveryConfig], isGlobal: true }),
      BedrockDiscoveryModule.forRootAsync({
        inject: [bedrockDiscoveryConfig.KEY],
        useFactory: (config: ConfigType<typeof bedrockDiscoveryConfig>) => ({
          ...config,
          preferredRegions: ['us-east-1'],
        }),
      }),
    ]);
    await expectToAnswer(app, simulator);
  });

  it('rejects compile() for what the environment gets wrong, naming the variable', async () => {
    setEnvironment({ BEDROCK_DISCOVERY_SCAN_CONCURRENCY: 'many' });
    const imports = [BedrockDiscoveryModule.forRootAsync(bedrockDiscoveryConfig.asProvider())];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('BEDROCK_DISCOVERY_SCAN_CONCURRENCY'),
    });
  });

  it('ignores isGlobal and name where a factory returns them', async () => {
    const simulator = await startSimulator();
    const returned = {
      ...optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'cron' } }),
      isGlobal: true,
      name: 'other',
    };
    @Injectable()
    class Consumer {
      constructor(readonly models: ModelDiscoveryService) {}
    }
    @Module({ providers: [Consumer] })
    class Feature {}
    const registration = BedrockDiscoveryModule.forRootAsync({ useFactory: () => returned });
    const app = await start([ScheduleModule.forRoot(), registration]);
    expect([...app.get(SchedulerRegistry).getCronJobs().keys()]).toEqual([JOB]);
    const compiling = Test.createTestingModule({ imports: [registration, Feature] }).compile();
    await expect(compiling).rejects.toThrow(/can't resolve dependencies of the Consumer/);
  });

  it('rejects compile() where it is told of no way to the options', async () => {
    const compiling = Test.createTestingModule({ imports: [BedrockDiscoveryModule.forRootAsync({})] }).compile();
    await expect(compiling).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('one of useFactory, useClass and useExisting'),
    });
  });

  it('rejects compile() with what the factory throws', async () => {
    const useFactory = (): never => {
      throw new Error('the vault is closed');
    };
    const imports = [BedrockDiscoveryModule.forRootAsync({ useFactory })];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toThrow('the vault is closed');
  });
});

describe('the services of the library', () => {
  it('are the same for all who inject them, everywhere with isGlobal', async () => {
    const simulator = await startSimulator();
    @Injectable()
    class Consumer {
      constructor(
        readonly models: ModelDiscoveryService,
        readonly profiles: ProfileDiscoveryService,
        readonly latencies: LatencyTracker,
        readonly cache: DiscoveryCache,
        readonly refresher: DiscoveryRefresher,
        readonly clients: AwsClientFactory,
      ) {}
    }
    @Module({ providers: [Consumer], exports: [Consumer] })
    class One {}
    @Module({ providers: [{ provide: 'other', useExisting: ModelDiscoveryService }], exports: ['other'] })
    class Other {}
    const app = await start([BedrockDiscoveryModule.forRoot({ ...optionsFor(simulator), isGlobal: true }), One, Other]);
    const { models, ...rest } = app.get(Consumer, { strict: false });
    expect(app.get('other', { strict: false })).toBe(models);
    expect(app.get(ModelDiscoveryService)).toBe(models);
    for (const service of Object.values(rest)) {
      expect(app.get(service.constructor)).toBe(service);
    }
  });
});

describe('two accounts in one application', () => {
  const OTHER = { accessKeyId: 'AKIAOTHEROTHEROTHER0', secretAccessKey: 'o'.repeat(40), accountId: '222222222222' };

  async function twoRegistrations(
    ...names: [string?, string?]
  ): Promise<{ simulator: BedrockSimulator; imports: Imports }> {
    const simulator = await startSimulator();
    simulator.addCredentials(OTHER);
    simulator.addApplicationProfile({ region: 'us-east-1', name: 'Ours', modelId: MODEL });
    simulator.addApplicationProfile({
      region: 'us-east-1',
      name: 'Theirs',
      modelId: MODEL,
      accountId: OTHER.accountId,
    });
    const cache = { directory: await temporaryFolder() };
    const common = optionsFor(simulator, { regions: REGIONS, cache, refresh: { mode: 'cron' } });
    @Module({
      imports: [BedrockDiscoveryModule.forRoot({ ...common, name: names[0] })],
      providers: [{ provide: 'ours', useExisting: getBedrockDiscoveryToken(ProfileDiscoveryService, names[0]) }],
    })
    class Ours {}
    @Module({
      imports: [
        BedrockDiscoveryModule.forRootAsync({
          name: names[1],
          useFactory: () => ({ ...common, credentials: OTHER, accountId: OTHER.accountId }),
        }),
      ],
      providers: [{ provide: 'theirs', useExisting: getBedrockDiscoveryToken(ProfileDiscoveryService, names[1]) }],
    })
    class Theirs {}
    return { simulator, imports: [ScheduleModule.forRoot(), Ours, Theirs] };
  }

  it('are told apart by name: services, credentials, answers and jobs', async () => {
    const { simulator, imports } = await twoRegistrations(undefined, 'other');
    const app = await start(imports);
    const namesOf = async (token: string): Promise<string[]> => {
      const service = app.get<ProfileDiscoveryService>(token, { strict: false });
      return (await service.getAllProfiles({ type: 'APPLICATION' })).map((profile) => profile.inferenceProfileName);
    };
    expect(await Promise.all([namesOf('ours'), namesOf('theirs')])).toEqual([['Ours'], ['Theirs']]);
    expect([...app.get(SchedulerRegistry).getCronJobs().keys()].sort()).toEqual([JOB, `${JOB}:other`]);
    simulator.requests.reset();
    await app.get(SchedulerRegistry).getCronJob(`${JOB}:other`).fireOnTick();
    await until(() => simulator.requests.count() === 3 * REGIONS.length);
    const keys = simulator.requests.list().map(({ accessKeyId }) => accessKeyId);
    expect(new Set(keys)).toEqual(new Set([OTHER.accessKeyId]));
  });

  it.each<[string?, string?]>([
    [undefined, undefined],
    ['same', 'same'],
  ])('must not have the same name, as with %p and %p', async (...names) => {
    const { imports } = await twoRegistrations(...names);
    const compiling = Test.createTestingModule({ imports }).setLogger(new RecordingLogger()).compile();
    await expect(compiling).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      option: 'name',
      message: expect.stringContaining('isGlobal: true'),
    });
  });

  it.each([[false], [true]])(
    'are injected side by side into one class, in two partitions, isGlobal %p',
    async (isGlobal) => {
      const simulator = await startSimulator({ additionalRegions: ['us-gov-west-1'] });
      simulator.addCredentials(OTHER);
      simulator.addApplicationProfile({ region: 'us-east-1', name: 'Commercial', modelId: MODEL });
      const common = optionsFor(simulator, { regions: REGIONS });
      const registrations = [
        BedrockDiscoveryModule.forRoot({ ...common, isGlobal }),
        BedrockDiscoveryModule.forRootAsync({
          name: 'gov',
          isGlobal,
          useFactory: () => ({
            ...common,
            regions: ['us-gov-west-1'],
            credentials: OTHER,
            accountId: OTHER.accountId,
          }),
        }),
      ];
      @Injectable()
      class Both {
        @InjectBedrockDiscovery(InvocationRouter, 'gov') readonly govRouter!: InvocationRouter;

        constructor(
          readonly models: ModelDiscoveryService,
          @InjectBedrockDiscovery(ModelDiscoveryService, 'gov') readonly govModels: ModelDiscoveryService,
          @InjectBedrockDiscovery(DiscoveryRefresher) readonly refresher: DiscoveryRefresher,
        ) {}
      }
      @Module({ imports: isGlobal ? [] : registrations, providers: [Both] })
      class Feature {}
      const app = await start([...(isGlobal ? registrations : []), Feature]);
      const { models, govModels, govRouter, refresher } = app.get(Both, { strict: false });
      await Promise.all([models.scanAllRegions(), govModels.scanAllRegions()]);
      const regionsOf = (service: ModelDiscoveryService): string[] =>
        service.getRegionStatuses().map(({ region, status }) => `${region} ${status}`);
      expect(regionsOf(models)).toEqual(REGIONS.map((region) => `${region} ok`));
      expect(regionsOf(govModels)).toEqual(['us-gov-west-1 ok']);
      expect(app.get(ModelDiscoveryService)).toBe(models);
      expect(app.get(getBedrockDiscoveryToken(ModelDiscoveryService, 'gov'))).toBe(govModels);
      expect(app.get(InvocationRouter)).not.toBe(govRouter);
      const asked = simulator.requests.list().map(({ region, accessKeyId }) => `${region} ${accessKeyId}`);
      expect(new Set(asked)).toEqual(
        new Set([
          ...REGIONS.map((region) => `${region} ${simulator.credentials.accessKeyId}`),
          `us-gov-west-1 ${OTHER.accessKeyId}`,
        ]),
      );
      await app.close();
      await expect(refresher.refresh()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
      await expect(govModels.scanAllRegions()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
    },
  );
});

describe('two registrations that differ in little but their names', () => {
  it('are two, though Nest is told to name modules by what they hold', async () => {
    const simulator = await startSimulator();
    const imports = REGIONS.map((region) => ({
      module: class Host {},
      imports: [BedrockDiscoveryModule.forRoot({ ...optionsFor(simulator, { regions: [region] }), name: region })],
      providers: [{ provide: region, useExisting: getBedrockDiscoveryToken(ModelDiscoveryService, region) }],
    }));
    const builder = Test.createTestingModule({ imports }, { moduleIdGeneratorAlgorithm: 'deep-hash' });
    const app = await builder.setLogger(new RecordingLogger()).compile();
    afterThisTest(() => app.close());
    const reports = await Promise.all(
      REGIONS.map((token) => app.get<ModelDiscoveryService>(token, { strict: false }).scanAllRegions()),
    );
    expect(reports.map(({ regions }) => regions.map(({ region }) => region))).toEqual(
      REGIONS.map((region) => [region]),
    );
  });
});

describe("the application's own cron jobs", () => {
  it('fire once, and the library adds one of its own beside them', async () => {
    const simulator = await startSimulator();
    const fired = jest.fn();
    @Injectable()
    class Jobs {
      @Cron('0 * * * *', { name: 'mine' })
      tick(): void {
        fired();
      }
    }
    jest.useFakeTimers({
      now: new Date('2026-08-22T12:30:00Z'),
      doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
    });
    afterThisTest(() => jest.useRealTimers());
    const options = optionsFor(simulator, { regions: REGIONS, refresh: { mode: 'cron', cron: '0 0 1 1 *' } });
    const app = await start([ScheduleModule.forRoot(), BedrockDiscoveryModule.forRoot(options)], [Jobs]);
    expect([...app.get(SchedulerRegistry).getCronJobs().keys()].sort()).toEqual([JOB, 'mine']);
    jest.advanceTimersByTime(3_600_000);
    expect(fired).toHaveBeenCalledTimes(1);
  });
});

describe('a name of a region that is a letter or two off', () => {
  it('is warned of once, wherever it is given first, with the name that was probably meant', async () => {
    const simulator = await startSimulator();
    const logger = new RecordingLogger();
    const options = optionsFor(simulator, { regions: REGIONS, preferredRegions: ['eu-wst-1', 'us-east-3'] });
    const app = await Test.createTestingModule({ imports: [BedrockDiscoveryModule.forRoot(options)] })
      .setLogger(logger)
      .compile();
    afterThisTest(() => app.close());
    const warned = (): string[] =>
      logger.lines
        .filter(({ level, message }) => level === 'warn' && message.includes('Did you mean'))
        .map(({ context, message }) => `${context}: ${message}`);
    const told = [
      'BedrockDiscoveryModule: No region is known by the name eu-wst-1. Did you mean eu-west-1?',
      'BedrockDiscoveryModule: No region is known by the name us-east-3. Did you mean us-east-1?',
    ];
    expect(warned()).toEqual(told);

    const router = app.get(InvocationRouter);
    for (const constraints of [
      { preferredRegions: ['eu-wst-1', 'eu-cental-1'] },
      { sourceRegions: ['us-east-1', 'us-esat-1'] },
      { residency: ['eu-nroth-1', 'us-esat-1', 'eu-west-9'] },
      { residency: 'apac' },
    ]) {
      await router.resolve(MODEL, constraints);
    }
    told.push(
      'InvocationRouter: No region is known by the name eu-cental-1. Did you mean eu-central-1?',
      'InvocationRouter: No region is known by the name us-esat-1. Did you mean us-east-1?',
      'InvocationRouter: No region is known by the name eu-nroth-1. Did you mean eu-north-1?',
      'InvocationRouter: No region is known by the name eu-west-9. Did you mean eu-west-1?',
    );
    expect(warned()).toEqual(told);

    await app.get(ModelDiscoveryService).scanAllRegions({ regions: ['eu-wset-3', 'us-esat-1'] });
    await app.get(ProfileDiscoveryService).scanAllRegions({ regions: ['eu-wset-3'] });
    told.push('ModelDiscoveryService: No region is known by the name eu-wset-3. Did you mean eu-west-3?');
    expect(warned()).toEqual(told);
  });
});
