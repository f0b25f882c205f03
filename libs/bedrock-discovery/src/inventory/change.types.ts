/**
 * What can change. A change is only reported for regions that were known before and are known after, so that a region that
 * fails, or answers for the first time, causes none; and nothing is called gone or new by a list that is known in part.
 *
 * @publicApi
 */
export const DISCOVERY_CHANGE_TYPES = [
  'model-appeared',
  'model-gone',
  'model-region-gained',
  'model-region-lost',
  'model-inference-types-changed',
  'model-lifecycle-changed',
  'profile-appeared',
  'profile-gone',
  'profile-region-gained',
  'profile-region-lost',
  'profile-destinations-changed',
  /** `before` and `after` are states of access to the model in the region; see `ModelAccessService`. */
  'access-changed',
] as const;

/** @publicApi */
export type DiscoveryChangeType = (typeof DISCOVERY_CHANGE_TYPES)[number];

/** A difference between two inventories, before it has an identity and a time. */
export interface DiscoveryDifference {
  readonly type: DiscoveryChangeType;
  readonly modelId?: string;
  readonly profileId?: string;
  readonly region?: string;
  /** What was listed before; the regions, where something is gone. */
  readonly before?: unknown;
  /** What is listed now; the regions, where something appeared. */
  readonly after?: unknown;
}

/**
 * A change of what Amazon Bedrock offers.
 *
 * @publicApi
 */
export interface DiscoveryChange extends DiscoveryDifference {
  /** Unique, and in the order of the changes when compared as text. */
  readonly id: string;
  /** When it was noticed, ISO 8601. */
  readonly at: string;
}
