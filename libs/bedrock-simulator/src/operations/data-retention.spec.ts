import { afterEach, describe, expect, it } from '@jest/globals';
import {
  GetAccountDataRetentionCommand,
  PutAccountDataRetentionCommand,
  type PutAccountDataRetentionCommandInput,
} from '@aws-sdk/client-bedrock';
import {
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { bedrock, runtime, signed, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

const FABLE = 'us.anthropic.claude-fable-5';
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const OTHER = { accessKeyId: 'AKIAOTHER', secretAccessKey: 'other', accountId: '210987654321' };

async function modeIn(simulator: BedrockSimulator, region: string, credentials = simulator.credentials) {
  const { mode, updatedAt } = await bedrock(simulator, region, { credentials }).send(
    new GetAccountDataRetentionCommand(),
  );
  return { mode, updatedAt };
}

function converse(simulator: BedrockSimulator, modelId: string, region = 'us-east-1') {
  const command = new ConverseCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'Hello' }] }] });
  return runtime(simulator, region).send(command);
}

async function drain(stream: AsyncIterable<unknown> | undefined): Promise<void> {
  for await (const event of stream ?? []) {
    expect(event).toBeDefined();
  }
}

describe('the data retention mode of an account', () => {
  it('is inherit until it is set, and was never updated then', async () => {
    expect(await modeIn(await start(), 'eu-west-1')).toEqual({ mode: 'inherit', updatedAt: undefined });
  });

  it('is put in one region, and does not spread to others', async () => {
    const simulator = await start({ now: () => Date.now() });
    const client = bedrock(simulator, 'eu-west-1');
    for (const mode of ['none', 'aws_review', 'none'] as const) {
      expect(await client.send(new PutAccountDataRetentionCommand({ mode }))).toMatchObject({ mode });
      expect(await modeIn(simulator, 'eu-west-1')).toEqual({ mode, updatedAt: expect.any(Date) });
    }
    expect((await modeIn(simulator, 'us-east-1')).mode).toBe('inherit');
  });

  it('is that of the caller’s account', async () => {
    const simulator = await start();
    simulator.addCredentials(OTHER);
    simulator.setDataRetention('us-east-1', 'none', OTHER.accountId);
    expect((await modeIn(simulator, 'us-east-1', OTHER)).mode).toBe('none');
    expect((await modeIn(simulator, 'us-east-1')).mode).toBe('inherit');
    simulator.setDataRetention('us-east-1', 'default');
    expect((await modeIn(simulator, 'us-east-1', OTHER)).mode).toBe('default');
  });

  it('that is set for all regions goes before what single ones had until then', async () => {
    const simulator = await start();
    simulator.setDataRetention('us-east-1', 'none');
    simulator.setDataRetention('*', 'aws_review');
    simulator.setDataRetention('us-west-2', 'default');
    expect((await modeIn(simulator, 'us-east-1')).mode).toBe('aws_review');
    expect((await modeIn(simulator, 'us-west-2')).mode).toBe('default');
  });

  it.each([
    [{ mode: 'forever' }, 'ValidationException'],
    [{}, 'ValidationException'],
    [{ mode: 7 }, 'SerializationException'],
  ])('is not put as %j', async (input, name) => {
    const command = new PutAccountDataRetentionCommand(input as unknown as PutAccountDataRetentionCommandInput);
    await expect(bedrock(await start()).send(command)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('refuses what makes no sense', async () => {
    const simulator = await start();
    expect(() => simulator.setDataRetention('nowhere-1', 'none')).toThrow(RangeError);
    expect(() => simulator.setDataRetention('*', 'some' as 'none')).toThrow(/one of none, default/);
    expect(() => simulator.setAllowedRetention(SONNET, ['inherit' as 'none'])).toThrow(/one of none, default/);
    expect(() => simulator.setAllowedRetention(SONNET, 'none' as never)).toThrow(/a list of texts/);
  });
});

describe('a call of a model', () => {
  const refused = (mode: string) => ({
    name: 'ValidationException',
    message: `data retention mode '${mode}' is not available for this model`,
    $metadata: { httpStatusCode: 400 },
  });

  it.each([
    ['inherit', 'default'],
    ['default', 'default'],
    ['none', 'none'],
  ] as const)('of a strict model is refused under %s for the mode %s', async (mode, effective) => {
    const simulator = await start();
    simulator.setDataRetention('us-east-1', mode);
    await expect(converse(simulator, FABLE)).rejects.toMatchObject(refused(effective));
    expect(simulator.executions.count()).toBe(0);
    await expect(converse(simulator, `us.${SONNET}`)).resolves.toHaveProperty('output');
  });

  it.each(['aws_review', 'provider_data_share'] as const)('of a strict model is taken under %s', async (mode) => {
    const simulator = await start();
    simulator.setDataRetention('us-east-1', mode);
    await expect(converse(simulator, FABLE)).resolves.toHaveProperty('output');
    await expect(converse(simulator, FABLE, 'us-west-2')).rejects.toMatchObject(refused('default'));
  });

  it('goes by the modes that were set for its model, whichever operation makes it', async () => {
    const simulator = await start();
    simulator.setAllowedRetention(SONNET, ['none']);
    const modelId = `us.${SONNET}`;
    const body = JSON.stringify({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 10,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
    const client = runtime(simulator);
    const calls = [
      () => client.send(new ConverseCommand({ modelId, messages })),
      async () => drain((await client.send(new ConverseStreamCommand({ modelId, messages }))).stream),
      () => client.send(new InvokeModelCommand({ modelId, body })),
      async () => drain((await client.send(new InvokeModelWithResponseStreamCommand({ modelId, body }))).body),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject(refused('default'));
    }
    expect(simulator.executions.count()).toBe(0);
    simulator.setDataRetention('*', 'none');
    for (const call of calls) {
      await call();
    }
    expect(simulator.executions.count()).toBe(4);
  });

  it('over Chat Completions is refused in their format', async () => {
    const simulator = await start();
    const url = new URL('/openai/v1/chat/completions', simulator.endpoint);
    const body = JSON.stringify({ model: FABLE, messages: [{ role: 'user', content: 'Hello' }] });
    const headers = { ...(await signed(simulator, { url, body })), connection: 'close' };
    const answer = await fetch(url, { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { message: refused('default').message } });
  });
});
