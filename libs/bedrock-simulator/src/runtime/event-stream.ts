import { EventStreamCodec, type MessageHeaders } from '@smithy/core/event-streams';

/** Content type of a body of framed events. */
export const EVENT_STREAM = 'application/vnd.amazon.eventstream';

/** The errors that a stream that has begun can end with, and what Bedrock says in them. */
export const STREAM_ERRORS = {
  /** The model failed in the middle of its answer. */
  modelStreamErrorException: 'The system encountered an unexpected error during processing. Try your request again.',
  /** The quota was used up in the middle of the answer. */
  throttlingException: 'Too many tokens, please wait before trying again.',
  /** The service failed. */
  internalServerException: 'The system encountered an unexpected error during processing. Try your request again.',
  /** The service had to give up. */
  serviceUnavailableException: 'Bedrock is unable to process your request.',
  /** The request turned out to be wrong. */
  validationException: 'The provided request is not valid.',
} as const;

/** Name of an error event, as on the wire. */
export type StreamErrorName = keyof typeof STREAM_ERRORS;

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

/** One event, framed. */
export function encodeEvent(type: string, body: object): Buffer {
  return encode({ ':event-type': type, ':message-type': 'event' }, body);
}

/** The error that ends a stream, framed. */
export function encodeStreamError(name: StreamErrorName, message: string = STREAM_ERRORS[name]): Buffer {
  const model = name === 'modelStreamErrorException' ? { originalStatusCode: 500, originalMessage: message } : {};
  return encode({ ':exception-type': name, ':message-type': 'exception' }, { message, ...model });
}

function encode(texts: Record<string, string>, body: object): Buffer {
  const headers: MessageHeaders = {};
  for (const [name, value] of Object.entries({ ...texts, ':content-type': 'application/json' })) {
    headers[name] = { type: 'string', value };
  }
  return Buffer.from(codec.encode({ headers, body: Buffer.from(JSON.stringify(body)) }));
}
