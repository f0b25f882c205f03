import type { StopReason } from '../answers/scripted-answers.js';
import type { BodyTarget, Invocation, InvocationCall } from '../operations/operation.js';
import { validationError } from '../protocol/aws-error.js';
import type { RequestBody } from '../protocol/request-body.js';
import { openAiError } from '../protocol/error-formats.js';
import { STREAM_ERRORS, type StreamErrorName } from './event-stream.js';
import { resolveMantleTarget } from './invocation-target.js';
import { type ModelAnswer, runModel } from './model-runner.js';
import { isObject, textsOrNone } from '../settings/objects.js';
import { type ModelRequest, tokensOrNone, type ToolOffer } from './model-request.js';

const STREAM_STATUSES: Readonly<Record<StreamErrorName, number>> = {
  modelStreamErrorException: 424,
  throttlingException: 429,
  internalServerException: 500,
  serviceUnavailableException: 503,
  validationException: 400,
};

const DONE = Buffer.from('data: [DONE]\n\n');

/** What is asked for, as OpenAI has it in the body. */
export function chatTarget({ object }: RequestBody): BodyTarget {
  const { model, stream } = object ?? {};
  return { resource: typeof model === 'string' ? model : '', streams: stream === true };
}

/** OpenAI's Chat Completions: the whole answer at once, or as events that a server sends. */
export function chatCompletions(call: InvocationCall): Invocation {
  const body = bodyOf(call);
  return complete(
    call,
    body,
    runModel(call, 'ChatCompletions', () => readChat(body)),
  );
}

/** The same for the models of `bedrock-mantle`. */
export function mantleChatCompletions(call: InvocationCall): Invocation {
  const body = bodyOf(call);
  return complete(
    call,
    body,
    runModel(call, 'MantleChatCompletions', () => readChat(body), resolveMantleTarget),
  );
}

/** @throws AwsError ValidationException for what is no JSON, or names no model */
export function bodyOf({ body: { object: body }, resource }: InvocationCall): Readonly<Record<string, unknown>> {
  if (body === undefined) {
    throw validationError('The request body is not valid JSON.');
  }
  if (resource === '') {
    throw validationError("Missing required parameter: 'model'.");
  }
  return body;
}

function complete(call: InvocationCall, body: Readonly<Record<string, unknown>>, answer: ModelAnswer): Invocation {
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
    encodeServerEvent({ ...completion, object: 'chat.completion.chunk', ...chunk }),
  );
  return {
    contentType: 'text/event-stream',
    pieces: [...chunks, DONE],
    encodeError: (name, message) => encodeServerEvent(streamErrorOf(name, message)),
    streamed: true,
    latencyMs,
    delayPerPieceMs: answer.delayPerChunkMs,
  };
}

/** @throws AwsError ValidationException where messages are missing */
export function readChat(body: Readonly<Record<string, unknown>>): ModelRequest {
  const { messages, metadata, tools } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw validationError("Missing required parameter: 'messages'.");
  }
  // As with Converse, what the system says is no message.
  const said = messages.filter((message) => isObject(message) && !isSystem(message['role']));
  return {
    texts: said.flatMap(textsOf),
    ...lastOf(messages.at(-1)),
    ...(Array.isArray(tools) && { tools: tools.flatMap(offerOf), mustCall: mustCallOf(body['tool_choice'], offerOf) }),
    answerSchema: schemaIn(body['response_format']),
    maxTokens: tokensOrNone(body['max_completion_tokens'] ?? body['max_tokens']),
    requestMetadata: textsOrNone(metadata),
  };
}

/** What a tool has answered names no tool. */
function lastOf(last: unknown): Pick<ModelRequest, 'lastTexts'> {
  return { lastTexts: isObject(last) && last['role'] === 'tool' ? [] : textsOf(last) };
}

function offerOf(tool: unknown): ToolOffer[] {
  const described = isObject(tool) ? tool['function'] : undefined;
  const { name, parameters: schema } = isObject(described) ? described : {};
  return typeof name === 'string' ? [{ name, schema }] : [];
}

/** @param read a tool as the format has it */
export function mustCallOf(choice: unknown, read: (tool: unknown) => ToolOffer[]): ModelRequest['mustCall'] {
  const [wanted] = isObject(choice) ? read(choice) : [];
  return wanted?.name ?? (choice === 'required' ? true : undefined);
}

function schemaIn(format: unknown): unknown {
  const { json_schema: described, type } = isObject(format) ? format : {};
  return isObject(described) ? described['schema'] : type === 'json_object' ? {} : undefined;
}

export function isSystem(role: unknown): boolean {
  return role === 'system' || role === 'developer';
}

/** Of a message, whatever the kind of its parts. */
export function textsOf(message: unknown): string[] {
  const { content } = isObject(message) ? message : {};
  const parts: unknown[] = Array.isArray(content) ? content : [{ text: content }];
  return parts.flatMap((part) => (isObject(part) && typeof part['text'] === 'string' ? [part['text']] : []));
}

const FINISH_REASONS: Readonly<Record<StopReason, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
};

/** The one choice of an answer. */
export function choiceOf(answer: ModelAnswer): object {
  const toolCalls = toolCallsOf(answer);
  const content = answer.text === '' && toolCalls ? null : answer.text;
  const message = { role: 'assistant', content, refusal: null, ...(toolCalls && { tool_calls: toolCalls }) };
  return { index: 0, message, logprobs: null, finish_reason: FINISH_REASONS[answer.stopReason] };
}

function chunksOf(answer: ModelAnswer, body: Readonly<Record<string, unknown>>): object[] {
  const toolCalls = toolCallsOf(answer);
  const content = answer.text === '' && toolCalls ? null : '';
  const deltas = [
    ...answer.chunks.map((piece) => ({ content: piece })),
    ...(toolCalls ?? []).map((toolCall, index) => ({ tool_calls: [{ index, ...toolCall }] })),
  ];
  const choices = [{ role: 'assistant', content }, ...deltas].map((delta) => ({
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  }));
  const finish = { index: 0, delta: {}, logprobs: null, finish_reason: FINISH_REASONS[answer.stopReason] };
  const { stream_options: options } = body;
  const usage = isObject(options) && options['include_usage'] === true ? [{ choices: [], usage: usageOf(answer) }] : [];
  return [...choices, { choices: [finish] }, ...usage];
}

function toolCallsOf({ toolCalls }: ModelAnswer): object[] | undefined {
  return toolCalls.length === 0
    ? undefined
    : toolCalls.map(({ id, name, input }) => ({
        id: `call_${id}`,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      }));
}

/** Its tokens, as OpenAI counts them. */
export function usageOf({ inputTokens, outputTokens }: ModelAnswer): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}

/** The body of an error in the middle of a stream. */
export function streamErrorOf(name: StreamErrorName, message = STREAM_ERRORS[name] as string) {
  return openAiError(`${name.charAt(0).toUpperCase()}${name.slice(1)}`, STREAM_STATUSES[name], message);
}

/** An event as a server sends it. */
export function encodeServerEvent(event: object, name?: string): Buffer {
  return Buffer.from(`${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(event)}\n\n`);
}
