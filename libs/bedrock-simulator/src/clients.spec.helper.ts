import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import { AccountClient } from '@aws-sdk/client-account';
import { BedrockClient, type BedrockClientConfig } from '@aws-sdk/client-bedrock';
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { Sha256 } from '@smithy/core/checksum';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import { BedrockSimulator } from './bedrock-simulator.js';
import type { SimulatorOptions } from './options/simulator-options.js';

const clients: { destroy(): void }[] = [];
const simulators: BedrockSimulator[] = [];

/** A simulator without latency that {@link stopAll} stops. */
export async function start(options: SimulatorOptions = {}): Promise<BedrockSimulator> {
  const simulator = await BedrockSimulator.start({ latency: 'none', ...options });
  simulators.push(simulator);
  return simulator;
}

/** A real SDK client that makes one attempt per call. */
export function bedrock(
  simulator: BedrockSimulator,
  region = 'us-east-1',
  config: BedrockClientConfig = {},
): BedrockClient {
  const client = new BedrockClient({
    region,
    endpoint: simulator.endpoint,
    credentials: simulator.credentials,
    authSchemePreference: ['sigv4'],
    maxAttempts: 1,
    ...config,
  });
  clients.push(client);
  return client;
}

/** A real SDK client of the runtime that makes one attempt per call. Without a TLS endpoint it speaks h2c. */
export function runtime(
  simulator: BedrockSimulator,
  region = 'us-east-1',
  config: BedrockRuntimeClientConfig = {},
): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    region,
    endpoint: simulator.endpoint,
    credentials: simulator.credentials,
    authSchemePreference: ['sigv4'],
    maxAttempts: 1,
    ...config,
  });
  clients.push(client);
  return client;
}

/** How clients connect: the runtime client's own way first. */
export const TRANSPORTS: [string, boolean, (simulator: BedrockSimulator) => BedrockRuntimeClientConfig][] = [
  ['HTTP/2 without TLS', false, () => ({})],
  ['HTTP/1.1', false, () => ({ requestHandler: new NodeHttpHandler() })],
  [
    'HTTP/2 over TLS',
    true,
    ({ certificate }) => ({ requestHandler: new NodeHttp2Handler({ nodeHttp2ConnectOptions: { ca: certificate } }) }),
  ],
  [
    'HTTP/1.1 over TLS',
    true,
    ({ certificate }) => ({ requestHandler: new NodeHttpHandler({ httpsAgent: new Agent({ ca: certificate }) }) }),
  ],
];

/** What arrived of a stream, and what ended it if it did not end by itself. */
export async function collect(
  stream: AsyncIterable<ConverseStreamOutput> | undefined,
  onEvent: () => void = () => undefined,
): Promise<{ events: ConverseStreamOutput[]; error: unknown }> {
  const events: ConverseStreamOutput[] = [];
  try {
    for await (const event of stream ?? []) {
      events.push(event);
      onEvent();
    }
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

/** The headers of a request that is signed for Bedrock, or another service. */
export async function signed(
  simulator: BedrockSimulator,
  { url, method = 'POST', body, headers = {} }: { url: URL; method?: string; body: string; headers?: object },
  region = 'us-east-1',
  service = 'bedrock',
): Promise<Record<string, string>> {
  const { credentials } = simulator;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { protocol, hostname, pathname, host } = url;
  const request = { protocol, hostname, path: pathname, method, body, headers: { ...headers, host } };
  return (await signer.sign(request)).headers;
}

export function account(simulator: BedrockSimulator): AccountClient {
  const { endpoint, credentials } = simulator;
  const client = new AccountClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

export function serviceQuotas(simulator: BedrockSimulator, region = 'us-east-1'): ServiceQuotasClient {
  const { endpoint, credentials } = simulator;
  const client = new ServiceQuotasClient({ region, endpoint, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

/** What a call is answered with before the SDK puts it into its own shape. */
export async function wireBody(
  client: BedrockClient,
  call: (client: BedrockClient) => Promise<unknown>,
): Promise<string> {
  let body = '';
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { body: AsyncIterable<Buffer> };
      for await (const chunk of response.body) {
        body += chunk.toString();
      }
      response.body = Readable.from([Buffer.from(body)]);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  await call(client);
  return body;
}

export async function stopAll(): Promise<void> {
  for (const client of clients.splice(0)) {
    client.destroy();
  }
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
}
