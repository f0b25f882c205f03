import { ageOf, type Clock } from '../util/clock.js';
import { parted } from '../util/pair.js';

/** How a call through a route ended, as far as its circuit is concerned. */
export type CallOutcome =
  /** The route works; `begunAt` in milliseconds since the epoch, where it is known. */
  | { readonly kind: 'ok'; readonly begunAt?: number }
  /** Asked too often; `retryAfterMs` where the service stated it. */
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  /** Nothing is left of a quota for so long. */
  | { readonly kind: 'exhausted'; readonly restMs: number }
  /** No connection, a timeout, a 5xx: may pass. */
  | { readonly kind: 'trouble' }
  /** Not to be called this way at all, until somebody changes something. */
  | { readonly kind: 'refused' };

/**
 * `closed`: calls go through, also where nothing is known. `failing`: calls go through, and one has just failed. `open`: left
 * alone until a probe is due. Half-open, when one is due, it is closed to one call at a time and open to all others.
 */
export type CircuitState = 'closed' | 'failing' | 'open';

/** A circuit is in another state since a call. */
export interface CircuitChange {
  readonly region: string;
  /** Absent where it is that of the whole region. */
  readonly invocationId?: string;
  readonly before: CircuitState;
  readonly after: CircuitState;
}

interface Trouble {
  readonly kind: Exclude<CallOutcome['kind'], 'ok'>;
  /** In a row. */
  readonly failures: number;
  /** Of the last one, milliseconds since the epoch. */
  readonly at: number;
  /** For so long the trouble counts; afterwards one call probes. */
  readonly restMs: number;
  /** The service itself asked to be left alone for so long. */
  readonly isStated: boolean;
}

/** Failures in a row that open the circuit: the route is then left alone until a probe is due. */
const OPENING_FAILURES = 3;
const TROUBLE_MS = 30_000;
const COOLING_MS = 10_000;
const REFUSED_MS = 3_600_000;
const MAX_REST_MS = 600_000;
/** For longer than this no service is left alone, whatever it asks for. */
const MAX_STATED_MS = 3_600_000;

/**
 * A circuit for each route, and for the regions that cannot be reached: repeated failure opens it, a throttled route cools
 * down by itself, and once the time is over a single call at a time probes whether it works again. Driven by the injected
 * clock, which is why no library of circuit breakers is used: they read the time themselves.
 */
export class CircuitBreaker {
  readonly #troubles = new Map<string, Trouble>();
  readonly #inFlight = new Map<string, number>();
  #current: object = {};

  /** @param tell called when a call has brought a circuit into another state */
  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly tell: (change: CircuitChange) => void = () => undefined,
  ) {}

  /** Another object whenever a state has changed other than by the passing of time. */
  get current(): object {
    return this.#current;
  }

  stateOf(key: string): CircuitState {
    const trouble = this.#troubles.get(key);
    if (trouble === undefined) {
      return 'closed';
    }
    const open = trouble.failures >= OPENING_FAILURES || trouble.kind === 'refused' || trouble.kind === 'exhausted';
    if (ageOf(trouble.at, this.clock.now()) >= trouble.restMs) {
      // Half-open: whoever comes while the probe is under way goes elsewhere.
      return open && this.inFlight(key) > 0 ? 'open' : 'closed';
    }
    return open || trouble.kind === 'throttled' ? 'open' : 'failing';
  }

  /** For how long the service has asked not to be called this way, in milliseconds; 0 where it has not. */
  waitMs(key: string): number {
    const trouble = this.#troubles.get(key);
    return trouble?.isStated === true ? Math.max(0, trouble.restMs - ageOf(trouble.at, this.clock.now())) : 0;
  }

  /** Why the state is not `closed`, for people. */
  explain(key: string): string | undefined {
    const trouble = this.#troubles.get(key);
    if (trouble === undefined || this.stateOf(key) === 'closed') {
      return undefined;
    }
    const leftMs = trouble.restMs - ageOf(trouble.at, this.clock.now());
    const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
    const what = {
      throttled: 'was throttled',
      exhausted: 'used up its quota of the day',
      trouble: trouble.failures === 1 ? 'failed at its last call' : `failed ${trouble.failures} times in a row`,
      refused: 'was refused',
    }[trouble.kind];
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

  record(key: string, outcome: CallOutcome): void {
    const before = this.stateOf(key);
    this.#record(key, outcome);
    const after = this.stateOf(key);
    if (after !== before) {
      const [region, invocationId] = parted(key);
      this.tell({ region, ...(invocationId !== undefined && { invocationId }), before, after });
    }
  }

  /** Keys of the circuits that are not closed, each with its state. */
  get troubled(): readonly { readonly key: string; readonly state: CircuitState }[] {
    const states = [...this.#troubles.keys()].map((key) => ({ key, state: this.stateOf(key) }));
    return states.filter(({ state }) => state !== 'closed');
  }

  #record(key: string, outcome: CallOutcome): void {
    if (outcome.kind === 'ok') {
      if (!this.#outlasts(key, outcome) && this.#troubles.delete(key)) {
        this.#current = {};
      }
      return;
    }
    const failures = (this.#troubles.get(key)?.failures ?? 0) + 1;
    const { kind } = outcome;
    const isStated = kind === 'throttled' && outcome.retryAfterMs !== undefined;
    this.#troubles.set(key, { kind, failures, at: this.clock.now(), restMs: restMs(outcome, failures), isStated });
    this.#current = {};
  }

  /** A quota of which nothing was left has been raised, at a time in milliseconds since the epoch. */
  lift(key: string, raisedAt: number): void {
    const trouble = this.#troubles.get(key);
    if (trouble?.kind === 'exhausted' && trouble.at < raisedAt) {
      this.#troubles.delete(key);
      this.#current = {};
    }
  }

  /** That a call was let through which had begun before another was throttled says nothing about calls that come after. */
  #outlasts(key: string, { begunAt = Number.POSITIVE_INFINITY }: { readonly begunAt?: number }): boolean {
    const trouble = this.#troubles.get(key);
    return (trouble?.kind === 'throttled' || trouble?.kind === 'exhausted') && begunAt < trouble.at;
  }

  #touchProbe(key: string): void {
    if (this.#troubles.has(key)) {
      this.#current = {};
    }
  }
}

function restMs(outcome: Exclude<CallOutcome, { kind: 'ok' }>, failures: number): number {
  const growth = 2 ** Math.min(failures - 1, 16);
  switch (outcome.kind) {
    case 'throttled':
      return outcome.retryAfterMs === undefined
        ? Math.min(COOLING_MS * growth, MAX_REST_MS)
        : Math.min(outcome.retryAfterMs, MAX_STATED_MS);
    case 'exhausted':
      return outcome.restMs;
    case 'trouble':
      return Math.min(TROUBLE_MS * growth, MAX_REST_MS);
    case 'refused':
      return REFUSED_MS;
  }
}
