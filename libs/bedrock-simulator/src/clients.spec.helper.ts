import { AccountClient } from '@aws-sdk/client-account';
import { BedrockClient, type BedrockClientConfig } from '@aws-sdk/client-bedrock';
import type { BedrockSimulator } from './bedrock-simulator.js';

/** Real SDK clients, one attempt per call, that {@link destroyClients} ends. */
const clients: { destroy(): void }[] = [];

export function bedrock(
  simulator: BedrockSimulator,
  region = 'us-east-1',
  config: BedrockClientConfig = {},
): BedrockClient {
  const client = new BedrockClient({
    region,
    endpoint: simulator.endpointFor('us-east-1'),
    credentials: simulator.credentials,
    authSchemePreference: ['sigv4'],
    maxAttempts: 1,
    ...config,
  });
  clients.push(client);
  return client;
}

export function account(simulator: BedrockSimulator): AccountClient {
  const { endpoint, credentials } = simulator;
  const client = new AccountClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

export function destroyClients(): void {
  for (const client of clients.splice(0)) client.destroy();
}
