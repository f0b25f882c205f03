import { Injectable } from '@nestjs/common';
import { AbortedError } from '../errors/aborted.error.js';
import { InvalidArgumentError } from '../errors/invalid-argument.error.js';
import { raceSignal } from '../time/race-signal.js';
import { Failover } from './failover.js';
import { RouteResolver } from './route-resolver.js';
import type { Resolution, RouteConstraints } from './route.types.js';
import { resolveRunOptions } from './run-options.js';
import type { RunFunction, RunOptions } from './run.types.js';

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
  constructor(
    private readonly resolver: RouteResolver,
    private readonly failover: Failover,
  ) {}

  /**
   * Every lawful way to invoke a model, best first, with reasons; what was left out and why; and the regions that are not
   * known. Answers from what is known, in microseconds; only before anything is known it waits for the first scan, at most
   * `scan.deadlineMs`.
   *
   * The order is total and does not flicker: access that was observed or is available goes before unknown, and that before
   * obtainable; then the preferred regions in the caller's order; then routes whose recent calls succeeded before troubled,
   * and those before throttled ones; then latency, in buckets that a region leaves only for a clear difference; then what
   * `prefer` says; then the latency itself, where less than 5 % moves nothing; then the name. With `access.mode: 'off'`
   * access that is unknown counts as available.
   *
   * @throws InvalidArgumentError for constraints that make no sense or contradict each other; ModelNotFoundError with the
   * nearest ids; InventoryUnavailableError if nothing is known of any region.
   */
  async resolve(id: string, constraints: RouteConstraints = {}): Promise<Resolution> {
    requireId(id);
    const { resolution } = await this.resolver.rank(id, constraints);
    return resolution;
  }

  /**
   * Calls a model through the best route, and through the next where the call was surely not executed: no connection, 429,
   * 403, 404, or not supported there. A failure that leaves that open is thrown, unless `onAmbiguous` is `'retry'`. Equal
   * routes share the load.
   *
   * @param call makes one attempt; its SDK calls must take their client from the context, or have retries switched off.
   * @throws NoRouteError, RoutesExhaustedError, MayHaveExecutedError, AbortedError, what `resolve` throws, and the caller's
   * own errors as they are, invalid input included.
   */
  async run<T>(id: string, call: RunFunction<T>, options: RunOptions = {}): Promise<T> {
    requireId(id);
    const { value, release } = await this.failover.carry(id, resolveRunOptions(options), call);
    release();
    return value;
  }

  /**
   * As {@link run}, for calls that answer piece by piece: fails over until the first item and never after it; later errors
   * pass through. Leaving the loop early ends the call. Nothing is called before the first item is asked for.
   */
  async *stream<T>(
    id: string,
    call: RunFunction<AsyncIterable<T>>,
    options: RunOptions = {},
  ): AsyncGenerator<T, void, undefined> {
    requireId(id);
    const settings = resolveRunOptions(options);
    const { value, attempt, release } = await this.failover.carry(id, settings, async (context) => {
      const iterator = (await call(context))[Symbol.asyncIterator]();
      return { iterator, first: await iterator.next() };
    });
    const { iterator } = value;
    let failure: unknown;
    let next = value.first;
    try {
      while (next.done !== true) {
        yield next.value;
        // The SDK ends a stream that was aborted as if it were complete.
        next = await raceSignal(iterator.next(), attempt.signal);
      }
    } catch (error) {
      failure = error;
      throw settings.signal?.aborted === true ? new AbortedError(settings.signal) : error;
    } finally {
      release(failure);
      if (next.done !== true) {
        attempt.abort(new DOMException('Nobody reads the stream any more.', 'AbortError'));
        await iterator.return?.().catch(() => undefined);
      }
    }
  }
}

function requireId(id: unknown): void {
  if (typeof id !== 'string' || id.trim() === '') {
    throw new InvalidArgumentError('The model must be named by a text: an id, an ARN or its name.');
  }
}
