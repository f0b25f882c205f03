import type { RegionFailure } from '../errors/errors.js';
import { type Clock, isFuture } from '../util/clock.js';
import {
  type AccessEvidence,
  type AccessLimits,
  type Denial,
  type Fact,
  factOfModel,
  factOfRoute,
  isDue,
  latestOf,
  merged,
  nextExpiryOf,
  type Refusal,
  stateOfFact,
  type Success,
  withAnswer,
  withModelDenial,
  withoutFuture,
  withRoute,
  withSuccess,
  withUnanswered,
} from './access-evidence.js';
import { messageOfFact, messageOfRefusal, messageOfUnasked, type MessageSubject } from './access-messages.js';
import type { AccessFlip, AccessState, InvokedRoute, ModelAccess } from './access.types.js';
import type { Availability } from './availability.js';

const DAY_MS = 86_400_000;
/** Expired facts are looked for no more often than this, since looking means going through all. */
const SWEEP_MS = 1_000;
const NOTHING: AccessEvidence = Object.freeze({});

/** All that can be kept for another run. */
export interface AccessRecord {
  /** By region, then by model: so that looking up makes no key. */
  readonly evidence: ReadonlyMap<string, ReadonlyMap<string, AccessEvidence>>;
  readonly refusals: ReadonlyMap<string, Refusal>;
}

/** What is known of one principal's access to models, by region and model. Asks nobody. */
export class AccessStore {
  /** Hashed; undefined until credentials could be had: what is learnt until then is of whoever they turn out to be of. */
  principal: string | undefined;
  readonly #evidence = new Map<string, Map<string, AccessEvidence>>();
  readonly #refusals = new Map<string, Refusal>();
  #current: AccessRecord = { evidence: this.#evidence, refusals: this.#refusals };
  #nextExpiryAt = Number.POSITIVE_INFINITY;
  /** When the latest of all was learnt. */
  #latestAt = 0;

  /**
   * @param asks whether AWS is ever asked
   * @param onFlip called when what was known of a model turns out to be otherwise
   */
  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly limits: AccessLimits,
    private readonly asks: boolean,
    private readonly onFlip: (flip: AccessFlip) => void,
  ) {}

  /**
   * What is known now: another object whenever an answer of {@link stateOf} may have changed, by time as well. To be read at
   * once, or compared; its maps go on.
   */
  get current(): AccessRecord {
    this.#sweep();
    return this.#current;
  }

  isOf(principal: string | undefined): boolean {
    return this.principal === undefined || principal === undefined || principal === this.principal;
  }

  stateOf({ modelId, region, invocationId }: InvokedRoute): AccessState {
    const now = this.#now();
    const evidence = this.#evidence.get(region)?.get(modelId);
    return evidence === undefined
      ? 'unknown'
      : stateOfFact(factOfRoute(evidence, invocationId, now, this.limits), modelId, invocationId);
  }

  /** One way to invoke a model, in words. */
  explain(route: InvokedRoute): ModelAccess {
    const now = this.#now();
    const evidence = this.#get(route.modelId, route.region);
    return this.#describe(factOfRoute(evidence, route.invocationId, now, this.limits), route);
  }

  /**
   * The model as such, in words.
   *
   * @param askedAs the id that it was asked for by
   */
  describe(modelId: string, region: string, askedAs: string): ModelAccess {
    const now = this.#now();
    const fact = factOfModel(this.#get(modelId, region), askedAs, now, this.limits);
    return this.#describe(fact, { modelId, region });
  }

  /** Why a region is not to be asked now; undefined if it may be. */
  refusalOf(region: string): RegionFailure | undefined {
    const now = this.#now();
    const refusal = this.#refusals.get(region);
    return refusal !== undefined && now < refusal.at + DAY_MS ? refusal.failure : undefined;
  }

  /** Whether asking AWS is allowed, and may tell something that is not known well enough. */
  isDue(modelId: string, region: string): boolean {
    const now = this.#now();
    const mayAsk = this.asks && this.refusalOf(region) === undefined;
    return mayAsk && isDue(this.#get(modelId, region), now, this.limits);
  }

  /** @returns whether it says something new */
  recordSuccess({ modelId, region, invocationId }: InvokedRoute): boolean {
    const at = this.#now();
    const evidence = this.#get(modelId, region);
    const former = evidence.routes?.get(invocationId);
    // Every call of a busy application succeeds.
    const isNews =
      former?.kind !== 'success' || evidence.denial !== undefined || at >= former.at + this.limits.ttlMs / 10;
    if (isNews) {
      const success: Success = Object.freeze({ kind: 'success', at, invocationId });
      this.#set(modelId, region, withSuccess(evidence, success), success);
    }
    return isNews;
  }

  /** @param ofModel whether it was denied as such, whichever way it is invoked */
  recordDenial({ modelId, region, invocationId }: InvokedRoute, failure: RegionFailure, ofModel: boolean): void {
    const denial: Denial = Object.freeze({ kind: 'denial', at: this.#now(), invocationId, failure });
    const evidence = this.#get(modelId, region);
    this.#set(modelId, region, ofModel ? withModelDenial(evidence, denial) : withRoute(evidence, denial), denial);
  }

  recordAnswer(modelId: string, region: string, availability: Availability): void {
    this.#refusals.delete(region);
    const answer = Object.freeze({ kind: 'answer' as const, at: this.#now(), availability });
    this.#set(modelId, region, withAnswer(this.#get(modelId, region), answer), answer);
  }

  recordUnanswered(modelId: string, region: string, failure: RegionFailure): void {
    const now = this.#now();
    this.#set(modelId, region, withUnanswered(this.#get(modelId, region), failure, now));
  }

  /** The region is left alone for a day. */
  recordRefusal(region: string, failure: RegionFailure): void {
    this.#setRefusal(region, Object.freeze({ at: this.#now(), failure }));
  }

  /**
   * Takes over what an earlier run or another process has learnt. A flip is told where it was known otherwise here, or
   * where what was learnt here is otherwise than it was known before.
   *
   * @param first whether it is what was known before all that was learnt here
   */
  adopt(record: AccessRecord, first: boolean): void {
    const now = this.#now();
    for (const [region, ofRegion] of record.evidence) {
      for (const [modelId, stored] of ofRegion) {
        const own = this.#get(modelId, region);
        const evidence = first ? merged(stored, own) : merged(own, stored);
        const learnt = factOfModel(first ? own : evidence, undefined, now, this.limits);
        this.#set(modelId, region, evidence, learnt);
      }
    }
    for (const [region, refusal] of record.refusals) {
      const answers = [...(this.#evidence.get(region)?.values() ?? [])].map(({ answer }) => answer?.at ?? 0);
      if (refusal.at > Math.max(this.#refusals.get(region)?.at ?? 0, ...answers)) {
        this.#setRefusal(region, refusal);
      }
    }
  }

  #get(modelId: string, region: string): AccessEvidence {
    return this.#evidence.get(region)?.get(modelId) ?? NOTHING;
  }

  /** @param learnt what is new; unless the model's state rests on it, nobody is told anything */
  #set(modelId: string, region: string, evidence: AccessEvidence, learnt?: Fact): void {
    const now = this.#now();
    const ofRegion = this.#evidence.get(region) ?? new Map<string, AccessEvidence>();
    this.#evidence.set(region, ofRegion);
    const tells = learnt !== undefined && factOfModel(evidence, undefined, now, this.limits) === learnt;
    const state = tells ? stateOfFact(learnt, modelId, undefined) : 'unknown';
    ofRegion.set(modelId, Object.freeze(state === 'unknown' ? evidence : { ...evidence, told: state }));
    this.#nextExpiryAt = Math.min(this.#nextExpiryAt, nextExpiryOf(evidence, now, this.limits));
    this.#latestAt = Math.max(this.#latestAt, latestOf(evidence));
    this.#changed();
    const before = evidence.told;
    if (before !== undefined && state !== 'unknown' && meaningOf(before) !== meaningOf(state)) {
      this.onFlip(Object.freeze({ modelId, region, before, after: state }));
    }
  }

  #setRefusal(region: string, refusal: Refusal): void {
    this.#refusals.set(region, refusal);
    this.#latestAt = Math.max(this.#latestAt, refusal.at);
    this.#changed();
  }

  /**
   * What time it is; to be asked before anything is looked up. What was learnt while the clock was ahead is of unknown age
   * once that is corrected, and forgotten.
   */
  #now(): number {
    const now = this.clock.now();
    if (isFuture(this.#latestAt, now)) {
      this.#forgetFuture(now);
    }
    return now;
  }

  #forgetFuture(now: number): void {
    for (const ofRegion of this.#evidence.values()) {
      for (const [modelId, evidence] of ofRegion) {
        const past = withoutFuture(evidence, now);
        if (past === undefined) {
          ofRegion.delete(modelId);
        } else {
          ofRegion.set(modelId, Object.freeze(past));
        }
      }
    }
    for (const [region, { at }] of this.#refusals) {
      if (isFuture(at, now)) {
        this.#refusals.delete(region);
      }
    }
    this.#latestAt = now;
    this.#nextExpiryAt = 0;
    this.#changed();
  }

  #describe(fact: Fact | undefined, subject: MessageSubject): ModelAccess {
    const { modelId, region, invocationId } = subject;
    const refusal = fact === undefined || fact.kind === 'unanswered' ? this.refusalOf(region) : undefined;
    const known = fact === undefined ? messageOfUnasked(subject, this.asks) : messageOfFact(fact, subject);
    const at = refusal === undefined ? fact?.at : this.#refusals.get(region)?.at;
    return Object.freeze({
      modelId,
      region,
      state: stateOfFact(fact, modelId, invocationId),
      ...(refusal === undefined ? known : messageOfRefusal(refusal, subject)),
      ...(at !== undefined && { checkedAt: new Date(at).toISOString() }),
    });
  }

  #changed(): void {
    this.#current = { ...this.#current };
  }

  /** Notices what time has undone, and drops what will not be believed again. */
  #sweep(): void {
    const now = this.#now();
    if (now < this.#nextExpiryAt) {
      return;
    }
    let next = Number.POSITIVE_INFINITY;
    for (const [region, ofRegion] of this.#evidence) {
      for (const [modelId, evidence] of ofRegion) {
        const expiresAt = nextExpiryOf(evidence, now, this.limits);
        next = Math.min(next, expiresAt);
        if (expiresAt === Number.POSITIVE_INFINITY) {
          ofRegion.delete(modelId);
        }
      }
      if (ofRegion.size === 0) {
        this.#evidence.delete(region);
      }
    }
    this.#nextExpiryAt = Math.max(next, now + SWEEP_MS);
    this.#changed();
  }
}

/** That a call has shown what AWS had said, or that AWS says what a call has shown, is no change. */
function meaningOf(state: AccessState): AccessState {
  return state === 'observed' ? 'available' : state;
}
