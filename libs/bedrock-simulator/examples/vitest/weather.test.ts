import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { BedrockSimulator } from 'bedrock-simulator';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

let simulator: BedrockSimulator;
let client: BedrockRuntimeClient;

beforeAll(async () => {
  simulator = await BedrockSimulator.start({ latency: 'none' });
  const { endpoint, credentials } = simulator;
  client = new BedrockRuntimeClient({ region: 'us-east-1', endpoint, credentials });
});

beforeEach(() => simulator.reset());

afterAll(async () => {
  client.destroy();
  await simulator.stop();
});

async function ask(text: string): Promise<string | undefined> {
  const messages = [{ role: 'user' as const, content: [{ text }] }];
  const { output } = await client.send(new ConverseCommand({ modelId: 'amazon.nova-lite-v1:0', messages }));
  return output?.message?.content?.[0]?.text;
}

it('says what is scripted', async () => {
  simulator.addAnswer({ matches: 'weather', text: 'Rain.' });
  expect(await ask('The weather?')).toBe('Rain.');
});

it('tries again when it is throttled', async () => {
  simulator.addFault({ kind: 'throttled', operation: 'Converse', times: 1 });
  expect(await ask('The weather?')).toContain('Simulated answer');
  expect(simulator.executions.count()).toBe(1);
});
