import type { ListingName } from '../inventory/listing.js';

/**
 * The ways to invoke a model, with their words. Those after the profiles exist only where the option `listings` asks for them.
 *
 * @publicApi
 */
export const VIAS = [
  'on-demand',
  'system-profile',
  'application-profile',
  'provisioned-throughput',
  'imported-model',
  'custom-deployment',
  'marketplace-endpoint',
  'prompt-router',
  'mantle',
] as const;

/**
 * How a model is invoked: by its bare id, through an inference profile of AWS or of the account, by the ARN of something that
 * the account owns, or by its id at the endpoint `bedrock-mantle`.
 *
 * @publicApi
 */
export type Via = (typeof VIAS)[number];

/** Each way in words. @publicApi */
export const VIA_WORDS: Readonly<Record<Via, string>> = {
  'on-demand': 'on demand',
  'system-profile': 'cross-region profile',
  'application-profile': 'application profile',
  'provisioned-throughput': 'provisioned throughput',
  'imported-model': 'imported model',
  'custom-deployment': 'custom-model deployment',
  'marketplace-endpoint': 'marketplace endpoint',
  'prompt-router': 'prompt router',
  mantle: 'bedrock-mantle',
};

/** Regions that may serve a call; `'global'`: anywhere. Empty where none is listed, which promises nothing. @publicApi */
export type Destinations = readonly string[] | 'global';

/** Which listings show that a model can be invoked so, and where it is served. */
export const LISTINGS_OF: Readonly<Record<Via, readonly [ListingName, ...ListingName[]]>> = {
  'on-demand': ['models'],
  'system-profile': ['profiles'],
  'application-profile': ['profiles'],
  'provisioned-throughput': ['provisioned'],
  'imported-model': ['imported'],
  'custom-deployment': ['custom'],
  'marketplace-endpoint': ['marketplace'],
  'prompt-router': ['routers', 'profiles'],
  mantle: ['mantle'],
};

/** Ways that lead to foundation models; the others lead to what is the account's alone. */
export const VIAS_OF_MODELS: readonly Via[] = [
  'on-demand',
  'system-profile',
  'application-profile',
  'provisioned-throughput',
  'mantle',
];

/**
 * Whether a model is invoked so by what AWS offers to every account, and says beforehand who may do so and how much. Of what is
 * the account's own, and of `bedrock-mantle`, which have limits of their own, only calls show it.
 */
export function isStandardVia(via: Via): boolean {
  return via === 'on-demand' || via === 'system-profile' || via === 'application-profile';
}

/** Where a call may be served, in words. */
export function servedIn(destinations: Destinations): string {
  if (destinations === 'global') {
    return 'served anywhere';
  }
  return destinations.length === 0 ? 'served nobody knows where' : `served in ${destinations.join(', ')}`;
}
