import { EventStreamCodec } from '@smithy/core/event-streams';
import type { FailureKind } from '../errors/failure-texts.js';
import { FAILURE_ANSWERS } from './failure-answers.js';

/**
 * One request that no catalogue answers, such as the call of a model.
 *
 * @publicApi
 */
export interface TestCall {
  /** As in the SDK's package name, such as `bedrock-runtime`; empty for what goes to an address of its own. */
  readonly service: string;
  /** Where `service` is empty, the host. */
  readonly region: string;
  /** Of HTTP, in capitals. */
  readonly method: string;
  /** With its query, such as `/model/amazon.nova-lite-v1%3A0/converse`. */
  readonly path: string;
  /** What was passed as `modelId`, where the path names it. */
  readonly invocationId?: string;
  /** What JSON holds, else the text; undefined without a body. */
  readonly body: unknown;
}

/**
 * What is answered: what the model says to Converse and ConverseStream, a failure as AWS would show it, or the whole answer
 * (see {@link eventStream}).
 *
 * @publicApi
 */
export type TestReply =
  | {
      /** What the model says. */
      readonly text: string;
    }
  | {
      /** What the call fails with. */
      readonly failure: FailureKind;
    }
  | Response;

/**
 * Answers a request in the place of AWS: calls of models, and what else is asked that no catalogue holds, such as quotas of the
 * service `service-quotas`. Undefined refuses it, with words that name it; what cannot be asked is unknown.
 *
 * @publicApi
 */
export type TestAnswer = (call: TestCall) => TestReply | undefined | Promise<TestReply | undefined>;

/** What the library asks by itself, besides what is listed. */
const CONTROL_PLANES: ReadonlySet<string> = new Set(['bedrock', 'account', 'sts', 'service-quotas']);
const USAGE = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };

/**
 * An answer that streams events as the runtime does.
 *
 * @param events each with its type as its only key, such as `{ contentBlockDelta: { … } }`
 * @publicApi
 */
export function eventStream(events: readonly Readonly<Record<string, unknown>>[]): Response {
  const codec = new EventStreamCodec(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    (text) => Buffer.from(text, 'utf8'),
  );
  const messages = events.flatMap((event) =>
    Object.entries(event).map(([type, payload]) =>
      codec.encode({
        headers: {
          ':message-type': { type: 'string', value: 'event' },
          ':event-type': { type: 'string', value: type },
          ':content-type': { type: 'string', value: 'application/json' },
        },
        body: Buffer.from(JSON.stringify(payload)),
      }),
    ),
  );
  return new Response(Buffer.concat(messages), { headers: { 'content-type': 'application/vnd.amazon.eventstream' } });
}

/** The answer of a test's function, as it goes over the wire; what it cannot be is refused with words. */
export async function replyTo(call: TestCall, answer: TestAnswer | undefined): Promise<Response> {
  const where = call.service === '' ? call.region : `${call.service} in ${call.region}`;
  const what = `${call.method} ${call.path} to ${where}`;
  try {
    const reply = await answer?.(call);
    if (reply === undefined) {
      return refusal(call, `No AWS in this test: nothing answers ${what}. Give an \`answer\` that does.`);
    }
    if (reply instanceof Response) {
      // So that the same can be answered again.
      return reply.clone();
    }
    return 'failure' in reply ? failing(reply.failure) : (saying(reply.text, call) ?? refusal(call, noText(what)));
  } catch (error) {
    if (error instanceof WireError) {
      throw error;
    }
    return refusal(call, `The \`answer\` of this test failed for ${what}: ${String(error)}`);
  }
}

/** The network failed, in the shape that Node gives it. */
class WireError extends Error {}

/** @throws what the network would throw where that is how it fails */
export function failing(kind: FailureKind): Response {
  const answer = FAILURE_ANSWERS[kind];
  if ('thrown' in answer) {
    const { message, ...shape } = answer.thrown;
    throw Object.assign(new WireError(message), shape);
  }
  return 'text' in answer ? new Response(answer.text) : refusing(answer.status, answer.name, answer.message);
}

function refusing(status: number, name: string, message: string): Response {
  return Response.json({ message }, { status, headers: { 'x-amzn-errortype': name } });
}

/** Of a call it is the caller's mistake, which no other route can help; elsewhere it is what the account may not ask. */
function refusal({ service }: TestCall, message: string): Response {
  return CONTROL_PLANES.has(service)
    ? refusing(403, 'AccessDeniedException', message)
    : refusing(400, 'ValidationException', message);
}

function noText(what: string): string {
  return `A text answers Converse and ConverseStream. Give a Response for ${what}.`;
}

function saying(text: string, { path }: TestCall): Response | undefined {
  if (path.endsWith('/converse')) {
    const output = { message: { role: 'assistant', content: [{ text }] } };
    return Response.json({ output, stopReason: 'end_turn', usage: USAGE, metrics: { latencyMs: 1 } });
  }
  return path.endsWith('/converse-stream')
    ? eventStream([
        { messageStart: { role: 'assistant' } },
        { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } },
        { contentBlockStop: { contentBlockIndex: 0 } },
        { messageStop: { stopReason: 'end_turn' } },
        { metadata: { usage: USAGE, metrics: { latencyMs: 1 } } },
      ])
    : undefined;
}
