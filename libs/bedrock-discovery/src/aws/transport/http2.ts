import type { Http2Stream } from 'node:http2';
import net from 'node:net';
import { pipeline, type Readable, Transform } from 'node:stream';
import tls from 'node:tls';
import type { Clock } from '../../util/clock.js';
import { limitConnecting } from './agents.js';

type Connect = (authority: URL, options: tls.ConnectionOptions) => net.Socket;

/** How an HTTP/2 session connects; the SDK sets no limit to how long that may take, and Node none of its own. */
export function connectWithin(limitMs: number, clock: Pick<Clock, 'schedule'>): Connect {
  return ({ protocol, hostname, port }, options) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket =
      protocol === 'https:'
        ? tls.connect({
            ...options,
            host,
            port: Number(port || 443),
            ALPNProtocols: ['h2'],
            // An address is no name that a certificate could be asked for.
            ...(net.isIP(host) === 0 && { servername: host }),
          })
        : net.connect(Number(port || 80), host);
    limitConnecting(socket, socket, limitMs, clock);
    return socket;
  };
}

/**
 * A body that ends with an error where its connection did. Over HTTP/2, Node ends the body of a stream that was reset or
 * lost its connection as if it were complete, and so does the SDK: half an answer would pass for a whole one.
 */
export function wholeHttp2Body(body: Readable, onChunk: () => void): Readable {
  if (!isHttp2Stream(body)) {
    return body;
  }
  // Node ends the body before it closes the stream where the other side has said so, and after that where it has not.
  let isWhole = body.endAfterHeaders || body.state?.remoteClose === 1;
  const push = body.push.bind(body);
  body.push = (chunk, encoding) => {
    isWhole ||= chunk === null && !body.closed;
    return push(chunk, encoding);
  };
  const guard = new Transform({
    transform: (chunk, _encoding, done) => {
      onChunk();
      done(null, chunk);
    },
    flush: (done) => done(isWhole ? null : brokenOff()),
    destroy: (error, done) => done(error && toError(error)),
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

/**
 * The same error as an instance of this module's `Error`. Where code runs in a realm of its own, as under Jest, Node's
 * errors are not, and the SDK would replace them by others that have lost their code and name.
 */
export function toError(error: unknown): Error {
  if (error instanceof Error) {
    return error;
  }
  const message = (error as { message?: unknown } | null | undefined)?.message;
  const own = new Error(typeof message === 'string' ? message : String(error), { cause: error });
  if (typeof error === 'object' && error !== null) {
    for (const key of ['name', 'code', 'syscall', 'errno', 'reason']) {
      const value = (error as Record<string, unknown>)[key];
      if (value !== undefined) {
        Object.defineProperty(own, key, { value, configurable: true, writable: true });
      }
    }
  }
  return own;
}
