import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One frame that a server sent. */
export interface Frame {
  readonly type: string;
  readonly endsStream: boolean;
  readonly stream: number;
  readonly payload: Buffer;
}

const TYPES = ['DATA', 'HEADERS', 'PRIORITY', 'RST_STREAM', 'SETTINGS', 'PUSH_PROMISE', 'PING', 'GOAWAY'];

/** A wire between clients and a server of HTTP/2 without TLS, and the frames that came over it from the server. */
export class Wire {
  readonly frames: Frame[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ allowHalfOpen: true }, (client) => this.#join(client));

  private constructor(private readonly target: URL) {}

  static async to(endpoint: string): Promise<Wire> {
    const wire = new Wire(new URL(endpoint));
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Those that end streams or connections, and the last of the data. */
  endings(): string[] {
    return this.frames.flatMap(({ type, stream, endsStream, payload }) => {
      if (type === 'RST_STREAM') {
        return [`RST_STREAM ${stream} code ${payload.readUInt32BE(0)}`];
      }
      if (type === 'GOAWAY') {
        return [`GOAWAY after ${payload.readUInt32BE(0)} code ${payload.readUInt32BE(4)}`];
      }
      return endsStream && ['DATA', 'HEADERS'].includes(type) ? [`END_STREAM ${stream}`] : [];
    });
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  #join(client: Socket): void {
    const server = connect({ host: this.target.hostname, port: Number(this.target.port), allowHalfOpen: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => (other.writableEnded ? other.destroy() : other.resetAndDestroy()));
      socket.on('close', () => this.#sockets.delete(socket));
      socket.pipe(other);
    }
    let pending = Buffer.alloc(0);
    server.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 9 && pending.length >= 9 + pending.readUIntBE(0, 3)) {
        const end = 9 + pending.readUIntBE(0, 3);
        this.frames.push({
          type: TYPES[pending.readUInt8(3)] ?? 'other',
          endsStream: (pending.readUInt8(4) & 1) === 1,
          stream: pending.readUInt32BE(5),
          payload: pending.subarray(9, end),
        });
        pending = pending.subarray(end);
      }
    });
  }
}
