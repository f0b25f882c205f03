import './aws/clients/load-bedrock-sdk.js';

export { BedrockDiscoveryModule } from './module/bedrock-discovery.module.js';
export type {
  BedrockDiscoveryAsyncOptions,
  BedrockDiscoveryExtras,
  BedrockDiscoveryOptionsFactory,
} from './module/bedrock-discovery.module-definition.js';
export type {
  AccessSettings,
  BedrockDiscoveryOptions,
  CacheSettings,
  ClientOptions,
  EndpointTarget,
  LatencySettings,
  RefreshSettings,
  ScanSettings,
  SharedStore,
} from './options/bedrock-discovery.options.js';
export { isRegionName } from './regions/partitions.js';
export { GEOGRAPHIES, regionsOf } from './regions/geographies.js';
export { BEDROCK_DISCOVERY_CLOCK, type Clock } from './util/clock.js';
export { AwsClientFactory } from './aws/clients/aws-client.factory.js';
export { LatencyTracker } from './latency/latency-tracker.js';
export type { LatencySample, RegionLatency } from './latency/latency.types.js';
export { DiscoveryCache } from './cache/discovery-cache.js';
export type { CacheEntry } from './cache/discovery-cache.js';
export type { DiscoveryProgress, RegionStatus, ScanOptions, ScanProgress, ScanReport } from './inventory/scan.types.js';
export { ModelDiscoveryService } from './catalog/models/model-discovery.service.js';
export type { DiscoveredModel, ModelFilter, ModelInRegion, ModelLifecycle } from './catalog/models/model.types.js';
export type { RetiringModel, SupersedingModel } from './catalog/models/model.types.js';
export { ProfileDiscoveryService } from './catalog/profiles/profile-discovery.service.js';
export type { DiscoveredProfile, ProfileFilter, ProfileInRegion } from './catalog/profiles/profile.types.js';
export {
  DISCOVERY_CHANGE_TYPES,
  type DiscoveryChange,
  type DiscoveryChangeType,
  type DiscoveryDifference,
} from './inventory/change.types.js';
export { LISTING_LABELS, LISTING_NAMES, type ListingName } from './inventory/listing.js';
export { ModelAccessService } from './access/model-access.service.js';
export type { AccessState, ModelAccess } from './access/access.types.js';
export { InvocationRouter } from './routing/invocation-router.js';
export type {
  Geography,
  RejectedRoute,
  RejectionCode,
  Resolution,
  Route,
  RouteConstraints,
} from './routing/route.types.js';
export type { RunContext, RunFunction, RunOptions } from './routing/route.types.js';
export { DiscoveryRefresher } from './refresh/discovery-refresher.js';
export { DiscoveryDoctor } from './doctor/discovery-doctor.js';
export { renderDiagnosis } from './doctor/render-diagnosis.js';
export type {
  CheckStatus,
  DiagnosedCache,
  DiagnosedClock,
  DiagnosedEndpoint,
  DiagnosedIdentity,
  DiagnosedPolicies,
  DiagnosedProxy,
  DiagnosedRefresh,
  DiagnosedRegion,
  DiagnosedVersions,
  DiagnoseOptions,
  Diagnosis,
  DiagnosisCheck,
  MissingPermission,
} from './doctor/diagnosis.js';
export type { CredentialSource } from './aws/identity/identity-origin.js';
export type { Partition } from './regions/partitions.js';
export { discoveryPolicy, type DiscoveryPolicyOptions } from './policy/discovery-policy.js';
export { invocationPolicy, type InvocationPolicyOptions, type PolicyRoute } from './policy/invocation-policy.js';
export { residencyDenyPolicy, type ResidencyDenyOptions } from './policy/residency-deny-policy.js';
export type { IamPolicyDocument, IamStatement } from './policy/policy.types.js';
export type { FailureKind, RegionFailure } from './errors/failure.js';
export { BedrockDiscoveryError, type BedrockDiscoveryErrorCode, isBedrockDiscoveryError } from './errors/errors.js';
export { AbortedError } from './errors/errors.js';
export { InvalidArgumentError } from './errors/errors.js';
export { InvalidOptionsError } from './errors/errors.js';
export { InventoryUnavailableError } from './errors/errors.js';
export { RegionFailedError } from './errors/errors.js';
export { RegionUnknownError } from './errors/errors.js';
export { ModelNotFoundError } from './errors/errors.js';
export { NoRouteError } from './routing/errors.js';
export { type FailedAttempt, MayHaveExecutedError, RoutesExhaustedError } from './routing/errors.js';
