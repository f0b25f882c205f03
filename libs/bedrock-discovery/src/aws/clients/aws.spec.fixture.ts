import http from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import type { BedrockDiscoveryOptions } from '../../options/bedrock-discovery.options.js';
import { type ResolvedOptions, resolveOptions } from '../../options/resolve-options.js';
import type { Clock } from '../../util/clock.js';
import { type AttemptTiming, timingOf } from '../transport/timing.js';

export const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
export const LIST = new ListFoundationModelsCommand({});

/** Time that moves only when told to. */
export class TestClock implements Clock {
  readonly timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  #ms = 0;

  now(): number {
    return Date.parse('2026-03-01T00:00:00Z') + this.#ms;
  }

  monotonic(): number {
    return this.#ms;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const timer = { dueMs: this.#ms + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Every timer runs when it is due. */
  advance(ms: number): void {
    const end = this.#ms + ms;
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined || next.dueMs > end) {
        break;
      }
      this.timers.delete(next);
      this.#ms = Math.max(this.#ms, next.dueMs);
      next.callback();
    }
    this.#ms = end;
  }

  /** Time passes while the event loop is blocked: no timer runs. */
  block(ms: number): void {
    this.#ms += ms;
  }
}

export function optionsOf(options: BedrockDiscoveryOptions = {}): ResolvedOptions {
  return resolveOptions({
    ...(options.awsProfile === undefined && { credentials: CREDENTIALS }),
    ...options,
    client: { maxAttempts: 1, maxSockets: 50, ...options.client },
  });
}

export interface LocalServer {
  readonly url: string;
  readonly port: number;
  readonly requests: http.IncomingMessage[];
  /** Sockets that are open at this moment. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

export type Listener = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** Answers on a port of its own, and leaves it to clients to end connections; an empty list of models unless told otherwise. */
export async function startServer(
  listener: Listener = (_, response) => answer(response, 200, { modelSummaries: [] }),
  create: (listener: Listener) => Server = (handler) => http.createServer({ keepAliveTimeout: 0 }, handler),
): Promise<LocalServer> {
  const requests: http.IncomingMessage[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const server = create((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What is left of that which was told to end, once it has had many turns of the event loop to do so. */
export async function leftOf(count: () => number | Promise<number>): Promise<number> {
  for (let turn = 0; turn < 10_000 && (await count()) > 0; turn += 1) {
    await new Promise(setImmediate);
  }
  return count();
}

export function answer(
  response: http.ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function refuse(response: http.ServerResponse, status: number, name: string, message = name): void {
  answer(response, status, { message }, { 'x-amzn-errortype': name });
}

/** Sends one request and tells how its attempt was timed. */
export async function sendTimed(client: {
  send(command: ListFoundationModelsCommand): Promise<unknown>;
}): Promise<AttemptTiming | undefined> {
  let timing: AttemptTiming | undefined;
  const command = new ListFoundationModelsCommand({});
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      timing = timingOf(result.response as object);
      return result;
    },
    { step: 'deserialize' },
  );
  await client.send(command);
  return timing;
}
