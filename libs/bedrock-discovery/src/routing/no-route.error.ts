import { BedrockDiscoveryError } from '../errors/bedrock-discovery.error.js';
import type { Resolution } from './route.types.js';

/**
 * There is no lawful way to invoke a model now. `NO_ROUTE`: all that matters is known, and says no. `ROUTES_UNKNOWN`: some
 * regions that are enabled are not known, so that there may be one. `resolution` holds what was left out and why.
 *
 * @publicApi
 */
export class NoRouteError extends BedrockDiscoveryError {
  constructor(readonly resolution: Resolution) {
    const { modelId, rejected, unknownRegions } = resolution;
    // A region that the account has not enabled is no place for a route until it is.
    const unknown = unknownRegions.some(({ failure }) => failure?.kind !== 'region-not-enabled');
    const why = summary(rejected.map(({ code }) => code));
    const left = rejected.length === 0 ? 'No region lists one' : `${rejected.length} were left out (${why})`;
    super(
      unknown ? 'ROUTES_UNKNOWN' : 'NO_ROUTE',
      `There is no lawful route to ${modelId}${unknown ? ' in the regions that are known' : ''}. ${left}. ` +
        (unknown
          ? `Not known: ${unknownRegions.map(({ region, failure }) => `${region} (${failure?.kind ?? 'not asked yet'})`).join(', ')}. Scan again, or mend what keeps them from answering.`
          : 'Loosen the constraints, or see resolution.explain() for the reasons.'),
    );
  }
}

function summary(codes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) {
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
}
