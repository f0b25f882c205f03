import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterThisTest } from './cleanup.js';

/** What a stranger answers to whatever it is asked. */
export interface StrangeAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Something that answers in the place of the service; it ends with the current test. */
export interface Stranger {
  readonly url: string;
  /** Requests so far. */
  readonly asked: number;
  answer: StrangeAnswer;
}

const PAGE = '<html><body><h1>Blocked by Example Proxy</h1></body></html>';

export function pageOf(status: number): StrangeAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: PAGE };
}

export async function startStranger(answer: StrangeAnswer, protocol: 'http1' | 'http2' = 'http1'): Promise<Stranger> {
  const stranger = { url: '', asked: 0, answer };
  const reply = (response: http.ServerResponse | http2.Http2ServerResponse): void => {
    stranger.asked += 1;
    response.on('error', () => undefined);
    (response as http.ServerResponse).writeHead(stranger.answer.status, stranger.answer.headers);
    (response as http.ServerResponse).end(stranger.answer.body);
  };
  const server: Server =
    protocol === 'http1'
      ? http.createServer((request, response) => request.resume().on('end', () => reply(response)))
      : http2.createServer((request, response) => request.resume().on('end', () => reply(response)));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stranger.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterThisTest(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    sockets.forEach((socket) => socket.destroy());
    await closed;
  });
  return stranger;
}
