import { BedrockDiscoveryError } from './bedrock-discovery.error.js';

/**
 * An option of the module is wrong. Thrown while the module is compiled; `option` is its path, such as `scan.concurrency`.
 *
 * @publicApi
 */
export class InvalidOptionsError extends BedrockDiscoveryError {
  constructor(
    readonly option: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super('INVALID_OPTIONS', `BedrockDiscoveryModule: ${problem}`, options);
  }
}
