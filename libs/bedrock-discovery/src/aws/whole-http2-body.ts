import { constants, type Http2Stream } from 'node:http2';
import { pipeline, type Readable, Transform } from 'node:stream';
import { ownError } from '../errors/own-error.js';

/**
 * A body that ends with an error where its connection did. Over HTTP/2, Node ends the body of a stream that was reset or
 * lost its connection as if it were complete, and so does the SDK: half an answer would pass for a whole one.
 */
export function wholeHttp2Body(body: Readable): Readable {
  if (!isHttp2Stream(body)) {
    return body;
  }
  const guard = new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => {
      const check = (): void => done(body.rstCode === constants.NGHTTP2_NO_ERROR ? null : brokenOff());
      if (body.closed) {
        check();
      } else {
        body.once('close', check);
      }
    },
    destroy: (error, done) => done(error && ownError(error)),
  });
  // What happens to either end happens to the other; whoever reads the guard is told.
  pipeline(body, guard, () => undefined);
  return guard;
}

function isHttp2Stream(body: Readable): body is Readable & Http2Stream {
  return 'rstCode' in body;
}

function brokenOff(): Error {
  return Object.assign(new Error('The connection ended before the answer did.'), { code: 'ECONNRESET' });
}
