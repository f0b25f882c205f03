import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Lets Express answer 304 to whoever sends an ETag. `Cache-Control: no-cache` in a request speaks to the caches on the way,
 * and `fetch` adds it to every request with an ETag of one's own; Express would take it as a wish for the whole body.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 */
export function conditionalRequests(request: IncomingMessage, _: ServerResponse, next: () => void): void {
  if (request.headers['if-none-match'] !== undefined) {
    delete request.headers['cache-control'];
  }
  next();
}
