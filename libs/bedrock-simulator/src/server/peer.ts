import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

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
    if ('stream' in this.response) this.response.writeHead(status, headers);
    else this.response.writeHead(status, headers);
  }

  /** Sends the headers ahead of the body, as HTTP/2 does anyhow. */
  flushHeaders(): void {
    if (!('stream' in this.response)) this.response.flushHeaders();
  }

  /** @param onWritten called when the chunk has left this process */
  write(chunk: Buffer, onWritten?: () => void): void {
    if ('stream' in this.response) this.response.write(chunk, 'utf8', onWritten);
    else this.response.write(chunk, onWritten);
  }

  end(chunk?: Buffer): void {
    if (chunk === undefined) this.response.end();
    else this.response.end(chunk);
  }

  /** Ends the connection, under HTTP/2 with all that is under way on it. */
  close(): void {
    this.socket.destroy();
  }

  /** Ends the connection as a crashed peer does. A TLS socket can only be closed. */
  reset(): void {
    if (this.socket instanceof TLSSocket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }
}
