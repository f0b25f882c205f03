import type { RegionFailure } from '../errors/failure.js';
import type { Clock } from '../util/clock.js';
import { wordsOfFact, wordsOfRefusal, wordsOfUnasked, type Subject } from './access-messages.js';
import type { AccessFlip, AccessState, InvokedRoute, ModelAccess } from './access.types.js';
import type { Availability } from './availability.js';
import {
  type AccessLimits,
  type Denial,
  type Fact,
  factOfModel,
  factOfRoute,
  isDue,
  isForgotten,
  merged,
  nextExpiryOf,
  type Standing,
  stateOfFact,
  type Success,
  withAnswer,
  withModelDenial,
  withRouteDenial,
  withSuccess,
  withUnanswered,
} from './access-evidence.js';

const DAY_MS = 86_400_000;
/** Expired facts are looked for no more often than this, since looking means going through all. */
const SWEEP_MS = 1_000;
const NOTHING: Standing = Object.freeze({});

/** A region that does not let the principal ask. */
export interface Refusal {
  readonly at: number;
  readonly failure: RegionFailure;
}

/** All that can be kept for another run. */
export interface AccessRecord {
  readonly standings: ReadonlyMap<string, ReadonlyMap<string, Standing>>;
  readonly refusals: ReadonlyMap<string, Refusal>;
}

/** What is known of one principal's access to models, by region and model. Asks nobody. */
export class AccessBook {
  /** By region, then by model: so that looking up makes no key. */
  readonly #standings = new Map<string, Map<string, Standing>>();
  readonly #refusals = new Map<string, Refusal>();
  #version = 0;
  #epoch = 0;
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

  /** Changes whenever an answer of {@link stateOf} may have changed. */
  get version(): number {
    this.#sweep();
    return this.#version;
  }

  /** When the next answer of {@link stateOf} may change by itself, milliseconds since the epoch. */
  get nextExpiryAt(): number {
    this.#sweep();
    return this.#nextExpiryAt;
  }

  /** Another after each {@link clear}: what was asked for before is not for this book any more. */
  get epoch(): number {
    return this.#epoch;
  }

  stateOf(modelId: string, region: string, invocationId: string): AccessState {
    const standing = this.#standings.get(region)?.get(modelId);
    return standing === undefined
      ? 'unknown'
      : stateOfFact(factOfRoute(standing, invocationId, this.clock.now(), this.limits), modelId, invocationId);
  }

  /** One way to invoke a model, in words. */
  explain(route: InvokedRoute): ModelAccess {
    const standing = this.#get(route.modelId, route.region);
    return this.#describe(factOfRoute(standing, route.invocationId, this.clock.now(), this.limits), route);
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
    return this.refusalOf(region) === undefined && isDue(this.#get(modelId, region), this.clock.now(), this.limits);
  }

  /** @returns whether it says something new */
  recordSuccess({ modelId, region, invocationId }: InvokedRoute): boolean {
    const at = this.clock.now();
    const standing = this.#get(modelId, region);
    const former = standing.routes?.get(invocationId);
    // Every call of a busy application succeeds.
    const isNews =
      former?.kind !== 'success' || standing.denial !== undefined || at >= former.at + this.limits.ttlMs / 10;
    if (isNews) {
      const success: Success = Object.freeze({ kind: 'success', at, invocationId });
      this.#set(modelId, region, withSuccess(standing, success), success);
    }
    return isNews;
  }

  /** @param ofModel whether it was denied as such, whichever way it is invoked */
  recordDenial({ modelId, region, invocationId }: InvokedRoute, failure: RegionFailure, ofModel: boolean): void {
    const standing = this.#get(modelId, region);
    const denial: Denial = Object.freeze({ kind: 'denial', at: this.clock.now(), invocationId, failure });
    const learnt = ofModel ? withModelDenial(standing, denial) : withRouteDenial(standing, denial);
    this.#set(modelId, region, learnt, denial);
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
  }

  /**
   * Takes over what an earlier run or another process has learnt. A flip is told where it was known otherwise here, or
   * where what was learnt here is otherwise than it was known before.
   *
   * @param first whether it is what was known before all that was learnt here
   */
  adopt({ standings, refusals }: AccessRecord, first: boolean): void {
    for (const [region, ofRegion] of standings) {
      for (const [modelId, stored] of ofRegion) {
        const own = this.#get(modelId, region);
        const standing = first ? merged(stored, own) : merged(own, stored);
        const learnt = factOfModel(first ? own : standing, undefined, this.clock.now(), this.limits);
        this.#set(modelId, region, standing, learnt);
      }
    }
    for (const [region, refusal] of refusals) {
      if (refusal.at > (this.#refusals.get(region)?.at ?? 0)) {
        this.#refusals.set(region, refusal);
      }
    }
  }

  get record(): AccessRecord {
    return { standings: this.#standings, refusals: this.#refusals };
  }

  /** Forgets everything. */
  clear(): void {
    this.#standings.clear();
    this.#refusals.clear();
    this.#nextExpiryAt = Number.POSITIVE_INFINITY;
    this.#epoch += 1;
    this.#version += 1;
  }

  #get(modelId: string, region: string): Standing {
    return this.#standings.get(region)?.get(modelId) ?? NOTHING;
  }

  /** @param learnt what is new; unless the model's state rests on it, nobody is told anything */
  #set(modelId: string, region: string, standing: Standing, learnt?: Fact): void {
    const now = this.clock.now();
    const ofRegion = this.#standings.get(region) ?? new Map<string, Standing>();
    this.#standings.set(region, ofRegion);
    const tells = learnt !== undefined && factOfModel(standing, undefined, now, this.limits) === learnt;
    const state = tells ? stateOfFact(learnt, modelId, undefined) : 'unknown';
    ofRegion.set(modelId, Object.freeze(state === 'unknown' ? standing : { ...standing, told: state }));
    this.#nextExpiryAt = Math.min(this.#nextExpiryAt, nextExpiryOf(standing, now, this.limits));
    this.#version += 1;
    const before = standing.told;
    if (before !== undefined && state !== 'unknown' && meaningOf(before) !== meaningOf(state)) {
      this.onFlip(Object.freeze({ modelId, region, before, after: state }));
    }
  }

  #describe(fact: Fact | undefined, subject: Subject): ModelAccess {
    const { modelId, region, invocationId } = subject;
    const refusal = fact === undefined || fact.kind === 'unanswered' ? this.refusalOf(region) : undefined;
    const words =
      refusal !== undefined
        ? wordsOfRefusal(refusal, subject)
        : fact === undefined
          ? wordsOfUnasked(subject, this.asks)
          : wordsOfFact(fact, subject);
    const at = refusal === undefined ? fact?.at : this.#refusals.get(region)?.at;
    return Object.freeze({
      modelId,
      region,
      state: stateOfFact(fact, modelId, invocationId),
      ...words,
      ...(at !== undefined && { checkedAt: new Date(at).toISOString() }),
    });
  }

  /** Notices what time has undone, and drops what will not be believed again. */
  #sweep(): void {
    const now = this.clock.now();
    if (now < this.#nextExpiryAt) {
      return;
    }
    let next = Number.POSITIVE_INFINITY;
    for (const [region, ofRegion] of this.#standings) {
      for (const [modelId, standing] of ofRegion) {
        if (isForgotten(standing, now, this.limits)) {
          ofRegion.delete(modelId);
        } else {
          next = Math.min(next, nextExpiryOf(standing, now, this.limits));
        }
      }
      if (ofRegion.size === 0) {
        this.#standings.delete(region);
      }
    }
    this.#nextExpiryAt = Math.max(next, now + SWEEP_MS);
    this.#version += 1;
  }
}

/** That a call has shown what AWS had said, or that AWS says what a call has shown, is no change. */
function meaningOf(state: AccessState): AccessState {
  return state === 'observed' ? 'available' : state;
}
