import { afterEach, describe, expect, it } from '@jest/globals';
import { GetFoundationModelAvailabilityCommand } from '@aws-sdk/client-bedrock';
import { type BedrockRuntimeClientConfig, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { bedrock, runtime, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const MODEL = 'amazon.nova-lite-v1:0';
const MINUTE_MS = 60_000;

function call(
  simulator: BedrockSimulator,
  region = 'us-east-1',
  modelId = MODEL,
  config: BedrockRuntimeClientConfig = {},
) {
  const command = new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
  return runtime(simulator, region, config).send(command);
}

async function agreementOf(simulator: BedrockSimulator, region: string) {
  const command = new GetFoundationModelAvailabilityCommand({ modelId: MODEL });
  return (await bedrock(simulator, region).send(command)).agreementAvailability?.status;
}

describe('access to a model', () => {
  it.each([
    { authorization: 'NOT_AUTHORIZED' },
    { entitlement: 'NOT_AVAILABLE' },
    { region: 'NOT_AVAILABLE' },
    { agreement: 'ERROR' },
  ] as const)('is denied with %j, where it was set', async (access) => {
    const simulator = await start();
    simulator.setAccess(MODEL, access, 'us-east-1');
    await expect(call(simulator)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: "You don't have access to the model with the specified model ID.",
      $metadata: { httpStatusCode: 403 },
    });
    expect(simulator.executions.count()).toBe(0);
    await expect(call(simulator, 'us-west-2', 'us.amazon.nova-lite-v1:0')).resolves.toHaveProperty('output');
  });

  it('is had while the agreement is pending', async () => {
    const simulator = await start();
    simulator.setAccess(MODEL, { agreement: 'PENDING' });
    await expect(call(simulator)).resolves.toHaveProperty('output');
    expect(simulator.agreements.count()).toBe(0);
  });

  it('begins with the first call, which accepts the agreement for the account', async () => {
    const simulator = await start();
    simulator.setAccess(MODEL, { agreement: 'NOT_AVAILABLE' });
    expect(await agreementOf(simulator, 'us-east-1')).toBe('NOT_AVAILABLE');
    expect(simulator.agreements.count()).toBe(0);
    await call(simulator);
    await call(simulator);
    expect(simulator.agreements.list()).toEqual([
      { modelId: MODEL, region: 'us-east-1', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ]);
    expect(await agreementOf(simulator, 'us-east-1')).toBe('AVAILABLE');
    expect(await agreementOf(simulator, 'us-west-2')).toBe('AVAILABLE');
    expect(simulator.executions.count()).toBe(2);
  });

  it('is not agreed to by a call that does not come that far', async () => {
    const simulator = await start();
    simulator.setAccess(MODEL, { agreement: 'NOT_AVAILABLE' });
    simulator.addFault({ kind: 'throttled', times: 1 });
    await expect(call(simulator)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(simulator.agreements.count({ modelId: MODEL })).toBe(0);
  });

  it('ends 15 minutes after the first call without the use-case form, until that is submitted', async () => {
    const started = Date.now();
    let offset = 0;
    const simulator = await start({ now: () => started + offset });
    const after = (minutes: number) => {
      offset = minutes * MINUTE_MS;
      return call(simulator, 'us-east-1', MODEL, { systemClockOffset: offset });
    };
    simulator.setAccess(MODEL, { useCaseForm: 'missing' });
    await expect(after(60)).resolves.toHaveProperty('output');
    await expect(after(74)).resolves.toHaveProperty('output');
    await expect(after(75)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringMatching(
        /^Model use case details have not been submitted for this account\. .* 15 minutes\.$/,
      ),
      $metadata: { httpStatusCode: 404 },
    });
    expect(simulator.executions.count()).toBe(2);
    simulator.setAccess(MODEL, { useCaseForm: 'submitted' });
    await expect(after(75)).resolves.toHaveProperty('output');
  });
});
