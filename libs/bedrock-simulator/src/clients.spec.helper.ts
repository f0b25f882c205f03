import { Readable } from 'node:stream';
import { AccountClient } from '@aws-sdk/client-account';
import { BedrockClient, type BedrockClientConfig } from '@aws-sdk/client-bedrock';
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime';
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

export function account(simulator: BedrockSimulator): AccountClient {
  const { endpoint, credentials } = simulator;
  const client = new AccountClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
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
