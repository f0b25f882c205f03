import type { FailureKind } from 'nestjs-bedrock-discovery';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An age in the largest unit that says enough. */
export function inWords(ageMs: number): string {
  const age = Math.max(0, ageMs);
  if (age < MINUTE) {
    return `${Math.floor(age / SECOND)} s`;
  }
  if (age < HOUR) {
    return `${Math.floor(age / MINUTE)} min`;
  }
  return age < 2 * DAY ? `${Math.floor(age / HOUR)} h` : `${Math.floor(age / DAY)} d`;
}

/** A latency with as many digits as mean something. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** What went wrong, in as few words as fit beside a region. */
export const FAILURES: Readonly<Record<FailureKind, string>> = {
  'credentials-missing': 'no credentials',
  'credentials-invalid': 'credentials refused',
  'credentials-expired': 'credentials expired',
  'clock-skew': 'clock is off',
  'region-not-enabled': 'not enabled',
  'access-denied': 'denied by IAM',
  'policy-denied': 'denied by a policy',
  'account-not-enabled': 'account not enabled',
  'model-access-missing': 'no access to the model',
  'use-case-missing': 'use-case form missing',
  'model-not-allowed': 'not allowed for the account',
  'model-legacy': 'legacy model',
  'data-retention': 'data retention mode',
  throttled: 'throttled',
  'quota-exhausted': 'quota of the day used up',
  unreachable: 'unreachable',
  timeout: 'timed out',
  'malformed-response': 'malformed answer',
  'service-error': 'service error',
  'unsupported-operation': 'not supported',
  aborted: 'aborted',
  unknown: 'failed',
};

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

export function dateInWords(iso: string): string {
  return DATE.format(new Date(iso));
}

/** Whole days from one time to another; negative for the past. */
export function daysBetween(from: number, iso: string): number {
  return Math.floor((Date.parse(iso) - from) / DAY);
}
