import type { AccessState } from '../access/access.types.js';
import type { SdkClientClass } from '../aws/clients/client-class.js';
import type { ModelLifecycle } from '../catalog/models/model.types.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { Geography } from '../regions/geographies.js';

/**
 * What a route must, may and should be. Everything is optional.
 *
 * @publicApi
 */
export interface RouteConstraints {
  /** Source regions that rank first, in this order. @default the `preferredRegions` option */
  preferredRegions?: readonly string[];
  /** The only source regions whose endpoints may be called. @default all; with `residency` those within it */
  sourceRegions?: readonly string[];
  /**
   * Regions that may see the request: a geography, or their names. Judged on the destinations that are listed for the
   * source region; `global`, empty and unreadable destinations never qualify. This selects, it does not enforce: only a
   * policy of the organisation does.
   */
  residency?: Geography | readonly string[];
  /** Whether `global` routes qualify. Contradicts `residency` if true. @default true without `residency` */
  allowGlobal?: boolean;
  /** Ways of invoking that qualify. @default all */
  via?: readonly Route['via'][];
  /** Only through this application profile, by id or ARN, as for cost allocation tags. */
  applicationProfile?: string;
  /** Leaves out models that are known to reach the end of their life sooner, in days. */
  minDaysToEndOfLife?: number;
  /** `'known'`: only observed or available; `'any'`: denied ones too, last. @default 'not-denied' */
  access?: 'any' | 'not-denied' | 'known';
  /** Decides between routes of like latency: one destination, or many. @default 'latency' */
  prefer?: 'latency' | 'single-region' | 'throughput';
  /** Older listings count as unverified, in milliseconds. @default none but `cache.diskTtlMs` */
  maxDestinationAgeMs?: number;
}

/**
 * One concrete way to invoke a model. Plain, frozen, JSON-safe data.
 *
 * @publicApi
 */
export interface Route {
  /** Base id of the model. */
  readonly modelId: string;
  /** Source region: whose endpoint to call. */
  readonly region: string;
  /** To be passed as `modelId` of the call. */
  readonly invocationId: string;
  readonly arn: string;
  readonly via: 'on-demand' | 'system-profile' | 'application-profile';
  /** Regions that may serve the call; `'global'`: anywhere. */
  readonly destinations: readonly string[] | 'global';
  /** What it was ranked by, in milliseconds: time to first byte of real calls if there are enough, else the round trip. */
  readonly latencyMs?: number;
  readonly access: AccessState;
  readonly lifecycle: ModelLifecycle;
  /** Full days until the model becomes legacy, less than 0 afterwards; absent where no time is listed. */
  readonly daysToLegacy?: number;
  /** Full days until the model reaches the end of its life; absent where no time is listed. */
  readonly daysToEndOfLife?: number;
  /** Age of the listing that it rests on, in milliseconds. */
  readonly ageMs: number;
  /** Why it is offered and ranks where it does, one line each. */
  readonly reasons: readonly string[];
}

/**
 * A way to invoke a model that was left out.
 *
 * @publicApi
 */
export interface RejectedRoute {
  readonly region: string;
  readonly invocationId: string;
  readonly code: RejectionCode;
  readonly reason: string;
}

/**
 * Why a route was left out.
 *
 * @publicApi
 */
export type RejectionCode =
  | 'NOT_ON_DEMAND'
  | 'PROFILE_INACTIVE'
  | 'OTHER_PROFILE'
  | 'VIA_EXCLUDED'
  | 'SOURCE_EXCLUDED'
  | 'SOURCE_OUTSIDE_RESIDENCY'
  | 'OUTSIDE_RESIDENCY'
  | 'GLOBAL_EXCLUDED'
  | 'UNVERIFIED'
  | 'END_OF_LIFE'
  | 'ACCESS_DENIED'
  | 'ACCESS_UNKNOWN';

/**
 * The answer: every lawful way to invoke a model now, best first, and what was left out and why.
 *
 * @publicApi
 */
export interface Resolution {
  readonly modelId: string;
  readonly routes: readonly Route[];
  readonly rejected: readonly RejectedRoute[];
  /** Regions that may offer more, but failed or were not scanned yet. */
  readonly unknownRegions: readonly RegionStatus[];
  /** The whole as text for people, one line for each route. */
  explain(): string;
}

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
  readonly client: <K extends SdkClientClass>(client: K) => InstanceType<K>;
}

/** @publicApi */
export type RunFunction<T> = (context: RunContext) => Promise<T>;
