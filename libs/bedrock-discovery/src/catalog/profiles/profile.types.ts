import type { RegionName } from '../../regions/partitions.js';

/**
 * An inference profile as one source region lists it. The same id has other destinations in other source regions.
 *
 * @publicApi
 */
export interface ProfileInRegion {
  /** As this region says; `DiscoveredProfile.type` is what most regions say. */
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION';
  /** Of the profile in this region. */
  readonly inferenceProfileArn: string;
  /** Of the models that may serve a call, one for each destination. */
  readonly modelArns: readonly string[];
  /** Regions that may serve the call; `'global'`: anywhere. Empty where none is listed, which promises nothing. */
  readonly destinations: readonly string[] | 'global';
  /** `ACTIVE`, or whatever AWS adds. */
  readonly status: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** ISO 8601. */
  readonly updatedAt?: string;
}

/**
 * An inference profile and the source regions that list it, described as most of them do. Plain, frozen, JSON-safe data
 * from ListInferenceProfiles.
 *
 * @publicApi
 */
export interface DiscoveredProfile {
  /** Such as `eu.amazon.nova-pro-v1:0`; opaque for one that the account made. */
  readonly inferenceProfileId: string;
  /** As AWS or the account called it. */
  readonly inferenceProfileName: string;
  /** In words, where there are any. */
  readonly description?: string;
  /** As most source regions say; `availability` holds what each says. */
  readonly type: 'SYSTEM_DEFINED' | 'APPLICATION';
  /** Base ids of the models it wraps. */
  readonly modelIds: readonly string[];
  /** Source regions, by name. */
  readonly regions: readonly string[];
  /** By source region. */
  readonly availability: Readonly<Record<string, ProfileInRegion>>;
}

/**
 * Conditions that must all hold.
 *
 * @publicApi
 */
export interface ProfileFilter {
  /** Listed in this source region. */
  region?: RegionName;
  /** As most regions say, or as `region` does where that is given. */
  type?: 'SYSTEM_DEFINED' | 'APPLICATION';
  /** The prefix of a system profile's id: `us`, `eu`, `apac`, `jp`, `au`, `ca`, `in`, `us-gov`, `global`. */
  geography?: string;
  /** A model id, or anything that names a model. */
  modelId?: string;
}

/** One profile as one region lists it. */
export interface ListedProfile {
  /** What most regions say alike. */
  readonly described: Omit<DiscoveredProfile, 'type' | 'regions' | 'availability'>;
  /** What holds in this region alone. */
  readonly here: ProfileInRegion;
}
