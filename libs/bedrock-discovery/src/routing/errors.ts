import {
  type AbortedError,
  BedrockDiscoveryError,
  holdAside,
  type InvalidArgumentError,
  type InvalidOptionsError,
  type InventoryUnavailableError,
  isOwnError,
  type ModelNotFoundError,
  type RegionFailedError,
  type RegionFailure,
  type RegionUnknownError,
} from '../errors/errors.js';
import { groupBy } from '../util/group-by.js';
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
  declare readonly code: 'ROUTES_EXHAUSTED';
  /** What happened, in order. Not enumerable. */
  declare readonly attempts: readonly FailedAttempt[];

  constructor(modelId: string, why: string, attempts: readonly FailedAttempt[], options?: ErrorOptions) {
    super('ROUTES_EXHAUSTED', `${modelId} could not be invoked: ${why}${describe(attempts)}`, options);
    holdAside(this, { attempts });
  }
}

/**
 * A call failed after its request was written, so that the model may have run, and be paid for. It was not repeated;
 * `onAmbiguous: 'retry'` allows that. `cause` tells of the error of the call.
 *
 * @publicApi
 */
export class MayHaveExecutedError extends BedrockDiscoveryError {
  declare readonly code: 'MAY_HAVE_EXECUTED';
  /** The last of them is the one in doubt. */
  declare readonly attempts: readonly FailedAttempt[];

  constructor(modelId: string, attempts: readonly FailedAttempt[], options?: ErrorOptions) {
    super(
      'MAY_HAVE_EXECUTED',
      `A call of ${modelId} failed and may have been executed all the same; it was not repeated. ` +
        `Where repeating does no harm, pass onAmbiguous: 'retry'.${describe(attempts)}`,
      options,
    );
    holdAside(this, { attempts });
  }
}

/** By what they failed with, in the order in which that was first seen. */
function describe(attempts: readonly FailedAttempt[]): string {
  const failed = attempts.map(({ route: { region, invocationId }, failure: { kind, message } }) => ({
    name: `${region} ${invocationId}`,
    reason: `${kind}, ${message}`,
  }));
  return [...groupBy(failed, ({ reason }) => reason)]
    .map(([reason, routes]) => ` ${named(routes, 'routes')}: ${reason}`)
    .join('');
}

/** Routes or regions in a message, beyond which they are counted. */
const MAX_NAMED = 6;

function named(all: readonly { readonly name: string }[], what: string): string {
  return all.length > MAX_NAMED ? `${all.length} ${what}` : all.map(({ name }) => name).join(', ');
}

/**
 * There is no eligible way to invoke a model now. `NO_ROUTE`: all that matters is known, and says no. `ROUTES_UNKNOWN`: some
 * regions that are enabled are not known, so that there may be one. `resolution` holds what was rejected and why.
 *
 * @publicApi
 */
export class NoRouteError extends BedrockDiscoveryError {
  declare readonly code: 'NO_ROUTE' | 'ROUTES_UNKNOWN';
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
          ? `Not known: ${unknownOnes(unknownRegions)}. Scan again, or mend what keeps them from answering.`
          : 'Loosen the constraints, or see resolution.explain() for the reasons.'),
    );
    holdAside(this, { resolution });
  }
}

/** Regions by what keeps them unknown. */
function unknownOnes(unknownRegions: Resolution['unknownRegions']): string {
  const unknown = unknownRegions.map(({ region, failure, status }) => ({
    name: region,
    reason: failure?.kind ?? (status === 'partial' ? 'known in part' : 'not asked yet'),
  }));
  return [...groupBy(unknown, ({ reason }) => reason)]
    .map(([reason, regions]) => `${named(regions, 'regions')} (${reason})`)
    .join(', ');
}

function summary(codes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const code of codes) {
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
}

/**
 * Every error of the library, told apart by `code`: in `switch (error.code)`, each case has the members of its class.
 *
 * @publicApi
 */
export type AnyBedrockDiscoveryError =
  | AbortedError
  | InvalidArgumentError
  | InvalidOptionsError
  | InventoryUnavailableError
  | MayHaveExecutedError
  | ModelNotFoundError
  | NoRouteError
  | RegionFailedError
  | RegionUnknownError
  | RoutesExhaustedError
  // After `close()`; of no class of its own, since there is nothing more to tell.
  | (BedrockDiscoveryError & {
      /** The module was closed. */
      readonly code: 'SHUT_DOWN';
    });

/**
 * Whether an error was thrown by this library, also when two copies of the library are loaded.
 *
 * @publicApi
 */
export function isBedrockDiscoveryError(error: unknown): error is AnyBedrockDiscoveryError {
  return isOwnError(error);
}
