import type { Invocation, InvocationCall } from '../operations/operation.js';
import { parseConverseRequest } from './converse-request.js';
import { encodeEvent, EVENT_STREAM } from './event-stream.js';
import { type ModelAnswer, runModel, shownLatency, tokensOf } from './model-runner.js';

/** Converse: the whole answer at once. */
export function converse(call: InvocationCall): Invocation {
  const answer = runModel(call, 'Converse', () => parseConverseRequest(call.body));
  const body = {
    metrics: metricsOf(answer),
    output: { message: { content: [{ text: answer.text }], role: 'assistant' } },
    stopReason: 'end_turn',
    usage: usageOf(answer),
  };
  return {
    contentType: 'application/json',
    pieces: [Buffer.from(JSON.stringify(body))],
    streamed: false,
    latencyMs: answer.latencyMs,
  };
}

/** ConverseStream: as events. Of a text, Bedrock sends no contentBlockStart. */
export function converseStream(call: InvocationCall): Invocation {
  const answer = runModel(call, 'ConverseStream', () => parseConverseRequest(call.body));
  const deltas = tokensOf(answer.text).map((text) =>
    encodeEvent('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
  );
  return {
    contentType: EVENT_STREAM,
    pieces: [
      encodeEvent('messageStart', { role: 'assistant' }),
      ...deltas,
      encodeEvent('contentBlockStop', { contentBlockIndex: 0 }),
      encodeEvent('messageStop', { stopReason: 'end_turn' }),
      encodeEvent('metadata', { metrics: metricsOf(answer), usage: usageOf(answer) }),
    ],
    streamed: true,
    latencyMs: answer.latencyMs,
  };
}

function metricsOf(answer: ModelAnswer): object {
  return { latencyMs: shownLatency(answer) };
}

function usageOf({ inputTokens, outputTokens }: ModelAnswer): object {
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}
