import type { InvocationPath } from '../catalog/invocation-paths.js';
import type { CapabilityDemands } from '../catalog/models/model.types.js';
import type { RegionFailure } from '../errors/errors.js';
import type { Api, ModelApis } from './apis/api.types.js';
import type { KnownRetention, RetentionMode, RouteRetention } from './retention/retention.types.js';
import type { KnownAbilities } from './capabilities/capability.types.js';
import type { Price } from './pricing/price.types.js';
import type { KnownQuota, RouteQuota } from './quotas/quota.types.js';

/** What may be known of a way to invoke a model besides what is listed, by the fact's name. What is absent is unknown. */
export interface KnownFacts {
  readonly apis?: ModelApis | undefined;
  readonly retention?: KnownRetention | undefined;
  readonly price?: Price | undefined;
  readonly capabilities?: KnownAbilities | undefined;
  readonly quotas?: KnownQuota | undefined;
}

/** A fact's name, which is its folder's. */
type FactName = keyof KnownFacts;

/** What callers demand of facts. */
export interface FactConstraints extends Readonly<CapabilityDemands> {
  /** Whether what is demanded and not known rejects a path. */
  readonly unknownFacts: UnknownFacts;
  /** Must be offered. */
  readonly api?: Api;
  /** No more may be kept than under it. */
  readonly retention?: RetentionMode;
  /** A million tokens out may cost no more, in `currency`. */
  readonly maxOutputPricePerMillion?: number;
  /** Of the prices that are compared. */
  readonly currency: string;
  /** The quota must allow as many. */
  readonly minTokensPerMinute?: number;
  /** What decides between routes: facts that it does not rest on are not waited for. */
  readonly prefer: string;
  /** The only regions that may be called; with `residency` and without this, those within it. */
  readonly sourceRegions?: ReadonlySet<string>;
  readonly residency?: ReadonlySet<string>;
}

/** What becomes of a route of which a fact that is demanded is not known. @publicApi */
export const UNKNOWN_FACTS = ['keep', 'reject'] as const;

/** One of {@link UNKNOWN_FACTS}. @publicApi */
export type UnknownFacts = (typeof UNKNOWN_FACTS)[number];

/** The parts of a route that carry facts. @publicApi */
export interface RouteFacts {
  /** Ways of calling that real calls have shown the model to offer. Absent where none is known; one that is missing may be offered all the same. */
  readonly apis?: readonly Api[];
  /** The data retention mode that calls through the route are under. Absent where it is not known. */
  readonly retention?: RouteRetention;
  /** What a call costs. Absent where that is not known. */
  readonly price?: Price;
  /** What the account may use of the model this way. Absent where it is not known. */
  readonly quota?: RouteQuota;
}

/** What an answer is wanted for: `peek` waits for nothing, and `run` is worth a short wait. */
export type Purpose = 'peek' | 'resolve' | 'run';

/** A call through a route, or its refusal, as the transport saw it. */
export interface ObservedCall {
  readonly path: Pick<InvocationPath, 'key' | 'modelId' | 'region' | 'invocationId' | 'via' | 'destinations'>;
  /** Undefined where it is none of those that are known. */
  readonly api: Api | undefined;
  /** Undefined where it was answered. */
  readonly failure: RegionFailure | undefined;
}

/** How a fact decides on a path: functions of what is known alone. */
export interface FactRule {
  /** Why what is known is not what is demanded, a sentence; undefined where it is, or is not known, or nothing is demanded. */
  rejects(known: KnownFacts, wanted: FactConstraints, path: InvocationPath): string | undefined;
  /** What is demanded and not known, a sentence. */
  misses(known: KnownFacts, wanted: FactConstraints, path: InvocationPath): string | undefined;
}

/** Something that decides whether a call works, besides what is listed. Its folder has its evidence, its rule, its words. */
export interface PathFact<N extends FactName> {
  readonly name: N;
  /** Another object whenever an answer of {@link of} may have changed, by time as well. */
  readonly current: object;
  /** What is known now; undefined where nothing is. */
  of(path: InvocationPath): KnownFacts[N];
  /** What callers see of it on a route, and why it is offered, a line. */
  describe(known: KnownFacts[N], path: InvocationPath): DescribedFact;
  /**
   * Has what is not known found out, where it can matter.
   *
   * @returns what an answer should wait for; undefined where nothing is asked, or what is asked about may come later. Never
   * rejects
   */
  find?(paths: readonly InvocationPath[], wanted: FactConstraints, purpose: Purpose): Promise<void> | undefined;
  /** Draws from a real call what it shows. */
  learn?(call: ObservedCall): void;
  /** Brings back what an earlier run knew. Never rejects. */
  open?(): Promise<void>;
  /** Ends what is under way, and hands all that was learnt to the cache. */
  close?(): Promise<void>;
}

/** One of them all. */
export type AnyFact = PathFact<FactName>;

/** A fact as a route shows it. */
export interface DescribedFact {
  readonly shown?: RouteFacts;
  readonly reason?: string;
}

/** What callers see of all that is known of a path. */
export function describedBy(facts: readonly AnyFact[], known: KnownFacts, path: InvocationPath): DescribedFact[] {
  return facts.map((fact: PathFact<FactName>) => fact.describe(known[fact.name], path));
}

/** Injection token of all facts. */
export const PATH_FACTS = Symbol('nestjs-bedrock-discovery.path-facts');

/** How long what a call has shown of a model is believed: providers add and mend without notice. */
export const EVIDENCE_TTL_MS = 7 * 86_400_000;
