import { Inject, Injectable } from '@nestjs/common';
import { InvalidArgumentError, InventoryUnavailableError } from '../../errors/errors.js';
import type { RegionStatus, ScanOptions, ScanReport } from '../../inventory/scan.types.js';
import { LatencyStore } from '../../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../../options/resolve-options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../../util/clock.js';
import { AccountInventories } from '../account/account-inventories.js';
import { ACCOUNT_OPERATIONS } from '../account/account-listings.js';
import type { AccountModel, AccountModelFilter } from '../account/account-model.types.js';
import { CatalogReader } from '../catalog-reader.js';
import { matchesModel, type ModelIndex } from './model-index.js';
import { ModelInventory } from './model-inventory.js';
import type { DiscoveredModel, ModelFilter, RetiringModel } from './model.types.js';
import { findRetiringModels } from './retiring-models.js';
import type { RegionName } from '../../regions/partitions.js';
import type { ModelName } from '../figures/known-ids.js';

const NONE: readonly string[] = Object.freeze([]);
const NO_MODELS: readonly DiscoveredModel[] = Object.freeze([]);
/** AWS announces the end of a model's life at least six months ahead. */
const RETIRING_WITHIN_DAYS = 180;

/**
 * Foundation models, where they are, and which regions are best for them.
 *
 * A model may be named by its id, with or without provider and version, by its name ("Claude Opus 4.7"), or by an ARN; the
 * id or ARN of an inference profile names its model. What names nothing that could be a model, or several, rejects with code
 * `MODEL_NOT_FOUND` and the nearest ids; a well-formed id that no region lists is answered with none. Queries answer from what
 * is known and refresh it in the background; before anything is known they wait for the first scan, at most
 * `scan.deadlineMs`, and reject with code `INVENTORY_UNAVAILABLE` if then no region at all is known.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
 * @publicApi
 */
@Injectable()
export class ModelDiscoveryService {
  /** @internal Nest makes it. */
  constructor(
    private readonly inventory: ModelInventory,
    private readonly catalog: CatalogReader,
    private readonly account: AccountInventories,
    private readonly latencies: LatencyStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Asks the regions that are not fresh, or all with `force`. Concurrent callers share one scan.
   *
   * @throws BedrockDiscoveryError `ABORTED` when the caller's signal ends its wait, `SHUT_DOWN` once the application closes.
   */
  scanAllRegions(options: ScanOptions = {}): Promise<ScanReport> {
    return this.inventory.scan(options);
  }

  /**
   * All models that meet the filter, by id.
   *
   * @throws RegionUnknownError for a `filter.region` whose models are not known.
   */
  async getAllModels(filter: ModelFilter = {}): Promise<readonly DiscoveredModel[]> {
    const { models } = await this.#ready(filter.region);
    return Object.freeze(models.filter((model) => matchesModel(model, filter)));
  }

  /**
   * All models by id, from what is known now: has no region asked and never waits for one. During a first scan those of the
   * regions that have answered; empty where nothing is known.
   */
  peekAllModels(): readonly DiscoveredModel[] {
    return this.inventory.current?.models ?? NO_MODELS;
  }

  /**
   * One model, or undefined if no region lists it; with `region`, if that region does not.
   *
   * @throws RegionUnknownError for a `region` whose models are not known; ModelNotFoundError.
   */
  async getModel(model: ModelName, region?: RegionName): Promise<DiscoveredModel | undefined> {
    const index = await this.#ready(region);
    const found = await this.#find(model, index);
    if (region === undefined || (found && Object.hasOwn(found.availability, region))) {
      return found;
    }
    this.inventory.assertComplete(region);
    return undefined;
  }

  /** Regions that list the model, by name; empty if none of the known ones does. */
  async getModelRegions(model: ModelName): Promise<readonly string[]> {
    const found = await this.#find(model, await this.inventory.ready());
    return found?.regions ?? NONE;
  }

  /**
   * Regions that list the model: the preferred ones first, in the caller's order (by default that of the
   * `preferredRegions` option), then by measured latency.
   */
  async getBestRegionsForModel(
    model: ModelName,
    options: { preferredRegions?: readonly RegionName[] } = {},
  ): Promise<readonly string[]> {
    const found = await this.#find(model, await this.inventory.ready());
    if (found === undefined) {
      return NONE;
    }
    const wanted = options.preferredRegions ?? this.options.preferredRegions;
    const preferred = new Set(wanted.filter((region) => Object.hasOwn(found.availability, region)));
    const others = found.regions.filter((region) => !preferred.has(region));
    return Object.freeze([...preferred, ...this.latencies.sortRegions(others)]);
  }

  /**
   * Whether the region lists the model.
   *
   * @throws RegionUnknownError where the region's models are not known: unknown is not "no".
   */
  async isModelAvailableInRegion(model: ModelName, region: RegionName): Promise<boolean> {
    return (await this.getModel(model, region)) !== undefined;
  }

  /**
   * Models that reach the end of their life within a number of days (180 by default), have reached it and are listed
   * still, or are legacy without a date; the soonest first, each with the later models of its family.
   *
   * @throws InvalidArgumentError unless `withinDays` is a number of at least 0; RegionUnknownError for a `region` whose
   * models are not known.
   */
  async getRetiringModels(
    options: { withinDays?: number; region?: RegionName } = {},
  ): Promise<readonly RetiringModel[]> {
    const { withinDays = RETIRING_WITHIN_DAYS, region } = options;
    if (typeof withinDays !== 'number' || !(withinDays >= 0)) {
      throw new InvalidArgumentError(`withinDays must be a number of at least 0, got ${String(withinDays)}.`);
    }
    const { models } = await this.#ready(region);
    return findRetiringModels(models, { now: this.clock.now(), withinDays, region });
  }

  /**
   * What the account owns and calls by ARN, and stands for no foundation model: imported models, deployments of custom models,
   * marketplace endpoints, prompt routers, and provisioned throughput of custom models. Of the listings that the option
   * `listings` names; by listing, then by region. `InvocationRouter` resolves and runs each by its ARN.
   *
   * @throws InventoryUnavailableError where the option names none of them, or nothing is known; RegionUnknownError for a
   * `filter.region` of which not all of them are known.
   * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListImportedModels.html
   */
  async getAccountModels(filter: AccountModelFilter = {}): Promise<readonly AccountModel[]> {
    const { region, via } = filter;
    const { owned } = this.account;
    if (owned.length === 0) {
      const [operations, names] = [
        ACCOUNT_OPERATIONS.map((row) => row.operation),
        ACCOUNT_OPERATIONS.map((row) => row.name),
      ];
      const hint = `The option "listings" names none of ${names.join(', ')}: add those that are wanted.`;
      throw new InventoryUnavailableError(operations.join(', '), {}, hint);
    }
    const known =
      region === undefined
        ? await settled(owned.map(async (inventory) => inventory.ready()))
        : await Promise.all(owned.map((inventory) => inventory.readyFor(region)));
    const models = known.flatMap((index) => index.models);
    return Object.freeze(
      models.filter(
        (model) =>
          model.modelId === undefined &&
          (region === undefined || model.region === region) &&
          (via === undefined || model.via === via),
      ),
    );
  }

  /** What is known of each region, by name. Never waits. */
  getRegionStatuses(): readonly RegionStatus[] {
    return this.inventory.statuses();
  }

  /** Forgets all models, in memory and in the cache; the next query scans. */
  clearCache(): Promise<void> {
    return this.inventory.clear();
  }

  async #ready(region?: string): Promise<ModelIndex> {
    return region === undefined ? this.inventory.ready() : this.inventory.readyFor(region);
  }

  async #find(text: string, index: ModelIndex): Promise<DiscoveredModel | undefined> {
    // An id, as most callers give it, names a model without anything else being known.
    const listed = index.byId.get(text);
    if (listed !== undefined) {
      return listed;
    }
    const subject = await this.catalog.find(text);
    return subject && index.byId.get(subject.modelId);
  }
}

/** Of what could be had; rejects only where nothing could. */
async function settled<T>(answers: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(answers);
  const known = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (known.length === 0 && failed !== undefined) {
    throw failed.reason;
  }
  return known;
}
