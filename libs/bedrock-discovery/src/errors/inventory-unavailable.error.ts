import { BedrockDiscoveryError } from './bedrock-discovery.error.js';
import type { FailureKind, RegionFailure } from './failure.js';

/**
 * Nothing is known of any region, so that no query can be answered.
 *
 * @publicApi
 */
export class InventoryUnavailableError extends BedrockDiscoveryError {
  constructor(
    operation: string,
    /** By region, why it is not known; a region that has not answered yet is missing. */
    readonly failures: Readonly<Record<string, RegionFailure>>,
    hint: string,
    options?: ErrorOptions,
  ) {
    super(
      'INVENTORY_UNAVAILABLE',
      `Nothing is known from ${operation} in any region. ${summary(failures)}${hint}`,
      options,
    );
  }
}

function summary(failures: Readonly<Record<string, RegionFailure>>): string {
  const byKind = new Map<FailureKind, { regions: string[]; failure: RegionFailure }>();
  for (const [region, failure] of Object.entries(failures)) {
    const group = byKind.get(failure.kind) ?? { regions: [], failure };
    group.regions.push(region);
    byKind.set(failure.kind, group);
  }
  return [...byKind.values()]
    .map(
      ({ regions, failure }) => `${failure.kind} in ${regions.length} region(s): ${failure.message} ${failure.remedy} `,
    )
    .join('');
}
