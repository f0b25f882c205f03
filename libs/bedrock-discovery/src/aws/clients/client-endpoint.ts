import type { BuildHandler, HttpRequest } from '@smithy/types';
import type { ClientInternals } from './client-class.js';

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

/** Where requests of a client go; URLs without a path. */
export interface ClientEndpoint {
  readonly url: string;
  /** Where they would go if nothing but region, FIPS and dual stack were set. */
  readonly byRules: string;
}

interface EndpointConfig {
  endpointProvider(parameters: { Region: string; UseFIPS: boolean; UseDualStack: boolean }): { url: URL };
  region(): Promise<string>;
  useFipsEndpoint(): Promise<boolean>;
  useDualstackEndpoint(): Promise<boolean>;
}

export async function endpointOf(client: ClientInternals, command: object): Promise<ClientEndpoint> {
  const config = client.config as unknown as EndpointConfig;
  const [Region, UseFIPS, UseDualStack] = await Promise.all([
    config.region(),
    config.useFipsEndpoint(),
    config.useDualstackEndpoint(),
  ]);
  const byRules = config.endpointProvider({ Region, UseFIPS, UseDualStack }).url.origin;
  return { url: await captureUrl(client, command), byRules };
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
