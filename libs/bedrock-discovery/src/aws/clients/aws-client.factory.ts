import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { Inject, Injectable } from '@nestjs/common';
import type { NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { BedrockDiscoveryError, InvalidArgumentError } from '../../errors/errors.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../../options/resolve-options.js';
import type { RegionName } from '../../regions/partitions.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import { stableKey } from '../../util/stable-key.js';
import { AwsIdentity } from '../identity/aws-identity.js';
import { identitySourceOf, type IdentityTarget } from '../identity/identity-source.js';
import { AWS_STAND_IN, type AwsStandIn } from '../stand-in.js';
import { connectWithin } from '../transport/http2.js';
import { type HttpHandler, Transport } from '../transport/transport.js';
import { type ClientInternals, construct, factsOf, type SdkClientClass } from './client-class.js';
import { retryOnlyWhatWasNotExecuted, useIdentity } from './client-calls.js';
import { addressOf } from './client-endpoint.js';
import { allowRepeating } from './repeated-request.js';

/**
 * What a client is for: `standard` for control planes, `ai` for models that run, `data` for data services. All retry in the
 * SDK's standard mode, `client.maxAttempts` times. A model call that is sent twice is paid for twice.
 *
 * | preset     | connection | request | sent again after a lost answer or 5xx |
 * |------------|------------|---------|---------------------------------------|
 * | `standard` | 3 s        | 10 s    | yes                                   |
 * | `ai`       | 3 s        | 300 s   | no                                    |
 * | `data`     | 3 s        | 60 s    | yes                                   |
 *
 * @publicApi
 */
export type ClientPreset = 'standard' | 'ai' | 'data';

interface ClientPolicy {
  /** Longest wait for the response headers of one attempt, and longest silence within its body. */
  readonly requestTimeoutMs: number;
  /** Whether what may have been executed already is sent again. */
  readonly retriesWhatMayHaveExecuted: boolean;
}

/** Longest wait for a connection, TLS included; the same for all, since they share connections. */
const CONNECTION_TIMEOUT_MS = 3_000;

const CLIENT_POLICIES: Readonly<Record<ClientPreset, ClientPolicy>> = {
  standard: { requestTimeoutMs: 10_000, retriesWhatMayHaveExecuted: true },
  ai: { requestTimeoutMs: 300_000, retriesWhatMayHaveExecuted: false },
  data: { requestTimeoutMs: 60_000, retriesWhatMayHaveExecuted: true },
};

/** Which client to get. @publicApi */
export interface ClientTarget<K extends SdkClientClass = SdkClientClass> {
  /** The region whose endpoints the client calls. */
  region: RegionName;
  /** What the client is for; sets timeouts and what is retried. @default 'standard' */
  preset?: ClientPreset;
  /** A named profile of the shared AWS configuration files. @default that of the options */
  awsProfile?: string;
  /** Take precedence over `awsProfile`; used with SigV4 even where a bearer token is set. @default those of the options */
  credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Anything that the client's constructor takes; takes precedence over all else. */
  config?: Partial<NonNullable<ConstructorParameters<K>[0]>>;
}

interface Overrides extends IdentityTarget {
  profile?: string;
  endpoint?: unknown;
  logger?: unknown;
  retryStrategy?: unknown;
  systemClockOffset?: number;
  requestHandler?: HttpHandler | NodeHttpHandlerOptions;
}

interface CachedClient {
  readonly class: SdkClientClass;
  readonly region: string;
  readonly client: ClientInternals;
}

/** Clients beyond this number push out those that were used longest ago. */
const MAX_CLIENTS = 500;

/**
 * Makes AWS clients and keeps them: one per class, region, identity, preset and overrides. All share connections,
 * credentials per identity, and what one of them learns about the clock.
 *
 * @publicApi
 */
@Injectable()
export class AwsClientFactory {
  readonly #clients = new LruMap<string, CachedClient>(MAX_CLIENTS);
  readonly #identities = new LruMap<string, AwsIdentity>(MAX_CLIENTS);
  readonly #handlers = new Map<string | SdkClientClass, HttpHandler>();
  readonly #transport: Transport;
  #clockOffsetMs = 0;
  #clears = 0;
  #destroyed = false;

  /** @internal Nest makes it. */
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    @Inject(AWS_STAND_IN) private readonly standIn?: AwsStandIn,
  ) {
    const { maxSockets, connectionTimeoutMs = CONNECTION_TIMEOUT_MS, httpsAgent } = options.client;
    this.#transport = new Transport({ maxSockets, connectionTimeoutMs, agent: httpsAgent?.reveal() }, clock);
  }

  /**
   * The client for a target: the same one for the same class, region, identity, preset and overrides (plain values
   * compared by value, functions and instances by reference). It need not be destroyed; what it holds is shared.
   *
   * @throws BedrockDiscoveryError with code `SHUT_DOWN` after the module was closed.
   */
  getClient<K extends SdkClientClass>(client: K, target: ClientTarget<K>): InstanceType<K> {
    if (this.#destroyed) {
      throw new BedrockDiscoveryError('SHUT_DOWN', 'The module was shut down: get AWS clients before close().');
    }
    const { region, preset = 'standard' }: Partial<ClientTarget<K>> = target ?? {};
    if (typeof region !== 'string' || region.trim() === '') {
      throw new InvalidArgumentError('A client is of a region: name it, as in getClient(BedrockClient, { region }).');
    }
    const { credentials, profile, ...overrides }: Overrides = target.config ?? {};
    const identity = this.identity({
      credentials: credentials ?? target.credentials,
      awsProfile: profile ?? target.awsProfile,
    });
    const key = stableKey([client, region, preset, identity.key, overrides]);
    const cached = this.#clients.getOrCreate(key, () => ({
      class: client,
      region,
      client: this.#create(client, region, preset, identity, overrides),
    }));
    return cached.client as unknown as InstanceType<K>;
  }

  /** Forgets matching clients, all without a filter; calls in flight on them finish. */
  clear(filter: { client?: SdkClientClass; region?: RegionName } = {}): void {
    this.#clears += 1;
    this.#clients.deleteWhere(
      (cached) =>
        (filter.client === undefined || cached.class === filter.client) &&
        (filter.region === undefined || cached.region === filter.region),
    );
  }

  /** @internal Whose credentials the clients of a target use: those of the target, else those of the options. */
  identity(target: IdentityTarget = {}): AwsIdentity {
    const given = target.credentials !== undefined || target.awsProfile !== undefined;
    const { awsProfile, credentials } = this.options;
    const source = identitySourceOf(given ? target : { awsProfile, credentials: credentials?.reveal() });
    return this.#identities.getOrCreate(source.key, () => {
      const now = (): number => this.clock.now() + this.#clockOffsetMs;
      return new AwsIdentity(source, { now, monotonic: () => this.clock.monotonic() });
    });
  }

  /** @internal How often clients were forgotten: while it stays the same, a target's client does. */
  get clears(): number {
    return this.#clears;
  }

  /** How far the clock of AWS is ahead of this machine's, in milliseconds, as last seen by any client. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }

  /** Ends calls in flight and every connection that is not the user's. Idempotent; clients fail afterwards. */
  destroy(): void {
    if (!this.#destroyed) {
      this.#destroyed = true;
      this.clear();
      this.#transport.destroy();
    }
  }

  #create(
    client: SdkClientClass,
    region: string,
    preset: ClientPreset,
    identity: AwsIdentity,
    overrides: Overrides,
  ): ClientInternals {
    const created = construct(client, {
      region,
      maxAttempts: this.options.client.maxAttempts,
      retryMode: 'standard',
      credentials: identity.provider,
      ...(identity.explicit && { authSchemePreference: ['sigv4'] }),
      ...(identity.awsProfile !== undefined && { profile: identity.awsProfile }),
      ...(overrides.endpoint === undefined && addressOf(this.options, client, region)),
      ...overrides,
      requestHandler: this.#handlerOf(client, preset, overrides.requestHandler),
    });
    useIdentity(created, identity);
    if (overrides.logger === undefined) {
      created.middlewareStack.remove('loggerMiddleware');
    }
    if (!CLIENT_POLICIES[preset].retriesWhatMayHaveExecuted && overrides.retryStrategy === undefined) {
      retryOnlyWhatWasNotExecuted(created);
    }
    if (overrides.systemClockOffset === undefined) {
      this.#shareClock(created);
    }
    allowRepeating(created, identity);
    return created;
  }

  #handlerOf(client: SdkClientClass, preset: ClientPreset, given: Overrides['requestHandler']): HttpHandler {
    if (this.standIn !== undefined) {
      return this.standIn.handler;
    }
    if (given !== undefined && 'handle' in given && typeof given.handle === 'function') {
      return given;
    }
    const timeoutMs = this.options.client.requestTimeoutMs ?? CLIENT_POLICIES[preset].requestTimeoutMs;
    const options = given as NodeHttpHandlerOptions | undefined;
    // An agent, mostly of a proxy, speaks HTTP/1.1; what a client can do over it is all but bidirectional streams.
    if (factsOf(client).http2 && this.options.client.httpsAgent === undefined) {
      const create = (): HttpHandler => this.#http2(client, options);
      return this.#transport.wrap(options ? create() : this.#remembered(client, create), timeoutMs);
    }
    return options
      ? this.#transport.http1(timeoutMs, options)
      : this.#remembered(`${timeoutMs}`, () => this.#transport.http1(timeoutMs));
  }

  /** A handler as the client's own class makes it, but with a limit to how long connecting may take. */
  #http2(client: SdkClientClass, options: NodeHttpHandlerOptions = {}): HttpHandler {
    const { connectionTimeoutMs = CONNECTION_TIMEOUT_MS } = this.options.client;
    const nodeHttp2ConnectOptions = { createConnection: connectWithin(connectionTimeoutMs, this.clock) };
    const requestHandler = { nodeHttp2ConnectOptions, ...options };
    return this.#transport.adopt(construct(client, { region: 'us-east-1', requestHandler }).config.requestHandler);
  }

  #remembered(key: string | SdkClientClass, create: () => HttpHandler): HttpHandler {
    const handler = this.#handlers.get(key) ?? create();
    this.#handlers.set(key, handler);
    return handler;
  }

  /** The SDK's signer reads and writes the offset on the configuration of its own client. */
  #shareClock({ config }: ClientInternals): void {
    Object.defineProperty(config, 'systemClockOffset', {
      get: () => this.#clockOffsetMs,
      set: (offsetMs: number) => {
        this.#clockOffsetMs = Number.isFinite(offsetMs) ? offsetMs : this.#clockOffsetMs;
      },
      enumerable: true,
      configurable: true,
    });
  }
}
