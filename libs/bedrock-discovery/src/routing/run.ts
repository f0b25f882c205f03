import type { Reporter } from '../reporting/reporter.js';
import type { Clock } from '../util/clock.js';
import { type Deadline, startDeadline } from '../util/deadline.js';
import type { ResolvedRunOptions } from './constraints.js';
import { type FailedAttempt, MayHaveExecutedError, RoutesExhaustedError } from './errors.js';
import type { Resolution, Route } from './route.types.js';
import { RunTrace } from './run-trace.js';

/** One run: what is left of its budget, and what has happened so far. */
export class Run {
  readonly deadline: Deadline;
  readonly trace: RunTrace;
  readonly attempts: FailedAttempt[] = [];
  /** Routes not to be tried (again). */
  readonly out = new Set<string>();
  /** Routes whose access was asked about. */
  readonly askedAccess = new Set<string>();
  /** Routes that were throttled, and may be tried again after a pause. */
  readonly throttled = new Set<string>();
  calls = 0;
  rounds = 1;
  lastError: unknown;
  /** The key of the first route that failed or was passed over: the best that there was. */
  #leftKey: string | undefined;
  #resolution: Pick<Resolution, 'modelId' | 'routes' | 'rejected'>;

  constructor(
    readonly id: string,
    readonly options: ResolvedRunOptions,
    clock: Clock,
    reporter: Reporter,
  ) {
    this.deadline = startDeadline(clock, options.timeoutMs, { parent: options.signal });
    this.trace = new RunTrace(reporter);
    this.#resolution = { modelId: id, routes: [], rejected: [] };
  }

  /** Base id of the model once it is known. */
  get modelId(): string {
    return this.#resolution.modelId;
  }

  get leftKey(): string | undefined {
    return this.#leftKey;
  }

  resolved(resolution: Resolution): void {
    this.#resolution = resolution;
  }

  failed(key: string, attempt: FailedAttempt): void {
    this.#leftKey ??= key;
    this.attempts.push(attempt);
  }

  /** It is over: carried by a route, or ended by an error. */
  end(how: { readonly route?: Route; readonly error?: unknown }): void {
    const { modelId, routes, rejected } = this.#resolution;
    const isListed = routes.length > 0 || rejected.length > 0;
    this.trace.end({
      ...how,
      modelId: isListed ? modelId : undefined,
      calls: this.calls,
      failures: this.attempts.length,
    });
  }

  outOfTime(): RoutesExhaustedError {
    return this.exhausted(`the ${this.options.timeoutMs} ms of its time are over.`);
  }

  exhausted(why: string): RoutesExhaustedError {
    return new RoutesExhaustedError(this.modelId, why, this.#attempted(), { cause: this.lastError });
  }

  mayHaveExecuted(): MayHaveExecutedError {
    return new MayHaveExecutedError(this.modelId, this.#attempted(), { cause: this.lastError });
  }

  #attempted(): readonly FailedAttempt[] {
    return Object.freeze([...this.attempts]);
  }
}
