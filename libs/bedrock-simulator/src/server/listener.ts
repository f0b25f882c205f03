import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from './certificate.js';

/** One port that requests arrive at. It can be closed and opened again, and stays where it was. */
export class Listener {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  constructor(
    private readonly host: string,
    port: number,
    private readonly certificate: Certificate | undefined,
    private readonly onRequest: RequestListener,
  ) {
    this.#port = port;
  }

  /** URL that clients use. */
  get endpoint(): string {
    const reachable = this.host === '0.0.0.0' || this.host === '::' ? 'localhost' : this.host;
    const host = reachable.includes(':') ? `[${reachable}]` : reachable;
    return `${this.certificate ? 'https' : 'http'}://${host}:${this.#port}`;
  }

  async open(): Promise<void> {
    if (this.#server) return;
    const { certificate } = this;
    const server = certificate
      ? createHttpsServer({ key: certificate.key, cert: certificate.certificate }, this.onRequest)
      : createHttpServer(this.onRequest);
    // Clients keep connections for long: closing idle ones would race with their next request.
    server.keepAliveTimeout = 0;
    // The server's own list leaves out connections that are still in their TLS handshake.
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
    if (!server?.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
