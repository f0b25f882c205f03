import { Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../../aws/clients/aws-client.factory.js';
import { bedrockSdk } from '../../aws/clients/bedrock-sdk.js';
import { CatalogReader } from '../../catalog/catalog-reader.js';
import type { InvocationPath } from '../../catalog/invocation-paths.js';
import { BedrockDiscoveryError, MalformedResponseError, type RegionFailure } from '../../errors/errors.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import type { RegionCall } from '../../inventory/region-client.js';
import { SingleFlight } from '../../util/single-flight.js';
import type { DescribedFact, FactConstraints, ObservedCall, PathFact, Purpose } from '../path-fact.js';
import { RetentionStore } from './retention-store.js';
import {
  inWords,
  type KnownRetention,
  type RefusedMode,
  retainsMore,
  RETENTION_MODES,
  RETENTION_SETTINGS,
  type RetentionSetting,
  type RouteRetention,
} from './retention.types.js';
import { refusedByTable } from './strict-models.js';

const OPERATION = 'GetAccountDataRetention';
/** Regions that are asked at the same time. */
const PARALLEL = 8;
/** "data retention mode 'default' is not available for this model" */
const REFUSED_MODE = /data retention mode ['"]?([a-z_]+)/i;

/** What may say that a model refuses modes in a region. */
type RefusalSource = (modelId: string, region: string) => readonly RefusedMode[];

/** One region's mode, and why it is not known or out of date. */
export interface SurveyedRegion {
  readonly region: string;
  readonly inForce: RouteRetention | undefined;
  readonly failure: RegionFailure | undefined;
  /** Models that cannot be called under the mode in force, by id. */
  readonly blocked: readonly { readonly modelId: string; readonly seen: boolean }[];
}

/**
 * The data retention mode of the account in each region where it decides, by GetAccountDataRetention and by refused calls, and
 * what models allow.
 */
@Injectable()
export class RetentionModes implements PathFact<'retention'> {
  readonly name = 'retention';
  readonly #store: RetentionStore;
  readonly #flights: SingleFlight<void>;
  readonly #sources: readonly RefusalSource[];
  #isClosing = false;

  constructor(
    private readonly context: InventoryContext,
    private readonly clients: AwsClientFactory,
    private readonly catalog: CatalogReader,
  ) {
    const store = new RetentionStore(context);
    this.#store = store;
    this.#sources = [
      (modelId, region) => store.refusedInCalls(modelId, region),
      (modelId, region) => this.#refusedByList(modelId, region) ?? refusedByTable(modelId),
    ];
    this.#flights = new SingleFlight(PARALLEL, context.clock);
  }

  get current(): object {
    return this.#store.current;
  }

  of({ modelId, region }: Pick<InvocationPath, 'modelId' | 'region'>): KnownRetention | undefined {
    const inForce = this.#store.inForce(region);
    const refused = this.#sources.flatMap((source) => source(modelId, region));
    return inForce === undefined && refused.length === 0 ? undefined : { inForce, refused };
  }

  describe(known: KnownRetention | undefined, { region }: Pick<InvocationPath, 'region'>): DescribedFact {
    if (known === undefined) {
      return {};
    }
    const { inForce, refused } = known;
    if (inForce !== undefined) {
      return { shown: { retention: inForce }, reason: `Data retention: the mode is ${inWords(inForce)}.` };
    }
    const modes = [...new Set(refused.map(({ mode }) => mode))].join(' and ');
    return { reason: `Data retention: the mode in ${region} is not known, and the model does not allow ${modes}.` };
  }

  find(paths: readonly InvocationPath[], wanted: FactConstraints, purpose: Purpose): Promise<void> | undefined {
    if (purpose === 'peek') {
      return undefined;
    }
    const due = this.#due(this.#regionsThatMatter(paths, wanted));
    return due.length === 0 ? undefined : this.#findOut(due);
  }

  learn({ path: { modelId, region }, failure }: ObservedCall): void {
    const [, named] = failure?.kind === 'data-retention' ? (REFUSED_MODE.exec(failure.message) ?? []) : [];
    const mode = RETENTION_MODES.find((each) => each === named);
    if (mode !== undefined) {
      this.#store.recordRefusal(modelId, region, mode);
    }
  }

  /**
   * What is known of the regions from which models can be called that refuse a mode; asks those that are due. Never rejects.
   *
   * @param anew also those that are not
   */
  async survey(paths: readonly InvocationPath[], anew: boolean): Promise<readonly SurveyedRegion[]> {
    await this.open();
    const mattering = paths.filter((path) => path.open && this.#refuses(path));
    const regions = [...new Set(mattering.map(({ region }) => region))].sort();
    if (anew) {
      this.#store.want(regions);
    }
    await this.#findOut(this.#due(regions));
    const { principal } = this.clients.identity();
    return regions.map((region) => {
      const inForce = this.#store.inForce(region);
      const models = [...new Set(mattering.flatMap((path) => (path.region === region ? [path.modelId] : [])))].sort();
      const blocked = models.flatMap((modelId) => {
        const isRefused = ({ mode }: RefusedMode): boolean => mode === inForce?.effective;
        const seen = this.#store.refusedInCalls(modelId, region).some(isRefused);
        return this.#sources.some((source) => source(modelId, region).some(isRefused)) ? [{ modelId, seen }] : [];
      });
      return { region, inForce, failure: this.#store.failureOf(region, principal), blocked };
    });
  }

  open(): Promise<void> {
    return this.#store.open();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#flights.abort(new BedrockDiscoveryError('SHUT_DOWN', 'The application is closing.'));
    await this.#store.close();
  }

  /** What `bedrock-mantle` lists of a model, there or else anywhere: undefined where it says nothing of it. */
  #refusedByList(modelId: string, region: string): readonly RefusedMode[] | undefined {
    const { availability = {} } = this.catalog.current.mantle?.byId.get(modelId) ?? {};
    const listed = [availability[region], ...Object.values(availability)];
    const allowed = listed.find((each) => each?.allowedRetentionModes !== undefined)?.allowedRetentionModes;
    return (
      allowed &&
      RETENTION_MODES.filter((mode) => !allowed.includes(mode)).map((mode) => ({
        mode,
        known: 'as bedrock-mantle lists it',
      }))
    );
  }

  #refuses({ modelId, region }: InvocationPath): boolean {
    return this.#store.strictInCalls.has(modelId) || this.#sources.some((source) => source(modelId, region).length > 0);
  }

  #mayRefuse(modelId: string): boolean {
    return (
      this.#store.strictInCalls.has(modelId) ||
      refusedByTable(modelId).length > 0 ||
      this.catalog.current.mantle?.byId.has(modelId) === true
    );
  }

  /** Source regions that may be called, and where the mode decides: on what is wanted, or since the model refuses some. */
  #regionsThatMatter(paths: readonly InvocationPath[], wanted: FactConstraints): readonly string[] {
    const { retention: most, sourceRegions, residency } = wanted;
    const isLimited = most !== undefined && retainsMore('provider_data_share', most);
    const callable = sourceRegions ?? residency;
    const isOther = ({ modelId }: InvocationPath, index: number): boolean => modelId !== paths[index - 1]?.modelId;
    if (!isLimited && !paths.some((path, index) => isOther(path, index) && this.#mayRefuse(path.modelId))) {
      return [];
    }
    const mattering = paths.filter(
      (path) => path.open && callable?.has(path.region) !== false && (isLimited || this.#refuses(path)),
    );
    return [...new Set(mattering.map(({ region }) => region))];
  }

  #due(regions: readonly string[]): readonly string[] {
    if (regions.length === 0 || this.#isClosing || this.context.options.retention.mode === 'off') {
      return [];
    }
    const { principal } = this.clients.identity();
    return regions.filter((region) => this.#store.isDue(region, principal));
  }

  /** Where nobody knows whether asking is allowed, one region tells for all: a denied question may trip an alarm. */
  async #findOut(due: readonly string[]): Promise<void> {
    const [nearest, ...others] = this.context.latencies.sortRegions(due);
    if (nearest === undefined) {
      return;
    }
    const first = this.#ask(nearest);
    if (!this.#store.wasAnswered) {
      await first;
    }
    await Promise.all([first, ...this.#due(others).map((region) => this.#ask(region))]);
  }

  /** Goes on where whoever wants it waits no longer: the next to want it will know. */
  async #ask(region: string): Promise<void> {
    const { landed, leave } = this.#flights.join(region, (signal) => this.#fly(region, signal));
    await landed.finally(leave);
  }

  async #fly(region: string, signal: AbortSignal): Promise<void> {
    const principal = await this.context.owner.principal();
    if (signal.aborted || !this.#store.isDue(region, principal)) {
      return;
    }
    const outcome = await this.context.scanner.run({
      region,
      operation: OPERATION,
      signal,
      timed: false,
      run: settingIn,
    });
    if (signal.aborted) {
      return;
    }
    if (outcome.ok) {
      this.#store.recordAnswer(region, outcome.value);
    } else {
      this.#store.recordFailure(region, outcome.failure, principal);
    }
  }
}

async function settingIn(call: RegionCall): Promise<RetentionSetting> {
  const { GetAccountDataRetentionCommand } = await bedrockSdk();
  const { mode } = await call.send((client, options) =>
    client.send(options.prepare(new GetAccountDataRetentionCommand({})), options),
  );
  const setting = RETENTION_SETTINGS.find((each) => each === mode);
  if (setting === undefined) {
    throw new MalformedResponseError('The answer holds no data retention mode that is known here.');
  }
  return setting;
}
