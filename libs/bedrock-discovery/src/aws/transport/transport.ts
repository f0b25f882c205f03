import type { NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { BedrockDiscoveryError } from '../../errors/errors.js';
import type { Clock } from '../../util/clock.js';
import { onAbort } from '../../util/deadline.js';
import { AgentPair, isConnected, limitConnecting, observeAgent } from './agents.js';
import { toError, wholeHttp2Body } from './http2.js';
import { limitedBody } from './limited-body.js';
import { plainGet } from './plain-get.js';
import { EventLoopLag, recordTiming, SilenceWatch } from './timing.js';

export type HttpHandler = RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions>;

export interface TransportSettings {
  readonly maxSockets: number;
  /** Longest wait for a connection, TLS included, from the moment a socket is made for it. */
  readonly connectionTimeoutMs: number;
  /** The user's agent; never destroyed here. */
  readonly agent: unknown;
}

/** What is known of one attempt while it is under way; times of the monotonic clock. */
interface Attempt {
  readonly startedAt: number;
  flushedAt?: number;
  headersAt?: number;
  reused: boolean;
}

/** A lag of less than this says nothing. */
const LAG_TOLERANCE_MS = 3;
const LAG_TOLERANCE_SHARE = 0.03;

/**
 * The connections of all clients of a factory. What clients get are handlers in front of it, whose `destroy` does
 * nothing: connections are shared, and end once, with the factory.
 */
export class Transport {
  readonly #agents: AgentPair;
  readonly #lag: EventLoopLag;
  /** By the headers of a request, the one object that passes unchanged from the SDK to the agent. */
  readonly #attempts = new WeakMap<object, Attempt>();
  readonly #inFlight = new Set<Pick<AbortController, 'abort'>>();
  readonly #handlers = new Set<HttpHandler>();
  /** Node's `reusedSocket` overlooks sockets that pass straight from one request to the next in the queue. */
  readonly #used = new WeakSet<Socket>();
  readonly #observed: Pick<NodeHttpHandlerOptions, 'httpAgent' | 'httpsAgent'>;
  #closed = false;

  constructor(
    private readonly settings: TransportSettings,
    private readonly clock: Clock,
  ) {
    this.#lag = new EventLoopLag(clock);
    this.#agents = new AgentPair(settings.maxSockets, settings.agent);
    const observe = (request: ClientRequest, { headers }: { headers?: object }): void => {
      this.#observe(request, headers && this.#attempts.get(headers));
    };
    this.#observed = {
      httpAgent: observeAgent(this.#agents.http, observe),
      httpsAgent: observeAgent(this.#agents.https, observe),
    };
  }

  /** A handler for HTTP/1.1 whose connections are shared with all others. The SDK's own is loaded with its first request. */
  http1(requestTimeoutMs: number, overrides?: NodeHttpHandlerOptions): HttpHandler {
    let making: Promise<HttpHandler> | undefined;
    const make = (): Promise<HttpHandler> => (making ??= this.#makeHttp1(requestTimeoutMs, overrides));
    const handler = this.#facade(make, { handlerProtocol: 'http/1.1' });
    if (overrides !== undefined || this.settings.agent !== undefined) {
      return handler;
    }
    const handle: HttpHandler['handle'] = (request, options = {}) =>
      request.method === 'GET' && request.body === undefined
        ? this.#get(request, options, options.requestTimeout ?? requestTimeoutMs)
        : handler.handle(request, options);
    return { ...handler, handle };
  }

  async #get(
    request: HttpRequest,
    { abortSignal }: HttpHandlerOptions,
    silenceMs: number,
  ): Promise<{ response: HttpResponse }> {
    if (this.#closed) {
      throw shutDownError();
    }
    const attempt: Attempt = { startedAt: this.clock.monotonic(), reused: false };
    const signal = abortSignal as AbortSignal | undefined;
    signal?.throwIfAborted();
    const stopWatching = this.#lag.watch();
    try {
      const call = plainGet(request, {
        agents: this.#agents,
        silenceMs,
        onRequest: (sent) => this.#observe(sent, attempt),
        onClose: () => {
          this.#inFlight.delete(call);
          unfollow?.();
        },
      });
      this.#inFlight.add(call);
      const unfollow = signal && onAbort(signal, () => call.abort(signal.reason));
      const response = await call.response;
      this.#time(response, attempt);
      if (response.statusCode >= 300) {
        response.body = limitedBody(response.body as Readable);
      }
      return { response };
    } catch (error) {
      throw toError(error);
    } finally {
      stopWatching();
    }
  }

  async #makeHttp1(requestTimeoutMs: number, overrides: NodeHttpHandlerOptions = {}): Promise<HttpHandler> {
    const { NodeHttpHandler } = await import('@smithy/node-http-handler');
    const handler = new NodeHttpHandler({
      ...this.#observed,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      // Silence in the middle of a body is no better than before it.
      socketTimeout: requestTimeoutMs,
      // Its own is noise: queueing for a socket is what `maxSockets` asks for.
      socketAcquisitionWarningTimeout: requestTimeoutMs,
      // A proxy agent connects by itself, out of sight.
      ...(this.settings.agent !== undefined && { connectionTimeout: this.settings.connectionTimeoutMs }),
      ...overrides,
    }) as unknown as HttpHandler;
    const given = [overrides.httpAgent, overrides.httpsAgent].filter((agent) => agent !== undefined);
    // From the options of an agent the handler makes one of its own.
    const makesAgents = given.length > 0 && given.every((agent) => !('destroy' in agent));
    return makesAgents ? this.adopt(handler) : handler;
  }

  /** Takes over a handler that the SDK made: it is destroyed with the transport. */
  adopt(handler: HttpHandler): HttpHandler {
    this.#handlers.add(handler);
    return handler;
  }

  /**
   * Puts timing, aborts that reach the body, and the end of the transport in front of a handler.
   *
   * @param requestTimeoutMs longest silence, where the handler is not to watch over it: Node leaves the timers of HTTP/2
   * streams behind, each with its stream, until they fire
   */
  wrap(inner: HttpHandler, requestTimeoutMs?: number): HttpHandler {
    return this.#facade(() => inner, inner.metadata, requestTimeoutMs);
  }

  #facade(
    innerOf: () => HttpHandler | Promise<HttpHandler>,
    metadata: HttpHandler['metadata'],
    requestTimeoutMs?: number,
  ): HttpHandler {
    const facade = {
      metadata,
      handle: async (request: HttpRequest, options: HttpHandlerOptions = {}) => {
        const silenceMs = requestTimeoutMs && (options.requestTimeout ?? requestTimeoutMs);
        return this.#handle(await innerOf(), request, options, silenceMs);
      },
      destroy: () => undefined,
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    };
    return facade;
  }

  /** Ends what is in flight, and every connection that is not the user's. */
  destroy(): void {
    this.#closed = true;
    for (const call of this.#inFlight) {
      call.abort(shutDownError());
    }
    for (const handler of this.#handlers) {
      handler.destroy?.();
    }
    this.#agents.destroy();
  }

  async #handle(
    inner: HttpHandler,
    request: HttpRequest,
    options: HttpHandlerOptions,
    silenceMs: number | undefined,
  ): Promise<{ response: HttpResponse }> {
    if (this.#closed) {
      throw shutDownError();
    }
    const attempt: Attempt = { startedAt: this.clock.monotonic(), reused: false };
    this.#attempts.set(request.headers, attempt);
    const stopWatching = this.#lag.watch();
    const call = new AbortController();
    const watch = silenceMs ? new SilenceWatch(this.clock, silenceMs, call) : undefined;
    const unfollow = this.#follow(call, options.abortSignal);
    const release = (): void => {
      watch?.end();
      unfollow();
    };
    try {
      const { response } = await inner.handle(request, {
        ...options,
        abortSignal: call.signal,
        ...(watch && { requestTimeout: 0 }),
      });
      this.#time(response, attempt);
      if (isReadable(response.body)) {
        const body = wholeHttp2Body(response.body, () => watch?.noise());
        response.body = response.statusCode < 300 ? body : limitedBody(body);
      }
      releaseWithBody(response.body, call.signal, release);
      return { response };
    } catch (error) {
      release();
      throw watch?.isOver === true ? call.signal.reason : toError(error);
    } finally {
      stopWatching();
    }
  }

  #time(response: HttpResponse, { startedAt, flushedAt, headersAt, reused }: Attempt): void {
    const latencyMs = (headersAt ?? this.clock.monotonic()) - (flushedAt ?? startedAt);
    const tolerance = Math.max(LAG_TOLERANCE_MS, latencyMs * LAG_TOLERANCE_SHARE);
    recordTiming(response, { latencyMs, cold: !reused, reliable: this.#lag.currentMs() <= tolerance });
  }

  #observe(request: ClientRequest, attempt: Attempt | undefined): void {
    request.once('socket', (socket) => {
      if (attempt !== undefined) {
        attempt.reused = this.#used.has(socket);
      }
      this.#used.add(socket);
      if (!isConnected(socket)) {
        limitConnecting(socket, request, this.settings.connectionTimeoutMs, this.clock);
      }
    });
    if (attempt !== undefined) {
      request.once('finish', () => (attempt.flushedAt = this.clock.monotonic()));
      request.once('response', () => (attempt.headersAt = this.clock.monotonic()));
    }
  }

  /** Lets a call end with the caller's signal or with the transport; the returned function lets go of both. */
  #follow(call: AbortController, signal: HttpHandlerOptions['abortSignal']): () => void {
    this.#inFlight.add(call);
    const caller = signal as AbortSignal | undefined;
    const abort = (): void => call.abort(caller?.reason);
    if (caller?.aborted === true) {
      abort();
    }
    caller?.addEventListener('abort', abort, { once: true });
    return () => {
      this.#inFlight.delete(call);
      caller?.removeEventListener('abort', abort);
    };
  }
}

/** A handler that has answered no longer watches the signal, and a body may hang as well as a connection. */
function releaseWithBody(body: unknown, signal: AbortSignal, release: () => void): void {
  if (!isReadable(body)) {
    release();
    return;
  }
  const abort = (): void => {
    const error = new Error('The request was aborted while its response was read.', { cause: signal.reason });
    body.destroy(Object.assign(error, { name: 'AbortError' }));
  };
  body.once('close', () => {
    signal.removeEventListener('abort', abort);
    release();
  });
  if (signal.aborted) {
    abort();
  } else {
    signal.addEventListener('abort', abort, { once: true });
  }
}

function isReadable(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'destroy' in body && 'once' in body;
}

function shutDownError(): BedrockDiscoveryError {
  return new BedrockDiscoveryError('SHUT_DOWN', 'The module was shut down: no AWS calls are made after close().');
}
