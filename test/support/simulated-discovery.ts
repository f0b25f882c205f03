import type { DynamicModule, Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { BedrockSimulator, type SimulatorOptions } from 'bedrock-simulator';
import {
  AwsClientFactory,
  BEDROCK_DISCOVERY_CLOCK,
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  type Clock,
  DiscoveryCache,
  DiscoveryRefresher,
  LatencyTracker,
  ModelAccessService,
  ModelDiscoveryService,
  ProfileDiscoveryService,
} from 'nestjs-bedrock-discovery';
import type { AwsIdentity } from '../../libs/bedrock-discovery/src/aws/identity/aws-identity.js';
import { AccountScope } from '../../libs/bedrock-discovery/src/cache/account-scope.js';
import { afterThisTest } from './cleanup.js';
import { RecordingLogger } from './recording-logger.js';

/** A simulator without delays in which all regions are enabled; it ends with the current test. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<BedrockSimulator> {
  const simulator = await BedrockSimulator.start({ latency: 'none', optIn: 'all', ...options });
  afterThisTest(() => simulator.stop());
  return simulator;
}

/** All regions of the simulator, its credentials and account; nothing on disk, nothing that starts by itself. */
export function optionsFor(
  simulator: BedrockSimulator,
  options: BedrockDiscoveryOptions = {},
): BedrockDiscoveryOptions {
  return {
    regions: simulator.regions,
    endpoint: simulator.endpoint,
    ...(options.awsProfile === undefined && { credentials: simulator.credentials }),
    accountId: simulator.accountId,
    ...options,
    scan: { onBootstrap: 'off', ...options.scan },
    cache: { directory: false, ...options.cache },
    refresh: { mode: 'off', ...options.refresh },
  };
}

export interface Surroundings {
  clock?: Clock;
  /** Other modules of the application. */
  imports?: (Type | DynamicModule)[];
  /** Whether the application starts, or is only compiled. Default true. */
  init?: boolean;
}

/** Whose credentials the clients use, which the library tells its own parts alone. */
export function identityOf(clients: AwsClientFactory): AwsIdentity {
  return (clients as AwsClientFactory & { identity(): AwsIdentity }).identity();
}

/** An application with the library in it, and the services that it gives. */
export class Discovery {
  readonly models: ModelDiscoveryService;
  readonly profiles: ProfileDiscoveryService;
  readonly access: ModelAccessService;
  readonly latencies: LatencyTracker;
  readonly cache: DiscoveryCache;
  readonly refresher: DiscoveryRefresher;
  readonly clients: AwsClientFactory;

  constructor(
    readonly app: TestingModule,
    readonly logger: RecordingLogger,
  ) {
    this.models = app.get(ModelDiscoveryService);
    this.profiles = app.get(ProfileDiscoveryService);
    this.access = app.get(ModelAccessService);
    this.latencies = app.get(LatencyTracker);
    this.cache = app.get(DiscoveryCache);
    this.refresher = app.get(DiscoveryRefresher);
    this.clients = app.get(AwsClientFactory);
  }

  /** What the keys of the cache start with. */
  async owner(): Promise<string> {
    return (await this.app.get(AccountScope).prefix()) ?? '';
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** Starts an application with the library; it is closed after the current test. */
export async function startDiscovery(
  options: BedrockDiscoveryOptions,
  { clock, imports = [], init = true }: Surroundings = {},
): Promise<Discovery> {
  const logger = new RecordingLogger();
  const builder = Test.createTestingModule({ imports: [...imports, BedrockDiscoveryModule.forRoot(options)] });
  if (clock !== undefined) {
    builder.overrideProvider(BEDROCK_DISCOVERY_CLOCK).useValue(clock);
  }
  const app = await builder.setLogger(logger).compile();
  afterThisTest(() => app.close());
  if (init) {
    await app.init();
  }
  return new Discovery(app, logger);
}
