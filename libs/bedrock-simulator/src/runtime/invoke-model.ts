import type { Invocation, InvocationCall } from '../operations/operation.js';
import { validationError } from '../protocol/aws-error.js';
import { parseObject, textsOrNone } from '../settings/objects.js';
import { anthropicMessages } from './anthropic-messages.js';
import { encodeEvent, EVENT_STREAM } from './event-stream.js';
import type { InvokeFormat } from './invoke-format.js';
import { type ModelAnswer, runModel, shownLatency } from './model-runner.js';
import type { ModelRequest } from './model-request.js';
import { amazonImages, cohereEmbeddings, stabilityImages, titanEmbeddings } from './other-formats.js';
import { chat, cohereCommand, llama, mistral, nova, titanText } from './text-formats.js';

/** By what model ids begin with: of several, the first. */
const FORMATS: readonly (readonly [prefix: string, format: InvokeFormat])[] = [
  ['anthropic.', anthropicMessages],
  ['amazon.nova-canvas', amazonImages],
  ['amazon.nova', nova],
  ['amazon.titan-image', amazonImages],
  ['amazon.titan-embed-image', titanEmbeddings('image')],
  ['amazon.titan-embed-text-v2', titanEmbeddings('v2')],
  ['amazon.titan-embed', titanEmbeddings('v1')],
  ['amazon.titan', titanText],
  ['cohere.embed-v4', cohereEmbeddings('v4')],
  ['cohere.embed', cohereEmbeddings('v3')],
  ['cohere.command', cohereCommand],
  ['meta.', llama],
  ['mistral.', mistral],
  ['stability.', stabilityImages],
  ...[
    'ai21',
    'deepseek',
    'google',
    'minimax',
    'moonshot',
    'moonshotai',
    'nvidia',
    'openai',
    'qwen',
    'writer',
    'zai',
  ].map((provider) => [`${provider}.`, chat] as const),
];

/** InvokeModel: the whole answer at once, in the provider's own format. */
export function invokeModel(call: InvocationCall): Invocation {
  const answer = runModel(call, 'InvokeModel', (modelId) => read(call, modelId));
  return {
    contentType: 'application/json',
    headers: {
      'x-amzn-bedrock-invocation-latency': String(shownLatency(answer)),
      'x-amzn-bedrock-input-token-count': String(answer.inputTokens),
      'x-amzn-bedrock-output-token-count': String(answer.outputTokens),
    },
    pieces: [Buffer.from(JSON.stringify(formatOf(answer.modelId).answer(answer, call.body.object ?? {})))],
    streamed: false,
    latencyMs: answer.latencyMs,
  };
}

/** InvokeModelWithResponseStream: the provider's own events, each in a `chunk`. */
export function invokeModelWithResponseStream(call: InvocationCall): Invocation {
  const answer = runModel(call, 'InvokeModelWithResponseStream', (modelId) => readStream(call, modelId));
  const events = formatOf(answer.modelId).events?.(answer) ?? [];
  const last = { ...events.at(-1), 'amazon-bedrock-invocationMetrics': metricsOf(answer) };
  return {
    contentType: EVENT_STREAM,
    headers: { 'x-amzn-bedrock-content-type': 'application/json' },
    pieces: [...events.slice(0, -1), last].map((event) =>
      encodeEvent('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }),
    ),
    streamed: true,
    latencyMs: answer.latencyMs,
    delayPerPieceMs: answer.delayPerChunkMs,
  };
}

function read({ body, metadataHeader }: InvocationCall, modelId: string): ModelRequest {
  return { requestMetadata: textsOrNone(parseObject(metadataHeader)), ...readInvocation(body.object, modelId) };
}

/**
 * Reads a body in the format of its model.
 *
 * @throws AwsError ValidationException for what the model refuses, and for models whose format is not played
 */
export function readInvocation(body: Readonly<Record<string, unknown>> | undefined, modelId: string): ModelRequest {
  const format = formatOf(modelId);
  if (body === undefined) {
    throw validationError('Malformed input request, please reformat your input and try again.');
  }
  return format.read(body);
}

function readStream(call: InvocationCall, modelId: string): ModelRequest {
  if (formatOf(modelId).events === undefined) {
    throw validationError('The model is unsupported for streaming.');
  }
  return read(call, modelId);
}

function formatOf(modelId: string): InvokeFormat {
  const [, format] = FORMATS.find(([prefix]) => modelId.startsWith(prefix)) ?? [];
  if (format === undefined) {
    const providers = new Set(FORMATS.map(([prefix]) => prefix.split('.')[0]));
    throw validationError(
      `bedrock-simulator does not play InvokeModel for ${modelId}, only for models of ${[...providers].join(', ')}. Use Converse.`,
    );
  }
  return format;
}

function metricsOf(answer: ModelAnswer): object {
  const latency = shownLatency(answer);
  return {
    inputTokenCount: answer.inputTokens,
    outputTokenCount: answer.outputTokens,
    invocationLatency: latency,
    firstByteLatency: latency,
  };
}
