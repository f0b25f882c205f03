import { Inject, Injectable } from '@nestjs/common';
import { InvalidArgumentError } from '../../errors/errors.js';
import type { RegionStatus, ScanOptions, ScanReport } from '../../inventory/scan.types.js';
import { LatencyTracker } from '../../latency/latency-tracker.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../../options/resolve-options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../../util/clock.js';
import { ModelReference } from '../model-reference.js';
import { matchesModel, type ModelIndex } from './model-index.js';
import { ModelInventory } from './model-inventory.js';
import type { DiscoveredModel, ModelFilter, RetiringModel } from './model.types.js';
import { findRetiringModels } from './retiring-models.js';

const NONE: readonly string[] = Object.freeze([]);
/** AWS announces the end of a model's life at least six months ahead. */
const RETIRING_WITHIN_DAYS = 180;

/**
 * Foundation models, where they are, and which regions are best for them.
 *
 * Ids may be model ids, model ARNs, system profile ids or profile ARNs. Queries answer from what is known and refresh it
 * behind; before anything is known they wait for the first scan, at most `scan.deadlineMs`, and reject with code
 * `INVENTORY_UNAVAILABLE` if then no region at all is known.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html
 * @publicApi
 */
@Injectable()
export class ModelDiscoveryService {
  #ranked = new Map<string, readonly string[]>();
  #rankedVersion = -1;
  #rankedIndex: ModelIndex | undefined;

  constructor(
    private readonly inventory: ModelInventory,
    private readonly reference: ModelReference,
    private readonly latencies: LatencyTracker,
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
   * One model, or undefined if no region lists it; with `region`, if that region does not.
   *
   * @throws RegionUnknownError for a `region` whose models are not known.
   */
  async getModel(modelId: string, region?: string): Promise<DiscoveredModel | undefined> {
    const index = await this.#ready(region);
    const model = index.byId.get(modelId) ?? (await this.#referenced(modelId, index));
    return region === undefined || (model && Object.hasOwn(model.availability, region)) ? model : undefined;
  }

  /** Regions that list the model, by name; empty if none of the known ones does. */
  async getModelRegions(modelId: string): Promise<readonly string[]> {
    const index = await this.inventory.ready();
    const model = index.byId.get(modelId) ?? (await this.#referenced(modelId, index));
    return model?.regions ?? NONE;
  }

  /**
   * Regions that list the model: the preferred ones first, in the caller's order (by default that of the
   * `preferredRegions` option), then by measured latency.
   */
  async getBestRegionsForModel(
    modelId: string,
    options: { preferredRegions?: readonly string[] } = {},
  ): Promise<readonly string[]> {
    const index = await this.inventory.ready();
    const model = index.byId.get(modelId) ?? (await this.#referenced(modelId, index));
    if (model === undefined) {
      return NONE;
    }
    const ranked = this.#rank(model, index);
    const wanted = options.preferredRegions ?? this.options.preferredRegions;
    if (wanted.length === 0) {
      return ranked;
    }
    const preferred = new Set(wanted.filter((region) => Object.hasOwn(model.availability, region)));
    return Object.freeze([...preferred, ...ranked.filter((region) => !preferred.has(region))]);
  }

  /**
   * Whether the region lists the model.
   *
   * @throws RegionUnknownError where the region's models are not known: unknown is not "no".
   */
  async isModelAvailableInRegion(modelId: string, region: string): Promise<boolean> {
    return (await this.getModel(modelId, region)) !== undefined;
  }

  /**
   * Models that reach the end of their life within a number of days (180 by default), have reached it and are listed
   * still, or are legacy without a date; the soonest first, each with the later models of its family.
   *
   * @throws InvalidArgumentError unless `withinDays` is a number of at least 0; RegionUnknownError for a `region` whose
   * models are not known.
   */
  async getRetiringModels(options: { withinDays?: number; region?: string } = {}): Promise<readonly RetiringModel[]> {
    const { withinDays = RETIRING_WITHIN_DAYS, region } = options;
    if (typeof withinDays !== 'number' || !(withinDays >= 0)) {
      throw new InvalidArgumentError(`withinDays must be a number of at least 0, got ${String(withinDays)}.`);
    }
    const { models } = await this.#ready(region);
    return findRetiringModels(models, { now: this.clock.now(), withinDays, region });
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

  async #referenced(idOrArn: string, index: ModelIndex): Promise<DiscoveredModel | undefined> {
    return index.byId.get(await this.reference.resolve(idOrArn, (id) => index.byId.has(id)));
  }

  /** By latency; kept until a latency or the inventory changes. */
  #rank(model: DiscoveredModel, index: ModelIndex): readonly string[] {
    if (this.#rankedVersion !== this.latencies.version || this.#rankedIndex !== index) {
      this.#ranked = new Map();
      this.#rankedVersion = this.latencies.version;
      this.#rankedIndex = index;
    }
    const known = this.#ranked.get(model.modelId);
    if (known !== undefined) {
      return known;
    }
    const ranked = Object.freeze(this.latencies.sortRegions(model.regions));
    this.#ranked.set(model.modelId, ranked);
    return ranked;
  }
}
