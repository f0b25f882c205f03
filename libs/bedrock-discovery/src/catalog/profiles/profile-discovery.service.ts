import { Injectable } from '@nestjs/common';
import { RegionFailedError } from '../../errors/errors.js';
import type { RegionStatus, ScanOptions, ScanReport } from '../../inventory/scan.types.js';
import { parseReference } from '../arn.js';
import { CatalogReader } from '../catalog-reader.js';
import { matchesProfile, modelsInRegion, type ProfileIndex, profilesInRegion } from './profile-index.js';
import { ProfileInventory } from './profile-inventory.js';
import type { DiscoveredProfile, ProfileFilter } from './profile.types.js';
import type { RegionName } from '../../regions/partitions.js';
import type { ModelName, ProfileName } from '../figures/known-ids.js';

const NO_PROFILES: readonly DiscoveredProfile[] = Object.freeze([]);

/**
 * Inference profiles of both types, their destinations per source region, and the mapping between profiles and models.
 *
 * Models and profiles may be named by id, ARN or name. Queries wait and reject as those of `ModelDiscoveryService` do.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
 * @publicApi
 */
@Injectable()
export class ProfileDiscoveryService {
  /** @internal Nest makes it. */
  constructor(
    private readonly inventory: ProfileInventory,
    private readonly catalog: CatalogReader,
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
  async scanProfilesInRegion(region: RegionName): Promise<readonly DiscoveredProfile[]> {
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
    if (filter.modelId === undefined) {
      return Object.freeze(index.profiles.filter((profile) => matchesProfile(profile, filter)));
    }
    const modelId = await this.#modelId(filter.modelId, index);
    return modelId === undefined
      ? NO_PROFILES
      : Object.freeze(index.profiles.filter((profile) => matchesProfile(profile, { ...filter, modelId })));
  }

  /**
   * All profiles by id, from what is known now: has no region asked and never waits for one. During a first scan those of the
   * regions that have answered; empty where nothing is known.
   */
  peekAllProfiles(): readonly DiscoveredProfile[] {
    return this.inventory.current?.profiles ?? NO_PROFILES;
  }

  /**
   * One profile by id, ARN or name, or undefined if no region lists it; with `region`, if that region does not.
   *
   * @throws RegionUnknownError for a `region` whose profiles are not known; ModelNotFoundError for what names nothing.
   */
  async getInferenceProfile(profileName: ProfileName, region?: RegionName): Promise<DiscoveredProfile | undefined> {
    const index = await this.#ready(region);
    const profile = index.byId.get((await this.#profileId(profileName, index)) ?? '');
    if (region === undefined || (profile && Object.hasOwn(profile.availability, region))) {
      return profile;
    }
    this.inventory.assertComplete(region);
    return undefined;
  }

  /** Ids of the profiles that wrap the model, by id; with `region`, of those listed there. */
  async getInferenceProfileIds(model: ModelName, region?: RegionName): Promise<readonly string[]> {
    const profiles = await this.getProfilesForModel(model, region);
    return Object.freeze(profiles.map((profile) => profile.inferenceProfileId));
  }

  /**
   * Profiles that wrap the model, by id; with `region`, those that wrap it there. A profile counts as listed even where
   * the region's own list of models lacks its model.
   *
   * @throws RegionUnknownError for a `region` whose profiles are not known.
   */
  async getProfilesForModel(model: ModelName, region?: RegionName): Promise<readonly DiscoveredProfile[]> {
    const index = await this.#ready(region);
    const id = (await this.#modelId(model, index)) ?? '';
    return region === undefined ? (index.byModel.get(id) ?? NO_PROFILES) : profilesInRegion(index, id, region);
  }

  /**
   * The base id of the model that a profile wraps, or undefined if the profile is not listed.
   *
   * @throws RegionUnknownError for a `region` whose profiles are not known.
   */
  async getModelIdForProfile(profileName: ProfileName, region?: RegionName): Promise<string | undefined> {
    const index = await this.#ready(region);
    const id = (await this.#profileId(profileName, index)) ?? '';
    const wanted = region ?? parseReference(profileName).region;
    const profile = index.byId.get(id);
    const [inRegion] = wanted === undefined || profile === undefined ? [] : modelsInRegion(profile, wanted);
    return region === undefined ? (inRegion ?? profile?.modelIds[0]) : inRegion;
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

  async #modelId(text: string, index: ProfileIndex): Promise<string | undefined> {
    return index.byModel.has(text) ? text : (await this.catalog.find(text))?.modelId;
  }

  async #profileId(text: string, index: ProfileIndex): Promise<string | undefined> {
    const { id } = parseReference(text);
    return index.byId.has(id) ? id : (await this.catalog.find(text))?.profileId;
  }
}
