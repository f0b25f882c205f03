import type { HttpRequest } from '@smithy/core/protocols';
import { InvalidArgumentError } from '../../errors/errors.js';
import type { HttpHandler } from '../transport/transport.js';

/** Any AWS SDK v3 client. @publicApi */
export interface SdkClient {
  /** Gives up what the client holds. Those of the library hold nothing of their own. */
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
    /** Of clients before {@link OLDEST_SDK} the list itself, if one was given. */
    authSchemePreference?: (() => Promise<readonly string[]>) | readonly string[];
    /** What the SDK tells of itself, as pairs of name and version. */
    defaultUserAgentProvider?: () => Promise<readonly (readonly string[])[]>;
    retryStrategy: () => Promise<RetryStrategy>;
    signer: () => Promise<{
      sign(
        request: HttpRequest,
        options: { signingDate: Date; signingRegion?: string; signingService?: string },
      ): Promise<HttpRequest>;
    }>;
  };
  readonly middlewareStack: {
    add(middleware: Middleware, options: { step: 'initialize'; name: string }): void;
    remove(name: string): boolean;
  };
}

interface RetryStrategy {
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

/** The first release of the SDK whose clients can be told how to sign. */
const OLDEST_SDK = '3.797.0';

/**
 * How a client prefers to sign, best first.
 *
 * @throws InvalidArgumentError where its package is too old to know that.
 */
export async function authSchemesOf({ config }: ClientInternals): Promise<readonly string[]> {
  const { authSchemePreference, defaultUserAgentProvider, serviceId = '' } = config;
  if (authSchemePreference === undefined || typeof authSchemePreference === 'function') {
    return (await authSchemePreference?.()) ?? [];
  }
  const [, version = 'of this version'] = (await defaultUserAgentProvider?.())?.[0] ?? [];
  throw new InvalidArgumentError(
    `@aws-sdk/client-${serviceNameOf(serviceId)} ${version} is too old: its clients cannot be told to sign with the ` +
      `credentials that they are given. Install ${OLDEST_SDK} or later.`,
  );
}

function serviceNameOf(serviceId: string): string {
  return serviceId.toLowerCase().replace(/\s+/g, '-');
}

export function construct(client: SdkClientClass, config: object): ClientInternals {
  return new client(config as never) as ClientInternals;
}

function probe(client: SdkClientClass): ClientClassFacts {
  // With handler options of its own it reads no configuration files.
  const { config } = construct(client, { region: 'us-east-1', requestHandler: {} });
  return {
    service: serviceNameOf(config.serviceId ?? client.name.replace(/Client$/, '')),
    http2: /\bh2\b/.test(String(config.requestHandler.metadata?.handlerProtocol)),
  };
}
