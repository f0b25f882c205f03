import type { BedrockClient } from '@aws-sdk/client-bedrock';
import { Inject, Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { type AttemptTiming, BodyAllowance, timed } from '../aws/transport/timing.js';
import { classifyFailure } from '../errors/classify-failure.js';
import type { RegionFailure } from '../errors/errors.js';
import { retryAfterMsOf } from '../errors/symptom.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { type Deadline, pause, raceSignal, startDeadline } from '../util/deadline.js';
import { AnswerMemory } from './answer-memory.js';
import { REGION_EVENTS } from './region-events.js';
import { ask, type Question } from './region-question.js';
import { RetryBudget, retryDelayMs } from './retry-policy.js';
import { Turnstile } from './turnstile.js';

/** A process that was suspended begins anew this often at most. */
const MAX_LAUNCHES = 3;
/** Less urgent than any request that is still to be sent, but for those that nobody waits for. */
const PARSING = -1;
const BACKGROUND = -2;
/** To send a request again takes less than to make it, and many that are sent at once wake the other side but once. */
const REPEAT_SHARE = 1 / 24;
/** The SDK makes few of those that are asked in every region. */
const FIRST_SHARE = 1 / 4;
const ONE_ATTEMPT = { maxAttempts: 1 };

type Request<T> = (client: BedrockClient) => Promise<T>;

interface SendOptions {
  readonly abortSignal: AbortSignal;
  /** To be applied to each command: reads its body within the deadline and times it. */
  prepare<C extends object>(command: C): C;
}

/** What one task may do in its region. */
export interface RegionCall {
  readonly region: string;
  /** Sends one request, again where that can help and the budget allows. */
  send<T>(request: (client: BedrockClient, options: SendOptions) => Promise<T>): Promise<T>;
  /** Sends one request as {@link send} does; bytes that are those of last time come to what was read in them then. */
  ask<T extends object>(question: Question<T>): Promise<T>;
  /** What the region has answered before. */
  readonly memory: AnswerMemory;
}

export interface RegionTask<T> {
  readonly region: string;
  /** The AWS operation, for messages. */
  readonly operation: string;
  /** Of retries. Without one there are none. */
  readonly budget?: RetryBudget;
  readonly signal: AbortSignal;
  /** Whether its attempts say how far away the region is: not where the operation itself takes its time. Default true. */
  readonly timed?: boolean;
  /** Nobody waits for it: whatever else is to be sent or parsed goes first. */
  readonly background?: boolean;
  /** What the region has answered before. @default nothing */
  readonly memory?: AnswerMemory;
  run(call: RegionCall): Promise<T>;
}

/** What came of one task. */
export type RegionOutcome<T> = (
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: RegionFailure; readonly cause: unknown }
) & {
  /** Requests that were sent, retries included. */
  readonly requests: number;
};

/**
 * Asks one region at a time limit of its own: launched in slices, each attempt timed, each failure classified, nothing
 * retried that cannot succeed.
 */
@Injectable()
export class RegionClient {
  readonly #turnstile = new Turnstile();
  /** By region. */
  readonly #held = new Map<string, BedrockClient>();
  #heldSince = 0;
  readonly #suspension: SuspensionWatch;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    private readonly clients: AwsClientFactory,
    private readonly latencies: LatencyStore,
    private readonly reporter: Reporter,
  ) {
    this.#suspension = new SuspensionWatch(clock);
  }

  /** Never rejects: an aborted task is a failure of the kind `aborted`. */
  async run<T>(task: RegionTask<T>): Promise<RegionOutcome<T>> {
    const { region, operation } = task;
    const trace = this.reporter.begin(REGION_EVENTS, () => ({ region, operation }));
    const outcome = await trace.run(() => this.#run(task));
    const { requests } = outcome;
    trace.end(() =>
      outcome.ok ? { requests } : { requests, failure: outcome.failure, errorType: outcome.failure.kind },
    );
    return outcome;
  }

  async #run<T>(task: RegionTask<T>): Promise<RegionOutcome<T>> {
    let requests = 0;
    for (let launch = 1; ; launch += 1) {
      let suspended = false;
      const deadline = startDeadline(this.clock, this.options.scan.regionTimeoutMs, {
        parent: task.signal,
        onTimeout: () => this.#suspension.check(),
      });
      const unwatch = this.#suspension.watch(() => {
        suspended = true;
        deadline.abort(new DOMException('The process was suspended.', 'AbortError'));
      });
      const timings: AttemptTiming[] = [];
      try {
        const call = this.#callOf(task, deadline, timings, () => (requests += 1));
        const value = await raceSignal(task.run(call), deadline.signal);
        return { ok: true, value, requests };
      } catch (cause) {
        // What it sent side by side ends with it: an answer of which a part is missing is of no use.
        deadline.abort(new DOMException('The rest of the answer is not wanted any more.', 'AbortError'));
        if (!suspended || task.signal.aborted || launch === MAX_LAUNCHES) {
          return { ok: false, failure: this.#classify(cause, task), cause, requests };
        }
      } finally {
        unwatch();
        deadline.end();
        if (!suspended && task.timed !== false) {
          this.latencies.recordAttempt(task.region, leastDelayed(timings));
        }
      }
    }
  }

  #callOf(task: RegionTask<unknown>, deadline: Deadline, timings: AttemptTiming[], onRequest: () => void): RegionCall {
    const { region, memory = new AnswerMemory() } = task;
    const { signal } = deadline;
    const reading = {
      signal,
      allowance: new BodyAllowance(),
      beforeParsing: () => this.#turnstile.turn(PARSING),
      onResponse: (timing: AttemptTiming | undefined, statusCode: number) => {
        if (statusCode < 300 && timing !== undefined) {
          timings.push(timing);
        }
      },
    };
    const options: SendOptions = { abortSignal: signal, prepare: (command) => timed(command, reading) };
    const attempt = async <T>(request: Request<T>, share: number, onSend: () => void): Promise<T> => {
      const client = await this.#client(region);
      // The slowest region first, so that the whole is done soonest.
      await this.#turnstile.turn(task.background === true ? BACKGROUND : this.latencies.roundTripMs(region), share);
      signal.throwIfAborted();
      onRequest();
      onSend();
      return request(client);
    };
    const retrying = <T>(request: Request<T>, share = 1): Promise<T> =>
      this.#retrying(task, deadline, (onSend) => attempt(request, share, onSend));
    return {
      region,
      memory,
      send: (request) => retrying((client) => request(client, options)),
      ask: (question) =>
        retrying(
          (client) => ask(question, client, memory, { ...reading, onRequest }),
          memory.repeats(question.key) ? REPEAT_SHARE : FIRST_SHARE,
        ),
    };
  }

  async #retrying<T>(
    task: RegionTask<unknown>,
    deadline: Deadline,
    attempt: (onSend: () => void) => Promise<T>,
  ): Promise<T> {
    for (let attempts = 1; ; attempts += 1) {
      // As it is signed with: while it waited for its turn, another region may have changed it.
      let { clockOffsetMs } = this.clients;
      try {
        return await attempt(() => ({ clockOffsetMs } = this.clients));
      } catch (error) {
        deadline.signal.throwIfAborted();
        const failure = this.#classify(error, task);
        const clockCorrected = failure.kind === 'clock-skew' && this.clients.clockOffsetMs !== clockOffsetMs;
        const delayMs = clockCorrected ? 0 : retryDelayMs(failure, attempts, retryAfterMsOf(error));
        const worthwhile = (failure.retryable || clockCorrected) && delayMs < deadline.remainingMs;
        if (
          !worthwhile ||
          attempts >= this.options.client.maxAttempts ||
          !(clockCorrected || task.budget?.take() === true)
        ) {
          if (task.timed !== false) {
            this.latencies.record(task.region, { outcome: failure.kind === 'throttled' ? 'throttled' : 'failed' });
          }
          throw error;
        }
        await pause(this.clock, delayMs, deadline.signal);
      }
    }
  }

  /** Retries are this scanner's own, so that they share one budget and end with the signal. */
  async #client(region: string): Promise<BedrockClient> {
    const { BedrockClient } = await bedrockSdk();
    const { clears } = this.clients;
    if (clears !== this.#heldSince) {
      this.#held.clear();
      this.#heldSince = clears;
    }
    const client = this.#held.get(region) ?? this.clients.getClient(BedrockClient, { region, config: ONE_ATTEMPT });
    this.#held.set(region, client);
    return client;
  }

  #classify(error: unknown, { region, operation }: RegionTask<unknown>): RegionFailure {
    return classifyFailure(error, { at: new Date(this.clock.now()).toISOString(), region, operation });
  }
}

/** Of requests sent side by side: whatever disturbs one of them only ever makes it slower. */
function leastDelayed(timings: readonly AttemptTiming[]): AttemptTiming | undefined {
  const reliable = timings.filter((timing) => timing.reliable);
  const [least] = (reliable.length > 0 ? reliable : [...timings]).sort((a, b) => a.latencyMs - b.latencyMs);
  return least;
}

const BEAT_MS = 1_000;
/** A silence of this length beyond the beat means that the process was stopped, or the machine asleep. */
const GAP_MS = 5_000;

/**
 * Notices that the process did not run for a while: what was timed across the gap is worthless, and connections that
 * were open have died unseen. Beats only while somebody watches.
 */
export class SuspensionWatch {
  #lastBeat = 0;
  #cancel: (() => void) | undefined;
  readonly #watchers = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  /** Calls `onGap` once per gap until the returned function is called. */
  watch(onGap: () => void): () => void {
    this.#watchers.add(onGap);
    if (this.#cancel === undefined) {
      this.#lastBeat = this.clock.now();
      this.#schedule();
    }
    return () => {
      this.#watchers.delete(onGap);
      if (this.#watchers.size === 0) {
        this.#cancel?.();
        this.#cancel = undefined;
      }
    };
  }

  /** Looks now, for a timer that may fire before the beat does after the process resumes. */
  check(): void {
    const now = this.clock.now();
    const gap = now - this.#lastBeat > BEAT_MS + GAP_MS;
    this.#lastBeat = now;
    if (gap) {
      for (const onGap of this.#watchers) {
        onGap();
      }
    }
  }

  #schedule(): void {
    this.#cancel = this.clock.schedule(() => {
      this.#schedule();
      this.check();
    }, BEAT_MS);
  }
}
