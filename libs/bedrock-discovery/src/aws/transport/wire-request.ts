import type { HttpHandlerOptions, HttpRequest, HttpResponse } from '@smithy/types';
import { pipeline, Readable, Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { mayHaveExecuted } from '../../errors/classify-failure.js';
import type { Clock } from '../../util/clock.js';
import { isRecord, isText, recordIn } from '../../util/guards.js';
import { eventScanner, isEventStream, type LastEvent, type ScanEvents, type StreamEvent } from './event-scan.js';
import { type TokenUsage, usageInHeaders } from './token-usage.js';
import { BodyAllowance, SilenceWatch, timingOf } from './timing.js';
import type { HttpHandler } from './transport.js';

/**
 * What became of a request, as its transport saw it.
 *
 * - `under-way`: it may have been sent; nothing has come back that tells more
 * - `not-sent`: nobody who could have executed it has seen it
 * - `refused`: answered by an error that says that it was not executed
 * - `answering`: executed: the answer has begun, and is no stream of events
 * - `answered`: executed: the answer is whole, or the first event of its stream has come
 * - `lost`: perhaps executed: no answer, one that broke off or cannot be read, or an error that leaves it open
 */
export type WireState = 'under-way' | 'not-sent' | 'refused' | 'answering' | 'answered' | 'lost';

/** Errors of streams that refuse, by their names in AWS and elsewhere; behind all others a model may have run. */
const REFUSING_EVENTS = [
  [/^throttling|^rate_limit/, 'ThrottlingException'],
  [/^validation|^invalid_request/, 'ValidationException'],
] as const;
/** What streams that are whole end with, by the paths that they are the answers of. */
const LAST_EVENTS: readonly [RegExp, LastEvent][] = [
  [/\/converse-stream$/, { name: 'messageStop', pattern: /^messageStop$/ }],
  [
    /\/invoke-with-response-stream$/,
    { name: 'message_stop', pattern: /"type":\s*"message_stop"/, after: /"type":\s*"message_start"/ },
  ],
  // What comes between the two is no part of the answer.
  [/\/chat\/completions$/, { name: '[DONE]', pattern: /^\[DONE\]$|"finish_reason":\s*"/ }],
];
/** No model answers that much but in a stream: images and embeddings take a tenth of it. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** How long a request may keep its attempt waiting, in milliseconds. */
export interface WireLimits {
  readonly clock: Clock;
  /** By the path of the request. */
  readonly firstByteTimeoutMs: (path: string) => number | undefined;
  readonly idleTimeoutMs: number | undefined;
}

/** One request of an attempt: what has become of it, told by the transport alone. */
export class WireRequest {
  #state: WireState = 'under-way';
  #error: unknown;
  #firstByteMs: number | undefined;
  #path: string | undefined;
  #usage: TokenUsage | undefined;
  #begunAt: number | undefined;

  readonly #call = new AbortController();
  #silence: SilenceWatch | undefined;

  /** @param onNews called when the body of its answer has told more of what became of it */
  constructor(
    private readonly limits: WireLimits,
    private readonly onNews: () => void,
  ) {}

  get state(): WireState {
    return this.#state;
  }

  /** What went wrong, also after an answer had begun. */
  get error(): unknown {
    return this.#error;
  }

  /** From the request to the headers of its answer, in milliseconds; undefined where that says nothing about the network. */
  get firstByteMs(): number | undefined {
    return this.#firstByteMs;
  }

  /** When it was handed to the transport, in milliseconds since the epoch. */
  get begunAt(): number | undefined {
    return this.#begunAt;
  }

  /** Tokens that it took, as its answer states it. */
  get usage(): TokenUsage | undefined {
    return this.#usage;
  }

  /** What the answer states where the transport does not look. */
  noteUsage(usage: TokenUsage | undefined): void {
    this.#usage ??= usage;
  }

  /** Of its URL; undefined where it never came as far as a transport. */
  get path(): string | undefined {
    return this.#path;
  }

  /** The handler, with this request's fate told here. A request that the SDK sends again is what became of it the last time. */
  observe(handler: HttpHandler): HttpHandler {
    const handle = async (request: HttpRequest, options?: HttpHandlerOptions): Promise<{ response: HttpResponse }> => {
      const scanEvents = await eventScanner();
      this.#state = 'under-way';
      this.#error = undefined;
      this.#path = request.path;
      this.#begunAt = this.limits.clock.now();
      const firstByteTimeoutMs = this.limits.firstByteTimeoutMs(request.path);
      this.#watch(firstByteTimeoutMs);
      const isLimited = firstByteTimeoutMs !== undefined || this.limits.idleTimeoutMs !== undefined;
      try {
        const { response } = await handler.handle(request, isLimited ? this.#withLimits(options) : options);
        await this.#answered(response, request.path, scanEvents);
        return { response };
      } catch (error) {
        this.fail(error);
        throw error;
      }
    };
    return Object.assign(Object.create(handler) as HttpHandler, { handle });
  }

  #withLimits(options: HttpHandlerOptions = {}): HttpHandlerOptions {
    const given = options.abortSignal as AbortSignal | undefined;
    return { ...options, abortSignal: AbortSignal.any([this.#call.signal, ...(given ? [given] : [])]) };
  }

  /** Ends the watch that there is, and begins another where there is a limit. */
  #watch(limitMs?: number): void {
    this.#silence?.end();
    this.#silence = limitMs === undefined ? undefined : new SilenceWatch(this.limits.clock, limitMs, this.#call);
  }

  /** It failed, at whatever moment. What was refused stays so. */
  fail(error: unknown): void {
    this.#watch();
    this.#error ??= error;
    if (this.#state === 'under-way') {
      this.#state = isNeverSent(error) ? 'not-sent' : 'lost';
    } else if (this.#state === 'answering') {
      this.#state = 'lost';
    }
  }

  /** Its answer cannot be made out, though it has come. */
  failToRead(error: unknown): void {
    this.fail(error);
    if (this.#state === 'answered') {
      this.#state = 'lost';
    }
  }

  async #answered(response: HttpResponse, path: string, scanEvents: ScanEvents): Promise<void> {
    const timing = timingOf(response);
    this.#firstByteMs = timing?.reliable === true ? timing.latencyMs : undefined;
    if (response.statusCode < 200 || response.statusCode >= 300) {
      await this.#refused(response);
      return;
    }
    this.noteUsage(usageInHeaders(response.headers));
    const type = headerOf(response, 'content-type');
    const body: unknown = response.body;
    if (!isEventStream(type)) {
      this.#watch();
    }
    if (headerOf(response, 'x-amzn-requestid') === '' && !isEventStream(type) && !/\bjson\b/.test(type)) {
      // Whoever answered may have passed the request on.
      this.#error = refusalIn(response, '');
      this.#state = 'lost';
    } else if (!(body instanceof Readable)) {
      this.#state = 'answered';
    } else if (isEventStream(type)) {
      const last = LAST_EVENTS.find(([pattern]) => pattern.test(path))?.[1];
      const scan = scanEvents(type, {
        onEvent: (event) => this.#noticed(event, response),
        onUsage: (usage) => this.noteUsage(usage),
        onData: () => this.#silence?.noise(),
        ...(last && { last }),
      });
      response.body = pipeline(body, scan, (error) => this.#end(error));
    } else {
      const whole = limited(() => (this.#state = 'answered'));
      response.body = pipeline(body, whole, (error) => this.#end(error));
      this.#state = 'answering';
    }
  }

  /** Has the whole error read, for its words; what it comes to stands before. */
  async #refused(response: HttpResponse): Promise<void> {
    this.#watch();
    const body: unknown = response.body;
    this.#error = refusalIn(response, '');
    this.#state = mayHaveExecuted(this.#error) ? 'lost' : 'refused';
    const read = body instanceof Readable ? await buffer(body).catch(() => Buffer.alloc(0)) : body;
    response.body = read;
    this.#error = refusalIn(response, read instanceof Uint8Array ? Buffer.from(read).toString() : '');
  }

  #noticed({ isError, name = '', message }: StreamEvent, { headers }: HttpResponse): void {
    this.#watch(this.limits.idleTimeoutMs);
    const refusal = REFUSING_EVENTS.find(([pattern]) => pattern.test(name))?.[1];
    if (isError) {
      this.#error ??= Object.assign(new Error(message), { name: refusal ?? name, $response: { headers } });
    }
    if (this.#state === 'under-way') {
      this.#state = isError ? (refusal === undefined ? 'lost' : 'refused') : 'answered';
    }
    this.onNews();
  }

  #end(error: Error | null | undefined): void {
    this.#watch();
    if (error) {
      this.fail(error);
    } else if (this.#state === 'under-way') {
      this.fail(Object.assign(new Error('The stream ended without an event.'), { code: 'ECONNRESET' }));
    }
    this.onNews();
  }
}

/** Passes an answer on that is not a stream of events, up to its limit, and tells when it was whole. */
function limited(onWhole: () => void): Transform {
  const allowance = new BodyAllowance(MAX_ANSWER_BYTES);
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      try {
        allowance.take(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
    flush: (done) => {
      onWhole();
      done();
    },
  });
}

/** After the end of the module nothing is sent; a request that its end met under way comes with another error. */
function isNeverSent(error: unknown): boolean {
  return (isRecord(error) && error['code'] === 'SHUT_DOWN') || !mayHaveExecuted(error);
}

/** An answer that is an error, as an SDK would throw it. */
export function refusalIn({ statusCode, headers }: HttpResponse, text: string): Error {
  const body = recordIn(text);
  const inner = isRecord(body?.['error']) ? body['error'] : {};
  const message = [body?.['message'], body?.['Message'], inner['message']].find(isText) ?? '';
  const name = [body?.['__type'], body?.['code'], inner['code'], inner['type']].find(isText);
  return Object.assign(new Error(message), {
    name: name ?? (body === undefined && text !== '' ? 'SyntaxError' : 'Error'),
    $metadata: { httpStatusCode: statusCode, requestId: headerOf({ headers }, 'x-amzn-requestid') },
    $response: { statusCode, headers },
  });
}

function headerOf({ headers }: Pick<HttpResponse, 'headers'>, name: string): string {
  return headers[name] ?? '';
}
