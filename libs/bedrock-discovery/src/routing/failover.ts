import { Inject, Injectable, Logger } from '@nestjs/common';
import { AccessRegistry } from '../access/access-registry.js';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { noticeEndedConnections } from '../aws/transport/agents.js';
import { AbortedError, type RegionFailure } from '../errors/errors.js';
import { ModelQuotas } from '../facts/quotas/model-quotas.js';
import { PATH_FACTS, type AnyFact } from '../facts/path-fact.js';
import { retryDelayMs } from '../inventory/retry-policy.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { type Deadline, pause, raceSignal, startDeadline } from '../util/deadline.js';
import { oneLine } from '../util/guards.js';
import { LruMap } from '../util/lru-map.js';
import { AccessGate } from './access-gate.js';
import { CallEvidence } from './call-evidence.js';
import type { ResolvedRunOptions } from './constraints.js';
import { type FailedAttempt, MayHaveExecutedError, NoRouteError, RoutesExhaustedError } from './errors.js';
import { type FailureVerdict, judgeFailure, verdictOfAttempt } from './failure-verdict.js';
import { chooseRoute, type RankedRoute, withoutRoomLast } from './ranking.js';
import type { Route } from './route.types.js';
import { RouteResolver } from './route-resolver.js';
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

/** Ids that were passed in the place of a route's, and told of. */
const MAX_OTHER_IDS = 100;
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
  readonly #logger = new Logger('InvocationRouter');
  readonly #otherIds = new LruMap<string, true>(MAX_OTHER_IDS);
  readonly #affinities = new LruMap<string, string>(MAX_AFFINITIES);
  readonly #accessGate: AccessGate;
  readonly #evidence: CallEvidence;
  readonly #tools: AttemptTools;
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
  ) {
    this.#accessGate = new AccessGate(access, options, clock);
    this.#evidence = new CallEvidence(resolver.circuits, access, facts, latencies, clock);
    this.#tools = { clients, options, latencies, clock };
  }

  async carry<T>(id: string, options: ResolvedRunOptions, call: AttemptFunction<T>): Promise<Carried<T>> {
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

  async #tryNext<T>(run: Run, call: AttemptFunction<T>): Promise<Carried<T> | undefined> {
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
    const { resolution, ranked } = await this.resolver.rank(run.id, run.options.constraints, 'run');
    run.modelId = resolution.modelId;
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
      throw this.#exhausted(run, 'every route was tried.');
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
      throw this.#exhausted(run, `every route that is left asks to be left alone for ${seconds} s, which is too long.`);
    }
    await pause(this.clock, delayMs, run.deadline.signal);
  }

  async #attempt<T>(run: Run, { key, route }: RankedRoute, call: AttemptFunction<T>): Promise<Carried<T> | undefined> {
    const { clockOffsetMs } = this.clients;
    const attempt = await RunAttempt.begin(route, run.calls, this.#tools, run.options);
    const { signal, affinityKey } = run.options;
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
      this.#tellOfOtherId(attempt);
    };
    try {
      const value = await raceSignal(invoke(call, attempt), attempt.signal);
      unfollowDeadline();
      this.#evidence.learn(key, attempt);
      if (affinityKey !== undefined && attempt.requests.some(({ state }) => state === 'answered')) {
        this.#affinities.set(affinityKey, key);
      }
      return { value, attempt, release };
    } catch (error) {
      release();
      try {
        if (signal?.aborted === true) {
          throw error;
        }
        this.#fail(run, key, attempt, error, this.clients.clockOffsetMs !== clockOffsetMs);
      } finally {
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
      throw isTimeout ? this.#outOfTime(run) : error;
    }
    const { failure, regional } = decisive;
    if (failure.kind === 'clock-skew' && clockCorrected && verdict === 'identity') {
      run.out.delete(key);
      return;
    }
    if (isTimeout && verdict === 'ambiguous') {
      this.#evidence.learnFailure(key, route, decisive);
    }
    run.attempts.push({ route, failure: withOtherId(failure, attempt), called: true });
    if (regional) {
      run.out.add(route.region);
    }
    if (failure.kind === 'throttled') {
      run.throttled.add(key);
    }
    run.lastError = attempt.reasonOf(error);
    if ((verdict === 'ambiguous' || verdict === 'executed') && (isTimeout || !options.retriesAmbiguous)) {
      throw new MayHaveExecutedError(run.modelId, Object.freeze([...run.attempts]), { cause: run.lastError });
    }
    if (verdict === 'identity') {
      throw this.#exhausted(run, `no other route can help. ${failure.remedy}`);
    }
  }

  /** Once for each: what was asked for, such as residency, holds for the route alone. */
  #tellOfOtherId({ otherId, route }: RunAttempt): void {
    const key = `${otherId} ${route.invocationId}`;
    if (otherId !== undefined && this.#otherIds.get(key) === undefined) {
      this.#otherIds.set(key, true);
      this.#logger.warn(otherIdText(otherId, route));
    }
  }

  #outOfTime(run: Run): RoutesExhaustedError {
    return this.#exhausted(run, `the ${run.options.timeoutMs} ms of its time are over.`);
  }

  #exhausted({ modelId, attempts, lastError }: Run, why: string): RoutesExhaustedError {
    return new RoutesExhaustedError(modelId, why, Object.freeze([...attempts]), { cause: lastError });
  }
}

function otherIdText(otherId: string, { invocationId }: Route): string {
  return oneLine(`The call used ${otherId}, the route is ${invocationId}: pass route.invocationId as the model.`);
}

/** Where the service has none such, what to do about it. The verdict stays as it is. */
function withOtherId(failure: RegionFailure, { otherId, route }: RunAttempt): RegionFailure {
  if (otherId === undefined || failure.kind !== 'unsupported-operation') {
    return failure;
  }
  const remedy = otherIdText(otherId, route);
  return Object.freeze({ ...failure, message: `${failure.message} ${remedy}`, remedy });
}

/** What a function throws at once counts as what it rejects with. */
async function invoke<T>(call: AttemptFunction<T>, attempt: RunAttempt): Promise<T> {
  await noticeEndedConnections();
  attempt.signal.throwIfAborted();
  return call(attempt);
}
