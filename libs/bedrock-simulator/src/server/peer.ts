import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Delays } from './delays.js';

/** How long clients are given to read what was sent: they drop what they have not read when a connection breaks. */
export const BREAK_DELAY_MS = 20;

/** A request, in either version of HTTP. */
export type Message = IncomingMessage | Http2ServerRequest;

/** The way back to whom a request came from, whichever version of HTTP it speaks. */
export class Peer {
  constructor(
    private readonly response: ServerResponse | Http2ServerResponse,
    private readonly socket: Socket,
  ) {
    // The simulator's clock may be another than that of the machine.
    response.sendDate = false;
  }

  /** Whether nobody waits for the answer any more. */
  get gone(): boolean {
    return (
      this.socket.destroyed || ('stream' in this.response ? this.response.stream.destroyed : this.response.destroyed)
    );
  }

  writeHead(status: number, headers: Readonly<Record<string, string | number>>): void {
    if ('stream' in this.response) {
      this.response.writeHead(status, headers);
    } else {
      this.response.writeHead(status, headers);
    }
  }

  /** Sends the headers ahead of the body, as HTTP/2 does anyhow. */
  flushHeaders(): void {
    if (!('stream' in this.response)) {
      this.response.flushHeaders();
    }
  }

  /** @param onWritten called when the chunk has left this process */
  write(chunk: Buffer, onWritten?: () => void): void {
    if ('stream' in this.response) {
      this.response.write(chunk, 'utf8', onWritten);
    } else {
      this.response.write(chunk, onWritten);
    }
  }

  end(chunk?: Buffer): void {
    if (chunk === undefined) {
      this.response.end();
    } else {
      this.response.end(chunk);
    }
  }

  /** Ends the connection, under HTTP/2 with all that is under way on it. */
  close(): void {
    this.socket.destroy();
  }

  /**
   * Breaks off in the middle of an answer. Under HTTP/2 it is the stream that is reset: clients take a connection that
   * merely closes for the end of the answer.
   */
  abort(): void {
    if ('stream' in this.response) {
      this.response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    } else {
      this.close();
    }
  }

  /** Ends the connection as a crashed peer does. A TLS socket can only be closed. */
  reset(delays: Delays): void {
    const { socket } = this;
    if (socket instanceof TLSSocket) {
      socket.destroy();
    }
    // While settings are still exchanged, HTTP/2 clients take a reset for a connection that closes.
    else {
      delays.after('stream' in this.response ? BREAK_DELAY_MS : 0, () => socket.resetAndDestroy());
    }
  }
}
