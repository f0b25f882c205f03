import type { Invocation, InvocationCall } from '../operations/operation.js';
import { validationError } from '../protocol/aws-error.js';
import { isObject, textsOrNone } from '../settings/objects.js';
import { bodyOf, encodeServerEvent, isSystem, mustCallOf, streamErrorOf, textsOf } from './chat-completions.js';
import { resolveMantleTarget } from './invocation-target.js';
import { type ModelRequest, tokensOrNone, type ToolOffer } from './model-request.js';
import { type ModelAnswer, runModel } from './model-runner.js';

type Body = Readonly<Record<string, unknown>>;

const INCOMPLETE: Readonly<Record<string, string>> = {
  max_tokens: 'max_output_tokens',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
};

/** OpenAI's Responses: the whole answer at once, or as events that a server sends. Nothing is stored. */
export function responses(call: InvocationCall): Invocation {
  const body = bodyOf(call);
  if (body['background'] === true) {
    throw validationError("Unsupported parameter: 'background'. Requests are synchronous.");
  }
  return respond(
    call,
    body,
    runModel(call, 'Responses', () => readResponse(body)),
  );
}

/** The same for the models of `bedrock-mantle`. */
export function mantleResponses(call: InvocationCall): Invocation {
  const body = bodyOf(call);
  return respond(
    call,
    body,
    runModel(call, 'MantleResponses', () => readResponse(body), resolveMantleTarget),
  );
}

function respond(call: InvocationCall, body: Body, answer: ModelAnswer): Invocation {
  const { latencyMs } = answer;
  const begun = responseOf(call, body, answer);
  const output = outputOf(answer);
  const ended = { ...begun, ...endOf(answer), output };
  if (body['stream'] !== true) {
    const pieces = [Buffer.from(JSON.stringify(ended))];
    return { contentType: 'application/json', pieces, streamed: false, latencyMs };
  }
  const events: ServerEvent[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap((item, index) => eventsOf(item, index, answer)),
    { type: `response.${ended.status}`, response: ended },
  ];
  return {
    contentType: 'text/event-stream',
    pieces: events.map((event, index) => encodeServerEvent({ ...event, sequence_number: index }, event.type)),
    encodeError: (name, message) => {
      const { error } = streamErrorOf(name, message);
      return encodeServerEvent({ ...error, type: 'error' }, 'error');
    },
    streamed: true,
    latencyMs,
    delayPerPieceMs: answer.delayPerChunkMs,
  };
}

/** @throws AwsError ValidationException where there is no input */
function readResponse(body: Body): ModelRequest {
  const { input, metadata, tools, text } = body;
  const items: unknown[] =
    typeof input === 'string' ? [{ role: 'user', content: input }] : Array.isArray(input) ? input : [];
  if (items.length === 0) {
    throw validationError("Missing required parameter: 'input'.");
  }
  const last = items.at(-1);
  const { format } = isObject(text) ? text : {};
  return {
    texts: items.filter((item) => isObject(item) && !isSystem(item['role'])).flatMap(textsOf),
    // What a tool has answered names no tool.
    lastTexts: isObject(last) && last['type'] === 'function_call_output' ? [] : textsOf(last),
    ...(Array.isArray(tools) && { tools: tools.flatMap(offerOf), mustCall: mustCallOf(body['tool_choice'], offerOf) }),
    answerSchema: schemaIn(format),
    maxTokens: tokensOrNone(body['max_output_tokens']),
    requestMetadata: textsOrNone(metadata),
  };
}

function offerOf(tool: unknown): ToolOffer[] {
  const { type, name, parameters: schema } = isObject(tool) ? tool : {};
  return type === 'function' && typeof name === 'string' ? [{ name, schema }] : [];
}

function schemaIn(format: unknown): unknown {
  const { type, schema } = isObject(format) ? format : {};
  return type === 'json_schema' ? schema : type === 'json_object' ? {} : undefined;
}

/** As it stands before anything is said. */
function responseOf({ resource, nowMs }: InvocationCall, body: Body, answer: ModelAnswer) {
  const { instructions, max_output_tokens: longest, metadata, previous_response_id: former, text, tools } = body;
  return {
    id: `resp_${answer.id}`,
    object: 'response',
    created_at: Math.floor(nowMs / 1000),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: instructions ?? null,
    max_output_tokens: longest ?? null,
    metadata: metadata ?? {},
    model: resource,
    output: [] as readonly object[],
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: former ?? null,
    store: false,
    temperature: body['temperature'] ?? 1,
    text: text ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: tools ?? [],
    top_p: body['top_p'] ?? 1,
    truncation: 'disabled',
    usage: null as object | null,
  };
}

function endOf({ stopReason, inputTokens, outputTokens }: ModelAnswer) {
  const reason = INCOMPLETE[stopReason];
  return {
    status: reason === undefined ? 'completed' : 'incomplete',
    incomplete_details: reason === undefined ? null : { reason },
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  };
}

interface ServerEvent extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

type Item = ReturnType<typeof messageOf> | ReturnType<typeof toolCallOf>;

function outputOf(answer: ModelAnswer): Item[] {
  const said = answer.text === '' && answer.toolCalls.length > 0 ? [] : [messageOf(answer)];
  return [...said, ...answer.toolCalls.map(toolCallOf)];
}

function messageOf({ id, text, stopReason }: ModelAnswer) {
  const status = INCOMPLETE[stopReason] === undefined ? 'completed' : 'incomplete';
  return { type: 'message' as const, id: `msg_${id}`, status, role: 'assistant', content: [partOf(text)] };
}

function partOf(text: string) {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function toolCallOf({ id, name, input }: ModelAnswer['toolCalls'][number]) {
  const text = JSON.stringify(input);
  return {
    type: 'function_call' as const,
    id: `fc_${id}`,
    status: 'completed',
    call_id: `call_${id}`,
    name,
    arguments: text,
  };
}

/** From the moment at which an item is there, and empty, to its end. */
function eventsOf(item: Item, index: number, { chunks }: ModelAnswer): ServerEvent[] {
  const at = { item_id: item.id, output_index: index };
  const empty = item.type === 'message' ? { ...item, content: [] } : { ...item, arguments: '' };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...empty, status: 'in_progress' } },
    ...(item.type === 'message' ? textEventsOf(item, at, chunks) : argumentEventsOf(item, at)),
    { type: 'response.output_item.done', output_index: index, item },
  ];
}

function textEventsOf(
  { content: [part] }: ReturnType<typeof messageOf>,
  item: object,
  chunks: readonly string[],
): ServerEvent[] {
  const at = { ...item, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...at, part: partOf('') },
    ...chunks.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text: part?.text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
  ];
}

function argumentEventsOf({ name, arguments: text }: ReturnType<typeof toolCallOf>, at: object): ServerEvent[] {
  return [
    { type: 'response.function_call_arguments.delta', ...at, delta: text },
    { type: 'response.function_call_arguments.done', ...at, name, arguments: text },
  ];
}
