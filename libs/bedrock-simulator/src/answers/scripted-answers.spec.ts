import { afterEach, describe, expect, it } from '@jest/globals';
import {
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  CountTokensCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { BedrockEmbeddings, ChatBedrockConverse } from '@langchain/aws';
import { embedMany, generateObject, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import { collect, runtime, start, stopAll } from '../clients.spec.helper.js';
import type { ScriptedAnswer } from './scripted-answers.js';

afterEach(stopAll);

const MODEL = 'amazon.nova-lite-v1:0';
const CLAUDE = 'anthropic.claude-3-haiku-20240307-v1:0';
const WEATHER = {
  type: 'object' as const,
  properties: {
    city: { type: 'string' as const, enum: ['Oslo', 'Rome'] },
    days: { type: 'integer' as const, minimum: 1 },
  },
  required: ['city', 'days'],
};

const input = (text: string, more: Partial<ConverseCommandInput> = {}): ConverseCommandInput => ({
  modelId: MODEL,
  messages: [{ role: 'user', content: [{ text }] }],
  ...more,
});

async function said(simulator: BedrockSimulator, text = 'Hello', more?: Partial<ConverseCommandInput>) {
  const { output, stopReason, usage } = await runtime(simulator).send(new ConverseCommand(input(text, more)));
  return { content: output?.message?.content, stopReason, usage };
}

describe('a script', () => {
  it('says what a model answers, as a whole and as a stream, with its usage and the reason that it stopped for', async () => {
    const simulator = await start();
    simulator.addAnswer({
      chunks: ['Rain, ', 'and then', ' sun.'],
      stopReason: 'stop_sequence',
      usage: { inputTokens: 7, outputTokens: 3 },
      delayPerChunkMs: 1,
    });
    expect(await said(simulator)).toMatchObject({
      content: [{ text: 'Rain, and then sun.' }],
      stopReason: 'stop_sequence',
      usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
    });
    const { stream } = await runtime(simulator).send(new ConverseStreamCommand(input('Hello')));
    const { events } = await collect(stream);
    expect(events.flatMap(({ contentBlockDelta }) => contentBlockDelta?.delta?.text ?? [])).toEqual([
      'Rain, ',
      'and then',
      ' sun.',
    ]);
    expect(events.at(-2)).toEqual({ messageStop: { stopReason: 'stop_sequence' } });
  });

  it('answers the requests that it matches, as often as it says; of several the last', async () => {
    const simulator = await start();
    simulator.addAnswer({ text: 'any' });
    simulator.addAnswer({ text: 'text', matches: 'weather' });
    simulator.addAnswer({ text: 'pattern', matches: /^time/ });
    simulator.addAnswer({
      text: 'function',
      matches: ({ texts, region }) => texts.length === 2 && region === 'us-east-1',
    });
    const remove = simulator.addAnswer({ text: 'once', times: 1, modelId: MODEL });
    simulator.addAnswer({ text: 'other model', modelId: CLAUDE });
    const asked = ['Hello', 'Hello', 'What weather?', 'time?', 'the time?'];
    const texts = [];
    for (const text of asked) {
      texts.push((await said(simulator, text)).content?.[0]?.text);
    }
    expect(texts).toEqual(['once', 'any', 'text', 'pattern', 'any']);
    const two = [{ role: 'user' as const, content: [{ text: 'a' }, { text: 'b' }] }];
    expect((await said(simulator, '', { messages: two })).content).toEqual([{ text: 'function' }]);
    remove();
    simulator.clearAnswers();
    expect((await said(simulator)).content?.[0]?.text).toMatch(/^Simulated answer/);
  });

  it('calls tools, with what they accept where nothing is said', async () => {
    const simulator = await start();
    const tools = ['clock', 'weather'].map((name) => ({ toolSpec: { name, inputSchema: { json: WEATHER } } }));
    simulator.addAnswer({
      text: 'Let me see.',
      toolCalls: [{ name: 'clock', input: { zone: 1 } }, { name: 'weather' }],
    });
    expect(await said(simulator, 'Hello', { toolConfig: { tools } })).toMatchObject({
      stopReason: 'tool_use',
      content: [
        { text: 'Let me see.' },
        { toolUse: { name: 'clock', input: { zone: 1 } } },
        { toolUse: { name: 'weather', input: { city: 'Oslo', days: 1 } } },
      ],
    });
    const { stream } = await runtime(simulator).send(
      new ConverseStreamCommand(input('Hello', { toolConfig: { tools } })),
    );
    const { events } = await collect(stream);
    expect(events.flatMap(({ contentBlockStart }) => contentBlockStart?.contentBlockIndex ?? [])).toEqual([1, 2]);
  });

  it.each([
    [{ txt: 'x' }, /addAnswer has no "txt"/],
    [{ text: 7 }, /answer text must be a text; got 7/],
    [{ matches: 7 }, /answer matches must be a text, a pattern or a function/],
    [{ times: 0 }, /answer times must be a number from 1 up/],
    [{ toolCalls: {} }, /answer toolCalls must be a list/],
    [{ toolCalls: [{}] }, /name of an answer toolCalls must be a text/],
    [{ stopReason: 'tired' }, /answer stopReason must be one of end_turn/],
    [{ usage: { tokens: 1 } }, /answer usage has no "tokens"/],
    [{ chunks: 'x' }, /answer chunks must be a list of texts/],
    [{ delayPerChunkMs: -1 }, /answer delayPerChunkMs must be a number from 0 up/],
    [{ embedding: 'x' }, /answer embedding must be a list of numbers/],
    [{ modelId: '' }, /answer modelId must be a text that is not empty/],
  ])('is refused as %j', async (answer, message) => {
    const simulator = await start();
    expect(() => simulator.addAnswer(answer as unknown as ScriptedAnswer)).toThrow(message);
  });
});

describe('an answer without a script', () => {
  it('is as long as the request allows', async () => {
    const simulator = await start();
    const { content, stopReason } = await said(simulator, 'Hello', { inferenceConfig: { maxTokens: 2 } });
    expect([content, stopReason]).toEqual([[{ text: 'Simulated answer' }], 'max_tokens']);
  });

  it('is what the JSON schema of the request accepts, and the tool that it must call', async () => {
    const simulator = await start();
    const textFormat = { type: 'json_schema' as const, structure: { jsonSchema: { schema: JSON.stringify(WEATHER) } } };
    const { content } = await said(simulator, 'Hello', { outputConfig: { textFormat } });
    expect(JSON.parse(content?.[0]?.text ?? '')).toEqual({ city: 'Oslo', days: 1 });
    const tools = ['clock', 'weather'].map((name) => ({ toolSpec: { name, inputSchema: { json: WEATHER } } }));
    for (const [toolChoice, name] of [
      [{ any: {} }, 'clock'],
      [{ tool: { name: 'weather' } }, 'weather'],
    ] as const) {
      const called = await said(simulator, 'Hello', { toolConfig: { tools, toolChoice } });
      expect(called.content).toMatchObject([{ toolUse: { name, input: { city: 'Oslo', days: 1 } } }]);
    }
  });
});

describe('CountTokens', () => {
  it('counts what a call with that input is charged for, and runs no model', async () => {
    const simulator = await start();
    const client = runtime(simulator);
    const { messages } = input('Where are you?');
    const counted = await client.send(new CountTokensCommand({ modelId: MODEL, input: { converse: { messages } } }));
    expect([counted.inputTokens, simulator.executions.count()]).toEqual([4, 0]);
    expect((await said(simulator, 'Where are you?')).usage?.inputTokens).toBe(4);
    const body = Buffer.from(JSON.stringify({ messages }));
    const invoked = await client.send(new CountTokensCommand({ modelId: MODEL, input: { invokeModel: { body } } }));
    expect(invoked.inputTokens).toBe(4);
    await expect(
      client.send(new CountTokensCommand({ modelId: 'no.such', input: { converse: { messages } } })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('the AI SDK of Vercel', () => {
  const provider = ({ endpoint, credentials }: BedrockSimulator) =>
    createAmazonBedrock({ region: 'us-east-1', baseURL: endpoint, ...credentials });

  it('runs tools, streams, makes objects and embeds', async () => {
    const simulator = await start();
    const bedrock = provider(simulator);
    const cities: string[] = [];
    const weather = tool({
      description: 'The weather.',
      inputSchema: jsonSchema<{ city: string }>(WEATHER),
      execute: ({ city }) => {
        cities.push(city);
        return 'rain';
      },
    });
    simulator.addAnswer({
      toolCalls: [{ name: 'weather', input: { city: 'Rome', days: 2 } }],
      times: 1,
      matches: 'umbrella',
    });
    const { text, steps } = await generateText({
      model: bedrock(MODEL),
      prompt: 'Do I need an umbrella?',
      tools: { weather },
      stopWhen: stepCountIs(2),
    });
    expect([cities, steps.length, text]).toEqual([['Rome'], 2, expect.stringMatching(/^Simulated answer/)]);

    simulator.addAnswer({ chunks: ['Rain', ' soon'], times: 1 });
    const streamed = [];
    for await (const piece of streamText({ model: bedrock(MODEL), prompt: 'Hello' }).textStream) {
      streamed.push(piece);
    }
    expect(streamed).toEqual(['Rain', ' soon']);

    const { object } = await generateObject({
      model: bedrock(MODEL),
      prompt: 'The weather?',
      schema: jsonSchema<{ city: string; days: number }>(WEATHER),
    });
    expect(object).toEqual({ city: 'Oslo', days: 1 });

    simulator.addAnswer({ modelId: 'amazon.titan-embed-text-v2:0', embedding: [0.6, 0.8], matches: 'scripted' });
    const { embeddings } = await embedMany({
      model: bedrock.embedding('amazon.titan-embed-text-v2:0'),
      values: ['one', 'one', 'scripted'],
    });
    expect(embeddings[0]).toHaveLength(1024);
    expect(embeddings[0]).toEqual(embeddings[1]);
    expect(embeddings[2]).toEqual([0.6, 0.8]);
  });
});

describe('LangChain', () => {
  it('binds tools, makes structured output, streams and embeds', async () => {
    const simulator = await start();
    const { credentials } = simulator;
    const client = runtime(simulator);
    const model = new ChatBedrockConverse({ model: MODEL, region: 'us-east-1', credentials, client });
    const { tool_calls: calls } = await model
      .bindTools([{ name: 'weather', description: 'The weather.', schema: WEATHER }])
      .invoke('Ask the weather.');
    expect(calls).toMatchObject([{ name: 'weather', args: { city: 'Oslo', days: 1 } }]);
    const structured: unknown = await model
      .withStructuredOutput(WEATHER, { name: 'weather' })
      .invoke('How is the weather?');
    expect(structured).toEqual({ city: 'Oslo', days: 1 });
    simulator.addAnswer({ chunks: ['Rain', ' soon'], times: 1 });
    let streamed = '';
    for await (const { text } of await model.stream('Hello')) {
      streamed += text;
    }
    expect(streamed).toBe('Rain soon');
    const embeddings = new BedrockEmbeddings({ region: 'us-east-1', model: 'amazon.titan-embed-text-v2:0', client });
    expect(await embeddings.embedDocuments(['one', 'two'])).toEqual([expect.any(Array), expect.any(Array)]);
  });
});

describe('the SDK of Anthropic', () => {
  it('calls tools and streams', async () => {
    const simulator = await start();
    const { endpoint: baseURL, credentials } = simulator;
    const client = new AnthropicBedrock({
      baseURL,
      awsRegion: 'us-east-1',
      awsAccessKey: credentials.accessKeyId,
      awsSecretKey: credentials.secretAccessKey,
      awsSessionToken: credentials.sessionToken ?? null,
      maxRetries: 0,
    });
    const asked = {
      model: CLAUDE,
      max_tokens: 100,
      messages: [{ role: 'user' as const, content: 'Ask the weather.' }],
      tools: [{ name: 'weather', input_schema: WEATHER }],
    };
    const { content, stop_reason: stopReason } = await client.messages.create(asked);
    expect([content, stopReason]).toMatchObject([
      [{ type: 'tool_use', name: 'weather', input: { city: 'Oslo', days: 1 } }],
      'tool_use',
    ]);
    simulator.addAnswer({ text: 'One moment.', toolCalls: [{ name: 'weather', input: { city: 'Rome' } }] });
    const final = await client.messages.stream(asked).finalMessage();
    expect(final.content).toMatchObject([
      { type: 'text', text: 'One moment.' },
      { type: 'tool_use', input: { city: 'Rome' } },
    ]);
  });
});
