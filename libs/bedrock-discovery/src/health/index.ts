/** For readiness probes by `@nestjs/terminus`, an optional peer, 11 or 12. */
export { BedrockDiscoveryHealthIndicator } from './bedrock-discovery-health.indicator.js';
export type { DiscoveryHealth, HealthOptions, ListingHealth } from './discovery-health.js';
