/** Spans and metrics by `@opentelemetry/api`, an optional peer. */
export { BedrockDiscoveryTelemetryModule, type TelemetryOptions } from './bedrock-discovery-telemetry.module.js';
