import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { HttpRequest } from '@smithy/core/protocols';
import { createHmac, hash } from 'node:crypto';
import { encoded } from '../transport/plain-get.js';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
const TOKEN = 'x-amz-security-token';
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+\/[^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/;
/** Of a body that is not there. */
const EMPTY = hash('sha256', '');

type Credentials = Pick<AwsCredentialIdentity, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

/**
 * Signature Version 4 of one request that is sent again and again: what does not change from one time to the next is worked out
 * once. It has been tried out on the request as the SDK signed it: only where it comes to the SDK's signature it is used.
 */
export class RequestSignature {
  #key: { readonly of: string; readonly value: Buffer } | undefined;

  private constructor(
    /** Method, path and query, as they are signed. */
    private readonly target: string,
    private readonly names: readonly string[],
    /** Region and service. */
    readonly scope: string,
  ) {}

  /**
   * @param sent as the SDK has signed it with the credentials
   * @returns undefined where the SDK signs otherwise
   */
  static of({ method, path, query, headers }: HttpRequest, credentials: Credentials): RequestSignature | undefined {
    const { authorization = '', 'x-amz-date': date = '' } = headers;
    const [, accessKeyId, scope, names, signature] = AUTHORIZATION.exec(authorization) ?? [];
    if (scope === undefined || names === undefined) {
      return undefined;
    }
    const target = `${method}\n${canonicalPath(path)}\n${canonicalQuery(query)}`;
    const made = new RequestSignature(target, names.split(';'), scope);
    const isAlike =
      accessKeyId === credentials.accessKeyId && made.#signature(headers, date, credentials) === signature;
    return isAlike ? made : undefined;
  }

  /** Whether it covers what credentials of that kind send. */
  isOf({ sessionToken }: Credentials): boolean {
    return this.names.includes(TOKEN) === (sessionToken !== undefined);
  }

  /** The same where another scope is. */
  in(scope: string): RequestSignature {
    return new RequestSignature(this.target, this.names, scope);
  }

  /** Adds to headers what says who asks, and when: `at`, in milliseconds since the epoch. */
  sign(headers: Record<string, string>, at: number, credentials: Credentials): void {
    const date = dateAt(at);
    headers['x-amz-date'] = date;
    headers['x-amz-content-sha256'] = EMPTY;
    if (credentials.sessionToken !== undefined) {
      headers[TOKEN] = credentials.sessionToken;
    }
    const scope = this.#scopeAt(date);
    const signature = this.#signature(headers, date, credentials);
    headers['authorization'] =
      `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${this.names.join(';')}, Signature=${signature}`;
  }

  #signature(headers: Readonly<Record<string, string>>, date: string, { secretAccessKey }: Credentials): string {
    const lines = this.names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}\n`);
    const request = `${this.target}\n${lines.join('')}\n${this.names.join(';')}\n${EMPTY}`;
    const text = `${ALGORITHM}\n${date}\n${this.#scopeAt(date)}\n${hash('sha256', request)}`;
    return createHmac('sha256', this.#keyOf(date.slice(0, 8), secretAccessKey))
      .update(text)
      .digest('hex');
  }

  /** The same for a day. */
  #keyOf(day: string, secretAccessKey: string): Buffer {
    const of = `${day} ${secretAccessKey}`;
    if (this.#key?.of !== of) {
      const parts = [day, ...this.scope.split('/'), TERMINATOR];
      const derive = (key: Buffer, part: string): Buffer => createHmac('sha256', key).update(part).digest();
      this.#key = { of, value: parts.reduce(derive, Buffer.from(`AWS4${secretAccessKey}`)) };
    }
    return this.#key.value;
  }

  #scopeAt(date: string): string {
    return `${date.slice(0, 8)}/${this.scope}/${TERMINATOR}`;
  }
}

let lastDate = { second: Number.NaN, text: '' };

/** As it is signed: to the second, so that it is the same for most requests of a scan. */
function dateAt(ms: number): string {
  const second = Math.floor(ms / 1_000);
  if (second !== lastDate.second) {
    lastDate = { second, text: `${new Date(second * 1_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z` };
  }
  return lastDate.text;
}

/** Each part is encoded once more than it travels. */
function canonicalPath(path: string): string {
  return path.split('/').map(encoded).join('/');
}

/** By name, then by value. */
function canonicalQuery(query: HttpRequest['query'] = {}): string {
  const byName = Object.entries(query).map(([name, value]) => [encoded(name), [value].flat()] as const);
  return byName
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((each) => `${name}=${encoded(each ?? '')}`).sort())
    .join('&');
}
