import type { TokenUsage } from '../aws/transport/token-usage.js';
import type { RegionFailure } from '../errors/errors.js';
import type { Api } from '../facts/apis/api.types.js';
import { type DiagnosticEvent, PointChannel, TimedChannel, type TimedEvent } from '../reporting/event-channel.js';
import type { CircuitState } from './circuit-breaker.js';
import type { Route, Verdict } from './route.types.js';

/**
 * `InvocationRouter.resolve()` has answered.
 *
 * @publicApi
 */
export interface ResolveEvent extends DiagnosticEvent {
  /** Base id of the model. */
  readonly modelId: string;
  /** On the model. */
  readonly verdict: Verdict;
  /** Routes that are eligible. */
  readonly routes: number;
  /** The best of them. */
  readonly best?: Route;
  /** In milliseconds. */
  readonly durationMs: number;
}

/**
 * A call was carried through by `InvocationRouter.run()` or `stream()`. A stream is over once nothing more is read of it.
 *
 * @publicApi
 */
export interface RunEvent extends TimedEvent {
  /** Base id of the model. Absent until it is known, and where no known region lists it. */
  readonly modelId?: string;
  /** The route that carried the call. Absent until it is over, and where none did. */
  readonly route?: Route;
  /** Calls that were made. Absent until it is over. */
  readonly attempts?: number;
  /** Attempts, and routes passed over for want of access, after which another route was tried. Absent until it is over. */
  readonly failovers?: number;
}

/**
 * One call through one route. `errorType` is the `FailureKind` that the transport saw, or `_OTHER` where the caller's function
 * failed for a reason of its own.
 *
 * @publicApi
 */
export interface AttemptEvent extends TimedEvent {
  /** That is tried. */
  readonly route: Route;
  /** Counted from 1 within the run. */
  readonly attempt: number;
  /** Where the model is called, such as `bedrock-runtime.eu-west-1.amazonaws.com`. */
  readonly host: string;
  /** What the route failed with, also after an answer had begun. */
  readonly failure?: RegionFailure;
  /** Whether another route is tried next. Absent until it is over. */
  readonly failedOver?: boolean;
  /** Requests to the model that the caller's function made. Absent until it is over. */
  readonly requests?: number;
  /** What it was called by, as the path of the first request tells. */
  readonly api?: Api;
  /** Time to the first byte of the first answer, in milliseconds. */
  readonly firstByteMs?: number;
  /** Tokens of all requests, where the answers tell. */
  readonly usage?: TokenUsage;
}

/**
 * The circuit of a route, or of a region that cannot be reached, is in another state since a call. That a circuit closes, or
 * lets a call probe, because its time is over, is no event.
 *
 * @publicApi
 */
export interface CircuitEvent extends DiagnosticEvent {
  /** The source region. */
  readonly region: string;
  /** Of the route. Absent where it is the circuit of the whole region. */
  readonly invocationId?: string;
  /** How it stood. */
  readonly before: CircuitState;
  /** How it stands now. */
  readonly after: CircuitState;
}

export const RESOLVE_EVENTS = new PointChannel<ResolveEvent>('resolve');
export const RUN_EVENTS = new TimedChannel<RunEvent>('run');
export const ATTEMPT_EVENTS = new TimedChannel<AttemptEvent>('attempt');
export const CIRCUIT_EVENTS = new PointChannel<CircuitEvent>('circuit');
