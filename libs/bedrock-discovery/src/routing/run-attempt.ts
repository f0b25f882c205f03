import type { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { bedrockSdk } from '../aws/clients/bedrock-sdk.js';
import { type ClientInternals, factsOf, type SdkClient, type SdkClientClass } from '../aws/clients/client-class.js';
import { MANTLE_SERVICE, mantleEndpointOf, runtimeEndpointOf } from '../aws/clients/client-endpoint.js';
import { type FetchSetup, signedFetch } from '../aws/clients/signed-fetch.js';
import { type TokenUsage, usageIn } from '../aws/transport/token-usage.js';
import { type WireLimits, WireRequest } from '../aws/transport/wire-request.js';
import { mayHaveExecuted } from '../errors/classify-failure.js';
import { InvalidArgumentError } from '../errors/errors.js';
import { withoutGeography } from '../catalog/arn.js';
import type { LatencyStore } from '../latency/latency-store.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import type { Clock } from '../util/clock.js';
import { onAbort } from '../util/deadline.js';
import type { ResolvedRunOptions } from './constraints.js';
import { judgeFailure, verdictOfAttempt } from './failure-verdict.js';
import type { Route, RunContext } from './route.types.js';

/** Services whose requests decide on an attempt; those of others are the caller's own business. */
const JUDGED_SERVICE = /^bedrock/;
/** An attempt that has been refused is over; a function that goes on all the same is waited for no longer. */
const GRACE_MS = 250;

/** Paths of APIs that are not the service's own, whose requests name the model in their body. */
const RUNTIME_PATHS = /^\/openai\//;
const MANTLE_PATHS = /^\/(?:v1|openai|anthropic)\//;
/** What answers as a stream of events, as far as its path tells. */
const STREAMING_PATH = /\/(?:converse-stream|invoke-with-response-stream)$/;
/** So many times as long as calls of a model take, at least so long, its next one is waited for. */
const ADAPTIVE_FACTOR = 10;
const ADAPTIVE_LEAST_MS = 10_000;

type Send = (command: object, ...rest: unknown[]) => Promise<unknown> | undefined;

/** What attempts are made with. */
export interface AttemptTools {
  readonly clients: Pick<AwsClientFactory, 'getClient' | 'identity'>;
  readonly options: ResolvedOptions;
  readonly latencies: Pick<LatencyStore, 'slowestFirstByteMs'>;
  readonly clock: Clock;
}

/** One attempt to carry a call through one route. It lives until {@link release}, longer than the call where that streams. */
export class RunAttempt {
  readonly context: RunContext;
  readonly #controller = new AbortController();
  readonly #requests: WireRequest[] = [];
  readonly #learnt = new Map<WireRequest, unknown>();
  readonly #views = new Map<SdkClientClass, SdkClient>();
  readonly #unfollow: (() => void)[] = [];
  #reported: TokenUsage | undefined;
  #cancelGrace: (() => void) | undefined;
  #isOver = false;

  /** @param limits how long one request may keep the attempt waiting */
  static async begin(
    route: Route,
    number: number,
    tools: AttemptTools,
    limits: Pick<ResolvedRunOptions, 'firstByteTimeoutMs' | 'idleTimeoutMs'>,
  ): Promise<RunAttempt> {
    const { BedrockClient } = await bedrockSdk();
    const client = clientFor(tools.clients, BedrockClient, route.region);
    const endpoint =
      route.via === 'mantle'
        ? { endpoint: mantleEndpointOf(tools.options, route.region), service: MANTLE_SERVICE }
        : { endpoint: await runtimeEndpointOf(tools.options, client, route.region) };
    const setup = { client, identity: tools.clients.identity(), ...endpoint };
    const firstByteTimeoutMs = firstByteLimit(limits.firstByteTimeoutMs, route, tools);
    return new RunAttempt(route, number, tools, setup, { ...limits, firstByteTimeoutMs, clock: tools.clock });
  }

  private constructor(
    readonly route: Route,
    number: number,
    private readonly tools: AttemptTools,
    private readonly setup: FetchSetup,
    private readonly limits: WireLimits,
  ) {
    this.context = Object.freeze({
      route,
      attempt: number,
      signal: this.signal,
      endpoint: setup.endpoint,
      client: <K extends SdkClientClass>(clientClass: K) => this.#view(clientClass) as InstanceType<K>,
      fetch: (...given: Parameters<typeof fetch>) => this.#fetch(given),
      credentials: () => setup.identity.resolve(),
      reportUsage: (usage: TokenUsage) => this.#report(usage),
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** In the order in which they were made. */
  get requests(): readonly WireRequest[] {
    return this.#requests;
  }

  /** What the last request failed with, after an answer had begun or before. */
  get lastError(): unknown {
    return this.#requests.at(-1)?.error;
  }

  /** What an error of the attempt comes from: that it is over is no reason. */
  reasonOf(error: unknown): unknown {
    return error === this.signal.reason ? (this.lastError ?? error) : error;
  }

  /** Requests of which there is more to be learnt than when this was last asked. */
  news(): readonly WireRequest[] {
    const news = this.#requests.filter((request) => {
      const isOpen = request.state === 'under-way' || request.state === 'answering';
      return !isOpen && this.#learnt.get(request) !== (request.error ?? request.state);
    });
    news.forEach((request) => this.#learnt.set(request, request.error ?? request.state));
    return news;
  }

  /**
   * What a request named in the place of the route's id, where that is an id of the same model all the same: such a call is
   * served elsewhere than the route says, if at all.
   */
  get otherId(): string | undefined {
    const { invocationId, arn, modelId } = this.route;
    return this.#requests
      .map(({ path = '' }) => modelNamedIn(path))
      .find((named) => {
        const id = named?.slice(named.lastIndexOf('/') + 1) ?? '';
        return named !== arn && id !== invocationId && withoutGeography(id) === modelId;
      });
  }

  /** Whether a request was for the route itself, and not for another model, a guardrail or the like. */
  isOfRoute({ path = '' }: WireRequest): boolean {
    const { invocationId, arn, modelId } = this.route;
    const named = modelNamedIn(path);
    const surfaces = this.route.via === 'mantle' ? MANTLE_PATHS : RUNTIME_PATHS;
    return named === undefined ? surfaces.test(path) : [invocationId, arn, modelId].includes(named);
  }

  /**
   * Tokens that each of the route's requests that were executed took, or may have been; undefined where nobody knows. What the
   * caller reports is for all together.
   */
  usages(): readonly (TokenUsage | undefined)[] {
    const executed = this.#requests.filter(
      (request) => this.isOfRoute(request) && request.state !== 'not-sent' && request.state !== 'refused',
    );
    const reported = executed.length === 0 ? undefined : this.#reported;
    return reported === undefined
      ? executed.map(({ usage }) => usage)
      : executed.map((_, index) => (index === 0 ? reported : { input: 0, output: 0 }));
  }

  /** Ends the attempt with a signal; the returned function lets go of it. */
  follow(signal: AbortSignal): () => void {
    const abort = (): void => this.#controller.abort(signal.reason);
    const unfollow = onAbort(signal, abort);
    if (signal.aborted) {
      abort();
    }
    this.#unfollow.push(unfollow);
    return unfollow;
  }

  /** Ends what is still under way, and lets nothing more be sent. */
  abort(reason: Error): void {
    this.#isOver = true;
    this.#controller.abort(reason);
  }

  release(): void {
    this.#cancelGrace?.();
    this.#unfollow.forEach((unfollow) => unfollow());
  }

  #view(clientClass: SdkClientClass): SdkClient {
    const view = this.#views.get(clientClass) ?? this.#makeView(clientClass);
    this.#views.set(clientClass, view);
    return view;
  }

  /** A client as this attempt sees it: its requests end with the attempt and are recorded. The client itself is left alone. */
  #makeView(clientClass: SdkClientClass): SdkClient {
    const client = clientFor(this.tools.clients, clientClass, this.route.region);
    const isJudged = JUDGED_SERVICE.test(factsOf(clientClass).service);
    if (isJudged && this.route.via === 'mantle') {
      throw new InvalidArgumentError(
        'The route is via mantle, for which the AWS SDK has no client: call by fetch, with endpoint and an SDK of OpenAI or Anthropic.',
      );
    }
    const view = Object.create(client) as ClientInternals & { send: Send };
    view.send = (command, ...rest) => {
      const [options, ...others] = typeof rest[0] === 'function' ? [undefined, ...rest] : rest;
      const given = [command, withSignal(options, this.signal), ...others] as const;
      return isJudged ? this.#send(client, given) : sendBy(client, given);
    };
    return view;
  }

  #send(client: ClientInternals, given: readonly unknown[]): Promise<unknown> | undefined {
    if (this.#isOver) {
      return Promise.reject(overError());
    }
    const request = this.#record();
    const { config } = client;
    // The SDK copies its configuration here and there: all of it must be the object's own.
    const observed = Object.defineProperties({}, Object.getOwnPropertyDescriptors(config));
    const requestHandler = request.observe(config.requestHandler);
    const sent = sendBy(client, given, { config: Object.assign(observed, { requestHandler }) });
    sent?.then(
      (output) => request.noteUsage(usageIn((output as { usage?: unknown } | undefined)?.usage)),
      (error: unknown) => this.#rejected(request, error),
    );
    return sent;
  }

  async #fetch(given: Parameters<typeof fetch>): Promise<Response> {
    if (this.#isOver) {
      throw overError();
    }
    const request = this.#record();
    const handler = request.observe(this.setup.client.config.requestHandler);
    try {
      return await signedFetch(this.setup, handler, this.signal, ...given);
    } catch (error) {
      this.#rejected(request, error);
      throw error;
    } finally {
      this.#decide();
    }
  }

  #record(): WireRequest {
    const request = new WireRequest(this.limits, () => this.#decide());
    this.#requests.push(request);
    return request;
  }

  #report(usage: TokenUsage): void {
    const stated = usageIn({ inputTokens: usage.input, outputTokens: usage.output });
    if (stated === undefined) {
      throw new InvalidArgumentError('reportUsage takes { input, output }, numbers of tokens of at least 0.');
    }
    const { input, output } = this.#reported ?? { input: 0, output: 0 };
    this.#reported = { input: input + stated.input, output: output + stated.output };
  }

  /** Of what never came as far as a transport, credentials that cannot be had are the route's; all else is the caller's. */
  #rejected(request: WireRequest, error: unknown): void {
    if (request.path === undefined && mayHaveExecuted(error)) {
      this.#requests.splice(this.#requests.indexOf(request), 1);
    } else {
      request.failToRead(error);
    }
    this.#decide();
  }

  /**
   * Once another route is to be tried, an SDK's own retries would only meet this one again; and what may have been executed
   * they would execute twice.
   */
  #decide(): void {
    const { verdict } = verdictOfAttempt(this.#requests, ({ error }) => judgeFailure(error, this.route.region, 0));
    const isDecided =
      verdict === 'next' || verdict === 'identity' || this.#requests.some(({ state }) => state === 'lost');
    if (isDecided && !this.#isOver) {
      this.#isOver = true;
      this.#cancelGrace = this.tools.clock.schedule(() => this.#controller.abort(overError()), GRACE_MS);
    }
  }
}

/** What was passed as the model of the service's own operations. */
function modelNamedIn(path: string): string | undefined {
  const [, named] = /^\/model\/([^/]+)\//.exec(path) ?? [];
  try {
    return named && decodeURIComponent(named);
  } catch {
    return named;
  }
}

/** By its name it is no failure that an SDK would try to get over. */
function overError(): DOMException {
  return new DOMException('The attempt is over: its route has failed.', 'AbortError');
}

function sendBy(client: object, [command, ...rest]: readonly unknown[], differing: object = {}) {
  const sender = Object.assign(Object.create(client) as { send: Send }, differing);
  return sender.send(command as object, ...rest);
}

function withSignal(options: unknown, signal: AbortSignal): object {
  const given = typeof options === 'object' && options !== null ? options : {};
  const { abortSignal } = given as { abortSignal?: unknown };
  const own = abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, signal]) : signal;
  return { ...given, abortSignal: own };
}

function firstByteLimit(
  limit: ResolvedRunOptions['firstByteTimeoutMs'],
  { modelId }: Route,
  { latencies }: AttemptTools,
): WireLimits['firstByteTimeoutMs'] {
  if (limit !== 'adaptive') {
    return () => limit;
  }
  const knownMs = latencies.slowestFirstByteMs(modelId);
  const limitMs = knownMs === undefined ? undefined : Math.max(ADAPTIVE_LEAST_MS, ADAPTIVE_FACTOR * knownMs);
  return (path) => (STREAMING_PATH.test(path) ? limitMs : undefined);
}

/** Retries are the run's own: the SDK's would send again what may have been executed. */
function clientFor(
  clients: Pick<AwsClientFactory, 'getClient'>,
  clientClass: SdkClientClass,
  region: string,
): ClientInternals {
  const config = { maxAttempts: 1 } as never;
  return clients.getClient(clientClass, { region, preset: 'ai', config }) as ClientInternals;
}
