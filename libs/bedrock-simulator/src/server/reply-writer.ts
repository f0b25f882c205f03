import type { ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { FaultOptions } from '../faults/fault-registry.js';
import type { Delays } from './delays.js';

/** An answer before any fault has touched it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const DEFAULT_SLOW_BODY_MS = 1000;

/** Writes an answer, spoilt as the fault says. */
export function writeReply(
  response: ServerResponse,
  reply: Reply,
  fault: FaultOptions | undefined,
  delays: Delays,
): void {
  const body = spoil(reply.body, fault);
  response.sendDate = false;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  if (fault?.kind === 'truncated') {
    response.write(body.subarray(0, body.length >>> 1), () => response.socket?.destroy());
  } else if (fault?.kind === 'slow-body') {
    response.flushHeaders();
    drip(response, body, fault.delayMs ?? DEFAULT_SLOW_BODY_MS, fault.chunks ?? 1, delays);
  } else {
    response.end(body);
  }
}

/** Ends the connection as a crashed peer does. A TLS socket can only be closed. */
export function resetConnection(response: ServerResponse): void {
  const { socket } = response;
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

function spoil(body: Buffer, fault: FaultOptions | undefined): Buffer {
  if (fault?.kind === 'malformed') return body.subarray(0, body.length >>> 1);
  return fault?.kind === 'missing-list' ? Buffer.from('{}') : body;
}

function drip(response: ServerResponse, body: Buffer, delayMs: number, chunks: number, delays: Delays): void {
  const size = Math.ceil(body.length / chunks);
  const next = (index: number): void => {
    delays.after(delayMs / chunks, () => {
      if (response.destroyed) return;
      const chunk = body.subarray(index * size, (index + 1) * size);
      if (index === chunks - 1) response.end(chunk);
      else {
        response.write(chunk);
        next(index + 1);
      }
    });
  };
  next(0);
}
