import type { ServerResponse } from 'node:http';

/** Aborted when the client goes away before it has got its answer. */
export function disconnectSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) {
      controller.abort(new Error('The client disconnected.'));
    }
  });
  return controller.signal;
}
