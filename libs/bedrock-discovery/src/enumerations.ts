/**
 * The values that answers are made of, each with its words: no more than data, so that a page in a browser takes them from
 * here as well. Nothing that is imported here may need Node or Nest.
 */
export { ACCESS_STATES, ACCESS_TEXTS, type AccessState } from './access/access.types.js';
export { type Via, VIA_WORDS, VIAS } from './catalog/vias.js';
export { FAILURE_KINDS, FAILURE_WORDS, type FailureKind, REFUSAL_KINDS } from './errors/failure-texts.js';
export { type Api, API_WORDS, APIS } from './facts/apis/api.types.js';
export { PRICE_SOURCE_WORDS, PRICE_SOURCES, type PriceSource } from './facts/pricing/price.types.js';
export { QUOTA_SOURCES, type QuotaSource } from './facts/quotas/quota.types.js';
export { UNKNOWN_FACTS, type UnknownFacts } from './facts/path-fact.js';
export { RETENTION_MODES, RETENTION_WORDS, type RetentionMode } from './facts/retention/retention.types.js';
export { DISCOVERY_CHANGE_TYPES, type DiscoveryChangeType } from './inventory/changes.js';
export { LISTING_LABELS, LISTING_NAMES, type ListingName, STANDARD_LISTINGS } from './inventory/listing.js';
export { OPTIONAL_LISTINGS, type OptionalListing } from './options/optional-listings.js';
export { GEOGRAPHIES, GEOGRAPHY_LABELS } from './regions/geographies.js';
export { REJECTION_CODES, REJECTION_WORDS, type RejectionCode } from './routing/eligibility.js';
export {
  ACCESS_DEMANDS,
  type AccessDemand,
  type Preference,
  PREFERENCES,
  type Verdict,
  type VerdictCode,
  VERDICTS,
} from './routing/route.types.js';
export { VERDICT_CODES, VERDICT_WORDS } from './routing/verdict.js';
