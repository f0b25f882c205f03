import { Injectable } from '@nestjs/common';
import { RegionFailedError } from '../../errors/errors.js';
import type { RegionStatus, ScanOptions, ScanReport } from '../../inventory/scan.types.js';
import { parseReference } from '../arn.js';
import { modelOf, ModelReference } from '../model-reference.js';
import { matchesProfile, pair, type ProfileIndex } from './profile-index.js';
import { ProfileInventory } from './profile-inventory.js';
import type { DiscoveredProfile, ProfileFilter } from './profile.types.js';

const NO_PROFILES: readonly DiscoveredProfile[] = Object.freeze([]);

/**
 * Inference profiles of both types, their destinations per source region, and the mapping between profiles and models.
 *
 * Model ids may be model ids, model ARNs, profile ids or profile ARNs. Queries wait and reject as those of
 * `ModelDiscoveryService` do.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
 * @publicApi
 */
@Injectable()
export class ProfileDiscoveryService {
  constructor(
    private readonly inventory: ProfileInventory,
    private readonly reference: ModelReference,
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
   * Asks one region now and returns the profiles that it lists, by id.
   *
   * @throws RegionFailedError if asking failed.
   */
  async scanProfilesInRegion(region: string): Promise<readonly DiscoveredProfile[]> {
    const report = await this.inventory.scan({ regions: [region], force: true });
    const failure = report.regions[0]?.failure;
    if (failure !== undefined) {
      throw new RegionFailedError(region, failure);
    }
    return this.getAllProfiles({ region });
  }

  /**
   * All profiles that meet the filter, by id.
   *
   * @throws RegionUnknownError for a `filter.region` whose profiles are not known.
   */
  async getAllProfiles(filter: ProfileFilter = {}): Promise<readonly DiscoveredProfile[]> {
    const index = await this.#ready(filter.region);
    const modelId = filter.modelId === undefined ? undefined : await this.#modelId(filter.modelId, index);
    return Object.freeze(index.profiles.filter((profile) => matchesProfile(profile, { ...filter, modelId })));
  }

  /**
   * One profile by id or ARN, or undefined if no region lists it; with `region`, if that region does not.
   *
   * @throws RegionUnknownError for a `region` whose profiles are not known.
   */
  async getInferenceProfile(idOrArn: string, region?: string): Promise<DiscoveredProfile | undefined> {
    const index = await this.#ready(region);
    const profile = index.byId.get(parseReference(idOrArn).id);
    return region === undefined || (profile && Object.hasOwn(profile.availability, region)) ? profile : undefined;
  }

  /** Ids of the profiles that wrap the model, by id; with `region`, of those listed there. */
  async getInferenceProfileIds(modelId: string, region?: string): Promise<readonly string[]> {
    const profiles = await this.getProfilesForModel(modelId, region);
    return Object.freeze(profiles.map((profile) => profile.inferenceProfileId));
  }

  /**
   * Profiles that wrap the model, by id; with `region`, those that wrap it there. A profile counts as listed even where
   * the region's own list of models lacks its model.
   *
   * @throws RegionUnknownError for a `region` whose profiles are not known.
   */
  async getProfilesForModel(modelId: string, region?: string): Promise<readonly DiscoveredProfile[]> {
    const index = await this.#ready(region);
    const id = index.byModel.has(modelId) ? modelId : await this.#modelId(modelId, index);
    const profiles = region === undefined ? index.byModel.get(id) : index.byModelInRegion.get(pair(id, region));
    return profiles ?? NO_PROFILES;
  }

  /**
   * The base id of the model that a profile wraps, or undefined if the profile is not listed.
   *
   * @throws RegionUnknownError for a `region` whose profiles are not known.
   */
  async getModelIdForProfile(idOrArn: string, region?: string): Promise<string | undefined> {
    const index = await this.#ready(region);
    const { id, region: ofArn } = parseReference(idOrArn);
    return region === undefined ? modelOf(index, id, ofArn) : index.modelInRegion.get(pair(id, region));
  }

  /** What is known of each region, by name. Never waits. */
  getRegionStatuses(): readonly RegionStatus[] {
    return this.inventory.statuses();
  }

  /** Forgets all profiles, in memory and in the cache; the next query scans. */
  clearCache(): Promise<void> {
    return this.inventory.clear();
  }

  async #ready(region?: string): Promise<ProfileIndex> {
    return region === undefined ? this.inventory.ready() : this.inventory.readyFor(region);
  }

  #modelId(idOrArn: string, index: ProfileIndex): Promise<string> {
    return this.reference.resolve(idOrArn, (id) => index.byModel.has(id));
  }
}
