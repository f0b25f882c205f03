import { Inject, Injectable } from '@nestjs/common';
import { AccessRegistry } from '../access/access-registry.js';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { noticeEndedConnections } from '../aws/transport/agents.js';
import { AbortedError } from '../errors/errors.js';
import { ModelQuotas } from '../facts/quotas/model-quotas.js';
import { PATH_FACTS, type AnyFact } from '../facts/path-fact.js';
import { retryDelayMs } from '../inventory/retry-policy.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { pause, raceSignal } from '../util/deadline.js';
import { LruMap } from '../util/lru-map.js';
import { AccessGate } from './access-gate.js';
import { BestRouteLog } from './best-route-log.js';
import { CallEvidence } from './call-evidence.js';
import type { ResolvedRunOptions } from './constraints.js';
import { NoRouteError } from './errors.js';
import { type FailureVerdict, judgeFailure, verdictOfAttempt } from './failure-verdict.js';
import { OtherIdLog, withOtherId } from './other-id-log.js';
import { chooseRoute, type RankedRoute, withoutRoomLast } from './ranking.js';
import type { Route } from './route.types.js';
import { RouteResolver } from './route-resolver.js';
import { Run } from './run.js';
import { type AttemptTools, RunAttempt } from './run-attempt.js';

/** A call that was carried through, whose attempt may still be streaming. */
export interface Carried<T> {
  readonly value: T;
  readonly attempt: RunAttempt;
  /** Must be called once nothing more is expected of the attempt. */
  readonly release: () => void;
}

/** As the caller's function, but that it sees the whole attempt. */
export type AttemptFunction<T> = (attempt: RunAttempt) => Promise<T>;

/** Calls with an affinity that are remembered. */
const MAX_AFFINITIES = 10_000;
/** How often routes that were all throttled are tried again within one run. */
const MAX_ROUNDS = 3;
/** What is known of a request whose function has failed meanwhile. */
const ABANDONED = new Error('The request was under way when the function that made it failed for another reason.');

/**
 * Carries a call through the routes to a model, best first. What was surely not executed goes on to the next route; what may
 * have been executed is not repeated unasked.
 */
@Injectable()
export class Failover {
  readonly #affinities = new LruMap<string, string>(MAX_AFFINITIES);
  readonly #accessGate: AccessGate;
  readonly #evidence: CallEvidence;
  readonly #tools: AttemptTools;
  readonly #bestRoutes: BestRouteLog;
  readonly #otherIds: OtherIdLog;
  #turn = 0;

  constructor(
    private readonly resolver: RouteResolver,
    access: AccessRegistry,
    @Inject(PATH_FACTS) facts: readonly AnyFact[],
    private readonly quotas: ModelQuotas,
    latencies: LatencyStore,
    private readonly clients: AwsClientFactory,
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly reporter: Reporter,
  ) {
    this.#accessGate = new AccessGate(access, options, clock);
    this.#evidence = new CallEvidence(resolver.circuits, access, facts, latencies, clock);
    this.#tools = { clients, options, latencies, clock };
    const logger = reporter.logger('InvocationRouter');
    this.#bestRoutes = new BestRouteLog(logger, resolver.circuits, access);
    this.#otherIds = new OtherIdLog(logger);
  }

  async carry<T>(id: string, options: ResolvedRunOptions, call: AttemptFunction<T>): Promise<Carried<T>> {
    const run = new Run(id, options, this.clock, this.reporter);
    try {
      return await run.trace.run(() => this.#carry(run, call));
    } catch (error) {
      run.end({ error });
      throw error;
    }
  }

  async #carry<T>(run: Run, call: AttemptFunction<T>): Promise<Carried<T>> {
    const { options, deadline } = run;
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
      throw deadline.signal.aborted && error === deadline.signal.reason ? run.outOfTime() : error;
    } finally {
      deadline.end();
    }
  }

  async #tryNext<T>(run: Run, call: AttemptFunction<T>): Promise<Carried<T> | undefined> {
    const { options, deadline } = run;
    if (deadline.signal.aborted) {
      throw run.outOfTime();
    }
    const next = await raceSignal(this.#choose(run), deadline.signal);
    if (next === undefined) {
      return undefined;
    }
    if (run.calls === options.maxAttempts) {
      throw run.exhausted(`its ${options.maxAttempts} attempts are used up.`);
    }
    run.out.add(next.key);
    const problem = options.acceptAgreements ? undefined : await this.#accessGate.problemOf(next, deadline.signal);
    if (problem !== undefined) {
      run.failed(next.key, { route: next.route, failure: problem, called: false });
      return undefined;
    }
    run.calls += 1;
    return this.#attempt(run, next, call);
  }

  /** The best route that was not tried; undefined after a pause, when those that were throttled have another go. */
  async #choose(run: Run): Promise<RankedRoute | undefined> {
    const { resolution, ranked } = await this.resolver.rank(run.id, run.options.constraints, 'run');
    run.resolved(resolution);
    const { affinityKey, tokens } = run.options;
    const roomOf = (route: Route): number | undefined => this.quotas.roomOf(route, tokens);
    const untried = ranked.filter(({ key, route }) => !run.out.has(key) && !run.out.has(route.region));
    const left = withoutRoomLast(untried, roomOf);
    if (await this.#accessGate.findOut(left, run.askedAccess, run.deadline.signal)) {
      return undefined;
    }
    const { circuits } = this.resolver;
    const ready = left.filter(({ key }) => circuits.waitMs(key) === 0);
    const chosen = chooseRoute(ready, {
      inFlight: (key) => circuits.inFlight(key),
      roomOf,
      turn: (this.#turn += 1),
      affinityKey,
      lastKey: affinityKey === undefined ? undefined : this.#affinities.get(affinityKey),
    });
    if (chosen !== undefined) {
      return chosen;
    }
    if (left.length > 0) {
      await this.#pause(run, this.#waitMs(left.map(({ key }) => key)));
    } else if (run.attempts.length === 0) {
      throw new NoRouteError(resolution);
    } else {
      await this.#nextRound(run);
    }
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
      throw run.exhausted('every route was tried.');
    }
    await this.#pause(run, Math.max(retryDelayMs(last.failure, run.rounds, undefined), this.#waitMs(run.throttled)));
    run.rounds += 1;
    run.throttled.forEach((key) => run.out.delete(key));
    run.throttled.clear();
  }

  /** For how long all of some routes have asked to be left alone. */
  #waitMs(keys: Iterable<string>): number {
    return Math.min(...[...keys].map((key) => this.resolver.circuits.waitMs(key)));
  }

  /** Waits, unless the time that is left does not reach so far. */
  async #pause(run: Run, delayMs: number): Promise<void> {
    if (delayMs > run.deadline.remainingMs) {
      const seconds = Math.ceil(delayMs / 1_000);
      throw run.exhausted(`every route that is left asks to be left alone for ${seconds} s, which is too long.`);
    }
    await pause(this.clock, delayMs, run.deadline.signal);
  }

  async #attempt<T>(run: Run, { key, route }: RankedRoute, call: AttemptFunction<T>): Promise<Carried<T> | undefined> {
    const { clockOffsetMs } = this.clients;
    const attempt = await RunAttempt.begin(route, run.calls, this.#tools, run.options);
    const { signal, affinityKey, onAttempt, constraints } = run.options;
    const trace = run.trace.attempt(attempt, onAttempt);
    const unfollowDeadline = attempt.follow(run.deadline.signal);
    if (signal !== undefined) {
      attempt.follow(signal);
    }
    const end = this.resolver.circuits.begin(key);
    const settle = this.quotas.reserve(route, run.options.tokens);
    const release = (): void => {
      attempt.release();
      end();
      settle(attempt.usages());
      this.#evidence.learn(key, attempt);
      this.#otherIds.note(attempt);
    };
    try {
      const value = await trace.run(() => raceSignal(invoke(call, attempt), attempt.signal));
      unfollowDeadline();
      this.#evidence.learn(key, attempt);
      if (affinityKey !== undefined && attempt.requests.some(({ state }) => state === 'answered')) {
        this.#affinities.set(affinityKey, key);
      }
      const { modelId, leftKey, attempts: failed } = run;
      this.#bestRoutes.note({ modelId, constraints, key, route, leftKey, failed });
      const conclude = (): void => {
        release();
        trace.end(attempt, this.clock.now());
        run.end({ route, error: attempt.lastError });
      };
      return { value, attempt, release: conclude };
    } catch (error) {
      release();
      const known = run.attempts.length;
      let failedOver = false;
      try {
        if (signal?.aborted === true) {
          throw error;
        }
        this.#fail(run, key, attempt, error, this.clients.clockOffsetMs !== clockOffsetMs);
        failedOver = true;
      } finally {
        const isAborted = signal?.aborted === true;
        const failure = run.attempts[known]?.failure;
        trace.end(attempt, this.clock.now(), { failure, failedOver, isAborted, hasThrown: true });
        attempt.abort(new DOMException('The attempt has ended.', 'AbortError'));
      }
      return undefined;
    }
  }

  /**
   * Returns where another route is to be tried, else throws.
   *
   * @param clockCorrected an answer told how far the clock of this machine is off
   */
  #fail(run: Run, key: string, attempt: RunAttempt, error: unknown, clockCorrected: boolean): void {
    const { route, requests } = attempt;
    const { deadline, options } = run;
    const isTimeout = deadline.signal.aborted;
    const judge = (seen: unknown = isTimeout ? deadline.signal.reason : ABANDONED): FailureVerdict =>
      judgeFailure(seen, route.region, this.clock.now());
    const { verdict, decisive = judge() } = verdictOfAttempt(requests, (request) => judge(request.error));
    if (verdict === 'caller' || (verdict === 'executed' && !isTimeout)) {
      throw isTimeout ? run.outOfTime() : error;
    }
    const { failure, regional } = decisive;
    if (failure.kind === 'clock-skew' && clockCorrected && verdict === 'identity') {
      run.out.delete(key);
      return;
    }
    if (isTimeout && verdict === 'ambiguous') {
      this.#evidence.learnFailure(key, route, decisive);
    }
    run.failed(key, { route, failure: withOtherId(failure, attempt), called: true });
    if (regional) {
      run.out.add(route.region);
    }
    if (failure.kind === 'throttled') {
      run.throttled.add(key);
    }
    run.lastError = attempt.reasonOf(error);
    if ((verdict === 'ambiguous' || verdict === 'executed') && (isTimeout || !options.retriesAmbiguous)) {
      throw run.mayHaveExecuted();
    }
    if (verdict === 'identity') {
      throw run.exhausted(`no other route can help. ${failure.remedy}`);
    }
  }
}

/** What a function throws at once counts as what it rejects with. */
async function invoke<T>(call: AttemptFunction<T>, attempt: RunAttempt): Promise<T> {
  await noticeEndedConnections();
  attempt.signal.throwIfAborted();
  return call(attempt);
}
