import { validationError } from '../protocol/aws-error.js';
import type { InvokeFormat } from './invoke-format.js';
import { isObject, type ModelRequest } from './model-request.js';
import { type ModelAnswer, tokensOf } from './model-runner.js';

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
  return { texts: messages.flatMap((message, index) => textsOf(message, index)), maxTokens: maxTokens as number };
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
    content: [{ type: 'text', text: answer.text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: answer.inputTokens, output_tokens: answer.outputTokens },
  };
}

function eventsOf(answer: ModelAnswer): object[] {
  const usage = { input_tokens: answer.inputTokens, output_tokens: 1 };
  const deltas = tokensOf(answer.text).map((text) => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text },
  }));
  return [
    { type: 'message_start', message: { ...messageOf(answer), usage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...deltas,
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: answer.outputTokens },
    },
    { type: 'message_stop' },
  ];
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
