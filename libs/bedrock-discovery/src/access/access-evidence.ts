import type { RegionFailure } from '../errors/failure.js';
import type { AccessState } from './access.types.js';
import { type Availability, stateOfAvailability } from './availability.js';

/** A real call through an invocation id succeeded. */
export interface Success {
  readonly kind: 'success';
  /** Milliseconds since the epoch, as in every fact. */
  readonly at: number;
  readonly invocationId: string;
}

/** A real call through an invocation id was denied. */
export interface Denial {
  readonly kind: 'denial';
  readonly at: number;
  readonly invocationId: string;
  readonly failure: RegionFailure;
}

/** AWS was asked, and answered. */
export interface Answer {
  readonly kind: 'answer';
  readonly at: number;
  readonly availability: Availability;
}

/** AWS was asked, and did not answer. */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly at: number;
  readonly failure: RegionFailure;
  /** In a row. */
  readonly failures: number;
}

/** What a state rests on. */
export type Fact = Success | Denial | Answer | Unanswered;

/** All that is known of access to one model in one region. Immutable: whatever is learnt makes a new one. */
export interface Standing {
  readonly answer?: Answer;
  readonly unanswered?: Unanswered;
  /** Of the model itself, whichever way it is invoked. */
  readonly denial?: Denial;
  /** The last word of real calls, by invocation id. */
  readonly routes?: ReadonlyMap<string, Success | Denial>;
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

/** What access by one invocation id rests on. Makes nothing, since it is asked for every route of every query. */
export function factOfRoute(
  { denial, routes, success, answer, unanswered }: Standing,
  invocationId: string,
  now: number,
  limits: AccessLimits,
): Fact | undefined {
  if (denial !== undefined && holds(denial, answer, now, limits)) {
    return denial;
  }
  const route = routes?.get(invocationId);
  if (route !== undefined && holds(route, answer, now, limits)) {
    return route;
  }
  if (success !== undefined && holds(success, answer, now, limits)) {
    return success;
  }
  return answer !== undefined && answerHolds(answer, now, limits) ? answer : unanswered;
}

/**
 * What access to the model as such rests on.
 *
 * @param invocationId its denial counts if there is nothing better, as when the model is asked for by that very id
 */
export function factOfModel(
  standing: Standing,
  invocationId: string | undefined,
  now: number,
  limits: AccessLimits,
): Fact | undefined {
  const { denial, routes, success, answer, unanswered } = standing;
  for (const fact of [denial, success, invocationId === undefined ? undefined : routes?.get(invocationId)]) {
    if (fact !== undefined && holds(fact, answer, now, limits)) {
      return fact;
    }
  }
  return answer !== undefined && answerHolds(answer, now, limits) ? answer : unanswered;
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
export function isDue({ answer, unanswered, denial, success }: Standing, now: number, limits: AccessLimits): boolean {
  const evidence = denial ?? success;
  if (evidence !== undefined && now < evidence.at + limits.ttlMs) {
    return false;
  }
  if (unanswered !== undefined && now < askAgainAt(unanswered, limits)) {
    return false;
  }
  return answer === undefined || now >= answer.at + freshMs(answer, limits);
}

/** When something of it is not believed any more, the next time after `now`. */
export function nextExpiryOf(standing: Standing, now: number, { ttlMs, keepMs }: AccessLimits): number {
  const { answer, unanswered, denial, routes } = standing;
  let next = Number.POSITIVE_INFINITY;
  for (const fact of [answer, unanswered, denial, ...(routes?.values() ?? [])]) {
    for (const at of fact === undefined ? [] : [fact.at + ttlMs, fact.at + keepMs]) {
      if (at > now && at < next) {
        next = at;
      }
    }
  }
  return next;
}

/** Whether nothing of it will be believed again. */
export function isForgotten(standing: Standing, now: number, { keepMs }: AccessLimits): boolean {
  const { answer, unanswered, denial, routes } = standing;
  return [answer, unanswered, denial, ...(routes?.values() ?? [])].every(
    (fact) => fact === undefined || now >= fact.at + keepMs,
  );
}

/** One call succeeded: the model is not denied as such any more. */
export function withSuccess(standing: Standing, success: Success): Standing {
  return { ...without(standing, 'denial'), ...withRoute(standing.routes, success) };
}

/** One way to call was denied; what is known of the others stays. */
export function withRouteDenial(standing: Standing, denial: Denial): Standing {
  return { ...without(standing, 'success'), ...withRoute(standing.routes, denial) };
}

/** The model was denied as such: what its routes once showed is past. */
export function withModelDenial(standing: Standing, denial: Denial): Standing {
  return { ...without(standing, 'routes', 'success'), denial };
}

export function withAnswer(standing: Standing, answer: Answer): Standing {
  return { ...without(standing, 'unanswered'), answer };
}

/** The last good answer stays. */
export function withUnanswered(standing: Standing, failure: RegionFailure, at: number): Standing {
  const failures = (standing.unanswered?.failures ?? 0) + 1;
  return { ...standing, unanswered: Object.freeze({ kind: 'unanswered', at, failure, failures }) };
}

/** What two have learnt of the same; of each fact the later. */
export function merged(one: Standing, other: Standing): Standing {
  const answer = later(one.answer, other.answer);
  const unanswered = later(one.unanswered, other.unanswered);
  const denial = later(one.denial, other.denial);
  const routes = new Map(one.routes);
  for (const [invocationId, fact] of other.routes ?? []) {
    routes.set(invocationId, later(routes.get(invocationId), fact) ?? fact);
  }
  const success = latestSuccess(routes);
  const told = one.told ?? other.told;
  const base = { ...(answer && { answer }), ...(unanswered && { unanswered }), ...(told !== undefined && { told }) };
  if (denial !== undefined && denial.at >= (success?.at ?? 0)) {
    return { ...base, denial };
  }
  return { ...base, ...(routes.size > 0 && { routes }), ...(success && { success }) };
}

export function latestSuccess(routes: ReadonlyMap<string, Success | Denial>): Success | undefined {
  let latest: Success | undefined;
  for (const fact of routes.values()) {
    if (fact.kind === 'success' && fact.at >= (latest?.at ?? 0)) {
      latest = fact;
    }
  }
  return latest;
}

function later<F extends Fact>(one: F | undefined, other: F | undefined): F | undefined {
  return one === undefined || (other !== undefined && other.at > one.at) ? other : one;
}

function without(standing: Standing, ...keys: (keyof Standing)[]): Standing {
  return Object.fromEntries(Object.entries(standing).filter(([key]) => !keys.includes(key as keyof Standing)));
}

function withRoute(
  former: Standing['routes'],
  fact: Success | Denial,
): Required<Pick<Standing, 'routes'>> & Pick<Standing, 'success'> {
  const routes = new Map(former).set(fact.invocationId, fact);
  const success = latestSuccess(routes);
  return success === undefined ? { routes } : { routes, success };
}

/** A success is believed until something later is known, but for `ttlMs` against whatever AWS says. */
function holds(fact: Success | Denial, answer: Answer | undefined, now: number, limits: AccessLimits): boolean {
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
