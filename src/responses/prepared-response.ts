import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** Smaller bodies gain nothing from being compressed. */
const WORTH_COMPRESSING_BYTES = 1024;

/** A body that many are sent: hashed and compressed once. */
export class PreparedResponse {
  readonly etag: string;
  readonly #body: Buffer;
  readonly #compressed: Buffer | undefined;

  constructor(
    body: Buffer | string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {
    this.#body = Buffer.from(body);
    this.#compressed = this.#body.length < WORTH_COMPRESSING_BYTES ? undefined : gzipSync(this.#body);
    this.etag = `"${createHash('sha256').update(this.#body).digest('base64url').slice(0, 22)}"`;
  }

  /** Answers 304 to those that have it. Node leaves the body out of answers to HEAD. */
  send(request: IncomingMessage, response: ServerResponse): void {
    response.setHeaders(new Map(Object.entries({ Vary: 'Accept-Encoding', ...this.headers, ETag: this.etag })));
    if (isAmong(this.etag, request.headers['if-none-match'])) {
      response.statusCode = 304;
      response.removeHeader('Content-Type');
      response.end();
      return;
    }
    const compressed = acceptsGzip(request.headers['accept-encoding']) ? this.#compressed : undefined;
    if (compressed !== undefined) {
      response.setHeader('Content-Encoding', 'gzip');
    }
    const body = compressed ?? this.#body;
    response.setHeader('Content-Length', body.length);
    response.end(body);
  }
}

/** Proxies that compress weaken tags: the comparison is the weak one, as RFC 9110 has it for If-None-Match. */
function isAmong(etag: string, ifNoneMatch: string | undefined): boolean {
  return (ifNoneMatch ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*');
}

function acceptsGzip(acceptEncoding: string | string[] | undefined): boolean {
  return /(^|,)\s*(gzip|\*)\s*(;\s*q=(?!0(\.0+)?\s*(,|$))|,|$)/i.test(String(acceptEncoding ?? ''));
}
