import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { AccessState } from '../access/access.types.js';
import type { SdkClientClass } from '../aws/clients/client-class.js';
import type { TokenUsage } from '../aws/transport/token-usage.js';
import type { ModelLifecycle } from '../catalog/models/model.types.js';
import type { Destinations, Via } from '../catalog/vias.js';
import type { RegionFailure } from '../errors/errors.js';
import type { RouteFacts } from '../facts/path-fact.js';
import type { Price } from '../facts/pricing/price.types.js';
import type { RouteQuota } from '../facts/quotas/quota.types.js';
import type { RegionStatus } from '../inventory/scan.types.js';
import type { RejectionCode } from './eligibility.js';

/** How sure access must be. @publicApi */
export const ACCESS_DEMANDS = ['any', 'not-denied', 'known'] as const;

/** One of {@link ACCESS_DEMANDS}. @publicApi */
export type AccessDemand = (typeof ACCESS_DEMANDS)[number];

/** What decides between routes of like latency; `price` goes before latency. @publicApi */
export const PREFERENCES = ['latency', 'single-region', 'throughput', 'price'] as const;

/** One of {@link PREFERENCES}. @publicApi */
export type Preference = (typeof PREFERENCES)[number];

/**
 * One concrete way to invoke a model. Plain, frozen, JSON-safe data.
 *
 * @publicApi
 */
export interface Route extends RouteFacts {
  /** Base id of the model; of what the account owns and stands for no foundation model, its ARN. */
  readonly modelId: string;
  /** Source region: whose endpoint to call. */
  readonly region: string;
  /** To be passed as `modelId` of the call. */
  readonly invocationId: string;
  /** Empty by `mantle`, whose models have none. */
  readonly arn: string;
  /** What it goes through. */
  readonly via: Via;
  /** Regions that may serve the call. */
  readonly destinations: Destinations;
  /** Of a prompt router: ARNs of the models and profiles that may answer a call. */
  readonly targetArns?: readonly string[];
  /** What it was ranked by, in milliseconds: time to first byte of real calls if there are enough, else the round trip. */
  readonly latencyMs?: number;
  /** What is known of the right to call it. */
  readonly access: AccessState;
  /** Where the model stands in its life in this region. */
  readonly lifecycle: ModelLifecycle;
  /** Full days until the model becomes legacy, less than 0 afterwards; absent where no time is listed. */
  readonly daysToLegacy?: number;
  /** Full days until the model reaches the end of its life; absent where no time is listed. */
  readonly daysToEndOfLife?: number;
  /** Age of the listing that it rests on, in milliseconds; absent where it is not known, since it is dated in the future. */
  readonly ageMs?: number;
  /** Why it is offered and ranks where it does, one line each. */
  readonly reasons: readonly string[];
}

/**
 * A way to invoke a model that was left out.
 *
 * @publicApi
 */
export interface RejectedRoute {
  /** Source region. */
  readonly region: string;
  /** What would be passed as `modelId` of the call. */
  readonly invocationId: string;
  /** Why, for programs. */
  readonly code: RejectionCode;
  /** Why, in a sentence. */
  readonly reason: string;
}

/**
 * The cheapest route that only the caller's choice of regions, ways to invoke and data retention leaves out, where it is cheaper than all that
 * are eligible: what a residency costs.
 *
 * @publicApi
 */
export interface CheaperRoute extends Omit<RejectedRoute, 'reason'> {
  /** What a call through it costs. */
  readonly price: Price;
  /** How much more the cheapest eligible route costs, in percent, by three tokens in for each one out. */
  readonly surchargePercent: number;
}

/**
 * Whether something can be invoked: `unknown` where a region that may offer it has not answered, or failed, so that neither
 * "yes" nor "no" would be honest.
 *
 * @publicApi
 */
export const VERDICTS = ['eligible', 'not', 'unknown'] as const;

/** One of {@link VERDICTS}. @publicApi */
export type Verdict = (typeof VERDICTS)[number];

/** Why a model cannot be invoked; `NOT_OFFERED` where no region lists a way. @publicApi */
export type VerdictCode = RejectionCode | 'NOT_OFFERED';

/**
 * The verdict on one way to invoke a model in one region.
 *
 * @publicApi
 */
export interface PathVerdict {
  /** What would be passed as `modelId` of the call. */
  readonly invocationId: string;
  /** What it goes through. */
  readonly via: Via;
  /** Regions that may serve the call. */
  readonly destinations: Destinations;
  /** Whether it can be invoked. */
  readonly verdict: 'eligible' | 'not';
  /** Why not. */
  readonly code?: RejectionCode;
  /** Why not, in a sentence. */
  readonly reason?: string;
  /** What a call costs. Absent where that is not known. */
  readonly price?: Price;
  /** What the account may use of the model this way. Absent where it is not known. */
  readonly quota?: RouteQuota;
}

/**
 * The verdict on a model in one region: eligible if any way to invoke it is. Plain, frozen, JSON-safe data.
 *
 * @publicApi
 */
export interface RegionVerdict {
  /** Source region. */
  readonly region: string;
  /** Whether it can be invoked from there. */
  readonly verdict: Verdict;
  /** Of `not`: of all ways that the region lists, of the one that came closest to being eligible. */
  readonly code?: VerdictCode;
  /** Of `not` and `unknown`, in words. */
  readonly reason?: string;
  /** Of `unknown`: what keeps it so, with what to do about it; absent where the region has not answered yet. */
  readonly failure?: RegionFailure;
  /** Every way that the region lists. */
  readonly paths: readonly PathVerdict[];
}

/**
 * The verdict on a model: eligible if it is in any region, else unknown if it is in any that is enabled.
 *
 * @publicApi
 */
export interface ModelVerdict {
  /** Base id. */
  readonly modelId: string;
  /** As AWS lists it. */
  readonly modelName: string;
  /** As AWS lists it. */
  readonly providerName: string;
  /** Whether it can be invoked at all. */
  readonly verdict: Verdict;
  /** Of `not`: of the region that came closest. */
  readonly code?: VerdictCode;
  /** Of `not` and `unknown`, in words. */
  readonly reason?: string;
  /** Of `unknown`: what keeps it so, where a region has failed. */
  readonly failure?: RegionFailure;
  /** Of every region that is scanned, by name. */
  readonly regions: readonly RegionVerdict[];
}

/** A model that a text names, with the best route to it, if there is one. @publicApi */
export interface FoundModel extends ModelVerdict {
  /** The best; absent where none is eligible. */
  readonly route?: Route;
}

/**
 * The answer: every eligible way to invoke a model now, best first, and what was left out and why.
 *
 * @publicApi
 */
export interface Resolution {
  /** Base id of the model; of a well-formed id that no known region lists, the id itself. */
  readonly modelId: string;
  /** `eligible` where there is a route; else `unknown` where a region that is enabled may offer one. */
  readonly verdict: Verdict;
  /** Those that are eligible, best first. */
  readonly routes: readonly Route[];
  /** What was left out, and why. */
  readonly rejected: readonly RejectedRoute[];
  /** Absent where the cheapest route is eligible, as far as prices are known. */
  readonly cheaper?: CheaperRoute;
  /** Regions that may offer more, but failed or were not scanned yet. */
  readonly unknownRegions: readonly RegionStatus[];
  /** The whole as text for people, one line for each route. */
  explain(): string;
}

/**
 * What a function that calls a model is given for one attempt. What becomes of the attempt is judged by the requests that are
 * made through `client` and `fetch`, and by nothing else: an error of the function's own says nothing about a route.
 *
 * @publicApi
 */
export interface RunContext {
  /** The route of this attempt. */
  readonly route: Route;
  /** Counted from 1. */
  readonly attempt: number;
  /** Ends the attempt. Requests of `client()` and `fetch` end with it by themselves. */
  readonly signal: AbortSignal;
  /**
   * A client for the route's region: preset `ai`, without retries of its own, its requests recorded for this attempt. Pass
   * `route.invocationId` as `modelId`. There is none for `bedrock-mantle`: by a route via `mantle` it throws, and `fetch` calls.
   */
  readonly client: <K extends SdkClientClass>(client: K) => InstanceType<K>;
  /**
   * `fetch` for SDKs that speak HTTP by themselves: as the standard one, its requests recorded for this attempt. Requests
   * without an `Authorization` header are signed. An address without a host is relative to `endpoint`. Switch the SDK's own
   * retries off: once the route has refused, further requests of the attempt are refused without being sent.
   */
  readonly fetch: typeof fetch;
  /**
   * Where models are called in the route's region, such as `https://bedrock-runtime.eu-west-1.amazonaws.com`; by a route via
   * `mantle`, `https://bedrock-mantle.eu-west-1.api.aws`.
   */
  readonly endpoint: string;
  /** The credentials that the library uses, for SDKs that sign by themselves. */
  readonly credentials: () => Promise<AwsCredentialIdentity>;
  /**
   * Tells what the attempt took, in tokens, added up over all its requests, where that shows in no answer that passes here:
   * of an SDK that speaks HTTP by itself and does not stream. Settles the route's quota.
   */
  readonly reportUsage: (usage: TokenUsage) => void;
}

/** Calls a model once, through what its context gives; called anew for each attempt. @publicApi */
export type RunFunction<T> = (context: RunContext) => Promise<T>;
