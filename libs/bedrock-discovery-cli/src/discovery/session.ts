import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  defaultCacheDirectory,
  DiscoveryDoctor,
  type Diagnosis,
  DiscoveryRefresher,
  InvocationRouter,
  LatencyTracker,
  ModelAccessService,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  type Provenance,
  type RegionStatus,
  type ScanOptions,
} from 'nestjs-bedrock-discovery';
import type { CliContext } from '../cli-context.js';
import { keepModelIds } from '../completion/kept-model-ids.js';
import { CliError } from '../errors/cli.error.js';
import { describeUnavailable } from '../errors/describe-error.js';
import { discoveryOptions } from '../options/discovery-options.js';
import type { GlobalOptions } from '../options/global-options.js';
import { startScanDisplay } from '../output/progress-bar.js';
import { assertProfileExists } from './aws-profiles.js';
import { failuresOf, isAnythingKnown, isOutOfDate } from './freshness.js';
import { SimulatedAws } from './simulated-aws.js';
import { StderrLogger } from './stderr-logger.js';

type Reports = Awaited<ReturnType<DiscoveryRefresher['refresh']>>;

/** As the library has it, and whether the endpoint is the embedded simulator. */
export interface SessionProvenance extends Omit<Provenance, 'source'> {
  readonly source: Provenance['source'] | 'simulator';
}

/** The library in an application of its own, for the time of one command. */
export class Session {
  readonly models: ModelDiscoveryService;
  readonly profiles: ProfileDiscoveryService;
  readonly latencies: LatencyTracker;
  readonly router: InvocationRouter;
  readonly access: ModelAccessService;
  readonly refresher: DiscoveryRefresher;

  private constructor(
    private readonly application: INestApplicationContext,
    private readonly options: BedrockDiscoveryOptions,
    private readonly simulated: SimulatedAws | undefined,
    private readonly globals: GlobalOptions,
    private readonly context: CliContext,
  ) {
    this.models = application.get(ModelDiscoveryService);
    this.profiles = application.get(ProfileDiscoveryService);
    this.latencies = application.get(LatencyTracker);
    this.router = application.get(InvocationRouter);
    this.access = application.get(ModelAccessService);
    this.refresher = application.get(DiscoveryRefresher);
  }

  /** @throws InvalidOptionsError for an option, or a variable of the environment, that is wrong */
  static async open(globals: GlobalOptions, context: CliContext): Promise<Session> {
    const { profile } = globals;
    if (profile !== undefined && globals.simulator !== true) {
      await assertProfileExists(profile, context.environment);
    }
    const given = discoveryOptions(globals, context.environment);
    const simulated = globals.simulator === true ? new SimulatedAws() : undefined;
    const options = simulated?.options(given) ?? given;
    const logger: LoggerService | false = globals.verbose === true ? new StderrLogger(context.error) : false;
    const module = BedrockDiscoveryModule.forRoot(options);
    const application = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    return new Session(application, options, simulated, globals, context);
  }

  /**
   * Reads the cache, and asks AWS where that does not do.
   *
   * @throws CliError if nothing is known of any region afterwards.
   */
  async prepare(): Promise<void> {
    await this.#readCache();
    const statuses = this.#statuses();
    if (this.globals.cached === true ? !isAnythingKnown(statuses) : isOutOfDate(statuses)) {
      await this.refresh();
      this.#assertAnythingKnown();
    }
  }

  /** Asks AWS, with progress shown where a person sees it. */
  async refresh(options: Pick<ScanOptions, 'force' | 'regions'> = {}): Promise<Reports> {
    const { globals, context } = this;
    // What is kept belongs to where it came from, which is found out once: before the simulator has a port of its own.
    await this.#readCache();
    await this.simulated?.start();
    const display = await startScanDisplay(context.error, globals.quiet === true);
    try {
      return await this.refresher.refresh({
        ...options,
        signal: context.signal,
        onProgress: (progress) => display.update(progress),
      });
    } finally {
      display.stop();
      await this.#keepModelIds();
    }
  }

  /** Asks AWS whether a model may be invoked in these regions. */
  async askForAccess(modelId: string, regions: readonly string[]): Promise<void> {
    await this.simulated?.start();
    const { signal } = this.context;
    await Promise.all(regions.map((region) => this.access.getAccess(modelId, region, { signal })));
  }

  async diagnose(options: Parameters<DiscoveryDoctor['diagnose']>[0]): Promise<Diagnosis> {
    await this.simulated?.start();
    return this.application.get(DiscoveryDoctor).diagnose(options);
  }

  /** Whose it is that answers rest on, and how old. */
  async provenance(): Promise<SessionProvenance> {
    const provenance = await this.refresher.getProvenance();
    // While it has not been started, which reading the cache does not need, it looks like AWS.
    const simulated = this.simulated !== undefined && provenance.source !== 'seed';
    return simulated ? { ...provenance, source: 'simulator' } : provenance;
  }

  /** What is known of each region by either operation. */
  regions(): readonly { region: string; models: RegionStatus; profiles: RegionStatus }[] {
    const ofProfiles = new Map(this.profiles.getRegionStatuses().map((status) => [status.region, status]));
    return this.models.getRegionStatuses().flatMap((models) => {
      const profiles = ofProfiles.get(models.region);
      return profiles === undefined ? [] : [{ region: models.region, models, profiles }];
    });
  }

  async close(): Promise<void> {
    await this.application.close();
    await this.simulated?.stop();
  }

  /** To ask no region is to read what is remembered of all. */
  async #readCache(): Promise<void> {
    await this.refresher.refresh({ regions: [], signal: this.context.signal });
  }

  /** Those of the models last, so that their failure stands where a region has two. */
  #statuses(): readonly RegionStatus[] {
    return [...this.profiles.getRegionStatuses(), ...this.models.getRegionStatuses()];
  }

  #assertAnythingKnown(): void {
    const statuses = this.#statuses();
    if (!isAnythingKnown(statuses)) {
      const { message, exitCode } = describeUnavailable(Object.fromEntries(failuresOf(statuses)));
      throw new CliError(message, exitCode);
    }
  }

  /** Ids of models, and what is left of them without the provider where that names the same model. */
  async #completedNames(): Promise<readonly string[]> {
    const models = await this.models.getAllModels();
    const names = models.map(async ({ modelId }) => {
      const short = modelId.slice(modelId.indexOf('.') + 1).replace(/(?:-v\d+)?(?::\d+)?$/, '');
      const found = await this.models.getModel(short).catch(() => undefined);
      return found?.modelId === modelId ? [modelId, short] : [modelId];
    });
    return [...new Set((await Promise.all(names)).flat())].sort();
  }

  /** For the completion of the next command line; nothing depends on it. */
  async #keepModelIds(): Promise<void> {
    const { directory = defaultCacheDirectory() } = this.options.cache ?? {};
    if (directory !== false && isAnythingKnown(this.models.getRegionStatuses()) && this.globals.regions === undefined) {
      const names = await this.#completedNames();
      await keepModelIds(directory, this.simulated !== undefined, names).catch(() => undefined);
    }
  }
}
