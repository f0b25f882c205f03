import compression from 'compression';

/** An event that waits for enough others to be compressed with comes too late. */
const STREAM = 'text/event-stream';

/** Compresses what gains by it, as the client accepts; streams, and what has been compressed beforehand, stay as they are. */
export function compressed(): ReturnType<typeof compression> {
  return compression({
    filter: (request, response) =>
      String(response.getHeader('Content-Type')).startsWith(STREAM) ? false : compression.filter(request, response),
  });
}
