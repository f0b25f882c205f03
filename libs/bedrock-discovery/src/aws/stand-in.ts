import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';
import type { HttpHandler } from './transport/transport.js';

/** Internal token of the {@link AwsStandIn}; undefined outside of tests, when AWS itself is asked. */
export const AWS_STAND_IN = Symbol('nestjs-bedrock-discovery.aws-stand-in');

/** What takes the place of AWS in a test. */
export interface AwsStandIn {
  /** Answers whatever any client sends; nothing else does. */
  readonly handler: HttpHandler;
  /** The options with all that reaches out of the process left out: credentials, addresses, disk, stores, timers. */
  adapt(options: BedrockDiscoveryOptions): BedrockDiscoveryOptions;
}
