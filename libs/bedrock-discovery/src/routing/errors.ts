import { BedrockDiscoveryError, holdAside, type RegionFailure } from '../errors/errors.js';
import type { Resolution, Route } from './route.types.js';

/**
 * One call through one route that failed, or a route that was passed over without a call.
 *
 * @publicApi
 */
export interface FailedAttempt {
  /** That was tried, or passed over. */
  readonly route: Route;
  /** What it failed with, or why it was passed over. */
  readonly failure: RegionFailure;
  /** Whether a call was made at all. */
  readonly called: boolean;
}

/**
 * No route has carried the call through: every one that was tried refused it before executing it, or the budget is used
 * up. `attempts` says what happened, in order; `cause` tells of the last error. Calling again is safe.
 *
 * @publicApi
 */
export class RoutesExhaustedError extends BedrockDiscoveryError {
  constructor(
    modelId: string,
    why: string,
    /** What happened, in order. */
    readonly attempts: readonly FailedAttempt[],
    options?: ErrorOptions,
  ) {
    super('ROUTES_EXHAUSTED', `${modelId} could not be invoked: ${why}${describe(attempts)}`, options);
  }
}

/**
 * A call failed after its request was written, so that the model may have run, and be paid for. It was not repeated;
 * `onAmbiguous: 'retry'` allows that. `cause` tells of the error of the call.
 *
 * @publicApi
 */
export class MayHaveExecutedError extends BedrockDiscoveryError {
  constructor(
    modelId: string,
    /** The last of them is the one in doubt. */
    readonly attempts: readonly FailedAttempt[],
    options?: ErrorOptions,
  ) {
    super(
      'MAY_HAVE_EXECUTED',
      `A call of ${modelId} failed and may have been executed all the same; it was not repeated. ` +
        `Where repeating does no harm, pass onAmbiguous: 'retry'.${describe(attempts)}`,
      options,
    );
  }
}

function describe(attempts: readonly FailedAttempt[]): string {
  return attempts
    .map(({ route, failure }) => ` ${route.region} ${route.invocationId}: ${failure.kind}, ${failure.message}`)
    .join('');
}

/**
 * There is no eligible way to invoke a model now. `NO_ROUTE`: all that matters is known, and says no. `ROUTES_UNKNOWN`: some
 * regions that are enabled are not known, so that there may be one. `resolution` holds what was rejected and why.
 *
 * @publicApi
 */
export class NoRouteError extends BedrockDiscoveryError {
  /** What was rejected and why, and which regions are not known. Not enumerable. */
  declare readonly resolution: Resolution;

  constructor(resolution: Resolution) {
    const { modelId, rejected, unknownRegions } = resolution;
    const unknown = resolution.verdict === 'unknown';
    const why = summary(rejected.map(({ code }) => code));
    const left = rejected.length === 0 ? 'No region lists one' : `${rejected.length} were rejected (${why})`;
    super(
      unknown ? 'ROUTES_UNKNOWN' : 'NO_ROUTE',
      `There is no eligible route to ${modelId}${unknown ? ' in the regions that are known' : ''}. ${left}. ` +
        (unknown
          ? `Not known: ${unknownRegions.map(({ region, failure, status }) => `${region} (${failure?.kind ?? (status === 'partial' ? 'known in part' : 'not asked yet')})`).join(', ')}. Scan again, or mend what keeps them from answering.`
          : 'Loosen the constraints, or see resolution.explain() for the reasons.'),
    );
    holdAside(this, { resolution });
  }
}

function summary(codes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) {
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
}
