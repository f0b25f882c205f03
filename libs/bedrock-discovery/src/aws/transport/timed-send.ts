import type { Readable } from 'node:stream';
import type { DeserializeHandler, HttpResponse } from '@smithy/types';
import { type AttemptTiming, timingOf } from './timing.js';

export interface TimedSendOptions {
  /** Ends the attempt at any point: connecting, waiting for headers, reading the body. */
  signal: AbortSignal;
  /** Awaited between the arrival of the body and its parsing, so that many answers do not parse in one go. */
  beforeParsing?: () => Promise<void>;
  /** Called once the response headers are there. */
  onResponse?: (timing: AttemptTiming | undefined, statusCode: number, headers: HttpResponse['headers']) => void;
}

/** The connection ended before the announced body did. */
export class TruncatedBodyError extends Error {
  override readonly name = 'TruncatedBodyError';
}

type Middleware = (next: DeserializeHandler<object, object>) => DeserializeHandler<object, object>;
interface SendableCommand {
  middlewareStack: {
    add(middleware: Middleware, options: { step: 'deserialize'; priority: 'low'; name: string }): void;
  };
}

/**
 * Prepares one command so that its body is read whole before it is parsed, and its attempt is timed at the transport.
 * Applies to that command alone, whoever else uses the client.
 */
export function timed<C extends object>(command: C, options: TimedSendOptions): C {
  const middleware: Middleware = (next) => async (args) => {
    const result = await next(args);
    const response = result.response as HttpResponse;
    options.onResponse?.(timingOf(response), response.statusCode, response.headers);
    response.body = await readWhole(response.body as Readable | Uint8Array | undefined, options.signal);
    await options.beforeParsing?.();
    return result;
  };
  (command as SendableCommand).middlewareStack.add(middleware, {
    step: 'deserialize',
    priority: 'low',
    name: 'bedrockDiscoveryTimedBody',
  });
  return command;
}

function readWhole(body: Readable | Uint8Array | undefined, signal: AbortSignal): Promise<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array) {
    return Promise.resolve(body ?? new Uint8Array());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const abort = (): void => {
      body.destroy();
      settle(() => reject(signal.reason as Error));
    };
    const settle = (outcome: () => void): void => {
      signal.removeEventListener('abort', abort);
      outcome();
    };
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
    body.on('end', () => settle(() => resolve(Buffer.concat(chunks))));
    body.on('error', (cause) => settle(() => reject(new TruncatedBodyError('The body ended early.', { cause }))));
    if (signal.aborted) {
      abort();
    } else {
      signal.addEventListener('abort', abort, { once: true });
    }
  });
}
