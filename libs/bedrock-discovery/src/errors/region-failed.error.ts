import { BedrockDiscoveryError } from './bedrock-discovery.error.js';
import type { RegionFailure } from './failure.js';

/**
 * An operation was asked of one region and failed there.
 *
 * @publicApi
 */
export class RegionFailedError extends BedrockDiscoveryError {
  constructor(
    readonly region: string,
    readonly failure: RegionFailure,
    options?: ErrorOptions,
  ) {
    super('REGION_FAILED', `${region}: ${failure.message} ${failure.remedy}`, options);
  }
}
