import type { Agent, ClientRequest } from 'node:http';

interface RequestOptions {
  headers?: object;
}

interface RequestSink {
  addRequest(request: ClientRequest, options: RequestOptions): void;
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
