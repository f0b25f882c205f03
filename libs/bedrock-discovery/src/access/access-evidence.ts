import * as z from 'zod';
import { type RegionFailure, restoreFailure } from '../errors/errors.js';
import { isFuture } from '../util/clock.js';
import type { AccessState } from './access.types.js';
import { AVAILABILITY, stateOfAvailability } from './availability.js';

/** Milliseconds since the epoch. */
const TIME = z.number().min(0);
const ID = z.string().min(1);
const FAILURE = z.preprocess(
  restoreFailure,
  z.custom<RegionFailure>((restored) => restored !== undefined),
);

/** A real call through an invocation id succeeded. */
const SUCCESS = z.object({ kind: z.literal('success'), at: TIME, invocationId: ID }).readonly();
export type Success = z.infer<typeof SUCCESS>;

/** A real call through an invocation id was denied. */
export const DENIAL = z.object({ kind: z.literal('denial'), at: TIME, invocationId: ID, failure: FAILURE }).readonly();
export type Denial = z.infer<typeof DENIAL>;

/** What a real call has shown. */
export const SHOWN = z.discriminatedUnion('kind', [SUCCESS, DENIAL]);
export type Shown = z.infer<typeof SHOWN>;

/** AWS was asked, and answered. */
export const ANSWER = z.object({ kind: z.literal('answer'), at: TIME, availability: AVAILABILITY }).readonly();
export type Answer = z.infer<typeof ANSWER>;

/** A region does not let the principal ask. */
export const REFUSAL = z.object({ at: TIME, failure: FAILURE }).readonly();
export type Refusal = z.infer<typeof REFUSAL>;

/** AWS was asked, and did not answer. */
interface Unanswered {
  readonly kind: 'unanswered';
  readonly at: number;
  readonly failure: RegionFailure;
  /** In a row. */
  readonly failures: number;
}

/** What a state rests on. */
export type Fact = Shown | Answer | Unanswered;

/** All that is known of access to one model in one region. Immutable: whatever is learnt makes a new one. */
export interface AccessEvidence {
  readonly answer?: Answer;
  readonly unanswered?: Unanswered;
  /** Of the model itself, whichever way it is invoked. */
  readonly denial?: Denial;
  /** The last word of real calls, by invocation id. */
  readonly routes?: ReadonlyMap<string, Shown>;
  /** The latest of the successes among the routes. */
  readonly success?: Success;
  /** The last state of the model that was not unknown: what a flip is told from. */
  readonly told?: AccessState;
}

export interface AccessLimits {
  /** How long a denial is believed, an answer is fresh, and evidence goes before an answer. */
  readonly ttlMs: number;
  /** How long anything is believed at all. */
  readonly keepMs: number;
}

/** An agreement that is being concluded, or has failed, is soon another; AWS says 15 minutes. */
const UNSETTLED_MS = 15 * 60_000;
const RETRY_MS = 30_000;

/** What access by one invocation id rests on. */
export function factOfRoute(
  evidence: AccessEvidence,
  invocationId: string,
  now: number,
  limits: AccessLimits,
): Fact | undefined {
  const { denial, routes, success } = evidence;
  return firstThatHolds(evidence, now, limits, denial, routes?.get(invocationId), success);
}

/**
 * What access to the model as such rests on.
 *
 * @param invocationId its denial counts if there is nothing better, as when the model is asked for by that very id
 */
export function factOfModel(
  evidence: AccessEvidence,
  invocationId: string | undefined,
  now: number,
  limits: AccessLimits,
): Fact | undefined {
  const { denial, routes, success } = evidence;
  const asked = invocationId === undefined ? undefined : routes?.get(invocationId);
  return firstThatHolds(evidence, now, limits, denial, success, asked);
}

/** @param invocationId undefined for the model as such */
export function stateOfFact(fact: Fact | undefined, modelId: string, invocationId: string | undefined): AccessState {
  switch (fact?.kind) {
    case 'success':
      return invocationId === undefined || invocationId === fact.invocationId ? 'observed' : 'available';
    case 'denial':
      return 'denied';
    case 'answer':
      return stateOfAvailability(fact.availability, invocationId !== undefined && invocationId !== modelId);
    default:
      return 'unknown';
  }
}

/** Whether asking AWS may tell something that is not known well enough. */
export function isDue(
  { answer, unanswered, denial, success }: AccessEvidence,
  now: number,
  limits: AccessLimits,
): boolean {
  const shown = denial ?? success;
  if (shown !== undefined && now < shown.at + limits.ttlMs) {
    return false;
  }
  if (unanswered !== undefined && now < askAgainAt(unanswered, limits)) {
    return false;
  }
  return answer === undefined || now >= answer.at + freshMs(answer, limits);
}

/** When something of it is not believed any more, the next time after `now`; infinity if nothing of it is believed now. */
export function nextExpiryOf(evidence: AccessEvidence, now: number, { ttlMs, keepMs }: AccessLimits): number {
  const times = factsOf(evidence).flatMap(({ at }) => [at + ttlMs, at + keepMs]);
  return times.reduce((next, at) => (at > now && at < next ? at : next), Number.POSITIVE_INFINITY);
}

/** When the latest of it was learnt; 0 if there is nothing. */
export function latestOf(evidence: AccessEvidence): number {
  return factsOf(evidence).reduce((latest, { at }) => Math.max(latest, at), 0);
}

/** What of it is not dated in the future; undefined if that is nothing. */
export function withoutFuture(evidence: AccessEvidence, now: number): AccessEvidence | undefined {
  const past = <F extends Fact>(fact: F | undefined): F | undefined =>
    fact !== undefined && isFuture(fact.at, now) ? undefined : fact;
  const routes = new Map([...(evidence.routes ?? [])].filter(([, fact]) => past(fact) !== undefined));
  const { answer, unanswered, denial, told } = evidence;
  const left = {
    answer: past(answer),
    unanswered: past(unanswered),
    denial: past(denial),
    routes,
    success: latestSuccess(routes),
    told,
  };
  return factsOf(left).length === 0 ? undefined : left;
}

/** What one way to call has shown; what is known of the others stays. */
export function withRoute(evidence: AccessEvidence, fact: Shown): AccessEvidence {
  const routes = new Map(evidence.routes).set(fact.invocationId, fact);
  return { ...evidence, routes, success: latestSuccess(routes) };
}

/** One call succeeded: the model is not denied as such any more. */
export function withSuccess(evidence: AccessEvidence, success: Success): AccessEvidence {
  return { ...withRoute(evidence, success), denial: undefined };
}

/** The model was denied as such: what its routes once showed is past. */
export function withModelDenial(evidence: AccessEvidence, denial: Denial): AccessEvidence {
  return { ...evidence, routes: undefined, success: undefined, denial };
}

export function withAnswer(evidence: AccessEvidence, answer: Answer): AccessEvidence {
  return { ...evidence, unanswered: undefined, answer };
}

/** The last good answer stays. */
export function withUnanswered(evidence: AccessEvidence, failure: RegionFailure, at: number): AccessEvidence {
  const failures = (evidence.unanswered?.failures ?? 0) + 1;
  return { ...evidence, unanswered: Object.freeze({ kind: 'unanswered', at, failure, failures }) };
}

/** What two have learnt of the same; of each fact the later. */
export function merged(one: AccessEvidence, other: AccessEvidence): AccessEvidence {
  const denial = later(one.denial, other.denial);
  const routes = new Map(one.routes);
  for (const [invocationId, fact] of other.routes ?? []) {
    routes.set(invocationId, later(routes.get(invocationId), fact) ?? fact);
  }
  const success = latestSuccess(routes);
  const base = {
    answer: later(one.answer, other.answer),
    unanswered: later(one.unanswered, other.unanswered),
    told: one.told ?? other.told,
  };
  return denial !== undefined && denial.at >= (success?.at ?? 0) ? { ...base, denial } : { ...base, routes, success };
}

export function latestSuccess(routes: ReadonlyMap<string, Shown>): Success | undefined {
  const successes = [...routes.values()].filter((fact) => fact.kind === 'success');
  return successes.reduce<Success | undefined>(
    (latest, fact) => (fact.at >= (latest?.at ?? 0) ? fact : latest),
    undefined,
  );
}

function factsOf({ answer, unanswered, denial, routes }: AccessEvidence): Fact[] {
  return [answer, unanswered, denial, ...(routes?.values() ?? [])].filter((fact) => fact !== undefined);
}

function later<F extends Fact>(one: F | undefined, other: F | undefined): F | undefined {
  return one === undefined || (other !== undefined && other.at > one.at) ? other : one;
}

/** What calls have shown goes before what AWS says. */
function firstThatHolds(
  { answer, unanswered }: AccessEvidence,
  now: number,
  limits: AccessLimits,
  ...shown: readonly (Shown | undefined)[]
): Fact | undefined {
  const fact = shown.find((known) => known !== undefined && holds(known, answer, now, limits));
  return fact ?? (answer !== undefined && answerHolds(answer, now, limits) ? answer : unanswered);
}

/** A success is believed until something later is known, but for `ttlMs` against whatever AWS says. */
function holds(fact: Shown, answer: Answer | undefined, now: number, limits: AccessLimits): boolean {
  if (now < fact.at + limits.ttlMs) {
    return true;
  }
  return fact.kind === 'success' && now < fact.at + limits.keepMs && !(answer !== undefined && answer.at > fact.at);
}

/** A denial may have been mended without anybody here being told. */
function answerHolds(answer: Answer, now: number, limits: AccessLimits): boolean {
  const age = now - answer.at;
  return age < limits.ttlMs || (age < limits.keepMs && stateOfAvailability(answer.availability, false) !== 'denied');
}

function freshMs({ availability }: Answer, { ttlMs }: AccessLimits): number {
  const settled = availability.agreement === 'AVAILABLE' || availability.agreement === 'NOT_AVAILABLE';
  return settled ? ttlMs : Math.min(ttlMs, UNSETTLED_MS);
}

/** What may pass is asked again after a pause that grows; what stays as it is, like an id that is not known, later. */
function askAgainAt({ at, failure, failures }: Unanswered, { ttlMs }: AccessLimits): number {
  const passing = failure.kind !== 'unknown';
  return at + (passing ? Math.min(ttlMs, RETRY_MS * 2 ** Math.min(failures - 1, 20)) : ttlMs);
}
