import type { SdkClientClass } from '../aws/client-class.js';
import type { Route, RouteConstraints } from './route.types.js';

/**
 * How a call is carried through, besides the constraints on its routes.
 *
 * @publicApi
 */
export interface RunOptions extends RouteConstraints {
  /** Ends the whole run; it then rejects with `ABORTED`. */
  signal?: AbortSignal;
  /** Calls that are made at most. @default 20 */
  maxAttempts?: number;
  /** Longest time for all attempts together; of a stream until its first item. In milliseconds. @default 300000 */
  timeoutMs?: number;
  /**
   * After a failure that leaves open whether the model has run (a lost answer, a 5xx): `'throw'`, or `'retry'` through the
   * next route, where running twice does no harm. @default 'throw'
   */
  onAmbiguous?: 'throw' | 'retry';
  /** Also call models whose provider's terms the account has not accepted; the first call accepts them. @default false */
  acceptAgreements?: boolean;
  /** Calls with the same key go through the same of several equal routes, as prompt caches want. @default none */
  affinityKey?: string;
}

/**
 * What a function that calls a model is given for one attempt.
 *
 * @publicApi
 */
export interface RunContext {
  readonly route: Route;
  /** Counted from 1. */
  readonly attempt: number;
  /** Ends the attempt. Requests of `client()` end with it by themselves. */
  readonly signal: AbortSignal;
  /**
   * A client for the route's region: preset `ai`, without retries of its own, timed for this attempt. Pass
   * `route.invocationId` as `modelId`.
   */
  client<K extends SdkClientClass>(client: K): InstanceType<K>;
}

/** @publicApi */
export type RunFunction<T> = (context: RunContext) => Promise<T>;
