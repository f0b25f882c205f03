import type { HttpRequest } from '@smithy/core/protocols';
import type { HttpResponse } from '@smithy/types';
import { Readable } from 'node:stream';
import type { AwsIdentity } from '../identity/aws-identity.js';
import type { HttpHandler } from '../transport/transport.js';
import type { ClientInternals } from './client-class.js';

/** What requests of a region's models are sent with. */
export interface FetchSetup {
  /** Of the control plane; the runtime signs by the same name. */
  readonly client: ClientInternals;
  /** By whose name requests are signed instead. */
  readonly service?: string;
  readonly identity: AwsIdentity;
  /** Which addresses without a host are relative to. */
  readonly endpoint: string;
}

type FetchArguments = Parameters<typeof fetch>;

/** By which signers tell how far their clock may be off before AWS refuses. */
const MAX_SKEW_MS = 240_000;
/** Of hop-by-hop and of encodings that nobody here undoes. */
const NOT_PASSED_ON = new Set(['accept-encoding', 'connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/**
 * `fetch` by a handler of the SDK. A request without an `Authorization` header is signed; one that its own SDK has signed is
 * passed on as it is.
 *
 * @throws TypeError as `fetch` does where there is no answer, with what the transport saw as its cause.
 */
export async function signedFetch(
  setup: FetchSetup,
  handler: HttpHandler,
  signal: AbortSignal,
  ...[input, init]: FetchArguments
): Promise<Response> {
  const request = new Request(typeof input === 'string' ? new URL(input, setup.endpoint) : input, init);
  const abortSignal = AbortSignal.any([request.signal, signal]);
  abortSignal.throwIfAborted();
  try {
    return responseOf(await sendSigned(setup, handler, abortSignal, request));
  } catch (cause) {
    abortSignal.throwIfAborted();
    throw new TypeError('fetch failed', { cause });
  }
}

/** A request by a handler of the SDK, signed unless it is already, with the answer as the handler gives it. */
export async function sendSigned(
  setup: Omit<FetchSetup, 'endpoint'>,
  handler: HttpHandler,
  abortSignal: AbortSignal,
  request: Request,
): Promise<HttpResponse> {
  const outgoing = await outgoingOf(request);
  const isSigned = outgoing.headers['authorization'] !== undefined;
  const { response } = await handler.handle(isSigned ? outgoing : await sign(outgoing, setup), { abortSignal });
  if (!isSigned) {
    learnClock(response, setup.client);
  }
  return response;
}

async function outgoingOf(request: Request): Promise<HttpRequest> {
  const { protocol, hostname, port, host, pathname, searchParams } = new URL(request.url);
  const headers = Object.fromEntries([...request.headers].filter(([name]) => !NOT_PASSED_ON.has(name)));
  const query = Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
  const protocols = await import('@smithy/core/protocols');
  return new protocols.HttpRequest({
    method: request.method,
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: pathname,
    query,
    headers: { ...headers, host },
    ...(request.body !== null && { body: new Uint8Array(await request.arrayBuffer()) }),
  });
}

async function sign(
  request: HttpRequest,
  { client, identity, service }: Omit<FetchSetup, 'endpoint'>,
): Promise<HttpRequest> {
  const token = identity.bearerToken();
  if (token !== undefined) {
    request.headers['authorization'] = `Bearer ${token}`;
    return request;
  }
  const signer = await client.config.signer();
  const signingDate = new Date(Date.now() + (client.config.systemClockOffset ?? 0));
  return signer.sign(request, { signingDate, ...(service !== undefined && { signingService: service }) });
}

/** As the SDK does for its own requests. */
function learnClock({ statusCode, headers }: HttpResponse, { config }: ClientInternals): void {
  const offsetMs = Date.parse(headers['date'] ?? '') - Date.now();
  if (statusCode === 403 && Math.abs(offsetMs - (config.systemClockOffset ?? 0)) > MAX_SKEW_MS) {
    config.systemClockOffset = offsetMs;
  }
}

function responseOf({ statusCode, headers, body }: HttpResponse): Response {
  const content =
    body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : (body as Uint8Array<ArrayBuffer>);
  const isEmpty = [101, 204, 205, 304].includes(statusCode);
  const response = new Response(isEmpty ? null : content, { status: statusCode, headers });
  if (statusCode >= 300) {
    // Clients made by Stainless, of OpenAI and Anthropic among them, go by it: the run tries elsewhere.
    response.headers.set('x-should-retry', 'false');
  }
  return response;
}
