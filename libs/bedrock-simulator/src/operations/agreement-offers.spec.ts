import { afterEach, describe, expect, it } from '@jest/globals';
import { ListFoundationModelAgreementOffersCommand } from '@aws-sdk/client-bedrock';
import { ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { bedrock, runtime, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const CLAUDE = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const NOVA = 'amazon.nova-lite-v1:0';

function offersOf(simulator: BedrockSimulator, modelId: string, region = 'us-east-1') {
  return bedrock(simulator, region).send(new ListFoundationModelAgreementOffersCommand({ modelId }));
}

describe('ListFoundationModelAgreementOffers', () => {
  it('answers with the rate card that was set, the same in every region', async () => {
    const simulator = await start();
    simulator.setRateCard(CLAUDE, [
      { dimension: 'USE1_InputTokenCount', price: '1.1', description: 'Million Input Tokens Regional' },
      { dimension: 'Reserved', price: '5', unit: '1M TPM Hour' },
    ]);
    const answer = await offersOf(simulator, CLAUDE);
    expect(answer.modelId).toBe(CLAUDE);
    expect(answer.offers?.[0]?.termDetails?.usageBasedPricingTerm?.rateCard).toEqual([
      { dimension: 'USE1_InputTokenCount', price: '1.1', description: 'Million Input Tokens Regional', unit: 'Units' },
      { dimension: 'Reserved', price: '5', unit: '1M TPM Hour' },
    ]);
    expect((await offersOf(simulator, CLAUDE, 'eu-west-1')).offers).toEqual(answer.offers);
  });

  it('refuses a model without an offer, one that is unknown, and a profile', async () => {
    const simulator = await start();
    simulator.setRateCard(CLAUDE, [{ dimension: 'USE1_InputTokenCount', price: '1.1' }]);
    simulator.setRateCard(CLAUDE, undefined);
    await expect(offersOf(simulator, CLAUDE)).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Agreement not supported for this model',
    });
    await expect(offersOf(simulator, `us.${CLAUDE}`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('says what a rate card must be', async () => {
    const simulator = await start();
    expect(() => simulator.setRateCard('nobody.knows', [])).toThrow(/modelId must be the id of a model/);
    expect(() => simulator.setRateCard(CLAUDE, [{ dimension: '', price: '1' }])).toThrow(/dimension must be a text/);
  });
});

describe('tools that a model refuses', () => {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
  const toolConfig = { tools: [{ toolSpec: { name: 'clock', inputSchema: { json: {} } } }] };
  const refusal = (message: string) => ({ name: 'ValidationException', message });

  it('are refused by Converse and ConverseStream in the words of the service, and nothing runs', async () => {
    const simulator = await start();
    simulator.setToolUse(NOVA, 'no');
    const client = runtime(simulator);
    const expected = refusal("This model doesn't support tool use.");
    const call = { modelId: NOVA, messages, toolConfig };
    await expect(client.send(new ConverseCommand(call))).rejects.toMatchObject(expected);
    await expect(client.send(new ConverseStreamCommand(call))).rejects.toMatchObject(expected);
    expect(simulator.executions.count()).toBe(0);
    await expect(client.send(new ConverseCommand({ modelId: NOVA, messages }))).resolves.toHaveProperty('output');
  });

  it('are refused in streams alone where only those do not take them', async () => {
    const simulator = await start();
    simulator.setToolUse(NOVA, 'not-streaming');
    const client = runtime(simulator);
    const call = { modelId: NOVA, messages, toolConfig };
    await expect(client.send(new ConverseStreamCommand(call))).rejects.toMatchObject(
      refusal("This model doesn't support tool use in streaming mode."),
    );
    await expect(client.send(new ConverseCommand(call))).resolves.toHaveProperty('output');
    expect(() => simulator.setToolUse(NOVA, 'perhaps' as never)).toThrow(/yes, not-streaming, no/);
  });
});
