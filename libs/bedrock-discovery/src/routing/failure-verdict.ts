import type { WireRequest } from '../aws/transport/wire-request.js';
import { classifyFailure, isForeignAnswer, isLeftAlone, mayHaveExecuted } from '../errors/classify-failure.js';
import type { RegionFailure } from '../errors/errors.js';
import { failsEverywhere, type FailureKind, isDenial, isDenialOfModel } from '../errors/failure-texts.js';
import { retryAfterMsOf } from '../errors/symptom.js';
import type { CallOutcome } from './circuit-breaker.js';

/** What follows from a request that failed. */
export interface FailureVerdict {
  readonly failure: RegionFailure;
  /**
   * `next`: not executed, another route may do better. `ambiguous`: perhaps executed. `caller`: invalid input or an abort,
   * which no route can help. `identity`: neither can any other route help with credentials like these.
   */
  readonly verdict: 'next' | 'ambiguous' | 'caller' | 'identity';
  /** What it says about the route; nothing where it says something about the caller only. */
  readonly health?: CallOutcome | undefined;
  /** The whole region is concerned, and not this route alone. */
  readonly regional: boolean;
  /** The principal may not use the route. */
  readonly denied: boolean;
}

const DAY_MS = 86_400_000;

/** Reads what the transport saw of a request that failed on its way through a route. */
export function judgeFailure(error: unknown, region: string, nowMs: number): FailureVerdict {
  const at = new Date(nowMs).toISOString();
  const failure = classifyFailure(error, { at, region, operation: 'InvokeModel' });
  const { kind } = failure;
  const plain = { failure, regional: false, denied: isDenial(kind) || isDenialOfModel(kind) } as const;
  if (failsEverywhere(kind)) {
    return { ...plain, verdict: 'identity' };
  }
  if (plain.denied) {
    return { ...plain, verdict: 'next' };
  }
  switch (kind) {
    case 'aborted':
      return { ...plain, verdict: 'caller' };
    case 'throttled': {
      const retryAfterMs = retryAfterMsOf(error, nowMs);
      const health = { kind: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
      return { ...plain, verdict: 'next', health };
    }
    case 'quota-exhausted':
      // Quotas of a day are counted anew at midnight in UTC.
      return { ...plain, verdict: 'next', health: { kind: 'exhausted', restMs: DAY_MS - (nowMs % DAY_MS) } };
    case 'credentials-invalid':
    case 'region-not-enabled':
      return { ...plain, verdict: 'next', regional: true, health: { kind: 'refused' } };
    case 'data-retention':
    case 'unsupported-operation':
      // Another region may have another mode, another list of models, or another way to invoke this one.
      return { ...plain, verdict: 'next', health: { kind: 'refused' } };
    default:
      return { ...plain, ...judgeByWire(error, kind) };
  }
}

function judgeByWire(error: unknown, kind: FailureKind): Pick<FailureVerdict, 'verdict' | 'health' | 'regional'> {
  if (isLeftAlone(error)) {
    return { verdict: 'next', regional: false };
  }
  const status = statusOf(error);
  // Whoever answers in the place of the service does so for the whole region.
  const regional = isForeignAnswer(error);
  if (isValidation(error)) {
    return { verdict: 'caller', regional: false };
  }
  if (mayHaveExecuted(error)) {
    return { verdict: 'ambiguous', regional, health: { kind: 'trouble' } };
  }
  // A refusal that could not be read to its end is one all the same.
  const unread = kind === 'unreachable' || kind === 'malformed-response';
  return status !== undefined && !unread
    ? { verdict: 'caller', regional: false }
    : { verdict: 'next', regional: regional || status === undefined, health: { kind: 'trouble' } };
}

function isValidation(error: unknown): boolean {
  return isObject(error) && error['name'] === 'ValidationException';
}

function statusOf(error: unknown): number | undefined {
  const metadata = isObject(error) ? error['$metadata'] : undefined;
  const status = isObject(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * What follows from an attempt that failed, by what became of its requests and by nothing else: the error that the caller's
 * function threw may be anybody's.
 *
 * - `executed`: one of them was; what failed besides is for the caller to see
 * - `ambiguous`: one may have been
 * - `caller`, `identity`, `next`: all were refused or not sent, and what that means; `caller` also where there was none
 */
export function verdictOfAttempt(
  requests: readonly WireRequest[],
  judge: (request: WireRequest) => FailureVerdict,
): { verdict: FailureVerdict['verdict'] | 'executed'; decisive?: FailureVerdict } {
  if (requests.some(({ state }) => state === 'answered' || state === 'answering')) {
    return { verdict: 'executed' };
  }
  const doubtful = requests.find(({ state }) => state === 'lost' || state === 'under-way');
  if (doubtful !== undefined) {
    return { verdict: 'ambiguous', decisive: judge(doubtful) };
  }
  const judged = requests.map(judge);
  const decisive = (['caller', 'identity'] as const)
    .map((verdict) => judged.find((each) => each.verdict === verdict))
    .find((found) => found !== undefined);
  const last = decisive ?? judged.at(-1);
  return last === undefined ? { verdict: 'caller' } : { verdict: last.verdict, decisive: last };
}
