import type { OptionalListing } from '../../options/optional-listings.js';
import type { Via } from '../vias.js';

/** Listings of what the account owns. @publicApi */
export type AccountListing = Exclude<OptionalListing, 'mantle'>;

/**
 * Something that the account owns and calls by its ARN, in the region where it is. Plain, frozen, JSON-safe data.
 *
 * @publicApi
 */
export interface AccountModel {
  /** Where it is, and where it is called. */
  readonly region: string;
  /** To be passed as `modelId` of a call. */
  readonly arn: string;
  /** As its owner called it. */
  readonly name: string;
  /** As AWS says; imported models have none. */
  readonly status?: string;
  /**
   * Base id of the foundation model that answers, and no other: of provisioned throughput that was bought for it. A model that
   * was customised is another one, and a router chooses.
   */
  readonly modelId?: string;
  /** Base ids of the foundation models that it is made of, or chooses among, where that is listed. */
  readonly baseModelIds: readonly string[];
  /** Of a router: ARNs of the models and profiles that it chooses among. */
  readonly targetArns?: readonly string[];
  /** ISO 8601. */
  readonly createdAt?: string;
  /** What kind of thing it is, as a way to invoke models. */
  readonly via: Via;
  /** Whether it takes calls, by its status. */
  readonly open: boolean;
}

/** What an operation lists of it in one region. */
export type ListedAccountModel = Omit<AccountModel, 'region' | 'via' | 'open'>;

/**
 * Conditions that must all hold.
 *
 * @publicApi
 */
export interface AccountModelFilter {
  /** Listed in this region. */
  region?: string;
  /** Of this kind. */
  via?: Via;
}
