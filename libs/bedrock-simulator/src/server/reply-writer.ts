import type { FaultOptions } from '../faults/fault-registry.js';
import { encodeStreamError, type StreamErrorName } from '../runtime/event-stream.js';
import type { Delays } from './delays.js';
import { BREAK_DELAY_MS, type Peer } from './peer.js';

/** An answer before any fault has touched it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body: all of it, or one message per event of a stream. */
  readonly pieces: readonly Buffer[];
  /** Whether the headers go out at once, and the body without saying how long it will be. */
  readonly streamed: boolean;
  /** How an error is written that ends a stream. Default: as an event of AWS. */
  readonly encodeError?: (name: StreamErrorName, message?: string) => Buffer;
  /** How long the body, or the whole of an answer that is not streamed, is held back. */
  readonly delayMs: number;
  /** What passes between two pieces of a stream. @default 0 */
  readonly delayPerPieceMs?: number;
}

/** As much as an endless body sends at once. */
const ENDLESS_CHUNK_BYTES = 16_384;
const DEFAULT_SLOW_BODY_MS = 1000;
const DEFAULT_AFTER_EVENTS = 2;

/** Writes an answer, spoilt as the fault says. */
export function writeReply(peer: Peer, reply: Reply, fault: FaultOptions | undefined, delays: Delays): void {
  if (reply.status < 300 && fault?.kind === 'headers-hang') {
    peer.writeHead(reply.status, headersOf(reply, reply.pieces));
    peer.flushHeaders();
    return;
  }
  // What replaces an answer does so for one that there is: a request that was refused is told so.
  const replaced = reply.status < 300 && (fault?.kind === 'hang' || fault?.kind === 'reset');
  if (reply.streamed && !replaced) {
    peer.writeHead(reply.status, reply.headers);
    peer.flushHeaders();
  }
  delays.after(reply.delayMs, () => {
    if (peer.gone) {
      return;
    }
    if (!replaced) {
      writeBody(peer, reply, fault, delays);
    } else if (fault?.kind === 'reset') {
      peer.reset(delays);
    }
  });
}

function writeBody(peer: Peer, reply: Reply, fault: FaultOptions | undefined, delays: Delays): void {
  if (reply.streamed && fault?.kind.startsWith('stream-')) {
    return breakStream(peer, reply, fault, delays);
  }
  if (fault?.kind === 'endless-body') {
    return writeEndlessly(peer, reply);
  }
  const pieces = spoil(reply, fault);
  if (!reply.streamed) {
    peer.writeHead(reply.status, headersOf(reply, pieces));
  }
  if (fault?.kind === 'truncated') {
    const body = Buffer.concat(pieces);
    peer.write(body.subarray(0, body.length >>> 1), () => peer.abort());
  } else if (fault?.kind === 'slow-body') {
    peer.flushHeaders();
    drip(peer, Buffer.concat(pieces), fault.delayMs ?? DEFAULT_SLOW_BODY_MS, fault.chunks ?? 1, delays);
  } else {
    writePieces(peer, pieces, reply.delayPerPieceMs ?? 0, delays);
  }
}

function writePieces(peer: Peer, pieces: readonly Buffer[], delayMs: number, delays: Delays): void {
  for (const [index, piece] of pieces.entries()) {
    if (index === pieces.length - 1) {
      return peer.end(piece);
    }
    peer.write(piece);
    if (delayMs > 0) {
      return delays.after(delayMs, () => peer.gone || writePieces(peer, pieces.slice(index + 1), delayMs, delays));
    }
  }
  peer.end();
}

function headersOf({ headers, streamed }: Reply, pieces: readonly Buffer[]): Record<string, string | number> {
  return streamed ? headers : { ...headers, 'content-length': pieces.reduce((sum, piece) => sum + piece.length, 0) };
}

/** A body of JSON lacks its last character, and goes on with spaces; of a stream, one event comes again and again. */
function writeEndlessly(peer: Peer, { status, headers, pieces, streamed }: Reply): void {
  const body = Buffer.concat(pieces);
  const [start, more] = streamed ? [Buffer.concat(pieces.slice(0, 2)), pieces[2]] : [body.subarray(0, -1), undefined];
  const repeated = more ?? Buffer.from(' ');
  const chunk = Buffer.alloc(Math.ceil(ENDLESS_CHUNK_BYTES / repeated.length) * repeated.length, repeated);
  const next = (): void => {
    if (!peer.gone) {
      peer.write(chunk, next);
    }
  };
  if (!streamed) {
    peer.writeHead(status, headers);
  }
  peer.write(start, next);
}

function spoil({ pieces, streamed }: Reply, fault: FaultOptions | undefined): readonly Buffer[] {
  if (fault?.kind === 'malformed') {
    const body = Buffer.concat(pieces);
    return [body.subarray(0, body.length >>> 1)];
  }
  if (fault?.kind === 'missing-list') {
    return streamed ? [] : [Buffer.from('{}')];
  }
  return pieces;
}

function breakStream(peer: Peer, reply: Reply, fault: FaultOptions, delays: Delays): void {
  const { pieces, encodeError = encodeStreamError } = reply;
  const sent = Buffer.concat(pieces.slice(0, fault.afterEvents ?? DEFAULT_AFTER_EVENTS));
  if (fault.kind === 'stream-error') {
    const { event = 'modelStreamErrorException', message } = fault;
    peer.end(Buffer.concat([sent, encodeError(event, message)]));
  } else if (fault.kind === 'stream-end') {
    peer.end(sent);
  } else {
    peer.write(sent);
    delays.after(BREAK_DELAY_MS, () => breakOff(peer, fault, delays));
  }
}

function breakOff(peer: Peer, { kind }: FaultOptions, delays: Delays): void {
  if (kind === 'stream-reset') {
    peer.abort();
  } else if (kind === 'stream-cut') {
    peer.cut();
  } else if (kind === 'stream-drop') {
    peer.drop(delays);
  }
}

function drip(peer: Peer, body: Buffer, delayMs: number, chunks: number, delays: Delays): void {
  const size = Math.ceil(body.length / chunks);
  const next = (index: number): void => {
    delays.after(delayMs / chunks, () => {
      if (peer.gone) {
        return;
      }
      const chunk = body.subarray(index * size, (index + 1) * size);
      if (index === chunks - 1) {
        peer.end(chunk);
      } else {
        peer.write(chunk);
        next(index + 1);
      }
    });
  };
  next(0);
}
