/** The whole public API by name. */
export { BedrockDiscoveryModule } from './module/bedrock-discovery.module.js';
export type {
  BedrockDiscoveryAsyncOptions,
  BedrockDiscoveryExtras,
  BedrockDiscoveryOptionsFactory,
} from './module/bedrock-discovery.module-definition.js';
export { getBedrockDiscoveryToken, InjectBedrockDiscovery } from './module/registration.js';
export type {
  AccessSettings,
  ListedPrice,
  PricingSettings,
  BedrockDiscoveryOptions,
  CacheSettings,
  ClientOptions,
  EndpointTarget,
  IntegrityKeys,
  LatencySettings,
  QuotaSettings,
  RefreshSettings,
  RetentionSettings,
  ScanSettings,
  SharedStore,
  StoreLease,
} from './options/bedrock-discovery.options.js';
export { optionsFromEnvironment } from './options/environment.js';
export { defaultCacheDirectory } from './options/bedrock-discovery.options.js';
export { BEDROCK_REGIONS, isRegionName, KNOWN_REGIONS, type Partition, type RegionName } from './regions/partitions.js';
export type { ModelName, ProfileName } from './catalog/figures/known-ids.js';
export { nearestRegion } from './regions/nearest-region.js';
export { GEOGRAPHIES, type Geography, GEOGRAPHY_LABELS, regionsOf } from './regions/geographies.js';
export { BEDROCK_DISCOVERY_CLOCK, type Clock } from './util/clock.js';
export { AwsClientFactory, type ClientPreset, type ClientTarget } from './aws/clients/aws-client.factory.js';
export type { SdkClient, SdkClientClass } from './aws/clients/client-class.js';
export type { CredentialSource } from './aws/identity/identity-source.js';
export { LatencyTracker } from './latency/latency-tracker.js';
export type { LatencySample, RegionLatency } from './latency/latency-store.js';
export { DiscoveryCache } from './cache/discovery-cache.js';
export type { CacheEntry } from './cache/tiered-cache.js';
export { CACHE_TIERS, type CacheTier } from './cache/tiers.js';
export type { Snapshot, SnapshotEntry } from './cache/snapshot.js';
export type { DiscoveryProgress, RegionStatus, ScanOptions, ScanProgress, ScanReport } from './inventory/scan.types.js';
export { type Provenance, PROVENANCE_SOURCES, type ProvenanceSource } from './inventory/provenance.js';
export { ModelDiscoveryService } from './catalog/models/model-discovery.service.js';
export type {
  CapabilityDemands,
  DiscoveredModel,
  ModelCapabilities,
  ModelFilter,
  ModelInRegion,
  ModelLifecycle,
  RetiringModel,
  SupersedingModel,
} from './catalog/models/model.types.js';
export { ProfileDiscoveryService } from './catalog/profiles/profile-discovery.service.js';
export type { DiscoveredProfile, ProfileFilter, ProfileInRegion } from './catalog/profiles/profile.types.js';
export {
  DISCOVERY_CHANGE_TYPES,
  type DiscoveryChange,
  type DiscoveryChangeType,
  type DiscoveryDifference,
} from './inventory/changes.js';
export {
  type ChangedSubject,
  changesByDay,
  type DayOfChanges,
  type DescribedChange,
} from './refresh/changes-by-day.js';
export {
  type ByListing,
  LISTING_LABELS,
  LISTING_NAMES,
  type ListingName,
  STANDARD_LISTINGS,
} from './inventory/listing.js';
export { OPTIONAL_LISTINGS, type OptionalListing } from './options/optional-listings.js';
export { ModelAccessService } from './access/model-access.service.js';
export {
  ACCESS_STATES,
  ACCESS_TEXTS,
  type AccessFlip,
  type AccessState,
  type ModelAccess,
} from './access/access.types.js';
export { type Api, API_WORDS, APIS } from './facts/apis/api.types.js';
export { type Price, PRICE_SOURCE_WORDS, PRICE_SOURCES, type PriceSource } from './facts/pricing/price.types.js';
export { QUOTA_SOURCES, type QuotaSource, type RouteQuota } from './facts/quotas/quota.types.js';
export { type RouteFacts, UNKNOWN_FACTS, type UnknownFacts } from './facts/path-fact.js';
export {
  RETENTION_MODES,
  RETENTION_SETTINGS,
  RETENTION_WORDS,
  type RetentionMode,
  type RetentionSetting,
  type RouteRetention,
} from './facts/retention/retention.types.js';
export type { TokenUsage } from './aws/transport/token-usage.js';
export { InvocationRouter } from './routing/invocation-router.js';
export {
  ACCESS_DEMANDS,
  type AccessDemand,
  type FoundModel,
  type ModelVerdict,
  type PathVerdict,
  type Preference,
  PREFERENCES,
  type RegionVerdict,
  type CheaperRoute,
  type RejectedRoute,
  type Resolution,
  type Route,
  type RunContext,
  type RunFunction,
  type Verdict,
  type VerdictCode,
  VERDICTS,
} from './routing/route.types.js';
export { type RouteConstraints, type RunOptions } from './routing/constraints.js';
export { REJECTION_CODES, REJECTION_WORDS, type RejectionCode } from './routing/eligibility.js';
export { VERDICT_CODES, VERDICT_WORDS } from './routing/verdict.js';
export { type Destinations, type Via, VIA_WORDS, VIAS } from './catalog/vias.js';
export type { AccountModel, AccountModelFilter } from './catalog/account/account-model.types.js';
export { DiscoveryRefresher } from './refresh/discovery-refresher.js';
export { DiscoveryDiagnostics, type DiagnosticEvents } from './diagnostics/discovery-diagnostics.js';
export type { DiagnosticEvent, TimedEvent } from './reporting/event-channel.js';
export type { AccessEvent } from './access/access-events.js';
export type { CacheEvent } from './cache/cache-events.js';
export type { RegionEvent } from './inventory/region-events.js';
export type { ScanEvent } from './inventory/scan-events.js';
export type { RefreshEvent } from './refresh/refresh-events.js';
export type { AttemptEvent, CircuitEvent, ResolveEvent, RunEvent } from './routing/run-events.js';
export type { CircuitState } from './routing/circuit-breaker.js';
export { DiscoveryDoctor } from './doctor/discovery-doctor.js';
export {
  type CheckStatus,
  type DiagnosedCache,
  type DiagnosedClock,
  type DiagnosedEndpoint,
  type DiagnosedIdentity,
  type DiagnosedPolicies,
  type DiagnosedProxy,
  type DiagnosedRefresh,
  type DiagnosedRegion,
  type DiagnosedRetention,
  type DiagnosedVersions,
  type DiagnoseOptions,
  type Diagnosis,
  type DiagnosisCheck,
  type MissingPermission,
  renderDiagnosis,
} from './doctor/diagnosis.js';
export {
  discoveryPolicy,
  type DiscoveryPolicyOptions,
  type IamPolicyDocument,
  type IamStatement,
  invocationPolicy,
  type InvocationPolicyOptions,
  type PolicyRoute,
} from './policy/iam-policies.js';
export { residencyDenyPolicy, type ResidencyDenyOptions } from './policy/residency-deny-policy.js';
export { FAILURE_KINDS, FAILURE_WORDS, type FailureKind } from './errors/failure-texts.js';
export type { RegionFailure } from './errors/errors.js';
export {
  AbortedError,
  BedrockDiscoveryError,
  type BedrockDiscoveryErrorCode,
  InvalidArgumentError,
  InvalidOptionsError,
  InventoryUnavailableError,
  ModelNotFoundError,
  RegionFailedError,
  RegionUnknownError,
} from './errors/errors.js';
export {
  type AnyBedrockDiscoveryError,
  type FailedAttempt,
  isBedrockDiscoveryError,
  MayHaveExecutedError,
  NoRouteError,
  RoutesExhaustedError,
} from './routing/errors.js';
