import type { RegionFailure } from '../errors/errors.js';
import type { Clock } from '../util/clock.js';
import {
  type AccessEvidence,
  type AccessLimits,
  type Denial,
  type Fact,
  factOfModel,
  factOfRoute,
  isDue,
  merged,
  nextExpiryOf,
  type Refusal,
  stateOfFact,
  type Success,
  withAnswer,
  withModelDenial,
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
    const evidence = this.#evidence.get(region)?.get(modelId);
    return evidence === undefined
      ? 'unknown'
      : stateOfFact(factOfRoute(evidence, invocationId, this.clock.now(), this.limits), modelId, invocationId);
  }

  /** One way to invoke a model, in words. */
  explain(route: InvokedRoute): ModelAccess {
    const evidence = this.#get(route.modelId, route.region);
    return this.#describe(factOfRoute(evidence, route.invocationId, this.clock.now(), this.limits), route);
  }

  /**
   * The model as such, in words.
   *
   * @param askedAs the id that it was asked for by
   */
  describe(modelId: string, region: string, askedAs: string): ModelAccess {
    const fact = factOfModel(this.#get(modelId, region), askedAs, this.clock.now(), this.limits);
    return this.#describe(fact, { modelId, region });
  }

  /** Why a region is not to be asked now; undefined if it may be. */
  refusalOf(region: string): RegionFailure | undefined {
    const refusal = this.#refusals.get(region);
    return refusal !== undefined && this.clock.now() < refusal.at + DAY_MS ? refusal.failure : undefined;
  }

  /** Whether asking AWS is allowed, and may tell something that is not known well enough. */
  isDue(modelId: string, region: string): boolean {
    const mayAsk = this.asks && this.refusalOf(region) === undefined;
    return mayAsk && isDue(this.#get(modelId, region), this.clock.now(), this.limits);
  }

  /** @returns whether it says something new */
  recordSuccess({ modelId, region, invocationId }: InvokedRoute): boolean {
    const at = this.clock.now();
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
    const evidence = this.#get(modelId, region);
    const denial: Denial = Object.freeze({ kind: 'denial', at: this.clock.now(), invocationId, failure });
    this.#set(modelId, region, ofModel ? withModelDenial(evidence, denial) : withRoute(evidence, denial), denial);
  }

  recordAnswer(modelId: string, region: string, availability: Availability): void {
    this.#refusals.delete(region);
    const answer = Object.freeze({ kind: 'answer' as const, at: this.clock.now(), availability });
    this.#set(modelId, region, withAnswer(this.#get(modelId, region), answer), answer);
  }

  recordUnanswered(modelId: string, region: string, failure: RegionFailure): void {
    this.#set(modelId, region, withUnanswered(this.#get(modelId, region), failure, this.clock.now()));
  }

  /** The region is left alone for a day. */
  recordRefusal(region: string, failure: RegionFailure): void {
    this.#refusals.set(region, Object.freeze({ at: this.clock.now(), failure }));
    this.#changed();
  }

  /**
   * Takes over what an earlier run or another process has learnt. A flip is told where it was known otherwise here, or
   * where what was learnt here is otherwise than it was known before.
   *
   * @param first whether it is what was known before all that was learnt here
   */
  adopt(record: AccessRecord, first: boolean): void {
    for (const [region, ofRegion] of record.evidence) {
      for (const [modelId, stored] of ofRegion) {
        const own = this.#get(modelId, region);
        const evidence = first ? merged(stored, own) : merged(own, stored);
        const learnt = factOfModel(first ? own : evidence, undefined, this.clock.now(), this.limits);
        this.#set(modelId, region, evidence, learnt);
      }
    }
    for (const [region, refusal] of record.refusals) {
      if (refusal.at > (this.#refusals.get(region)?.at ?? 0)) {
        this.#refusals.set(region, refusal);
        this.#changed();
      }
    }
  }

  #get(modelId: string, region: string): AccessEvidence {
    return this.#evidence.get(region)?.get(modelId) ?? NOTHING;
  }

  /** @param learnt what is new; unless the model's state rests on it, nobody is told anything */
  #set(modelId: string, region: string, evidence: AccessEvidence, learnt?: Fact): void {
    const now = this.clock.now();
    const ofRegion = this.#evidence.get(region) ?? new Map<string, AccessEvidence>();
    this.#evidence.set(region, ofRegion);
    const tells = learnt !== undefined && factOfModel(evidence, undefined, now, this.limits) === learnt;
    const state = tells ? stateOfFact(learnt, modelId, undefined) : 'unknown';
    ofRegion.set(modelId, Object.freeze(state === 'unknown' ? evidence : { ...evidence, told: state }));
    this.#nextExpiryAt = Math.min(this.#nextExpiryAt, nextExpiryOf(evidence, now, this.limits));
    this.#changed();
    const before = evidence.told;
    if (before !== undefined && state !== 'unknown' && meaningOf(before) !== meaningOf(state)) {
      this.onFlip(Object.freeze({ modelId, region, before, after: state }));
    }
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
    const now = this.clock.now();
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
