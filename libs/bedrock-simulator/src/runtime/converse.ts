import type { Invocation, InvocationCall } from '../operations/operation.js';
import { readConverse } from './converse-request.js';
import { encodeEvent, EVENT_STREAM } from './event-stream.js';
import { type ModelAnswer, runModel, shownLatency } from './model-runner.js';

/** Converse: the whole answer at once. */
export function converse(call: InvocationCall): Invocation {
  const answer = runModel(call, 'Converse', () => readConverse(call.body));
  const body = {
    metrics: metricsOf(answer),
    output: { message: { content: contentOf(answer), role: 'assistant' } },
    stopReason: answer.stopReason,
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
  const answer = runModel(call, 'ConverseStream', () => readConverse(call.body));
  return {
    contentType: EVENT_STREAM,
    pieces: eventsOf(answer).map((event) => {
      const [[name, body] = ['', {}]] = Object.entries(event);
      return encodeEvent(name, body);
    }),
    streamed: true,
    latencyMs: answer.latencyMs,
    delayPerPieceMs: answer.delayPerChunkMs,
  };
}

/** The events of an answer, each under its name, as Converse and Nova have them. */
export function eventsOf(answer: ModelAnswer): Record<string, object>[] {
  const { text, chunks, toolCalls, stopReason } = answer;
  const blocks = [
    ...(text === '' && toolCalls.length > 0 ? [] : [textEventsOf(chunks)]),
    ...toolCalls.map(toolEventsOf),
  ];
  return [
    { messageStart: { role: 'assistant' } },
    ...blocks.flatMap((events, contentBlockIndex) =>
      events.map((event) =>
        Object.fromEntries(Object.entries(event).map(([name, body]) => [name, { contentBlockIndex, ...body }])),
      ),
    ),
    { messageStop: { stopReason } },
    { metadata: { metrics: metricsOf(answer), usage: usageOf(answer) } },
  ];
}

/** The blocks of an answer, as Converse and Nova have them. */
export function contentOf({ text, toolCalls }: ModelAnswer): object[] {
  const said = text === '' && toolCalls.length > 0 ? [] : [{ text }];
  return [
    ...said,
    ...toolCalls.map(({ id, name, input }) => ({ toolUse: { toolUseId: toolUseIdOf(id), name, input } })),
  ];
}

function textEventsOf(chunks: readonly string[]): Record<string, object>[] {
  return [...chunks.map((text) => ({ contentBlockDelta: { delta: { text } } })), { contentBlockStop: {} }];
}

function toolEventsOf({ id, name, input }: ModelAnswer['toolCalls'][number]): Record<string, object>[] {
  return [
    { contentBlockStart: { start: { toolUse: { toolUseId: toolUseIdOf(id), name } } } },
    { contentBlockDelta: { delta: { toolUse: { input: JSON.stringify(input) } } } },
    { contentBlockStop: {} },
  ];
}

function toolUseIdOf(answerId: string): string {
  return `tooluse_${answerId}`;
}

function metricsOf(answer: ModelAnswer): object {
  return { latencyMs: shownLatency(answer) };
}

/** Its tokens, as Converse counts them. */
export function usageOf({ inputTokens, outputTokens }: ModelAnswer): object {
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}
