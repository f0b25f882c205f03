/**
 * The library for processes that live shortly and mostly answer from their cache, such as command lines and functions: the
 * AWS SDK is loaded when AWS is first asked, and not at the start. All else is as in the main entry.
 */
export { BedrockDiscoveryModule } from './module/bedrock-discovery.module.js';
export type { BedrockDiscoveryOptions } from './options/bedrock-discovery.options.js';
export { defaultCacheDirectory } from './options/bedrock-discovery.options.js';
export { isRegionName } from './regions/partitions.js';
export { nearestRegion } from './regions/nearest-region.js';
export { optionsFromEnvironment } from './options/environment.js';
export { LatencyTracker } from './latency/latency-tracker.js';
export type { RegionLatency } from './latency/latency.types.js';
export type { RegionStatus, ScanOptions, ScanProgress, ScanReport } from './inventory/scan.types.js';
export { ModelDiscoveryService } from './catalog/models/model-discovery.service.js';
export type { DiscoveredModel, ModelFilter, ModelInRegion, ModelLifecycle } from './catalog/models/model.types.js';
export { ProfileDiscoveryService } from './catalog/profiles/profile-discovery.service.js';
export type { DiscoveredProfile, ProfileFilter, ProfileInRegion } from './catalog/profiles/profile.types.js';
export type { DiscoveryChange } from './inventory/change.types.js';
export type { AccessState } from './access/access.types.js';
export { ModelAccessService } from './access/model-access.service.js';
export { InvocationRouter } from './routing/invocation-router.js';
export type { RejectedRoute, Resolution, Route } from './routing/route.types.js';
export type { RouteConstraints } from './routing/constraints.js';
export { BEDROCK_REGIONS } from './regions/partitions.js';
export { GEOGRAPHIES } from './regions/geographies.js';
export { DiscoveryDoctor } from './doctor/discovery-doctor.js';
export { renderDiagnosis } from './doctor/render-diagnosis.js';
export type { Diagnosis, DiagnosisCheck } from './doctor/diagnosis.js';
export type { RetiringModel } from './catalog/models/model.types.js';
export { DiscoveryRefresher } from './refresh/discovery-refresher.js';
export type { FailureKind, RegionFailure } from './errors/failure.js';
export { BedrockDiscoveryError, isBedrockDiscoveryError } from './errors/errors.js';
export { InvalidOptionsError } from './errors/errors.js';
export { InventoryUnavailableError } from './errors/errors.js';
export { RegionFailedError } from './errors/errors.js';
export { RegionUnknownError } from './errors/errors.js';
