import { Inject, Injectable } from '@nestjs/common';
import { AccessRegistry } from '../access/access-registry.js';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { AbortedError } from '../errors/errors.js';
import { retryDelayMs } from '../inventory/retry-policy.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { type Deadline, pause, raceSignal, startDeadline } from '../util/deadline.js';
import { LruMap } from '../util/lru-map.js';
import { AccessGate } from './access-gate.js';
import type { ResolvedRunOptions } from './constraints.js';
import { type FailedAttempt, MayHaveExecutedError, NoRouteError, RoutesExhaustedError } from './errors.js';
import { type FailureVerdict, judgeFailure } from './failure-verdict.js';
import { chooseRoute, type RankedRoute } from './ranking.js';
import { RouteResolver } from './route-resolver.js';
import type { RunFunction } from './route.types.js';
import { RunAttempt } from './run-attempt.js';

/** A call that was carried through, whose attempt may still be streaming. */
export interface Carried<T> {
  readonly value: T;
  readonly attempt: RunAttempt;
  /** Must be called once nothing more is expected of the attempt; `error` if it broke off. */
  readonly release: (error?: unknown) => void;
}

/** One run: what is left of its budget, and what has happened so far. */
interface Run {
  readonly id: string;
  readonly options: ResolvedRunOptions;
  readonly deadline: Deadline;
  readonly attempts: FailedAttempt[];
  /** Routes not to be tried (again). */
  readonly out: Set<string>;
  /** Routes whose access was asked about. */
  readonly askedAccess: Set<string>;
  /** Routes that were throttled, and may be tried again after a pause. */
  readonly throttled: Set<string>;
  calls: number;
  rounds: number;
  modelId: string;
  lastError?: unknown;
}

/** Calls with an affinity that are remembered. */
const MAX_AFFINITIES = 10_000;
/** How often routes that were all throttled are tried again within one run. */
const MAX_ROUNDS = 3;

/**
 * Carries a call through the routes to a model, best first. What was surely not executed goes on to the next route; what may
 * have been executed is not repeated unasked.
 */
@Injectable()
export class Failover {
  readonly #affinities = new LruMap<string, string>(MAX_AFFINITIES);
  readonly #accessGate: AccessGate;
  #turn = 0;

  constructor(
    private readonly resolver: RouteResolver,
    private readonly access: AccessRegistry,
    private readonly latencies: LatencyStore,
    private readonly clients: AwsClientFactory,
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {
    this.#accessGate = new AccessGate(access, options, clock);
  }

  async carry<T>(id: string, options: ResolvedRunOptions, call: RunFunction<T>): Promise<Carried<T>> {
    const deadline = startDeadline(this.clock, options.timeoutMs, { parent: options.signal });
    const run: Run = {
      id,
      options,
      deadline,
      attempts: [],
      out: new Set(),
      askedAccess: new Set(),
      throttled: new Set(),
      calls: 0,
      rounds: 1,
      modelId: id,
    };
    try {
      for (;;) {
        const carried = await this.#tryNext(run, call);
        if (carried !== undefined) {
          return carried;
        }
      }
    } catch (error) {
      if (options.signal?.aborted === true) {
        throw new AbortedError(options.signal);
      }
      throw deadline.signal.aborted && error === deadline.signal.reason ? this.#outOfTime(run) : error;
    } finally {
      deadline.end();
    }
  }

  async #tryNext<T>(run: Run, call: RunFunction<T>): Promise<Carried<T> | undefined> {
    const { options, deadline } = run;
    if (deadline.signal.aborted) {
      throw this.#outOfTime(run);
    }
    const next = await raceSignal(this.#choose(run), deadline.signal);
    if (next === undefined) {
      return undefined;
    }
    if (run.calls === options.maxAttempts) {
      throw this.#exhausted(run, `its ${options.maxAttempts} attempts are used up.`);
    }
    run.out.add(next.key);
    const problem = options.acceptAgreements ? undefined : await this.#accessGate.problemOf(next, deadline.signal);
    if (problem !== undefined) {
      run.attempts.push({ route: next.route, failure: problem, called: false });
      return undefined;
    }
    run.calls += 1;
    return this.#attempt(run, next, call);
  }

  /** The best route that was not tried; undefined after a pause, when those that were throttled have another go. */
  async #choose(run: Run): Promise<RankedRoute | undefined> {
    const { resolution, ranked } = await this.resolver.rank(run.id, run.options.constraints);
    run.modelId = resolution.modelId;
    const left = ranked.filter(({ key, route }) => !run.out.has(key) && !run.out.has(route.region));
    if (await this.#accessGate.findOut(left, run.askedAccess, run.deadline.signal)) {
      return undefined;
    }
    const { affinityKey } = run.options;
    const chosen = chooseRoute(left, {
      inFlight: (key) => this.resolver.circuits.inFlight(key),
      turn: (this.#turn += 1),
      affinityKey,
      lastKey: affinityKey === undefined ? undefined : this.#affinities.get(affinityKey),
    });
    if (chosen !== undefined) {
      return chosen;
    }
    if (run.attempts.length === 0) {
      throw new NoRouteError(resolution);
    }
    await this.#nextRound(run);
    return undefined;
  }

  async #nextRound(run: Run): Promise<void> {
    const [last] = run.attempts.filter(({ failure }) => failure.kind === 'throttled').slice(-1);
    if (
      last === undefined ||
      run.throttled.size === 0 ||
      run.rounds === MAX_ROUNDS ||
      run.calls >= run.options.maxAttempts
    ) {
      throw this.#exhausted(run, 'every route was tried.');
    }
    await pause(this.clock, retryDelayMs(last.failure, run.rounds, undefined), run.deadline.signal);
    run.rounds += 1;
    run.throttled.forEach((key) => run.out.delete(key));
    run.throttled.clear();
  }

  async #attempt<T>(run: Run, { key, route }: RankedRoute, call: RunFunction<T>): Promise<Carried<T> | undefined> {
    const { circuits } = this.resolver;
    const attempt = new RunAttempt(route, run.calls, this.clients);
    const { signal } = run.options;
    const unfollowDeadline = attempt.follow(run.deadline.signal);
    if (signal !== undefined) {
      attempt.follow(signal);
    }
    const end = circuits.begin(key);
    const startedAt = this.clock.monotonic();
    const { clockOffsetMs } = this.clients;
    try {
      const value = await raceSignal(invoke(call, attempt), attempt.signal);
      unfollowDeadline();
      this.#succeed(run, key, attempt, attempt.firstByteMs ?? this.clock.monotonic() - startedAt);
      const release = (error?: unknown): void => {
        attempt.release();
        end();
        if (error !== undefined) {
          this.#learn(route, key, judgeFailure(error, route.region, this.clock.now()));
        }
      };
      return { value, attempt, release };
    } catch (error) {
      attempt.release();
      end();
      attempt.abort(new DOMException('The attempt has ended.', 'AbortError'));
      if (signal?.aborted === true) {
        throw error;
      }
      this.#fail(run, key, attempt, error, this.clients.clockOffsetMs !== clockOffsetMs);
      return undefined;
    }
  }

  #succeed(run: Run, key: string, { route }: RunAttempt, firstByteMs: number): void {
    const { circuits } = this.resolver;
    circuits.record(key, { kind: 'ok' });
    circuits.record(route.region, { kind: 'ok' });
    this.access.recordSuccess(route);
    const { modelId, region } = route;
    this.latencies.record(region, { plane: 'runtime', latencyMs: firstByteMs, outcome: 'ok', modelId });
    if (run.options.affinityKey !== undefined) {
      this.#affinities.set(run.options.affinityKey, key);
    }
  }

  /**
   * Returns where another route is to be tried, else throws.
   *
   * @param clockCorrected the answer told how far the clock of this machine is off
   */
  #fail(run: Run, key: string, { route, partlyExecuted }: RunAttempt, error: unknown, clockCorrected: boolean): void {
    const timedOut = run.deadline.signal.aborted;
    const judged = judgeFailure(timedOut ? run.deadline.signal.reason : error, route.region, this.clock.now());
    const ambiguous = judged.verdict === 'ambiguous' || (partlyExecuted && judged.verdict === 'next');
    if (judged.verdict === 'caller') {
      throw error;
    }
    if (judged.failure.kind === 'clock-skew' && clockCorrected && !partlyExecuted) {
      run.out.delete(key);
      return;
    }
    this.#learn(route, key, judged);
    run.attempts.push({ route, failure: judged.failure, called: true });
    if (judged.regional) {
      run.out.add(route.region);
    }
    if (judged.failure.kind === 'throttled') {
      run.throttled.add(key);
    }
    run.lastError = error;
    if (ambiguous && (timedOut || !run.options.retriesAmbiguous)) {
      throw new MayHaveExecutedError(run.modelId, Object.freeze([...run.attempts]), { cause: error });
    }
    if (judged.verdict === 'identity') {
      throw this.#exhausted(run, `no other route can help. ${judged.failure.remedy}`);
    }
  }

  #learn(route: RankedRoute['route'], key: string, { failure, health, regional, denied }: FailureVerdict): void {
    if (health !== undefined) {
      this.resolver.circuits.record(regional ? route.region : key, health);
    }
    if (denied) {
      this.access.recordDenial(route, failure);
    }
    if (health !== undefined || denied) {
      const outcome = failure.kind === 'throttled' ? 'throttled' : 'failed';
      this.latencies.record(route.region, { plane: 'runtime', outcome });
    }
  }

  #outOfTime(run: Run): RoutesExhaustedError {
    return this.#exhausted(run, `the ${run.options.timeoutMs} ms of its time are over.`);
  }

  #exhausted({ modelId, attempts, lastError }: Run, why: string): RoutesExhaustedError {
    return new RoutesExhaustedError(modelId, why, Object.freeze([...attempts]), { cause: lastError });
  }
}

/** What a function throws at once counts as what it rejects with. */
async function invoke<T>(call: RunFunction<T>, attempt: RunAttempt): Promise<T> {
  await noticeEndedConnections();
  attempt.signal.throwIfAborted();
  return call(attempt.context);
}

/**
 * A request that is sent on a connection which the other side has ended may have been executed, for all that can be told.
 * So the event loop looks at its sockets once before: between two turns it does.
 */
async function noticeEndedConnections(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
