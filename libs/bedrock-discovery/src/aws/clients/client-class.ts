import type { HttpRequest } from '@smithy/core/protocols';
import type { HttpHandler } from '../transport/transport.js';

/** Any AWS SDK v3 client. @publicApi */
export interface SdkClient {
  destroy(): void;
}

/** The class of any AWS SDK v3 client. @publicApi */
export type SdkClientClass = new (config: never) => SdkClient;

/** What the SDK's clients have in common beneath their public types. */
export interface ClientInternals extends SdkClient {
  readonly config: {
    serviceId?: string;
    requestHandler: HttpHandler;
    systemClockOffset?: number;
    authSchemePreference?: () => Promise<readonly string[]>;
    retryStrategy: () => Promise<RetryStrategy>;
    signer: () => Promise<{ sign(request: HttpRequest, options: { signingDate: Date }): Promise<HttpRequest> }>;
  };
  readonly middlewareStack: {
    add(middleware: Middleware, options: { step: 'initialize'; name: string }): void;
    remove(name: string): boolean;
  };
}

export interface RetryStrategy {
  acquireInitialRetryToken(scope: string): Promise<unknown>;
  refreshRetryTokenForRetry(token: unknown, info: { error: unknown }): Promise<unknown>;
  recordSuccess(token: unknown): void;
}

type Next = (args: { input: object }) => Promise<object>;
export type Middleware = (next: Next, context: object) => Next;

export interface ClientClassFacts {
  /** As in the SDK's package name: `bedrock`, `bedrock-runtime`, `account`. */
  readonly service: string;
  /** It speaks HTTP/2 unless told otherwise, and some of its operations cannot do without. */
  readonly http2: boolean;
}

const known = new WeakMap<SdkClientClass, ClientClassFacts>();

/** What a client class is for and how it connects, read once from a client that is never used. */
export function factsOf(client: SdkClientClass): ClientClassFacts {
  const facts = known.get(client) ?? probe(client);
  known.set(client, facts);
  return facts;
}

export function construct(client: SdkClientClass, config: object): ClientInternals {
  return new client(config as never) as ClientInternals;
}

function probe(client: SdkClientClass): ClientClassFacts {
  // With handler options of its own it reads no configuration files.
  const { config } = construct(client, { region: 'us-east-1', requestHandler: {} });
  return {
    service: (config.serviceId ?? client.name.replace(/Client$/, '')).toLowerCase().replace(/\s+/g, '-'),
    http2: /\bh2\b/.test(String(config.requestHandler.metadata?.handlerProtocol)),
  };
}
