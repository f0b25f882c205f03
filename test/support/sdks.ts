import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk';
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { ChatBedrockConverse } from '@langchain/aws';
import { generateText, streamText } from 'ai';
import type { FaultOptions } from 'bedrock-simulator';
import type { RunContext } from 'nestjs-bedrock-discovery';
import OpenAI from 'openai';

type Operation = NonNullable<FaultOptions['operation']>;

/** How an SDK makes a call within a run. */
export interface Sdk {
  readonly whole: Operation;
  readonly streamed: Operation;
  /** Through which part of the context it makes its requests. */
  readonly through: 'client' | 'fetch';
  call(context: RunContext, text: string, manner?: Manner): Promise<string>;
  stream(context: RunContext, text: string, manner?: Manner): Promise<AsyncIterable<string>>;
}

/** As the documentation has it, or with the SDK's own retries and without the signal of the attempt. */
export type Manner = 'documented' | 'careless';

const MAX_TOKENS = 100;
const messagesOf = (text: string) => [{ role: 'user' as const, content: [{ text }] }];
const settingsOf = ({ signal }: RunContext, manner: Manner = 'documented') =>
  manner === 'documented' ? { maxRetries: 0, signal } : {};

const awsSdk: Sdk = {
  whole: 'Converse',
  streamed: 'ConverseStream',
  through: 'client',
  call: async ({ client, route }, text) => {
    const command = new ConverseCommand({ modelId: route.invocationId, messages: messagesOf(text) });
    const { output } = await client(BedrockRuntimeClient).send(command);
    return output?.message?.content?.[0]?.text ?? '';
  },
  stream: async ({ client, route }, text) => {
    const command = new ConverseStreamCommand({ modelId: route.invocationId, messages: messagesOf(text) });
    const { stream } = await client(BedrockRuntimeClient).send(command);
    return textsOf(stream ?? [], ({ contentBlockDelta }) => contentBlockDelta?.delta?.text);
  },
};

function vercelModelOf({ route, endpoint, credentials, fetch }: RunContext) {
  const { region, invocationId } = route;
  return createAmazonBedrock({ region, baseURL: endpoint, credentialProvider: credentials, fetch })(invocationId);
}

export function vercelCallOf(context: RunContext, prompt: string, manner?: Manner) {
  const { maxRetries, signal } = settingsOf(context, manner);
  return {
    model: vercelModelOf(context),
    prompt,
    ...(maxRetries !== undefined && { maxRetries }),
    ...(signal !== undefined && { abortSignal: signal }),
  };
}

const vercelAiSdk: Sdk = {
  whole: 'Converse',
  streamed: 'ConverseStream',
  through: 'fetch',
  call: async (context, text, manner) => (await generateText(vercelCallOf(context, text, manner))).text,
  stream: async (context, text, manner) => {
    const { textStream } = streamText({ ...vercelCallOf(context, text, manner), onError: () => undefined });
    return textStream;
  },
};

export function langChainModelOf({ route, client }: RunContext, manner?: Manner) {
  return new ChatBedrockConverse({
    model: route.invocationId,
    region: route.region,
    client: client(BedrockRuntimeClient),
    ...(manner !== 'careless' && { maxRetries: 0 }),
  });
}

const langChain: Sdk = {
  whole: 'Converse',
  streamed: 'ConverseStream',
  through: 'client',
  call: async (context, text, manner) => {
    const { signal } = settingsOf(context, manner);
    const answer = await langChainModelOf(context, manner).invoke(text, signal && { signal });
    return answer.text;
  },
  stream: async (context, text, manner) => {
    const { signal } = settingsOf(context, manner);
    const chunks = await langChainModelOf(context, manner).stream(text, signal && { signal });
    return textsOf(chunks, (chunk) => chunk.text);
  },
};

function anthropicCallOf(context: RunContext, text: string, manner?: Manner) {
  const { route, endpoint, fetch } = context;
  const { maxRetries, signal } = settingsOf(context, manner);
  const { messages } = new AnthropicBedrock({
    awsRegion: route.region,
    baseURL: endpoint,
    skipAuth: true,
    fetch,
    ...(maxRetries !== undefined && { maxRetries }),
  });
  const asked = {
    model: route.invocationId,
    max_tokens: MAX_TOKENS,
    messages: [{ role: 'user' as const, content: text }],
  };
  return { messages, asked, options: signal && { signal } };
}

const anthropicSdk: Sdk = {
  whole: 'InvokeModel',
  streamed: 'InvokeModelWithResponseStream',
  through: 'fetch',
  call: async (context, text, manner) => {
    const { messages, asked, options } = anthropicCallOf(context, text, manner);
    const { content } = await messages.create(asked, options);
    return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  },
  stream: (context, text, manner) => {
    const { messages, asked, options } = anthropicCallOf(context, text, manner);
    const events = messages.stream(asked, options);
    return Promise.resolve(
      textsOf(events, (event) =>
        event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : undefined,
      ),
    );
  },
};

export function openAiCallOf(context: RunContext, content: string, manner?: Manner) {
  const { endpoint, fetch, route } = context;
  const { maxRetries, signal } = settingsOf(context, manner);
  const { completions } = new OpenAI({
    baseURL: `${endpoint}/openai/v1`,
    apiKey: 'none',
    // What has no such header is signed by `fetch`.
    defaultHeaders: { Authorization: null },
    fetch,
    ...(maxRetries !== undefined && { maxRetries }),
  }).chat;
  return {
    completions,
    asked: { model: route.invocationId, messages: [{ role: 'user' as const, content }] },
    options: signal && { signal },
  };
}

const openAiSdk: Sdk = {
  whole: 'ChatCompletions',
  streamed: 'ChatCompletions',
  through: 'fetch',
  call: async (context, text, manner) => {
    const { completions, asked, options } = openAiCallOf(context, text, manner);
    const { choices } = await completions.create(asked, options);
    return choices[0]?.message.content ?? '';
  },
  stream: async (context, text, manner) => {
    const { completions, asked, options } = openAiCallOf(context, text, manner);
    const chunks = await completions.create({ ...asked, stream: true }, options);
    return textsOf(chunks, ({ choices }) => choices[0]?.delta.content);
  },
};

/** Of what an SDK streams, the pieces of text. */
async function* textsOf<T>(items: AsyncIterable<T> | Iterable<T>, textOf: (item: T) => string | null | undefined) {
  for await (const item of items) {
    const text = textOf(item);
    if (text !== undefined && text !== null && text !== '') {
      yield text;
    }
  }
}

export const SDKS = {
  'the AWS SDK': awsSdk,
  'the Vercel AI SDK': vercelAiSdk,
  LangChain: langChain,
  "Anthropic's SDK": anthropicSdk,
  "OpenAI's SDK": openAiSdk,
} as const satisfies Readonly<Record<string, Sdk>>;
