import { isOwnError, type RegionFailure } from '../errors/errors.js';
import { redact } from '../errors/redact.js';
import { apiOf } from '../facts/apis/api-evidence.js';
import type { Reporter, Trace } from '../reporting/reporter.js';
import { present } from '../util/guards.js';
import { judgeFailure } from './failure-verdict.js';
import type { Route } from './route.types.js';
import type { RunAttempt } from './run-attempt.js';
import { ATTEMPT_EVENTS, type AttemptEvent, RUN_EVENTS, type RunEvent } from './run-events.js';

/** How an attempt ended, besides what its requests tell. */
interface AttemptEnd {
  readonly failure?: RegionFailure | undefined;
  readonly failedOver?: boolean;
  /** Of the caller's function. */
  readonly hasThrown?: boolean;
  readonly isAborted?: boolean;
}

type AttemptFacts = Partial<Omit<AttemptEvent, 'durationMs'>>;

/** One attempt, as it is told of. */
export class AttemptTrace {
  readonly #trace: Trace<AttemptEvent>;

  constructor(
    private readonly reporter: Reporter,
    attempt: RunAttempt,
    private readonly onAttempt: ((attempt: AttemptEvent) => void) | undefined,
  ) {
    const { route, context } = attempt;
    const begun = () => ({ route, attempt: context.attempt, host: new URL(context.endpoint).hostname });
    this.#trace = reporter.begin(ATTEMPT_EVENTS, begun, onAttempt !== undefined);
  }

  run<T>(work: () => T): T {
    return this.#trace.run(work);
  }

  /** @param nowMs milliseconds since the epoch */
  end(attempt: RunAttempt, nowMs: number, end: AttemptEnd = {}): void {
    const event = this.#trace.end(() => factsOf(attempt, nowMs, end));
    if (event === undefined || this.onAttempt === undefined) {
      return;
    }
    try {
      this.onAttempt(event);
    } catch (error) {
      const text = `onAttempt has thrown: ${redact(String(error))}`;
      this.reporter.logger('InvocationRouter').warn('on-attempt-threw', text);
    }
  }
}

/** What a run has come to. */
export interface RunEnd {
  /** Base id of the model; undefined where no known region lists it. */
  readonly modelId: string | undefined;
  readonly calls: number;
  readonly failures: number;
  /** The route that carried it. */
  readonly route?: Route;
  /** That it ended with. */
  readonly error?: unknown;
}

/** One run, as it is told of. */
export class RunTrace {
  readonly #trace: Trace<RunEvent>;

  constructor(private readonly reporter: Reporter) {
    this.#trace = reporter.begin(RUN_EVENTS, () => ({}));
  }

  run<T>(work: () => T): T {
    return this.#trace.run(work);
  }

  attempt(attempt: RunAttempt, onAttempt: ((attempt: AttemptEvent) => void) | undefined): AttemptTrace {
    return new AttemptTrace(this.reporter, attempt, onAttempt);
  }

  end({ modelId, calls, failures, route, error }: RunEnd): void {
    this.#trace.end(() => ({
      ...present({ modelId, route }),
      attempts: calls,
      // Behind the last failure of a run that was not carried nothing more was tried.
      failovers: route === undefined ? Math.max(0, failures - 1) : failures,
      ...(error !== undefined && { errorType: isOwnError(error) ? error.code : '_OTHER' }),
    }));
  }
}

function factsOf(attempt: RunAttempt, nowMs: number, end: AttemptEnd): AttemptFacts {
  const { route, lastError } = attempt;
  const ofRoute = attempt.requests.filter((request) => attempt.isOfRoute(request));
  const [first] = ofRoute;
  const failure =
    end.failure ?? (lastError === undefined ? undefined : judgeFailure(lastError, route.region, nowMs).failure);
  const errorType =
    end.isAborted === true ? 'aborted' : (failure?.kind ?? (end.hasThrown === true ? '_OTHER' : undefined));
  const usages = attempt.usages();
  const usage = usages.reduce(
    (sum, each) => sum && each && { input: sum.input + each.input, output: sum.output + each.output },
    usages.length === 0 ? undefined : { input: 0, output: 0 },
  );
  const api = first?.path === undefined ? undefined : apiOf(first.path);
  return {
    failedOver: end.failedOver === true,
    requests: ofRoute.length,
    ...present({ failure, errorType, api, usage, firstByteMs: first?.firstByteMs }),
  };
}
