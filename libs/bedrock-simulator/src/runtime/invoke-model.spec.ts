import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type BedrockRuntimeClient,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { runtime, start, stopAll, TRANSPORTS } from '../clients.spec.helper.js';

afterEach(stopAll);

/** On demand in us-east-1. */
const MODEL = 'anthropic.claude-3-haiku-20240307-v1:0';
/** Through profiles only. */
const PROFILE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';

const REQUEST = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Where are you?' }] }],
};

const input = (modelId = MODEL, body: unknown = REQUEST) => ({
  modelId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  contentType: 'application/json',
  accept: 'application/json',
});

async function invoke(client: BedrockRuntimeClient, modelId?: string, body?: unknown): Promise<unknown> {
  const answer = await client.send(new InvokeModelCommand(input(modelId, body)));
  return JSON.parse(answer.body.transformToString());
}

async function streamed(client: BedrockRuntimeClient) {
  const { body, contentType } = await client.send(new InvokeModelWithResponseStreamCommand(input()));
  const events: Record<string, unknown>[] = [];
  for await (const { chunk } of body ?? []) {
    events.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as Record<string, unknown>);
  }
  return { contentType, events };
}

const refused = (simulator: BedrockSimulator, modelId: string, body?: unknown, region?: string) =>
  invoke(runtime(simulator, region), modelId, body).catch((error: unknown) => error);

describe.each(TRANSPORTS)('InvokeModel over %s', (_, tls, configOf) => {
  it('answers in the format of Anthropic’s Messages, and runs the model once', async () => {
    const simulator = await start({ tls });
    const answer = await invoke(runtime(simulator, 'us-east-1', configOf(simulator)));
    const [execution, ...others] = simulator.executions.list();
    expect(answer).toEqual({
      id: `msg_bdrk_${execution?.requestId.replaceAll('-', '')}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-3-haiku-20240307',
      content: [
        {
          type: 'text',
          text: `Simulated answer of ${MODEL}, served in us-east-1 for ${MODEL} called in us-east-1.`,
        },
      ],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 4, output_tokens: 12 },
    });
    expect(execution).toMatchObject({ operation: 'InvokeModel', modelId: MODEL, text: 'Where are you?' });
    expect(others).toEqual([]);
  });

  it('streams the same answer as the events of Anthropic’s Messages, the last with the metrics of Bedrock', async () => {
    const simulator = await start({ tls });
    const client = runtime(simulator, 'us-east-1', configOf(simulator));
    const { contentType, events } = await streamed(client);
    expect(contentType).toBe('application/json');
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'content_block_start',
      ...Array.from({ length: 12 }, () => 'content_block_delta'),
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const text = events.map(({ delta }) => (delta as { text?: string } | undefined)?.text ?? '').join('');
    expect(text).toBe(`Simulated answer of ${MODEL}, served in us-east-1 for ${MODEL} called in us-east-1.`);
    expect(events[0]).toMatchObject({ message: { content: [], usage: { input_tokens: 4 } } });
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 12 } });
    expect(events.at(-1)).toEqual({
      type: 'message_stop',
      'amazon-bedrock-invocationMetrics': {
        inputTokenCount: 4,
        outputTokenCount: 12,
        invocationLatency: 1,
        firstByteLatency: 1,
      },
    });
    expect(simulator.executions.list()).toMatchObject([{ operation: 'InvokeModelWithResponseStream' }]);
  });
});

describe('InvokeModel', () => {
  it('says in its headers what the call took', async () => {
    const simulator = await start();
    const client = runtime(simulator);
    let headers: unknown;
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        ({ headers } = result.response as { headers: unknown });
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    await invoke(client);
    expect(headers).toMatchObject({
      'x-amzn-bedrock-invocation-latency': '1',
      'x-amzn-bedrock-input-token-count': '4',
      'x-amzn-bedrock-output-token-count': '12',
    });
  });

  it('goes through profiles, is recognised by its metadata, and by texts that are no blocks', async () => {
    const simulator = await start();
    const messages = [{ role: 'user', content: 'Hello' }];
    const call = { ...input(PROFILE, { ...REQUEST, messages }), requestMetadata: '{"call":"one"}' };
    await runtime(simulator).send(new InvokeModelCommand(call));
    expect(simulator.executions.list()).toMatchObject([
      { invocationId: PROFILE, text: 'Hello', requestMetadata: { call: 'one' } },
    ]);
  });

  it('is refused for the reasons for which Converse is', async () => {
    const simulator = await start();
    const bare = PROFILE.replace('us.', '');
    expect(await refused(simulator, bare)).toMatchObject({ message: expect.stringMatching(/on-demand throughput/) });
    expect(await refused(simulator, 'no.such')).toMatchObject({
      message: expect.stringMatching(/identifier is invalid/),
    });
    simulator.setAccess(MODEL, { authorization: 'NOT_AUTHORIZED' });
    expect(await refused(simulator, MODEL)).toMatchObject({ name: 'AccessDeniedException' });
    simulator.setLifecycle(MODEL, { status: 'LEGACY', endOfLifeTime: '2020-01-01T00:00:00Z' });
    expect(await refused(simulator, MODEL)).toMatchObject({ name: 'ResourceNotFoundException' });
    expect(simulator.executions.count()).toBe(0);
  });

  it('says which providers’ formats it does not play', async () => {
    const simulator = await start();
    simulator.addModel({ modelId: 'maker.model' });
    expect(await refused(simulator, 'maker.model')).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(
        /does not play InvokeModel for maker\.model, only for models of anthropic, amazon,/,
      ),
    });
    expect(simulator.executions.count()).toBe(0);
  });

  it('takes the versions of the documentation and of the SDK', async () => {
    const simulator = await start();
    for (const version of ['bedrock-2023-05-31', '2026-10-21']) {
      await invoke(runtime(simulator), MODEL, { ...REQUEST, anthropic_version: version });
    }
    expect(simulator.executions.count()).toBe(2);
  });

  it.each([
    ['{', /^Malformed input request, please reformat your input and try again\.$/],
    [{ ...REQUEST, anthropic_version: undefined }, /^anthropic_version: Field required$/],
    [{ ...REQUEST, anthropic_version: '2023-06-01' }, /^Invalid API version: 2023-06-01$/],
    [{ ...REQUEST, max_tokens: undefined }, /^max_tokens: Field required$/],
    [{ ...REQUEST, max_tokens: 0 }, /^max_tokens: Input should be greater than or equal to 1$/],
    [{ ...REQUEST, messages: undefined }, /^messages: Field required$/],
    [{ ...REQUEST, messages: [] }, /^messages: at least one message is required$/],
    [{ ...REQUEST, messages: [{ role: 'tool', content: 'x' }] }, /^messages: Unexpected role "tool"/],
    [
      { ...REQUEST, messages: [{ role: 'user', content: [] }] },
      /^messages\.0: all messages must have non-empty content/,
    ],
    [
      { ...REQUEST, messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
      /^messages: text content blocks/,
    ],
  ])('refuses the request %j', async (body, message) => {
    const simulator = await start();
    expect(await refused(simulator, MODEL, body)).toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
    expect(simulator.executions.count()).toBe(0);
  });

  it('meets faults, also in the middle of its stream', async () => {
    const simulator = await start();
    const client = runtime(simulator);
    simulator.addFault({ kind: 'throttled', operation: 'InvokeModel', modelId: MODEL, times: 1 });
    await expect(invoke(client)).rejects.toMatchObject({ name: 'ThrottlingException' });
    simulator.addFault({ kind: 'access-denied', operation: 'InvokeModelWithResponseStream', times: 1 });
    await expect(streamed(client)).rejects.toThrow(/not authorized to perform: bedrock:InvokeModelWithResponseStream/);
    expect(simulator.executions.count()).toBe(0);
    simulator.addFault({ kind: 'stream-end', operation: 'InvokeModelWithResponseStream', afterEvents: 3, times: 1 });
    expect((await streamed(client)).events).toHaveLength(3);
    simulator.addFault({ kind: 'stream-error', event: 'throttlingException', times: 1 });
    await expect(streamed(client)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(simulator.executions.count()).toBe(2);
  });
});

describe('the formats of other providers', () => {
  const TEXT = (modelId: string) =>
    `Simulated answer of ${modelId}, served in us-east-1 for ${modelId} called in us-east-1.`;
  const prompt = 'Where are you?';
  const messages = [{ role: 'user', content: prompt }];

  const CASES: [
    title: string,
    modelId: string,
    body: object,
    answer: (text: string) => object,
    texts: (event: never) => unknown,
  ][] = [
    [
      'Amazon Nova',
      'amazon.nova-lite-v1:0',
      { messages: [{ role: 'user', content: [{ text: prompt }] }], inferenceConfig: { max_new_tokens: 100 } },
      (text) => ({
        output: { message: { content: [{ text }] } },
        stopReason: 'end_turn',
        usage: { inputTokens: 4, outputTokens: 12 },
      }),
      ({ contentBlockDelta }: { contentBlockDelta?: { delta: { text: string } } }) => contentBlockDelta?.delta.text,
    ],
    [
      'Amazon Titan Text',
      'amazon.titan-text-simulated-v1',
      { inputText: prompt },
      (text) => ({
        inputTextTokenCount: 4,
        results: [{ tokenCount: 12, outputText: text, completionReason: 'FINISH' }],
      }),
      ({ outputText }: { outputText: string }) => outputText,
    ],
    [
      'Meta Llama',
      'meta.llama-simulated-v1:0',
      { prompt },
      (text) => ({ generation: text, prompt_token_count: 4, generation_token_count: 12, stop_reason: 'stop' }),
      ({ generation }: { generation: string }) => generation,
    ],
    [
      'Mistral',
      'mistral.simulated-v1:0',
      { prompt },
      (text) => ({ outputs: [{ text, stop_reason: 'stop' }] }),
      ({ outputs }: { outputs: { text: string }[] }) => outputs[0]?.text,
    ],
    [
      'Cohere Command',
      'cohere.command-simulated-v1:0',
      { message: prompt },
      (text) => ({ text, finish_reason: 'COMPLETE' }),
      ({ text }: { text?: string }) => text,
    ],
    [
      'those that take Chat Completions',
      'openai.simulated-1:0',
      { messages },
      (text) => ({ choices: [{ message: { content: text }, finish_reason: 'stop' }], usage: { total_tokens: 16 } }),
      ({ choices }: { choices: { delta: { content: string } }[] }) => choices[0]?.delta.content,
    ],
  ];

  it.each(CASES)('of %s are taken and given, as a whole and as events', async (_, modelId, body, answer, textOf) => {
    const simulator = await start();
    simulator.addModel({ modelId, modelName: modelId, providerName: 'Simulated', regions: ['us-east-1'] });
    const client = runtime(simulator);
    expect(await invoke(client, modelId, body)).toMatchObject(answer(TEXT(modelId)));
    const { body: stream } = await client.send(new InvokeModelWithResponseStreamCommand(input(modelId, body)));
    const events: never[] = [];
    for await (const { chunk } of stream ?? []) {
      events.push(JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()) as never);
    }
    expect(events.map(textOf).filter(Boolean).join('')).toBe(TEXT(modelId));
    expect(events.at(-1)).toHaveProperty('amazon-bedrock-invocationMetrics');
    await expect(invoke(client, modelId, {})).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it.each([
    [
      'amazon.titan-embed-text-v2:0',
      { inputText: 'one', dimensions: 256 },
      { embedding: 256, embeddingsByType: { float: 256 } },
    ],
    ['amazon.titan-embed-text-v1', { inputText: 'one' }, { embedding: 1536 }],
    [
      'amazon.titan-embed-image-v1',
      { inputImage: 'YQ==', embeddingConfig: { outputEmbeddingLength: 384 } },
      { embedding: 384 },
    ],
    ['cohere.embed-english-v3', { texts: ['one', 'two'], input_type: 'search_query' }, { embeddings: [1024, 1024] }],
    [
      'cohere.embed-v4:0',
      { texts: ['one'], input_type: 'search_query', embedding_types: ['float'], output_dimension: 512 },
      { embeddings: { float: [512] } },
    ],
  ])('make vectors of %s that follow from the text', async (modelId, body, lengths) => {
    const simulator = await start();
    simulator.addModel({
      modelId,
      modelName: modelId,
      providerName: 'Simulated',
      regions: ['us-east-1'],
      outputModalities: ['EMBEDDING'],
    });
    const lengthsIn = (value: unknown): unknown =>
      Array.isArray(value)
        ? typeof value[0] === 'number'
          ? value.length
          : value.map(lengthsIn)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, lengthsIn(each)]))
          : value;
    const client = runtime(simulator);
    const answer = await invoke(client, modelId, body);
    expect(lengthsIn(answer)).toMatchObject(lengths);
    expect(await invoke(client, modelId, body)).toMatchObject(
      Object.fromEntries(Object.entries(answer as object).filter(([name]) => name.startsWith('embedding'))),
    );
    await expect(client.send(new InvokeModelWithResponseStreamCommand(input(modelId, body)))).rejects.toMatchObject({
      message: expect.stringContaining('unsupported for streaming'),
    });
  });

  it.each([
    ['amazon.titan-embed-text-v2:0', { inputText: 'one', dimensions: 3 }, /3 is not a valid enum value/],
    ['amazon.titan-embed-text-v2:0', {}, /required key \[inputText\] not found/],
    ['cohere.embed-english-v3', { texts: ['one'] }, /required key \[input_type\] not found/],
    ['cohere.embed-english-v3', { input_type: 'search_query' }, /required key \[texts\] not found/],
    ['cohere.embed-english-v3', { texts: ['one'], input_type: 'song' }, /'song' at 'input_type'/],
  ])('make no vectors of %s for %j', async (modelId, body, message) => {
    const simulator = await start();
    await expect(invoke(runtime(simulator), modelId, body)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringMatching(message),
    });
    expect(simulator.executions.count()).toBe(0);
  });

  it.each([
    [
      'amazon.nova-canvas-v1:0',
      { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'a cat' }, imageGenerationConfig: { numberOfImages: 2 } },
      2,
    ],
    ['stability.simulated-v1:0', { prompt: 'a cat' }, 1],
  ])('make images of %s', async (modelId, body, count) => {
    const simulator = await start();
    simulator.addModel({
      modelId,
      modelName: modelId,
      providerName: 'Simulated',
      regions: ['us-east-1'],
      outputModalities: ['IMAGE'],
    });
    const { images } = (await invoke(runtime(simulator), modelId, body)) as { images: string[] };
    expect(images).toHaveLength(count);
    expect(images.every((image) => Buffer.from(image, 'base64').subarray(1, 4).toString() === 'PNG')).toBe(true);
    expect(simulator.executions.list()[0]?.text).toBe('a cat');
    await expect(invoke(runtime(simulator), modelId, {})).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
