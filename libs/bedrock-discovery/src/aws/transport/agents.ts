import http, { type Agent, type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../util/clock.js';

interface RequestOptions {
  headers?: object;
}

interface RequestSink {
  addRequest(request: ClientRequest, options: RequestOptions): void;
}

/** The agents of a factory: its own, the user's in the place of those that it can stand in for. */
export class AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
  readonly #own: http.Agent[] = [];

  constructor(maxSockets: number, given: unknown) {
    const protocol = given === undefined ? 'none' : ownProtocolOf(given as http.Agent);
    const settings = { keepAlive: true, maxSockets };
    this.http =
      protocol === 'any' || protocol === 'http:' ? (given as http.Agent) : this.#make(new http.Agent(settings));
    this.https =
      protocol === 'any' || protocol === 'https:' ? (given as https.Agent) : this.#make(new https.Agent(settings));
  }

  /** Ends the sockets of its own agents. */
  destroy(): void {
    for (const agent of this.#own) {
      // Node 24 still connects for requests that were aborted in the queue, and would keep those connections.
      agent.on('free', (socket: Socket) => socket.destroy());
      agent.destroy();
    }
  }

  #make<A extends http.Agent>(agent: A): A {
    this.#own.push(agent);
    return agent;
  }
}

/**
 * The same agent, seen through a view that reports each request before it is queued for a socket: the only place where
 * an agent and its user meet. Works for any agent and changes none.
 */
export function observeAgent<A extends Agent>(
  agent: A,
  onRequest: (request: ClientRequest, options: RequestOptions) => void,
): A {
  const addRequest: RequestSink['addRequest'] = (request, options) => {
    onRequest(request, options);
    (agent as unknown as RequestSink).addRequest(request, options);
  };
  return new Proxy(agent, {
    get: (target, property) =>
      property === 'addRequest' ? addRequest : (Reflect.get(target, property, target) as unknown),
  });
}

/**
 * Ends what needs a connection that is not there in time, TLS included. The SDK's own limit counts the wait for a free socket
 * and ends before the TLS handshake; over HTTP/2 there is none.
 *
 * @param user the request that waits for the socket, or the socket itself
 */
export function limitConnecting(
  socket: Socket,
  user: Pick<ClientRequest | Socket, 'destroy' | 'once'>,
  limitMs: number,
  clock: Pick<Clock, 'schedule'>,
): void {
  const cancel = clock.schedule(() => {
    const error = new Error(`No connection was established within ${limitMs} ms.`);
    user.destroy(Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT', syscall: 'connect' }));
  }, limitMs);
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', cancel);
  user.once('close', cancel);
}

/** Handshakes are done as well. */
export function isConnected(socket: Socket): boolean {
  return !socket.connecting && (!(socket instanceof TLSSocket) || !['unknown', null].includes(socket.getProtocol()));
}

/** An agent of Node speaks one protocol and says so on itself; a proxy agent derives it from each request. */
function ownProtocolOf(agent: http.Agent): unknown {
  return Object.getOwnPropertyDescriptor(agent, 'protocol')?.value ?? 'any';
}

/**
 * A request that is sent on a connection which the other side has ended may have been executed, for all that can be told.
 * So the event loop looks at its sockets once before: between two turns it does.
 */
export async function noticeEndedConnections(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
