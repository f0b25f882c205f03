import { afterEach, describe, expect, it } from '@jest/globals';
import {
  GetFoundationModelCommand,
  ListFoundationModelsCommand,
  ListInferenceProfilesCommand,
} from '@aws-sdk/client-bedrock';
import { BedrockSimulator } from './bedrock-simulator.js';
import { bedrock, destroyClients } from './clients.spec.helper.js';
import type { SimulatorOptions } from './options/simulator-options.js';

const running: BedrockSimulator[] = [];

async function start(options: SimulatorOptions = {}): Promise<BedrockSimulator> {
  const simulator = await BedrockSimulator.start({ latency: 'none', ...options });
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  destroyClients();
  await Promise.all(running.splice(0).map((simulator) => simulator.stop()));
});

describe('BedrockSimulator', () => {
  it('plays all regions on one port', async () => {
    const simulator = await start({ optIn: 'all' });
    const counts = await Promise.all(
      simulator.regions.map(async (region) => {
        const { modelSummaries } = await bedrock(simulator, region).send(new ListFoundationModelsCommand({}));
        return modelSummaries?.every((model) => model.modelArn?.startsWith(`arn:aws:bedrock:${region}::`));
      }),
    );
    expect(counts).toHaveLength(31);
    expect(counts).not.toContain(false);
  });

  it('answers GetFoundationModel and ListInferenceProfiles', async () => {
    const simulator = await start();
    const client = bedrock(simulator);
    const { modelDetails } = await client.send(
      new GetFoundationModelCommand({ modelIdentifier: 'amazon.nova-pro-v1:0' }),
    );
    expect(modelDetails?.modelName).toBe('Nova Pro');
    const { inferenceProfileSummaries } = await client.send(new ListInferenceProfilesCommand({}));
    expect(inferenceProfileSummaries).toHaveLength(71);
  });
});
