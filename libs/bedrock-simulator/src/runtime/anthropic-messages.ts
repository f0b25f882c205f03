import { validationError } from '../protocol/aws-error.js';
import type { InvokeFormat } from './invoke-format.js';
import { isObject } from '../settings/objects.js';
import type { ModelRequest } from './model-request.js';
import type { ModelAnswer } from './model-runner.js';

/** Those of Bedrock's documentation, and of Anthropic's SDK since its release 1.0. */
const VERSIONS: ReadonlySet<unknown> = new Set(['bedrock-2023-05-31', '2026-10-21']);

/** Anthropic's Messages, as Bedrock takes them: with a version, and without model and stream. */
export const anthropicMessages: InvokeFormat = { read, answer: answerOf, events: eventsOf };

function read(body: Readonly<Record<string, unknown>>): ModelRequest {
  for (const field of ['anthropic_version', 'max_tokens', 'messages']) {
    if (body[field] === undefined) {
      throw validationError(`${field}: Field required`);
    }
  }
  const { anthropic_version: version, max_tokens: maxTokens, messages } = body;
  if (!VERSIONS.has(version)) {
    throw validationError(`Invalid API version: ${String(version)}`);
  }
  if (!Number.isInteger(maxTokens) || (maxTokens as number) < 1) {
    throw validationError('max_tokens: Input should be greater than or equal to 1');
  }
  if (!Array.isArray(messages) || messages.length === 0) {
    throw validationError('messages: at least one message is required');
  }
  const texts = messages.map((message, index) => textsOf(message, index));
  return {
    texts: texts.flat(),
    lastTexts: texts.at(-1) ?? [],
    ...toolsIn(body),
    answerSchema: schemaIn(body),
    maxTokens: maxTokens as number,
  };
}

function toolsIn({
  tools,
  tool_choice: choice,
}: Readonly<Record<string, unknown>>): Pick<ModelRequest, 'tools' | 'mustCall'> {
  if (!Array.isArray(tools)) {
    return {};
  }
  const offers = tools.flatMap((tool: unknown) => {
    const { name, input_schema: schema } = isObject(tool) ? tool : {};
    return typeof name === 'string' ? [{ name, schema }] : [];
  });
  const { type, name } = isObject(choice) ? choice : {};
  return { tools: offers, mustCall: type === 'any' ? true : typeof name === 'string' ? name : undefined };
}

function schemaIn({ output_config: config, output_format: former }: Readonly<Record<string, unknown>>): unknown {
  const format = isObject(config) ? config['format'] : former;
  return isObject(format) ? format['schema'] : undefined;
}

function textsOf(message: unknown, index: number): string[] {
  const { role, content } = isObject(message) ? message : {};
  if (role !== 'user' && role !== 'assistant') {
    throw validationError(`messages: Unexpected role "${String(role)}". Allowed roles are "user" or "assistant"`);
  }
  const blocks: unknown[] = typeof content === 'string' ? [{ text: content }] : Array.isArray(content) ? content : [];
  const texts = blocks.flatMap((block) =>
    isObject(block) && typeof block['text'] === 'string' ? [block['text']] : [],
  );
  if (blocks.length === 0 || content === '') {
    throw validationError(
      `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
    );
  }
  if (texts.includes('')) {
    throw validationError('messages: text content blocks must be non-empty');
  }
  return texts;
}

function answerOf(answer: ModelAnswer): object {
  return {
    ...messageOf(answer),
    content: [
      ...(saysNothing(answer) ? [] : [{ type: 'text', text: answer.text }]),
      ...answer.toolCalls.map(toolUseOf),
    ],
    stop_reason: answer.stopReason,
    usage: { input_tokens: answer.inputTokens, output_tokens: answer.outputTokens },
  };
}

function eventsOf(answer: ModelAnswer): object[] {
  const usage = { input_tokens: answer.inputTokens, output_tokens: 1 };
  const said = {
    block: { type: 'text', text: '' },
    deltas: answer.chunks.map((text) => ({ type: 'text_delta', text })),
  };
  const called = answer.toolCalls.map((call) => ({
    block: { ...toolUseOf(call), input: {} },
    deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(call.input) }],
  }));
  const blocks = [...(saysNothing(answer) ? [] : [said]), ...called].flatMap(({ block, deltas }, index) => [
    { type: 'content_block_start', index, content_block: block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]);
  return [
    { type: 'message_start', message: { ...messageOf(answer), usage } },
    ...blocks,
    {
      type: 'message_delta',
      delta: { stop_reason: answer.stopReason, stop_sequence: null },
      usage: { output_tokens: answer.outputTokens },
    },
    { type: 'message_stop' },
  ];
}

function saysNothing({ text, toolCalls }: ModelAnswer): boolean {
  return text === '' && toolCalls.length > 0;
}

function toolUseOf({ id, name, input }: ModelAnswer['toolCalls'][number]): object {
  return { type: 'tool_use', id: `toolu_bdrk_${id}`, name, input };
}

/** A message before its first token. Its model is named as Anthropic does, without provider and version. */
function messageOf({ id, modelId }: ModelAnswer): object {
  return {
    id: `msg_bdrk_${id}`,
    type: 'message',
    role: 'assistant',
    model: modelId.replace(/^anthropic\./, '').replace(/-v\d+(:\d+)?$/, ''),
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}
