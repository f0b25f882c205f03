import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import {
  constants,
  createServer as createHttp2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Duplex, duplexPair, pipeline } from 'node:stream';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.js';
import { type Http2Connection, type Message, Peer } from './peer.js';

/** How every HTTP/2 connection begins; no method of HTTP/1.1 does. */
const HTTP2_PREFACE = 'PRI';

/** One port that requests arrive at, in HTTP/2 or HTTP/1.1. It can be closed and opened again, and stays where it was. */
export class Listener {
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #streams = new Set<ServerHttp2Stream>();
  readonly #http: HttpServer;
  #server: Server | undefined;
  #port: number;

  constructor(
    private readonly host: string,
    port: number,
    private readonly certificate: Certificate | undefined,
    private readonly onRequest: (message: Message, peer: Peer) => void,
  ) {
    this.#port = port;
    this.#http = createHttpServer((message, response) => onRequest(message, new Peer(response, message.socket)));
    // Clients keep connections for long: closing idle ones would race with their next request.
    this.#http.keepAliveTimeout = 0;
  }

  /** URL that clients use. */
  get endpoint(): string {
    const reachable = this.host === '0.0.0.0' || this.host === '::' ? 'localhost' : this.host;
    const host = reachable.includes(':') ? `[${reachable}]` : reachable;
    return `${this.certificate ? 'https' : 'http'}://${host}:${this.#port}`;
  }

  async open(): Promise<void> {
    if (this.#server) {
      return;
    }
    const server = this.#createServer();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Ends all connections; further ones are refused. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server?.listening) {
      return;
    }
    const closed = new Promise((resolve) => server.close(resolve));
    // Clients would take a connection that merely closes for the end of the answer.
    for (const stream of this.#streams) {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
    if (this.#streams.size > 0) {
      await new Promise(setImmediate);
    }
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  /** Ends the open HTTP/2 connections once the requests on them are answered; clients are told at once. */
  rotate(): void {
    for (const session of this.#sessions) {
      session.close();
    }
  }

  #createServer(): Server {
    const { certificate } = this;
    if (certificate === undefined) {
      return createServer((socket) => this.#sniff(ignoringErrors(socket)));
    }
    const ALPNProtocols = ['h2', 'http/1.1'];
    return createTlsServer({ key: certificate.key, cert: certificate.certificate, ALPNProtocols }, (socket) =>
      this.#serve(ignoringErrors(socket), socket.alpnProtocol === 'h2'),
    );
  }

  /** Without TLS a client does not say what it speaks before it speaks. */
  #sniff(socket: Socket): void {
    const start = socket.read(HTTP2_PREFACE.length) as Buffer | null;
    if (start === null) {
      socket.once('readable', () => this.#sniff(socket));
      return;
    }
    socket.unshift(start);
    this.#serve(socket, start.toString('latin1') === HTTP2_PREFACE);
  }

  #serve(socket: Socket, http2: boolean): void {
    if (!http2) {
      this.#http.emit('connection', socket);
      return;
    }
    // A server per connection, as requests do not tell the socket that they came over.
    const wire = socket instanceof TLSSocket ? detached(socket) : socket;
    const connection: Http2Connection = { wire, lastBegun: 0, refusedFrom: Infinity };
    const server = createHttp2Server((message, response) =>
      this.onRequest(message, new Peer(response, socket, connection)),
    );
    server.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
    });
    server.on('stream', (stream) => {
      this.#streams.add(stream);
      stream.once('close', () => this.#streams.delete(stream));
    });
    server.emit('connection', wire);
  }
}

/** A session writes to a TLS socket past its queue, which breaks when others write there: it gets a stream of its own. */
function detached(socket: TLSSocket): Duplex {
  const [inner, outer] = duplexPair();
  pipeline(socket, outer, socket, () => inner.destroy());
  return inner.on('error', () => undefined);
}

/** A peer that goes away is no error of the simulator. */
function ignoringErrors(socket: Socket): Socket {
  return socket.on('error', () => undefined);
}
