import type { Invocation, InvocationCall } from '../operations/operation.js';
import { parseConverseRequest } from './converse-request.js';
import { encodeEvent, EVENT_STREAM } from './event-stream.js';
import { type ModelAnswer, runModel, shownLatency, tokensOf } from './model-runner.js';

/** Converse: the whole answer at once. */
export function converse(call: InvocationCall): Invocation {
  const answer = runModel(call, 'Converse', () => parseConverseRequest(call.body));
  const body = {
    metrics: metricsOf(answer),
    output: { message: { content: [contentOf(answer)], role: 'assistant' } },
    stopReason: stopReasonOf(answer),
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
  return {
    contentType: EVENT_STREAM,
    pieces: [
      encodeEvent('messageStart', { role: 'assistant' }),
      ...contentEventsOf(answer),
      encodeEvent('contentBlockStop', { contentBlockIndex: 0 }),
      encodeEvent('messageStop', { stopReason: stopReasonOf(answer) }),
      encodeEvent('metadata', { metrics: metricsOf(answer), usage: usageOf(answer) }),
    ],
    streamed: true,
    latencyMs: answer.latencyMs,
  };
}

function contentOf({ id, text, tool: name }: ModelAnswer): object {
  return name === undefined ? { text } : { toolUse: { toolUseId: toolUseIdOf(id), name, input: {} } };
}

function contentEventsOf({ id, text, tool: name }: ModelAnswer): Buffer[] {
  const deltaOf = (delta: object): Buffer => encodeEvent('contentBlockDelta', { contentBlockIndex: 0, delta });
  if (name === undefined) {
    return tokensOf(text).map((token) => deltaOf({ text: token }));
  }
  const start = { toolUse: { toolUseId: toolUseIdOf(id), name } };
  return [encodeEvent('contentBlockStart', { contentBlockIndex: 0, start }), deltaOf({ toolUse: { input: '{}' } })];
}

function stopReasonOf({ tool }: ModelAnswer): string {
  return tool === undefined ? 'end_turn' : 'tool_use';
}

function toolUseIdOf(answerId: string): string {
  return `tooluse_${answerId}`;
}

function metricsOf(answer: ModelAnswer): object {
  return { latencyMs: shownLatency(answer) };
}

function usageOf({ inputTokens, outputTokens }: ModelAnswer): object {
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}
