import { EventStreamCodec } from '@smithy/core/event-streams';
import type { Message } from '@smithy/types';
import { Transform, type TransformCallback } from 'node:stream';
import { isRecord, isText } from '../../util/guards.js';

/** What an event of a stream says, as far as it matters here. */
export interface StreamEvent {
  /** It is an error, in the place of an answer. */
  readonly isError: boolean;
  /** Of an error: its name, and what it says. */
  readonly name?: string;
  readonly message?: string;
}

export interface StreamObserver {
  /** Called for the first event, and for each that is an error. */
  onEvent(event: StreamEvent): void;
  /** Called for every part that comes. */
  onData?(): void;
  /** Every event must be followed by one of this name sooner or later, else the stream is not whole. */
  readonly last?: string;
}

const LENGTH_BYTES = 4;
/** What claims to be longer is no message of the event stream encoding. */
const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;
const SSE_DATA = 'data:';
/** Of a longer line the start is forgotten. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Passes a stream of events on as it comes, and tells of its first event and of errors. It ends with an error where its last
 * event is missing.
 */
export function scanEvents(contentType: string, observer: StreamObserver): Transform {
  return contentType.startsWith('text/event-stream') ? new SseScan(observer) : new AwsEventScan(observer);
}

export function isEventStream(contentType: string): boolean {
  return /^(?:application\/vnd\.amazon\.eventstream|text\/event-stream)/.test(contentType);
}

abstract class Scan extends Transform {
  #isTold = false;

  constructor(protected readonly observer: StreamObserver) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.observer.onData?.();
    this.scan(chunk);
    done(null, chunk);
  }

  protected abstract scan(chunk: Buffer): void;

  protected tell(event: StreamEvent): void {
    if (!this.#isTold || event.isError) {
      this.#isTold = true;
      this.observer.onEvent(event);
    }
  }
}

/** Messages of the AWS event stream encoding. */
class AwsEventScan extends Scan {
  #pending: Buffer = Buffer.alloc(0);
  #isLastSeen = this.observer.last === undefined;
  #isReadable = true;

  override _flush(done: TransformCallback): void {
    const isWhole = this.#isLastSeen || !this.#isReadable;
    const broken = (): Error => new Error(`The stream ended before its ${this.observer.last}.`);
    done(isWhole ? null : Object.assign(broken(), { code: 'ECONNRESET' }));
  }

  protected override scan(chunk: Buffer): void {
    if (!this.#isReadable) {
      return;
    }
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#isReadable && this.#pending.length >= LENGTH_BYTES) {
      const length = this.#pending.readUInt32BE(0);
      if (length > MAX_MESSAGE_BYTES || this.#pending.length < length) {
        this.#isReadable = length <= MAX_MESSAGE_BYTES;
        return;
      }
      this.#read(this.#pending.subarray(0, length));
      this.#pending = this.#pending.subarray(length);
    }
  }

  #read(message: Uint8Array): void {
    const decoded = decode(message);
    if (decoded === undefined) {
      // Whoever reads the stream will find the same.
      this.#isReadable = false;
      return;
    }
    const { headers, body } = decoded;
    const header = (name: string): string | undefined => {
      const value = headers[name]?.value;
      return typeof value === 'string' ? value : undefined;
    };
    const isError = header(':message-type') !== 'event';
    // Nothing comes after an error.
    this.#isLastSeen ||= isError || header(':event-type') === this.observer.last;
    const name = header(':exception-type') ?? header(':error-code');
    const said = header(':error-message') ?? messageIn(body);
    this.tell(isError ? { isError, name, message: said } : { isError });
  }
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

function decode(message: Uint8Array): Message | undefined {
  try {
    return codec.decode(message);
  } catch {
    return undefined;
  }
}

/** Server-sent events. */
class SseScan extends Scan {
  #text = '';
  #event = '';

  protected override scan(chunk: Buffer): void {
    this.#text += chunk.toString();
    const lines = this.#text.split(/\r\n|\r|\n/);
    this.#text = (lines.pop() ?? '').slice(-MAX_LINE_LENGTH);
    for (const line of lines) {
      if (line === '') {
        this.#event = '';
      } else if (line.startsWith('event:')) {
        this.#event = line.slice('event:'.length).trim();
      } else if (line.startsWith(SSE_DATA)) {
        this.tell(eventOf(this.#event, line.slice(SSE_DATA.length).trim()));
      }
    }
  }
}

function eventOf(name: string, data: string): StreamEvent {
  if (name !== 'error' && !data.includes('"error"')) {
    return { isError: false };
  }
  const error = parse(data)?.['error'];
  if (name !== 'error' && !isRecord(error)) {
    return { isError: false };
  }
  const { type, code, message } = isRecord(error) ? error : {};
  return { isError: true, name: [code, type].find(isText), message: isText(message) ? message : undefined };
}

function messageIn(body: Uint8Array): string | undefined {
  const { message, Message } = parse(Buffer.from(body).toString()) ?? {};
  return [message, Message].find(isText);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
