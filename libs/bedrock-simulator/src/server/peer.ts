import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Delays } from './delays.js';

/** How long clients are given to read what was sent: they drop what they have not read when a connection breaks. */
export const BREAK_DELAY_MS = 20;

/** GOAWAY (7) for stream 0: the last stream that was seen is 0, which Node cannot say, and there was no error. */
const GOAWAY_BEFORE_ALL = Buffer.from([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** A request, in either version of HTTP. */
export type Message = IncomingMessage | Http2ServerRequest;

/** An HTTP/2 connection, as all of its requests share it. */
export interface Http2Connection {
  /** What the session writes its frames to. */
  readonly wire: Duplex;
  /** The highest stream whose request was taken up. */
  lastBegun: number;
  /** The lowest stream that was said not to have been seen. */
  refusedFrom: number;
}

/** The way back to whom a request came from, whichever version of HTTP it speaks. */
export class Peer {
  constructor(
    private readonly response: ServerResponse | Http2ServerResponse,
    private readonly socket: Socket,
    private readonly connection?: Http2Connection,
  ) {
    // The simulator's clock may be another than that of the machine.
    response.sendDate = false;
  }

  /** Whether nobody waits for the answer any more. */
  get gone(): boolean {
    const { response, socket, connection } = this;
    const refused = this.#streamId >= (connection?.refusedFrom ?? Infinity);
    return refused || socket.destroyed || ('stream' in response ? response.stream : response).destroyed;
  }

  /** Notes that the request is taken up: from now on nobody may be told that it was not. */
  begin(): void {
    if (this.connection) {
      this.connection.lastBegun = Math.max(this.connection.lastBegun, this.#streamId);
    }
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

  /** Refuses the request before anything of it was processed. HTTP/1.1 can only close the connection. */
  refuse(): void {
    if ('stream' in this.response) {
      this.response.stream.close(constants.NGHTTP2_REFUSED_STREAM);
    } else {
      this.close();
    }
  }

  /**
   * Ends the connection as if the request had come too late for it: what came before it is still answered, the request
   * and what comes after it are not. HTTP/1.1 can only close the connection.
   */
  goAway(): void {
    const { response, connection } = this;
    if (!connection || !('stream' in response)) {
      this.close();
      return;
    }
    const { session } = response.stream;
    const id = this.#streamId;
    if (connection.lastBegun > id) {
      // To name a stream before this one would be to say of later ones too that they were not executed.
      this.refuse();
      session?.close();
      return;
    }
    connection.refusedFrom = Math.min(connection.refusedFrom, id);
    if (id === 1) {
      connection.wire.end(GOAWAY_BEFORE_ALL);
    } else {
      session?.goaway(constants.NGHTTP2_NO_ERROR, id - 2);
      // Closing says goodbye once more, and names no later stream once the first is out.
      setImmediate(() => session?.close());
    }
  }

  /** Resets the stream in the middle of an answer, without an error. HTTP/1.1 can only close the connection. */
  cut(): void {
    if ('stream' in this.response) {
      this.response.stream.close(constants.NGHTTP2_NO_ERROR);
    } else {
      this.close();
    }
  }

  /** Ends the connection as {@link reset} does, under HTTP/2 after a GOAWAY without an error. */
  drop(delays: Delays): void {
    if ('stream' in this.response) {
      this.response.stream.session?.goaway(constants.NGHTTP2_NO_ERROR);
      delays.after(BREAK_DELAY_MS, () => this.reset(delays));
    } else {
      this.reset(delays);
    }
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

  /** 0 under HTTP/1.1. */
  get #streamId(): number {
    return 'stream' in this.response ? (this.response.stream.id ?? 0) : 0;
  }
}
