import { Inject, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { AbortedError, InvalidArgumentError } from '../errors/errors.js';
import type { DiagnosticEvent } from '../reporting/event-channel.js';
import { Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { onAbort, raceSignal } from '../util/deadline.js';
import { resolveRunOptions } from './constraints.js';
import { Failover } from './failover.js';
import { RouteResolver } from './route-resolver.js';
import type { FoundModel, ModelVerdict, Resolution, RunFunction } from './route.types.js';
import type { RouteConstraints, RunOptions } from './constraints.js';
import type { RunAttempt } from './run-attempt.js';
import { ATTEMPT_EVENTS, type AttemptEvent, RESOLVE_EVENTS, type ResolveEvent } from './run-events.js';
import type { ModelName, ProfileName } from '../catalog/figures/known-ids.js';

/**
 * Answers where and under which id a model can be invoked now, and carries calls through with failover.
 *
 * Everywhere, a model may be named by its id, with or without provider and version, by its name ("Claude Opus 4.7"), or by
 * an ARN. The id or ARN of an inference profile names its model too, and then only routes through that profile count.
 *
 * @publicApi
 */
@Injectable()
export class InvocationRouter {
  /** @internal Nest makes it. */
  constructor(
    private readonly resolver: RouteResolver,
    private readonly failover: Failover,
    private readonly reporter: Reporter,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Each attempt of every `run` and `stream` once it is over, of a stream once nothing more is read of it. Ends with the
   * application.
   */
  get attempts$(): Observable<AttemptEvent> {
    return this.reporter.observe(ATTEMPT_EVENTS);
  }

  /**
   * Every eligible way to invoke a model, best first, with reasons; what was left out and why; and the regions that are not
   * known. Answers from what is known, in microseconds; only before anything is known it waits for the first scan, at most
   * `scan.deadlineMs`.
   *
   * The order is total and does not flicker: routes of whose quota nothing is left come last; access that was observed or is available goes before unknown, and that before
   * obtainable; then the preferred regions in the caller's order; then regions whose last scan has not failed; then routes
   * whose recent calls succeeded before those that have failed, and those before throttled ones; then the price, with
   * `prefer: 'price'`; then latency, in buckets that a region leaves only for a clear difference; then what else `prefer`
   * says; then the latency itself, where less than 5 % moves nothing; then the name. With `access.mode: 'off'` access that is unknown counts as available.
   *
   * @throws InvalidArgumentError for constraints that make no sense or contradict each other; ModelNotFoundError with the
   * nearest ids; InventoryUnavailableError if nothing is known of any region.
   */
  async resolve(model: ModelName | ProfileName, constraints: RouteConstraints = {}): Promise<Resolution> {
    requireModel(model);
    const begunAt = RESOLVE_EVENTS.hasSubscribers ? this.clock.monotonic() : undefined;
    const { resolution } = await this.resolver.rank(model, constraints);
    if (begunAt !== undefined) {
      this.reporter.publish(RESOLVE_EVENTS, () => this.#resolved(resolution, begunAt));
    }
    return resolution;
  }

  /**
   * The verdict on every model that any region lists, by id: eligible, not (and why), or unknown (and what keeps it so), with
   * that on each region and each way to invoke it. It is what `resolve` goes by.
   *
   * @throws InvalidArgumentError for constraints that make no sense; InventoryUnavailableError if nothing is known.
   */
  getModelVerdicts(constraints: RouteConstraints = {}): Promise<readonly ModelVerdict[]> {
    return this.resolver.verdicts(constraints, true);
  }

  /**
   * As {@link getModelVerdicts}, from what is known now: has no region asked and never waits for one. Empty where nothing is
   * known.
   */
  peekModelVerdicts(constraints: RouteConstraints = {}): Promise<readonly ModelVerdict[]> {
    return this.resolver.verdicts(constraints, false);
  }

  /**
   * The models that a text names, each with its verdict and the best route to it: one for an id or a name, all members for
   * what names a family ("claude opus"), newest first, those that cannot be invoked last; none for a well-formed id that no
   * known region lists.
   *
   * @throws as {@link resolve}, but for names of several models.
   */
  findModels(text: string, constraints: RouteConstraints = {}): Promise<readonly FoundModel[]> {
    requireModel(text);
    return this.resolver.find(text, constraints);
  }

  /**
   * Ids of the models that may have been meant by a text that names none: of those that can be invoked, if any can, the
   * nearest first.
   *
   * @throws InventoryUnavailableError if nothing is known.
   */
  getNearestModels(text: string): Promise<readonly string[]> {
    requireModel(text);
    return this.resolver.nearest(text);
  }

  /**
   * Calls a model through the best route, and through the next where the call was surely not executed: no connection, 429,
   * 403, 404, or not supported there. A failure that leaves that open is thrown, unless `onAmbiguous` is `'retry'`. Equal
   * routes share the load.
   *
   * What became of an attempt is judged by the requests that it made through `client` and `fetch` of the context. Once one was
   * answered, or the first event of its stream has come, whatever fails afterwards is thrown as it is.
   *
   * @param call makes one attempt, through `client` or `fetch` of its context; what it does besides is its own business.
   * @throws NoRouteError, RoutesExhaustedError, MayHaveExecutedError, AbortedError, what `resolve` throws, and the caller's
   * own errors as they are, invalid input included.
   */
  async run<T>(model: ModelName | ProfileName, call: RunFunction<T>, options: RunOptions = {}): Promise<T> {
    requireModel(model);
    const { value, release } = await this.failover.carry(model, resolveRunOptions(options), ({ context }) =>
      call(context),
    );
    release();
    return value;
  }

  /**
   * As {@link run}, for calls that answer piece by piece: fails over until the first item and never after it; later errors
   * pass through, and so does what an SDK keeps to itself by ending its stream. Leaving the loop early ends the call. Nothing
   * is called before the first item is asked for.
   */
  async *stream<T>(
    model: ModelName | ProfileName,
    call: RunFunction<AsyncIterable<T>>,
    options: RunOptions = {},
  ): AsyncGenerator<T, void, undefined> {
    requireModel(model);
    const settings = resolveRunOptions(options);
    const { value, attempt, release } = await this.failover.carry(model, settings, async (carrying) => {
      const iterator = (await call(carrying.context))[Symbol.asyncIterator]();
      const first = await firstOf(iterator, carrying.signal);
      refuseSilentEnd(first, carrying);
      return { iterator, first };
    });
    const { iterator } = value;
    let next = value.first;
    try {
      while (next.done !== true) {
        yield next.value;
        // The SDK ends a stream that was aborted as if it were complete.
        next = await raceSignal(iterator.next(), attempt.signal);
        refuseSilentEnd(next, attempt);
      }
    } catch (error) {
      throw settings.signal?.aborted === true ? new AbortedError(settings.signal) : attempt.reasonOf(error);
    } finally {
      release();
      if (next.done !== true) {
        attempt.abort(new DOMException('Nobody reads the stream any more.', 'AbortError'));
        await end(iterator);
      }
    }
  }

  #resolved({ modelId, verdict, routes }: Resolution, begunAt: number): Omit<ResolveEvent, keyof DiagnosticEvent> {
    const [best] = routes;
    const durationMs = this.clock.monotonic() - begunAt;
    return { modelId, verdict, routes: routes.length, ...(best && { best }), durationMs };
  }
}

/** The first item; where it does not come in time, the iterator is told to end. */
async function firstOf<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
  const stop = onAbort(signal, () => void end(iterator));
  try {
    return await iterator.next();
  } finally {
    stop();
  }
}

/** Some SDKs end a stream whose request has failed as if it were complete. */
function refuseSilentEnd({ done }: IteratorResult<unknown>, { lastError }: RunAttempt): void {
  if (done === true && lastError !== undefined) {
    throw lastError as Error;
  }
}

async function end(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // It was not to do anything more.
  }
}

function requireModel(model: unknown): void {
  if (typeof model !== 'string' || model.trim() === '') {
    throw new InvalidArgumentError('The model must be named by a text: an id, an ARN or its name.');
  }
}
