import type { HttpRequest, HttpResponse } from '@smithy/types';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AgentPair } from './agents.js';

/** What connections break off with; named as the SDK names it, which tries such calls again. */
const BROKEN_OFF = new Set<unknown>(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** A request that is under way. */
export interface PlainGet {
  /** Its body is still to be read. */
  readonly response: Promise<HttpResponse>;
  /** Ends it at any point, with an error that has the reason as its cause. */
  abort(reason: unknown): void;
}

/** How a request is sent. */
export interface PlainGetSetup {
  readonly agents: Pick<AgentPair, 'http' | 'https'>;
  /** Longest wait for the response headers, and longest silence after that; 0 for none. */
  readonly silenceMs: number;
  /** Called before it is queued for a socket. */
  readonly onRequest: (request: ClientRequest) => void;
  /** Called when nothing more comes of it. */
  readonly onClose: () => void;
}

/** Sends a request without a body by Node alone: the SDK's handler takes more of the processor for it than Node does. */
export function plainGet(request: HttpRequest, setup: PlainGetSetup): PlainGet {
  const { agents, silenceMs, onRequest, onClose } = setup;
  const { protocol, hostname, port, path, method, headers, query } = request;
  const isSecure = protocol === 'https:';
  const parameters = queryOf(query);
  const sent = (isSecure ? https : http).request({
    agent: isSecure ? agents.https : agents.http,
    host: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: parameters === '' ? path : `${path}?${parameters}`,
    method,
    headers,
  });
  onRequest(sent);
  let message: IncomingMessage | undefined;
  let fail: (error: Error) => void = () => undefined;
  const end = (reason: Error): void => {
    fail(reason);
    (message ?? sent).destroy(reason);
  };
  const timeOut = (): void => {
    const error = new Error(`Nothing came for ${silenceMs} ms.`);
    end(Object.assign(error, { name: 'TimeoutError', code: 'ETIMEDOUT' }));
  };
  const waiting = silenceMs > 0 ? setTimeout(timeOut, silenceMs) : undefined;
  const response = new Promise<HttpResponse>((resolve, reject) => {
    fail = reject;
    sent.once('response', (received) => {
      message = received;
      clearTimeout(waiting);
      received.once('close', onClose);
      if (silenceMs > 0) {
        sent.setTimeout(silenceMs, timeOut);
      }
      resolve(responseOf(received));
    });
    sent.on('error', (error: Error & { code?: unknown }) => {
      reject(BROKEN_OFF.has(error.code) ? Object.assign(error, { name: 'TimeoutError' }) : error);
    });
    sent.once('close', () => {
      clearTimeout(waiting);
      if (message === undefined) {
        onClose();
      }
    });
  });
  sent.end();
  return {
    response,
    abort: (cause) => end(Object.assign(new Error('The request was aborted.', { cause }), { name: 'AbortError' })),
  };
}

function queryOf(query: HttpRequest['query'] = {}): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((each) => (each === null ? encoded(name) : `${encoded(name)}=${encoded(each)}`)),
  );
  return parts.join('&');
}

/** As AWS wants URLs encoded. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** By its members the SDK knows a response. */
function responseOf(message: IncomingMessage): HttpResponse {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = String(value);
  }
  return { statusCode: message.statusCode ?? -1, reason: message.statusMessage ?? '', headers, body: message };
}
