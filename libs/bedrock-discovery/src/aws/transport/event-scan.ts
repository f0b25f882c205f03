import type { EventStreamCodec } from '@smithy/core/event-streams';
import type { Message } from '@smithy/types';
import { Transform, type TransformCallback } from 'node:stream';
import { isRecord, isText, recordIn } from '../../util/guards.js';
import { type TokenUsage, usageIn } from './token-usage.js';

/** What an event of a stream says, as far as it matters here. */
export interface StreamEvent {
  /** It is an error, in the place of an answer. */
  readonly isError: boolean;
  /** Of an error: its name, and what it says. */
  readonly name?: string;
  readonly message?: string;
}

interface StreamObserver {
  /** Called for the first event, and for each that is an error. */
  onEvent(event: StreamEvent): void;
  /** Called where an event states what the call took. */
  onUsage?(usage: TokenUsage): void;
  /** Called for every part that comes. */
  onData?(): void;
  /** Without it the stream is not whole. */
  readonly last?: LastEvent;
}

/** The event that a stream ends with, by its type, or what it holds where its type does not tell. */
export interface LastEvent {
  readonly name: string;
  readonly pattern: RegExp;
  /** Only streams whose first event is like this end so. */
  readonly after?: RegExp;
}

const LENGTH_BYTES = 4;
/** What claims to be longer is no message of the event stream encoding. */
const MAX_MESSAGE_BYTES = 24 * 1024 * 1024;
const SSE_DATA = 'data:';
/** In what the last event of InvokeModelWithResponseStream holds. */
const METRICS = 'amazon-bedrock-invocationMetrics';
/** Of a longer line the start is forgotten. */
const MAX_LINE_LENGTH = 1024 * 1024;

export type ScanEvents = (contentType: string, observer: StreamObserver) => Transform;

let scanning: Promise<ScanEvents> | undefined;

/**
 * What passes a stream of events on as it comes, and tells of its first event and of errors; the stream ends with an error
 * where its last event is missing. Loaded before a request is sent, so that no answer waits for it.
 */
export function eventScanner(): Promise<ScanEvents> {
  scanning ??= import('@smithy/core/event-streams').then((sdk) => {
    const codec = new sdk.EventStreamCodec(
      (bytes) => Buffer.from(bytes as Uint8Array).toString(),
      (text) => Buffer.from(text),
    );
    return (contentType, observer) =>
      contentType.startsWith('text/event-stream') ? new SseScan(observer) : new AwsEventScan(observer, codec);
  });
  return scanning;
}

export function isEventStream(contentType: string): boolean {
  return /^(?:application\/vnd\.amazon\.eventstream|text\/event-stream)/.test(contentType);
}

abstract class Scan extends Transform {
  #isTold = false;
  #isLastSeen: boolean;

  constructor(protected readonly observer: StreamObserver) {
    super();
    this.#isLastSeen = observer.last === undefined;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.observer.onData?.();
    this.scan(chunk);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const broken = (): Error => new Error(`The stream ended before its ${this.observer.last?.name}.`);
    done(this.isWhole() ? null : Object.assign(broken(), { code: 'ECONNRESET' }));
  }

  protected abstract scan(chunk: Buffer): void;

  protected isWhole(): boolean {
    return this.#isLastSeen;
  }

  /** @param text its type, or what it holds where its type does not tell */
  protected tell(event: StreamEvent, text: string): void {
    const { last } = this.observer;
    const isOfOthers = !this.#isTold && last?.after?.test(text) === false;
    // Nothing comes after an error.
    this.#isLastSeen ||= event.isError || isOfOthers || last?.pattern.test(text) === true;
    if (!this.#isTold || event.isError) {
      this.#isTold = true;
      this.observer.onEvent(event);
    }
  }

  protected tellUsage(stated: unknown): void {
    const usage = usageIn(stated);
    if (usage !== undefined) {
      this.observer.onUsage?.(usage);
    }
  }
}

/** Messages of the AWS event stream encoding. */
class AwsEventScan extends Scan {
  #pending: Buffer = Buffer.alloc(0);
  #isReadable = true;

  constructor(
    observer: StreamObserver,
    private readonly codec: EventStreamCodec,
  ) {
    super(observer);
  }

  protected override isWhole(): boolean {
    return super.isWhole() || !this.#isReadable;
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
    const decoded = this.#decode(message);
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
    const name = header(':exception-type') ?? header(':error-code');
    const type = header(':event-type') ?? '';
    if (isError) {
      this.tell({ isError, name, message: header(':error-message') ?? messageIn(body) }, type);
    } else {
      const text = type === 'chunk' ? chunkIn(body) : type;
      this.tell({ isError }, text);
      if (type === 'metadata') {
        this.tellUsage(recordIn(Buffer.from(body).toString())?.['usage']);
      } else if (text.includes(METRICS)) {
        this.tellUsage(recordIn(text)?.[METRICS]);
      }
    }
  }

  #decode(message: Uint8Array): Message | undefined {
    try {
      return this.codec.decode(message);
    } catch {
      return undefined;
    }
  }
}

/** Server-sent events. */
class SseScan extends Scan {
  #text = '';
  #event = '';

  protected override isWhole(): boolean {
    // What stands in its last line, if that does not end.
    this.scan(Buffer.from('\n'));
    return super.isWhole();
  }

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
        const data = line.slice(SSE_DATA.length).trim();
        this.tell(eventOf(this.#event, data), data);
        if (data.includes('"usage"')) {
          this.tellUsage(recordIn(data)?.['usage']);
        }
      }
    }
  }
}

function eventOf(name: string, data: string): StreamEvent {
  if (name !== 'error' && !data.includes('"error"')) {
    return { isError: false };
  }
  const error = recordIn(data)?.['error'];
  if (name !== 'error' && !isRecord(error)) {
    return { isError: false };
  }
  const { type, code, message } = isRecord(error) ? error : {};
  return { isError: true, name: [code, type].find(isText), message: isText(message) ? message : undefined };
}

/** What a model that is invoked in a format of its own says in an event. */
function chunkIn(body: Uint8Array): string {
  const { bytes } = recordIn(Buffer.from(body).toString()) ?? {};
  return isText(bytes) ? Buffer.from(bytes, 'base64').toString() : '';
}

function messageIn(body: Uint8Array): string | undefined {
  const { message, Message } = recordIn(Buffer.from(body).toString()) ?? {};
  return [message, Message].find(isText);
}
