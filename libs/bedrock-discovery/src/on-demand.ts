/**
 * The library for processes that live shortly and mostly answer from their cache, such as command lines and functions: the
 * AWS SDK is loaded when AWS is first asked, and not at the start. All else is as in the main entry.
 */
export { BedrockDiscoveryModule } from './module/bedrock-discovery.module.js';
export type { BedrockDiscoveryOptions } from './options/bedrock-discovery.options.js';
export { defaultCacheDirectory } from './options/default-cache-directory.js';
export { isRegionName } from './options/region-name.js';
export { optionsFromEnvironment } from './config/options-from-environment.js';
export { LatencyTracker } from './latency/latency-tracker.js';
export type { RegionLatency } from './latency/latency.types.js';
export type { RegionStatus, ScanOptions, ScanProgress, ScanReport } from './scan/scan.types.js';
export { ModelDiscoveryService } from './discovery/models/model-discovery.service.js';
export type { DiscoveredModel, ModelFilter, ModelInRegion, ModelLifecycle } from './discovery/models/model.types.js';
export { ProfileDiscoveryService } from './discovery/profiles/profile-discovery.service.js';
export type { DiscoveredProfile, ProfileFilter, ProfileInRegion } from './discovery/profiles/profile.types.js';
export type { DiscoveryChange } from './discovery/change.types.js';
export type { AccessState } from './discovery/access/access.types.js';
export { ModelAccessService } from './discovery/access/model-access.service.js';
export { InvocationRouter } from './routing/invocation-router.js';
export type { RejectedRoute, Resolution, Route, RouteConstraints } from './routing/route.types.js';
export { BEDROCK_REGIONS } from './aws/regions.js';
export { GEOGRAPHIES } from './options/geographies.js';
export { DiscoveryDoctor } from './doctor/discovery-doctor.js';
export { renderDiagnosis } from './doctor/render-diagnosis.js';
export type { Diagnosis, DiagnosisCheck } from './doctor/diagnosis.types.js';
export type { RetiringModel } from './discovery/models/retiring.types.js';
export { DiscoveryRefresher } from './refresh/discovery-refresher.js';
export type { FailureKind, RegionFailure } from './errors/failure.js';
export { BedrockDiscoveryError, isBedrockDiscoveryError } from './errors/bedrock-discovery.error.js';
export { InvalidOptionsError } from './errors/invalid-options.error.js';
export { InventoryUnavailableError } from './errors/inventory-unavailable.error.js';
export { RegionFailedError } from './errors/region-failed.error.js';
export { RegionUnknownError } from './errors/region-unknown.error.js';
