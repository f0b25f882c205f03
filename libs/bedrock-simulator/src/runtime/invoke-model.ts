import type { Invocation, InvocationCall } from '../operations/operation.js';
import { validationError } from '../protocol/aws-error.js';
import { anthropicMessages } from './anthropic-messages.js';
import { encodeEvent, EVENT_STREAM } from './event-stream.js';
import type { InvokeFormat } from './invoke-format.js';
import { type ModelAnswer, runModel, shownLatency } from './model-runner.js';
import { type ModelRequest, parseObject, textsOrNone } from './model-request.js';

/** By provider, as model ids begin with it. */
const FORMATS: Readonly<Record<string, InvokeFormat>> = { anthropic: anthropicMessages };

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
    pieces: [Buffer.from(JSON.stringify(formatOf(answer.modelId).answer(answer)))],
    streamed: false,
    latencyMs: answer.latencyMs,
  };
}

/** InvokeModelWithResponseStream: the provider's own events, each in a `chunk`. */
export function invokeModelWithResponseStream(call: InvocationCall): Invocation {
  const answer = runModel(call, 'InvokeModelWithResponseStream', (modelId) => read(call, modelId));
  const events = formatOf(answer.modelId).events(answer);
  const last = { ...events.at(-1), 'amazon-bedrock-invocationMetrics': metricsOf(answer) };
  return {
    contentType: EVENT_STREAM,
    headers: { 'x-amzn-bedrock-content-type': 'application/json' },
    pieces: [...events.slice(0, -1), last].map((event) =>
      encodeEvent('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }),
    ),
    streamed: true,
    latencyMs: answer.latencyMs,
  };
}

function read({ body, metadataHeader }: InvocationCall, modelId: string): ModelRequest {
  const format = formatOf(modelId);
  const request = parseObject(body);
  if (request === undefined) {
    throw validationError('Malformed input request, please reformat your input and try again.');
  }
  return { requestMetadata: textsOrNone(parseObject(metadataHeader)), ...format.read(request) };
}

function formatOf(modelId: string): InvokeFormat {
  const [provider = ''] = modelId.split('.');
  const format = Object.hasOwn(FORMATS, provider) ? FORMATS[provider] : undefined;
  if (format === undefined) {
    throw validationError(
      `bedrock-simulator does not play InvokeModel for models of ${provider}, only for those of ` +
        `${Object.keys(FORMATS).join(', ')}. Use Converse.`,
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
