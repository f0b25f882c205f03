/**
 * What is listed only where the option `listings` names it: what the account owns and calls by ARN, and `mantle`, the models
 * of the endpoint `bedrock-mantle`.
 *
 * @publicApi
 */
export const OPTIONAL_LISTINGS = ['provisioned', 'imported', 'custom', 'marketplace', 'routers', 'mantle'] as const;

/** One of {@link OPTIONAL_LISTINGS}. @publicApi */
export type OptionalListing = (typeof OPTIONAL_LISTINGS)[number];
