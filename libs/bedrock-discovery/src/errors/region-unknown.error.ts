import { BedrockDiscoveryError } from './bedrock-discovery.error.js';
import type { RegionFailure } from './failure.js';

/**
 * What a region lists is not known, so that neither "yes" nor "no" would be honest.
 *
 * @publicApi
 */
export class RegionUnknownError extends BedrockDiscoveryError {
  constructor(
    readonly region: string,
    /** Why, where asking failed. */
    readonly failure?: RegionFailure,
    /** Whether the region is among those that are scanned, so that asking again later can help. */
    readonly scanned = true,
  ) {
    super('REGION_UNKNOWN', `What ${region} lists is not known: ${reason(failure, scanned)}`);
  }
}

function reason(failure: RegionFailure | undefined, scanned: boolean): string {
  if (failure !== undefined) {
    return `${failure.message} ${failure.remedy}`;
  }
  return scanned
    ? 'it has not answered yet. Ask again once the scan is done, or await scanAllRegions().'
    : 'it is not among the regions that are scanned. Check its name, the `regions` option, and whether the account has opted in.';
}
