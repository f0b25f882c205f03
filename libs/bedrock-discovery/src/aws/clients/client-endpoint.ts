import { createHash } from 'node:crypto';
import type { BuildHandler, HttpRequest } from '@smithy/types';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { type ClientInternals, construct, factsOf, type SdkClientClass } from './client-class.js';

/** Where requests of a client go; URLs without a path. */
export interface ClientEndpoint {
  readonly url: string;
  /** Where they would go if nothing but region, FIPS and dual stack were set. */
  readonly byRules: string;
}

/** What tells a client of a region where to send its requests: an endpoint, else FIPS and dual stack. */
export function addressOf(
  { endpoint, client: { useFips, useDualstack } }: Pick<ResolvedOptions, 'endpoint' | 'client'>,
  client: SdkClientClass,
  region: string,
): object {
  const url = typeof endpoint === 'function' ? endpoint({ service: factsOf(client).service, region }) : endpoint;
  // The SDK refuses them together: which host to ask is already said.
  return url === undefined
    ? {
        ...(useFips !== undefined && { useFipsEndpoint: useFips }),
        ...(useDualstack !== undefined && { useDualstackEndpoint: useDualstack }),
      }
    : { endpoint: url };
}

/**
 * Where a client's requests go, by the rules of options, environment, configuration files and SDK. Sends nothing, and needs
 * no credentials.
 *
 * @param command any that the client can send
 */
export async function endpointOf(
  options: Pick<ResolvedOptions, 'awsProfile' | 'endpoint' | 'client'>,
  client: SdkClientClass,
  region: string,
  command: object,
): Promise<ClientEndpoint> {
  const { awsProfile } = options;
  const created = construct(client, {
    region,
    ...(awsProfile !== undefined && { profile: awsProfile }),
    ...addressOf(options, client, region),
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    authSchemePreference: ['sigv4'],
  });
  return { url: await captureUrl(created, command), byRules: await byRules(created) };
}

/**
 * Where models are called: the endpoint of the options or the environment, else by the rules, under which it differs from that
 * of the control plane by its first label alone.
 *
 * @param client of the control plane, for that region
 */
export async function runtimeEndpointOf(
  { endpoint }: Pick<ResolvedOptions, 'endpoint'>,
  client: ClientInternals,
  region: string,
): Promise<string> {
  const given = typeof endpoint === 'function' ? endpoint({ service: 'bedrock-runtime', region }) : endpoint;
  const { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: ofService, AWS_ENDPOINT_URL: ofAll } = process.env;
  const url = new URL(given ?? ofService ?? ofAll ?? (await byRules(client)).replace('//bedrock', '//bedrock-runtime'));
  return withoutUser(url);
}

/** The service by whose name requests of `bedrock-mantle` are signed and authorised. */
export const MANTLE_SERVICE = 'bedrock-mantle';

/** Where `bedrock-mantle` is in a region: the endpoint of the options or the environment, else as AWS documents it. */
export function mantleEndpointOf({ endpoint }: Pick<ResolvedOptions, 'endpoint'>, region: string): string {
  const given = typeof endpoint === 'function' ? endpoint({ service: MANTLE_SERVICE, region }) : endpoint;
  const { AWS_ENDPOINT_URL_BEDROCK_MANTLE: ofService, AWS_ENDPOINT_URL: ofAll } = process.env;
  return withoutUser(new URL(given ?? ofService ?? ofAll ?? `https://${MANTLE_SERVICE}.${region}.api.aws`));
}

/**
 * Tells apart what is seen through different endpoints: `aws`, or a hash, since a URL may hold what must not be stored. Sends
 * nothing, and loads no client.
 */
export async function networkOf({
  awsProfile,
  endpoint,
}: Partial<Pick<ResolvedOptions, 'awsProfile' | 'endpoint'>>): Promise<string> {
  let given = endpoint;
  if (typeof given === 'function') {
    try {
      given = given({ service: 'bedrock', region: 'us-east-1' });
    } catch {
      return 'custom';
    }
  }
  const url = given ?? (await configuredEndpoint(awsProfile));
  return url ? createHash('sha256').update(url).digest('hex').slice(0, 16) : 'aws';
}

/** As the SDK finds it, which is loaded only where files have to be read. */
async function configuredEndpoint(profile: string | undefined): Promise<string | undefined> {
  const { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_ENDPOINT_URL_BEDROCK, AWS_ENDPOINT_URL } = process.env;
  if (AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') {
    return undefined;
  }
  const ofEnvironment = AWS_ENDPOINT_URL_BEDROCK || AWS_ENDPOINT_URL;
  if (ofEnvironment) {
    return ofEnvironment;
  }
  const none = '';
  const { loadConfig } = await import('@smithy/core/config');
  const found = loadConfig(
    {
      environmentVariableSelector: () => undefined,
      configFileSelector: ({ services, endpoint_url }, config) =>
        config?.[`services.${services}`]?.['bedrock.endpoint_url'] ?? endpoint_url,
      default: none,
    },
    profile === undefined ? {} : { profile },
  );
  return found().catch(() => none);
}

/** It is shown, and no request may carry them. */
function withoutUser(url: URL): string {
  url.username = url.password = '';
  return url.href.replace(/\/$/, '');
}

async function byRules(client: ClientInternals): Promise<string> {
  const config = client.config as unknown as EndpointConfig;
  const [Region, UseFIPS, UseDualStack] = await Promise.all([
    config.region(),
    config.useFipsEndpoint(),
    config.useDualstackEndpoint(),
  ]);
  return config.endpointProvider({ Region, UseFIPS, UseDualStack }).url.origin;
}

interface EndpointConfig {
  endpointProvider(parameters: { Region: string; UseFIPS: boolean; UseDualStack: boolean }): { url: URL };
  region(): Promise<string>;
  useFipsEndpoint(): Promise<boolean>;
  useDualstackEndpoint(): Promise<boolean>;
}

type Middleware = (next: BuildHandler<object, object>) => BuildHandler<object, object>;
interface CapturableCommand {
  middlewareStack: { add(middleware: Middleware, options: { step: 'build'; name: string }): void };
}

/** Ends a call once its request is addressed, before anything is signed or sent. */
class Addressed extends Error {
  constructor(readonly url: string) {
    super('The request was addressed.');
  }
}

async function captureUrl(client: ClientInternals, command: object): Promise<string> {
  const middleware: Middleware = () => async (args) => {
    const { protocol, hostname, port } = args.request as HttpRequest;
    throw new Addressed(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
  };
  (command as CapturableCommand).middlewareStack.add(middleware, { step: 'build', name: 'bedrockDiscoveryAddress' });
  try {
    await (client as unknown as { send(command: object): Promise<unknown> }).send(command);
  } catch (error) {
    if (error instanceof Addressed) {
      return error.url;
    }
    throw error;
  }
  throw new Error('The request was sent.');
}
