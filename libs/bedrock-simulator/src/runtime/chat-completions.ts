import type { BodyTarget, Invocation, InvocationCall } from '../operations/operation.js';
import { validationError } from '../protocol/aws-error.js';
import { openAiError } from '../protocol/error-formats.js';
import { STREAM_ERRORS, type StreamErrorName } from './event-stream.js';
import { resolveMantleTarget } from './invocation-target.js';
import { type ModelAnswer, runModel, tokensOf } from './model-runner.js';
import { isObject, type ModelRequest, parseObject, textsOrNone, tokensOrNone, toolNamedIn } from './model-request.js';

const STREAM_STATUSES: Readonly<Record<StreamErrorName, number>> = {
  modelStreamErrorException: 424,
  throttlingException: 429,
  internalServerException: 500,
  serviceUnavailableException: 503,
  validationException: 400,
};

const DONE = Buffer.from('data: [DONE]\n\n');

/** What is asked for, as OpenAI has it in the body. */
export function chatTarget(body: string): BodyTarget {
  const { model, stream } = parseObject(body) ?? {};
  return { resource: typeof model === 'string' ? model : '', streams: stream === true };
}

/** OpenAI's Chat Completions: the whole answer at once, or as events that a server sends. */
export function chatCompletions(call: InvocationCall): Invocation {
  return complete(call, (body) => runModel(call, 'ChatCompletions', () => read(body)));
}

/** The same for the models of `bedrock-mantle`. */
export function mantleChatCompletions(call: InvocationCall): Invocation {
  return complete(call, (body) => runModel(call, 'MantleChatCompletions', () => read(body), resolveMantleTarget));
}

function complete(call: InvocationCall, run: (body: Readonly<Record<string, unknown>>) => ModelAnswer): Invocation {
  const body = parseObject(call.body);
  if (body === undefined) {
    throw validationError('The request body is not valid JSON.');
  }
  if (call.resource === '') {
    throw validationError("Missing required parameter: 'model'.");
  }
  const answer = run(body);
  const completion = {
    id: `chatcmpl-${answer.id}`,
    created: Math.floor(call.nowMs / 1000),
    model: call.resource,
  };
  const { latencyMs } = answer;
  if (body['stream'] !== true) {
    const whole = {
      ...completion,
      object: 'chat.completion',
      choices: [choiceOf(answer)],
      usage: usageOf(answer),
    };
    const pieces = [Buffer.from(JSON.stringify(whole))];
    return { contentType: 'application/json', pieces, streamed: false, latencyMs };
  }
  const chunks = chunksOf(answer, body).map((chunk) =>
    encode({ ...completion, object: 'chat.completion.chunk', ...chunk }),
  );
  return {
    contentType: 'text/event-stream',
    pieces: [...chunks, DONE],
    encodeError: (name, message = STREAM_ERRORS[name]) =>
      encode(openAiError(`${name.charAt(0).toUpperCase()}${name.slice(1)}`, STREAM_STATUSES[name], message)),
    streamed: true,
    latencyMs,
  };
}

function read(body: Readonly<Record<string, unknown>>): ModelRequest {
  const { messages, metadata, tools } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw validationError("Missing required parameter: 'messages'.");
  }
  // As with Converse, what the system says is no message.
  const said = messages.filter((message) => isObject(message) && !isSystem(message['role']));
  return {
    texts: said.flatMap(textsOf),
    tool: toolOf(messages.at(-1), tools),
    maxTokens: tokensOrNone(body['max_completion_tokens'] ?? body['max_tokens']),
    requestMetadata: textsOrNone(metadata),
  };
}

/** A tool is called when the last message is no answer of a tool, and names it. */
function toolOf(last: unknown, tools: unknown): string | undefined {
  const answers = isObject(last) && last['role'] === 'tool';
  return answers || !Array.isArray(tools) ? undefined : toolNamedIn(textsOf(last), tools.map(nameOf));
}

function nameOf(tool: unknown): unknown {
  const described = isObject(tool) ? tool['function'] : undefined;
  return isObject(described) ? described['name'] : undefined;
}

function isSystem(role: unknown): boolean {
  return role === 'system' || role === 'developer';
}

function textsOf(message: unknown): string[] {
  const { content } = isObject(message) ? message : {};
  const parts: unknown[] = Array.isArray(content) ? content : [{ text: content }];
  return parts.flatMap((part) => (isObject(part) && typeof part['text'] === 'string' ? [part['text']] : []));
}

function choiceOf(answer: ModelAnswer): object {
  const toolCalls = toolCallsOf(answer);
  const message = toolCalls
    ? { role: 'assistant', content: null, refusal: null, tool_calls: toolCalls }
    : { role: 'assistant', content: answer.text, refusal: null };
  return { index: 0, message, logprobs: null, finish_reason: toolCalls ? 'tool_calls' : 'stop' };
}

function chunksOf(answer: ModelAnswer, body: Readonly<Record<string, unknown>>): object[] {
  const toolCalls = toolCallsOf(answer);
  const deltas = toolCalls
    ? [{ tool_calls: toolCalls.map((toolCall, index) => ({ index, ...toolCall })) }]
    : tokensOf(answer.text).map((content) => ({ content }));
  const choices = [{ role: 'assistant', content: toolCalls ? null : '' }, ...deltas].map((delta) => ({
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  }));
  const finish = { index: 0, delta: {}, logprobs: null, finish_reason: toolCalls ? 'tool_calls' : 'stop' };
  const { stream_options: options } = body;
  const usage = isObject(options) && options['include_usage'] === true ? [{ choices: [], usage: usageOf(answer) }] : [];
  return [...choices, { choices: [finish] }, ...usage];
}

function toolCallsOf({ id, tool: name }: ModelAnswer): object[] | undefined {
  return name === undefined ? undefined : [{ id: `call_${id}`, type: 'function', function: { name, arguments: '{}' } }];
}

function usageOf({ inputTokens, outputTokens }: ModelAnswer): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

function encode(event: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}
