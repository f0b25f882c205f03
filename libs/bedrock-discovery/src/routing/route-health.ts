import type { Clock } from '../time/clock.js';

/** How a call through a route ended, as far as its health is concerned. */
export type HealthOutcome =
  /** The route works. */
  | { readonly kind: 'ok' }
  /** Asked too often; `retryAfterMs` where the service stated it. */
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  /** Nothing is left of a quota for so long. */
  | { readonly kind: 'exhausted'; readonly restMs: number }
  /** No connection, a timeout, a 5xx: may pass. */
  | { readonly kind: 'trouble' }
  /** Not to be called this way at all, until somebody changes something. */
  | { readonly kind: 'refused' };

/** `good` also where nothing is known. */
export type HealthGrade = 'good' | 'troubled' | 'resting';

interface Health {
  readonly kind: Exclude<HealthOutcome['kind'], 'ok'>;
  /** In a row. */
  readonly failures: number;
  /** Until then the trouble counts, milliseconds since the epoch; afterwards one call probes. */
  readonly until: number;
}

/** Failures in a row that open the circuit: the route is then left alone until a probe is due. */
const OPENING_FAILURES = 3;
const TROUBLE_MS = 30_000;
const COOLING_MS = 10_000;
const REFUSED_MS = 3_600_000;
const MAX_REST_MS = 600_000;

/**
 * A circuit for each route, and for the regions that cannot be reached: repeated failure opens it, a throttled route cools
 * down by itself, and once the time is over a single call at a time probes whether it works again. Driven by the injected
 * clock, which is why no library of circuit breakers is used: they read the time themselves.
 */
export class RouteHealth {
  readonly #health = new Map<string, Health>();
  readonly #inFlight = new Map<string, number>();
  #version = 0;

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** Changes whenever a grade has changed other than by the passing of time. */
  get version(): number {
    return this.#version;
  }

  grade(key: string): HealthGrade {
    const health = this.#health.get(key);
    if (health === undefined) {
      return 'good';
    }
    const open = health.failures >= OPENING_FAILURES || health.kind === 'refused' || health.kind === 'exhausted';
    if (this.clock.now() >= health.until) {
      // Half-open: whoever comes while the probe is under way goes elsewhere.
      return open && this.inFlight(key) > 0 ? 'resting' : 'good';
    }
    return open || health.kind === 'throttled' ? 'resting' : 'troubled';
  }

  /** Why the grade is not `good`, for people. */
  explain(key: string): string | undefined {
    const health = this.#health.get(key);
    if (health === undefined || this.grade(key) === 'good') {
      return undefined;
    }
    const seconds = Math.max(0, Math.ceil((health.until - this.clock.now()) / 1_000));
    const what = {
      throttled: 'was throttled',
      exhausted: 'used up its quota of the day',
      trouble: health.failures === 1 ? 'failed at its last call' : `failed ${health.failures} times in a row`,
      refused: 'was refused',
    }[health.kind];
    return `${what}; tried again ${seconds === 0 ? 'now' : `in ${seconds} s`}`;
  }

  inFlight(key: string): number {
    return this.#inFlight.get(key) ?? 0;
  }

  /** A call begins; the returned function ends it. */
  begin(key: string): () => void {
    this.#inFlight.set(key, this.inFlight(key) + 1);
    this.#touchProbe(key);
    let ended = false;
    return () => {
      if (ended) {
        return;
      }
      ended = true;
      const left = this.inFlight(key) - 1;
      if (left === 0) {
        this.#inFlight.delete(key);
      } else {
        this.#inFlight.set(key, left);
      }
      this.#touchProbe(key);
    };
  }

  record(key: string, outcome: HealthOutcome): void {
    if (outcome.kind === 'ok') {
      if (this.#health.delete(key)) {
        this.#version += 1;
      }
      return;
    }
    const failures = (this.#health.get(key)?.failures ?? 0) + 1;
    const until = this.clock.now() + restMs(outcome, failures);
    this.#health.set(key, { kind: outcome.kind, failures, until });
    this.#version += 1;
  }

  #touchProbe(key: string): void {
    if (this.#health.has(key)) {
      this.#version += 1;
    }
  }
}

function restMs(outcome: Exclude<HealthOutcome, { kind: 'ok' }>, failures: number): number {
  const growth = 2 ** Math.min(failures - 1, 16);
  switch (outcome.kind) {
    case 'throttled':
      return Math.min(outcome.retryAfterMs ?? COOLING_MS * growth, MAX_REST_MS);
    case 'exhausted':
      return outcome.restMs;
    case 'trouble':
      return Math.min(TROUBLE_MS * growth, MAX_REST_MS);
    case 'refused':
      return REFUSED_MS;
  }
}
