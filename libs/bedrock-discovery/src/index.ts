import './aws/load-bedrock-sdk.js';

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
export { isRegionName } from './options/region-name.js';
export { GEOGRAPHIES, regionsOf } from './options/geographies.js';
export { BEDROCK_DISCOVERY_CLOCK, type Clock } from './time/clock.js';
export { AwsClientFactory } from './aws/aws-client.factory.js';
export { LatencyTracker } from './latency/latency-tracker.js';
export type { LatencySample, RegionLatency } from './latency/latency.types.js';
export { DiscoveryCache } from './cache/discovery-cache.js';
export type { CacheEntry } from './cache/discovery-cache.js';
export type { DiscoveryProgress, RegionStatus, ScanOptions, ScanProgress, ScanReport } from './scan/scan.types.js';
export { ModelDiscoveryService } from './discovery/models/model-discovery.service.js';
export type { DiscoveredModel, ModelFilter, ModelInRegion, ModelLifecycle } from './discovery/models/model.types.js';
export type { RetiringModel, SupersedingModel } from './discovery/models/retiring.types.js';
export { ProfileDiscoveryService } from './discovery/profiles/profile-discovery.service.js';
export type { DiscoveredProfile, ProfileFilter, ProfileInRegion } from './discovery/profiles/profile.types.js';
export type { DiscoveryChange, DiscoveryChangeType, DiscoveryDifference } from './discovery/change.types.js';
export { ModelAccessService } from './discovery/access/model-access.service.js';
export type { AccessState, ModelAccess } from './discovery/access/access.types.js';
export { InvocationRouter } from './routing/invocation-router.js';
export type {
  Geography,
  RejectedRoute,
  RejectionCode,
  Resolution,
  Route,
  RouteConstraints,
} from './routing/route.types.js';
export type { RunContext, RunFunction, RunOptions } from './routing/run.types.js';
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
} from './doctor/diagnosis.types.js';
export type { CredentialSource } from './aws/identity-origin.js';
export type { Partition } from './aws/regions.js';
export { discoveryPolicy, type DiscoveryPolicyOptions } from './policy/discovery-policy.js';
export { invocationPolicy, type InvocationPolicyOptions, type PolicyRoute } from './policy/invocation-policy.js';
export { residencyDenyPolicy, type ResidencyDenyOptions } from './policy/residency-deny-policy.js';
export type { IamPolicyDocument, IamStatement } from './policy/policy.types.js';
export { FAILURE_KINDS, type FailureKind } from './errors/failure-texts.js';
export type { RegionFailure } from './errors/failure.js';
export {
  BedrockDiscoveryError,
  type BedrockDiscoveryErrorCode,
  isBedrockDiscoveryError,
} from './errors/bedrock-discovery.error.js';
export { AbortedError } from './errors/aborted.error.js';
export { InvalidArgumentError } from './errors/invalid-argument.error.js';
export { InvalidOptionsError } from './errors/invalid-options.error.js';
export { InventoryUnavailableError } from './errors/inventory-unavailable.error.js';
export { RegionFailedError } from './errors/region-failed.error.js';
export { RegionUnknownError } from './errors/region-unknown.error.js';
export { ModelNotFoundError } from './routing/model-not-found.error.js';
export { NoRouteError } from './routing/no-route.error.js';
export { type FailedAttempt, MayHaveExecutedError, RoutesExhaustedError } from './routing/invocation.error.js';
