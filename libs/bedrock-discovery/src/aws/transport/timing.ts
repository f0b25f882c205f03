import type { HttpRequest } from '@smithy/core/protocols';
import type { DeserializeHandler, HttpResponse } from '@smithy/types';
import type { Readable } from 'node:stream';
import { MalformedResponseError } from '../../errors/errors.js';
import type { Clock } from '../../util/clock.js';
import { onAbort } from '../../util/deadline.js';

/** How long one attempt took at the transport. */
export interface AttemptTiming {
  /**
   * From the request flushed to a connected socket, handshakes done, to the arrival of the response headers, in
   * milliseconds. Over HTTP/2, where the connection cannot be observed, from the beginning of the attempt.
   */
  readonly latencyMs: number;
  /** The connection was made for this attempt: the far side may have been slower for it. */
  readonly cold: boolean;
  /** The event loop of this process did not lag when the response came in. */
  readonly reliable: boolean;
}

/** Each wakes the process: often enough to tell a lag from the network, and no more often. */
const TICK_MS = 3;
/** Of how long the youngest sample takes already. */
const TICK_SHARE = 1 / 32;
const timings = new WeakMap<object, AttemptTiming>();

/** The timing of the attempt that a response of the SDK's request handler belongs to; such as an error's `$response`. */
export function timingOf(httpResponse: object): AttemptTiming | undefined {
  return timings.get(httpResponse);
}

export function recordTiming(httpResponse: object, timing: AttemptTiming): void {
  timings.set(httpResponse, timing);
}

/**
 * Notices when the event loop was blocked, while something is being timed. An answer that arrives meanwhile is seen
 * late, and its timing says more about this process than about the network.
 */
export class EventLoopLag {
  #watched = 0;
  #lastTickAt = 0;
  #tickMs = TICK_MS;
  #youngestAt = 0;
  #lastLateMs = 0;
  #cancel: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  /** Watches until the returned function is called. */
  watch(): () => void {
    this.#youngestAt = this.clock.monotonic();
    this.#watched += 1;
    if (this.#watched === 1) {
      this.#lastLateMs = 0;
      this.#arm();
    }
    let watching = true;
    return () => {
      if (watching) {
        watching = false;
        this.#watched -= 1;
        if (this.#watched === 0) {
          this.#cancel?.();
        }
      }
    };
  }

  /** For how long the loop was blocked just before now, in milliseconds. */
  currentMs(): number {
    // What follows a late tick in the same turn of the loop was as late as the tick.
    return Math.max(this.#lastLateMs, this.clock.monotonic() - this.#lastTickAt - this.#tickMs);
  }

  #arm(): void {
    this.#lastTickAt = this.clock.monotonic();
    // The longer the youngest sample already takes, the less its end has to be watched: calls of minutes cost no ticks.
    this.#tickMs = Math.max(TICK_MS, (this.#lastTickAt - this.#youngestAt) * TICK_SHARE);
    this.#cancel = this.clock.schedule(() => {
      this.#lastLateMs = Math.max(0, this.clock.monotonic() - this.#lastTickAt - this.#tickMs);
      this.#arm();
    }, this.#tickMs);
  }
}

/** Aborts a call whose other side says nothing for too long. */
export class SilenceWatch {
  #noisyAt: number;
  #cancel: () => void;
  #isOver = false;

  constructor(
    private readonly clock: Clock,
    private readonly limitMs: number,
    private readonly call: AbortController,
  ) {
    this.#noisyAt = clock.monotonic();
    this.#cancel = this.#schedule(limitMs);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  noise(): void {
    this.#noisyAt = this.clock.monotonic();
  }

  end(): void {
    this.#cancel();
  }

  #schedule(delayMs: number): () => void {
    return this.clock.schedule(() => {
      const leftMs = this.#noisyAt + this.limitMs - this.clock.monotonic();
      if (leftMs > 0) {
        this.#cancel = this.#schedule(leftMs);
        return;
      }
      this.#isOver = true;
      const error = new Error(`Nothing came for ${this.limitMs} ms.`);
      this.call.abort(Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT' }));
    }, delayMs);
  }
}

/** Far more than all pages of any list of AWS have together. */
const MAX_BYTES = 32 * 1024 * 1024;

/** How much may be read for one purpose, in one answer or in several: what never ends must not fill the memory. */
export class BodyAllowance {
  #left: number;

  constructor(private readonly maxBytes = MAX_BYTES) {
    this.#left = maxBytes;
  }

  /** @throws MalformedResponseError once more was read than is believed. */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) {
      throw new MalformedResponseError(`The answer has more than ${this.maxBytes} bytes.`);
    }
  }
}

export interface TimedSendOptions {
  /** Ends the attempt at any point: connecting, waiting for headers, reading the body. */
  signal: AbortSignal;
  /** Shared by all that is read for one purpose. @default one for this answer alone */
  allowance?: BodyAllowance;
  /** Awaited between the arrival of the body and its parsing, so that many answers do not parse in one go. */
  beforeParsing?: () => Promise<void>;
  /** Called once the response headers are there. */
  onResponse?: (timing: AttemptTiming | undefined, statusCode: number, headers: HttpResponse['headers']) => void;
  /** Called with the request that the SDK has made, as it is about to be sent. */
  onMade?: (request: HttpRequest) => void;
  /** Offered the body of a success. True where it has been read, so that the SDK need not: the command then comes to nothing. */
  take?: (body: Uint8Array) => Promise<boolean>;
  /** What came of asking already, in the place of sending the command for the first time; see {@link receive}. */
  answered?: () => HttpResponse;
}

/** What the SDK reads in the place of what has been read. */
const READ = new TextEncoder().encode('{}');

/** The connection ended before the announced body did. */
class TruncatedBodyError extends Error {
  override readonly name = 'TruncatedBodyError';
}

type Middleware = (next: DeserializeHandler<object, object>) => DeserializeHandler<object, object>;
interface SendableCommand {
  middlewareStack: {
    add(middleware: Middleware, options: { step: 'deserialize'; priority: 'low'; name: string }): void;
  };
}

/**
 * Prepares one command so that its body is read whole before it is parsed, and its attempt is timed at the transport.
 * Applies to that command alone, whoever else uses the client.
 */
export function timed<C extends object>(command: C, options: TimedSendOptions): C {
  let { answered } = options;
  const middleware: Middleware = (next) => async (args) => {
    if (answered !== undefined) {
      const answer = answered;
      answered = undefined;
      return { response: answer(), output: {} };
    }
    options.onMade?.(args.request as HttpRequest);
    const result = await next(args);
    await receive(result.response as HttpResponse, options);
    return result;
  };
  (command as SendableCommand).middlewareStack.add(middleware, {
    step: 'deserialize',
    priority: 'low',
    name: 'bedrockDiscoveryTimedBody',
  });
  return command;
}

/** Reads the body of a response whole, and leaves in its place what is left for the SDK to read. True where that is nothing. */
export async function receive(
  response: HttpResponse,
  { signal, allowance = new BodyAllowance(), onResponse, take, beforeParsing }: TimedSendOptions,
): Promise<boolean> {
  onResponse?.(timingOf(response), response.statusCode, response.headers);
  const body = await readWhole(response.body as Readable | Uint8Array | undefined, signal, allowance);
  const isTaken = response.statusCode < 300 && (await take?.(body)) === true;
  response.body = isTaken ? READ : body;
  if (!isTaken) {
    await beforeParsing?.();
  }
  return isTaken;
}

/** A body, as far as it is believed. */
export function readWhole(
  body: Readable | Uint8Array | undefined,
  signal: AbortSignal,
  allowance: BodyAllowance,
): Promise<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array) {
    return Promise.resolve(body ?? new Uint8Array());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const end = (reason: Error): void => {
      body.destroy();
      settle(() => reject(reason));
    };
    const abort = (): void => end(signal.reason as Error);
    const unfollow = onAbort(signal, abort);
    const settle = (outcome: () => void): void => {
      unfollow();
      outcome();
    };
    body.on('data', (chunk: Buffer) => {
      try {
        allowance.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        chunks.length = 0;
        end(error as Error);
      }
    });
    body.on('end', () => settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))));
    body.on('error', (cause) => settle(() => reject(new TruncatedBodyError('The body ended early.', { cause }))));
    if (signal.aborted) {
      abort();
    }
  });
}
