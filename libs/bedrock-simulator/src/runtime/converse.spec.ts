import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { collect, runtime, start, stopAll, TRANSPORTS } from '../clients.spec.helper.js';

afterEach(stopAll);

/** On demand in us-east-1, through profiles only in eu-west-1. */
const MODEL = 'amazon.nova-lite-v1:0';
const PROFILE = 'eu.amazon.nova-lite-v1:0';

const input = (modelId: string, text = 'Where are you?'): ConverseCommandInput => ({
  modelId,
  messages: [{ role: 'user', content: [{ text }] }],
});

async function answerOf(simulator: BedrockSimulator, modelId: string, region = 'us-east-1') {
  const { output } = await runtime(simulator, region).send(new ConverseCommand(input(modelId)));
  return output?.message?.content?.[0]?.text;
}

/** What arrives of a stream, wherever the SDK notices that it broke: it reads the first event before it hands it out. */
async function streamed(client: BedrockRuntimeClient) {
  try {
    const { stream } = await client.send(new ConverseStreamCommand(input(MODEL)));
    return await collect(stream);
  } catch (error) {
    return { events: [], error };
  }
}

describe.each(TRANSPORTS)('the runtime over %s', (_, tls, configOf) => {
  it('Converse answers with the model and the region that served it', async () => {
    const simulator = await start({ tls });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    const answer = await client.send(new ConverseCommand(input(MODEL)));
    expect(answer).toMatchObject({
      output: {
        message: {
          role: 'assistant',
          content: [
            {
              text: `Simulated answer of ${MODEL}, served in us-east-1 for ${MODEL} called in us-east-1.`,
            },
          ],
        },
      },
      stopReason: 'end_turn',
      usage: { inputTokens: 4, outputTokens: 12, totalTokens: 16 },
      metrics: { latencyMs: 1 },
    });
    expect(answer.$metadata.requestId).toBe(simulator.executions.list()[0]?.requestId);
  });

  it('ConverseStream sends the same answer as the events that Bedrock sends', async () => {
    const simulator = await start({ tls });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    const { stream } = await client.send(new ConverseStreamCommand(input(MODEL)));
    const { events, error } = await collect(stream);
    expect(error).toBeUndefined();
    const names = events.map((event) => Object.keys(event)[0]);
    expect(names).toEqual([
      'messageStart',
      ...Array.from({ length: 12 }, () => 'contentBlockDelta'),
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
    const text = events.map(({ contentBlockDelta }) => contentBlockDelta?.delta?.text ?? '').join('');
    expect(text).toBe(
      await client.send(new ConverseCommand(input(MODEL))).then((a) => a.output?.message?.content?.[0]?.text),
    );
    expect(events.at(0)).toEqual({ messageStart: { role: 'assistant' } });
    expect(events.at(-2)).toMatchObject({ messageStop: { stopReason: 'end_turn' } });
    expect(events.at(-1)).toMatchObject({
      metadata: { usage: { inputTokens: 4, outputTokens: 12, totalTokens: 16 }, metrics: { latencyMs: 1 } },
    });
  });

  it('the tool that the last message names is called, as a whole or as events, and answered by a text', async () => {
    const simulator = await start({ tls });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    const tools = ['clock', 'weather'].map((name) => ({
      toolSpec: { name, inputSchema: { json: { type: 'object' } } },
    }));
    const asked = { ...input(MODEL, 'Ask the weather.'), toolConfig: { tools } };
    const { stopReason, output } = await client.send(new ConverseCommand(asked));
    const toolUse = { toolUseId: expect.stringMatching(/^tooluse_/), name: 'weather', input: {} };
    expect([stopReason, output?.message?.content]).toEqual(['tool_use', [{ toolUse }]]);

    const { stream } = await client.send(new ConverseStreamCommand(asked));
    const { events } = await collect(stream);
    expect(events.slice(1, -1)).toMatchObject([
      { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { name: 'weather' } } } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: '{}' } } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'tool_use' } },
    ]);

    const toolUseId = output?.message?.content?.[0]?.toolUse?.toolUseId;
    const result = {
      role: 'user' as const,
      content: [{ toolResult: { toolUseId, content: [{ text: 'weather: rain' }] } }],
    };
    const messages = [...(asked.messages ?? []), output?.message ?? result, result];
    expect(await client.send(new ConverseCommand({ ...asked, messages }))).toMatchObject({ stopReason: 'end_turn' });
    expect(simulator.executions.count()).toBe(3);
  });

  it('errors of the runtime arrive as exceptions', async () => {
    const simulator = await start({ tls });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    await expect(client.send(new ConverseCommand(input('no.such-model')))).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('reset ends the connection before the model runs', async () => {
    const simulator = await start({ tls });
    simulator.addFault({ kind: 'reset' });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    await expect(client.send(new ConverseCommand(input(MODEL)))).rejects.toThrow(
      tls ? /socket hang up|did not get a response/ : /ECONNRESET/,
    );
    expect(simulator.executions.count()).toBe(0);
  });

  it('truncated breaks off the answer of a model that ran', async () => {
    const simulator = await start({ tls });
    simulator.addFault({ kind: 'truncated' });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    await expect(client.send(new ConverseCommand(input(MODEL)))).rejects.toThrow(/aborted|NGHTTP2_INTERNAL_ERROR/);
    expect(simulator.executions.count()).toBe(1);
  });

  it.each([0, 1, 3])('stream-reset breaks the stream after %d events', async (afterEvents) => {
    const simulator = await start({ tls });
    simulator.addFault({ kind: 'stream-reset', afterEvents });
    const { events, error } = await streamed(runtime(simulator, 'us-east-1', configOf(simulator)));
    expect(events).toHaveLength(afterEvents);
    expect(error).toMatchObject({ message: expect.stringMatching(/aborted|NGHTTP2_INTERNAL_ERROR/) });
  });

  it('a call that hangs, and a stream that does, are ended by stop', async () => {
    const simulator = await start({ tls });
    simulator.addFault({ kind: 'hang', operation: 'Converse' });
    simulator.addFault({ kind: 'stream-hang', afterEvents: 1 });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    const hanging = client.send(new ConverseCommand(input(MODEL))).catch((error: unknown) => error);
    const { stream } = await client.send(new ConverseStreamCommand(input(MODEL)));
    let begun: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (begun = resolve));
    const collected = collect(stream, begun);
    await first;
    while (simulator.requests.count() < 2) {
      await new Promise(setImmediate);
    }
    await simulator.stop();
    expect(await hanging).toMatchObject({ message: expect.any(String) });
    expect(await collected).toMatchObject({ events: [{}], error: { message: expect.any(String) } });
  });
});

describe('what can be invoked by the runtime', () => {
  it.each([
    ['a model', MODEL, 'us-east-1', MODEL],
    ['the ARN of a model', `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`, 'us-east-1', MODEL],
    ['a profile', PROFILE, 'eu-west-1', MODEL],
    ['the ARN of a profile', `arn:aws:bedrock:eu-west-1:123456789012:inference-profile/${PROFILE}`, 'eu-west-1', MODEL],
  ])('is %s', async (_, invocationId, region, modelId) => {
    const simulator = await start();
    expect(await answerOf(simulator, invocationId, region)).toContain(`Simulated answer of ${modelId}, served in`);
    expect(simulator.executions.list()).toEqual([expect.objectContaining({ invocationId, region, modelId })]);
  });

  it('is an application profile, by its ARN or id, for its account and in its region alone', async () => {
    const simulator = await start();
    const made = simulator.addApplicationProfile({ region: 'eu-west-1', name: 'team', copyFrom: PROFILE });
    for (const id of [made.inferenceProfileArn, made.inferenceProfileId]) {
      expect(await answerOf(simulator, id, 'eu-west-1')).toContain(`for ${id} called in eu-west-1`);
      await expect(answerOf(simulator, id, 'eu-west-3')).rejects.toMatchObject({ name: 'ValidationException' });
    }
    const other = { accessKeyId: 'OTHER', secretAccessKey: 'other', accountId: '210987654321' };
    simulator.addCredentials(other);
    const stranger = runtime(simulator, 'eu-west-1', { credentials: other });
    await expect(stranger.send(new ConverseCommand(input(made.inferenceProfileArn)))).rejects.toMatchObject({
      message: 'The provided model identifier is invalid.',
    });
    expect(simulator.executions.count()).toBe(2);
  });

  it('is served by one of the listed destinations, by all of them in time, the same way for the same seed', async () => {
    const served = async (seed: number) => {
      const simulator = await start({ seed });
      simulator.setDestinations(PROFILE, 'eu-west-1', ['eu-north-1', 'eu-west-3', 'eu-south-2']);
      const client = runtime(simulator, 'eu-west-1');
      for (let call = 0; call < 12; call++) {
        await client.send(new ConverseCommand(input(PROFILE)));
      }
      return simulator.executions.list().map(({ destination }) => destination);
    };
    const destinations = await served(1);
    expect(new Set(destinations)).toEqual(new Set(['eu-north-1', 'eu-west-3', 'eu-south-2']));
    expect(await served(1)).toEqual(destinations);
    expect(await served(2)).not.toEqual(destinations);
  });

  it('is served in any region that has the model where destinations are global', async () => {
    const simulator = await start();
    simulator.addModel({ modelId: 'acme.far-v1', regions: ['us-east-1', 'ap-southeast-2'] });
    simulator.addProfile({ inferenceProfileId: 'global.acme.far-v1', routes: { 'eu-west-1': 'global' } });
    const client = runtime(simulator, 'eu-west-1');
    for (let call = 0; call < 8; call++) {
      await client.send(new ConverseCommand(input('global.acme.far-v1')));
    }
    const destinations = new Set(simulator.executions.list().map(({ destination }) => destination));
    expect(destinations).toEqual(new Set(['us-east-1', 'ap-southeast-2']));
  });
});

describe('what cannot be invoked by the runtime', () => {
  const refused = async (simulator: BedrockSimulator, modelId: string, region = 'us-east-1') => {
    const outcome = await answerOf(simulator, modelId, region).catch((error: unknown) => error);
    expect(simulator.executions.count()).toBe(0);
    return outcome;
  };

  it('is a bare id without on-demand throughput in that region', async () => {
    const simulator = await start();
    for (const id of [MODEL, `arn:aws:bedrock:eu-west-1::foundation-model/${MODEL}`]) {
      expect(await refused(simulator, id, 'eu-west-1')).toMatchObject({
        name: 'ValidationException',
        message: `Invocation of model ID ${MODEL} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  it.each([
    ['an id that nobody knows', 'no.such-model-v1:0'],
    ['a profile that the region does not list', PROFILE],
    ['the ARN of another region', `arn:aws:bedrock:us-west-2::foundation-model/${MODEL}`],
  ])('is %s', async (_, id) => {
    const simulator = await start();
    expect(await refused(simulator, id)).toMatchObject({
      name: 'ValidationException',
      message: 'The provided model identifier is invalid.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('is a model whose life is over, by the simulator’s clock', async () => {
    const now = Date.now();
    let offset = 0;
    const simulator = await start({ now: () => now + offset });
    simulator.setLifecycle(MODEL, { status: 'LEGACY', endOfLifeTime: new Date(now + 60_000).toISOString() });
    expect(await answerOf(simulator, MODEL)).toContain(MODEL);
    simulator.executions.reset();
    offset = 60_000;
    expect(await refused(simulator, MODEL)).toMatchObject({
      name: 'ResourceNotFoundException',
      message:
        'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
      $metadata: { httpStatusCode: 404 },
    });
    expect(await refused(simulator, PROFILE, 'eu-west-1')).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is a model that does not write, or does not stream', async () => {
    const simulator = await start();
    simulator.addModel({ modelId: 'acme.embed', outputModalities: ['EMBEDDING'] });
    simulator.addModel({ modelId: 'acme.whole', responseStreamingSupported: false });
    expect(await refused(simulator, 'acme.embed')).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(/^This action doesn't support the model/),
    });
    await expect(runtime(simulator).send(new ConverseStreamCommand(input('acme.whole')))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'The model is unsupported for streaming.',
    });
    expect(await answerOf(simulator, 'acme.whole')).toContain('acme.whole');
  });

  it.each([
    [{ messages: [] }, /must start with a user message/],
    [{ messages: [{ role: 'assistant', content: [{ text: 'x' }] }] }, /must start with a user message/],
    [
      { messages: [{ content: [{ text: 'x' }] }] },
      /^1 validation error detected: Value null at 'messages\.1\.member\.role' failed to satisfy constraint: Member must not be null$/,
    ],
    [
      { messages: [{ role: 'robot', content: [{ text: 'x' }] }] },
      /Value 'robot' at 'messages\.1\.member\.role' .* \[user, assistant, system\]/,
    ],
    [
      { messages: [{ role: 'user', content: [] }] },
      /^The content field in the Message object at messages\.0 is empty\./,
    ],
    [
      { messages: [{ role: 'user', content: [{ text: ' ' }] }] },
      /^The text field in the ContentBlock object at messages\.0\.content\.0 is blank\./,
    ],
  ])('is a model with the request %j', async (request, message) => {
    const simulator = await start();
    const call = new ConverseCommand({ modelId: MODEL, ...request } as ConverseCommandInput);
    await expect(runtime(simulator).send(call)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
    expect(simulator.executions.count()).toBe(0);
  });

  it('is anything by someone unknown, with a wrong secret or in a region that was not opted in to', async () => {
    const simulator = await start();
    const call = new ConverseCommand(input(MODEL));
    const as = (credentials: object, region?: string) =>
      runtime(simulator, region, { credentials: { ...simulator.credentials, ...credentials } }).send(call);
    await expect(as({ accessKeyId: 'NOBODY' })).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await expect(as({ secretAccessKey: 'wrong' })).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    await expect(as({}, 'eu-south-1')).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect(simulator.executions.count()).toBe(0);
  });
});
