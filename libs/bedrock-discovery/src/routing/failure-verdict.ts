import { classifyFailure, failureOf, mayHaveExecuted, retryAfterMsOf } from '../errors/classify-failure.js';
import type { FailureKind, RegionFailure } from '../errors/failure.js';
import type { CallOutcome } from './circuit-breaker.js';

/** What follows from a call that failed. */
export interface FailureVerdict {
  readonly failure: RegionFailure;
  /**
   * `next`: not executed, another route may do better. `ambiguous`: perhaps executed. `caller`: the caller's own error or
   * invalid input, which no route can help. `identity`: neither can any other route help with credentials like these.
   */
  readonly verdict: 'next' | 'ambiguous' | 'caller' | 'identity';
  /** What it says about the route; nothing where it says something about the caller only. */
  readonly health?: CallOutcome;
  /** The whole region is concerned, and not this route alone. */
  readonly regional: boolean;
  /** The principal may not use the route. */
  readonly denied: boolean;
}

const UNSUPPORTED_HERE =
  /on-demand throughput isn.t supported|model identifier is invalid|(?:model|inference profile)\b.{0,60}\b(?:not (?:supported|available|found)|isn.t (?:supported|available))/i;
/** Asked of the account as a whole. */
const USE_CASE_FORM = /use case details/i;
const USE_CASE_REMEDY =
  "Submit the provider's use-case form for the account (Bedrock console, model catalog), and wait 15 minutes.";
const DENIALS: ReadonlySet<FailureKind> = new Set(['access-denied', 'policy-denied', 'account-not-enabled']);
const IDENTITY: ReadonlySet<FailureKind> = new Set(['credentials-missing', 'credentials-expired', 'clock-skew']);
const TRANSPORT: ReadonlySet<FailureKind> = new Set(['unreachable', 'timeout', ...IDENTITY]);

/** Reads an error that a caller's function threw while it called a model through a route. */
export function judgeFailure(error: unknown, region: string, nowMs: number): FailureVerdict {
  const at = new Date(nowMs).toISOString();
  const failure = classifyFailure(error, { at, region, operation: 'InvokeModel' });
  const { kind } = failure;
  const fromService = isFromService(error);
  const plain = { failure, regional: false, denied: false } as const;
  if (kind === 'aborted' || (!fromService && !TRANSPORT.has(kind))) {
    return { ...plain, verdict: 'caller' };
  }
  if (IDENTITY.has(kind)) {
    return { ...plain, verdict: 'identity' };
  }
  if (kind === 'throttled' || nameOf(error) === 'ServiceQuotaExceededException') {
    const retryAfterMs = retryAfterMsOf(error, nowMs);
    const health = { kind: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
    return { ...plain, verdict: 'next', health };
  }
  if (USE_CASE_FORM.test(failure.message)) {
    const said = failureOf('access-denied', failure.message, { at, region, operation: 'InvokeModel' });
    return { ...plain, failure: { ...said, remedy: USE_CASE_REMEDY }, verdict: 'identity', denied: true };
  }
  if (DENIALS.has(kind)) {
    return { ...plain, verdict: 'next', denied: true };
  }
  if (kind === 'credentials-invalid' || kind === 'region-not-enabled') {
    return { ...plain, verdict: 'next', regional: true, health: { kind: 'refused' } };
  }
  const status = statusOf(error);
  if (status === 404 || (isValidation(error) && UNSUPPORTED_HERE.test(failure.message))) {
    return { ...plain, verdict: 'next', health: { kind: 'refused' } };
  }
  if (isValidation(error)) {
    return { ...plain, verdict: 'caller' };
  }
  if (mayHaveExecuted(error)) {
    return { ...plain, verdict: 'ambiguous', health: { kind: 'trouble' } };
  }
  // A refusal that could not be read to its end is one all the same.
  const unread = kind === 'unreachable' || kind === 'malformed-response';
  return status !== undefined && !unread
    ? { ...plain, verdict: 'caller' }
    : { ...plain, verdict: 'next', regional: status === undefined, health: { kind: 'trouble' } };
}

/** The SDK marks what a service answered, events of a stream included. */
function isFromService(error: unknown): boolean {
  return isObject(error) && (isObject(error['$metadata']) || error['$fault'] !== undefined);
}

function isValidation(error: unknown): boolean {
  return nameOf(error) === 'ValidationException';
}

function nameOf(error: unknown): unknown {
  return isObject(error) ? error['name'] : undefined;
}

function statusOf(error: unknown): number | undefined {
  const metadata = isObject(error) ? error['$metadata'] : undefined;
  const status = isObject(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
