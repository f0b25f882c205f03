import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { HttpRequest } from '@smithy/core/protocols';
import type { HttpResponse } from '@smithy/types';
import { createHmac, hash, randomUUID } from 'node:crypto';
import { isExpiredToken } from '../../errors/classify-failure.js';
import type { AwsIdentity } from '../identity/aws-identity.js';
import { refusalIn } from '../transport/wire-request.js';
import type { ClientInternals } from './client-class.js';

/** How the SDK has signed a request: for which region and service, and which headers. */
const SIGNATURE = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), /;
const BEARER = /^Bearer /;
/** Of which the canonical form is the path itself. */
const PLAIN_PATH = /^(?:\/[\w-]+)+$/;
const NOTHING = hash('sha256', '');
/** By which a clock is off, for the SDK. */
const SKEWED_MS = 300_000;
const CALL_ID = 'amz-sdk-invocation-id';
/** What belongs to one sending alone: signature, its date and token, the call's id, and whoever traced it. */
const OF_ONE_SENDING = new Set([
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  CALL_ID,
  'x-amzn-trace-id',
]);

interface Scope {
  readonly region: string;
  readonly service: string;
  /** Headers that are signed and the same each time. */
  readonly headers: readonly string[];
  readonly query: string;
}

/**
 * A GET as the SDK has made it once, to be signed and sent again. To make the same request of the same command takes the SDK four
 * times as much of the processor as all the rest of asking does; with its signer alone it is still half as much again.
 */
export class RepeatedRequest {
  readonly #request: HttpRequest;
  readonly #scope: Scope | undefined;
  #used: AwsCredentialIdentity | undefined;
  #key: { readonly of: string; readonly value: Buffer } | undefined;

  private constructor(
    sent: HttpRequest,
    readonly client: ClientInternals,
    private readonly identity: AwsIdentity,
  ) {
    this.#scope = scopeOf(sent);
    this.#request = sent.clone();
    OF_ONE_SENDING.forEach((header) => delete this.#request.headers[header]);
  }

  /**
   * @param sent as it was handed to the handler of `client`; it is not changed
   * @returns undefined where it is not known how to sign such a request
   */
  static of(sent: HttpRequest, client: ClientInternals, identity: AwsIdentity): RepeatedRequest | undefined {
    const isPlain = sent.method === 'GET' && sent.body === undefined && PLAIN_PATH.test(sent.path);
    const authorization = sent.headers['authorization'] ?? '';
    const isKnown = SIGNATURE.test(authorization) || BEARER.test(authorization);
    return isPlain && isKnown ? new RepeatedRequest(sent, client, identity) : undefined;
  }

  /**
   * The answer, whatever its status.
   *
   * @throws what credentials, the transport or `signal` fail with.
   */
  async send(signal: AbortSignal): Promise<HttpResponse> {
    const request = this.#request.clone();
    request.headers[CALL_ID] = randomUUID();
    if (this.#scope === undefined) {
      request.headers['authorization'] = `Bearer ${this.identity.bearerToken() ?? ''}`;
    } else {
      this.#used = await this.identity.resolve({ signal });
      this.#sign(request, this.#scope, this.#used);
    }
    const { response } = await this.client.config.requestHandler.handle(request, { abortSignal: signal });
    if (response.statusCode < 300) {
      this.#learnClock(response);
    }
    return response;
  }

  /** As the SDK does at each success: another region may have been wrong about the time. */
  #learnClock({ headers }: HttpResponse): void {
    const { config } = this.client;
    const offsetMs = Date.parse(headers['date'] ?? '') - Date.now();
    if (Math.abs(offsetMs - (config.systemClockOffset ?? 0)) >= SKEWED_MS) {
      config.systemClockOffset = offsetMs;
    }
  }

  /** Whether the answer says that the credentials have expired, and there are others by now: then it is not the last word. */
  async isOutdated(response: HttpResponse, signal: AbortSignal): Promise<boolean> {
    if (this.#used === undefined || response.statusCode < 300) {
      return false;
    }
    const refusal = refusalIn(response, Buffer.from(response.body as Uint8Array).toString());
    return isExpiredToken(refusal) && (await this.identity.renew(this.#used, { signal })) !== undefined;
  }

  /** Signature Version 4 of a request without a body. */
  #sign({ headers, path }: HttpRequest, scope: Scope, credentials: AwsCredentialIdentity): void {
    const now = new Date(Date.now() + (this.client.config.systemClockOffset ?? 0));
    const date = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
    headers['x-amz-content-sha256'] = NOTHING;
    headers['x-amz-date'] = date;
    const names = [...scope.headers, 'x-amz-content-sha256', 'x-amz-date'];
    if (credentials.sessionToken !== undefined) {
      headers['x-amz-security-token'] = credentials.sessionToken;
      names.push('x-amz-security-token');
    }
    names.sort();
    const signed = names.map((name) => `${name}:${canonical(headers[name] ?? '')}\n`).join('');
    const request = `GET\n${path}\n${scope.query}\n${signed}\n${names.join(';')}\n${NOTHING}`;
    const credentialScope = `${date.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${date}\n${credentialScope}\n${hash('sha256', request)}`;
    const signature = hmac(this.#keyFor(credentials, credentialScope), text).toString('hex');
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${credentialScope}, ` +
      `SignedHeaders=${names.join(';')}, Signature=${signature}`;
  }

  /** That of a day, until the credentials are others. */
  #keyFor({ secretAccessKey }: AwsCredentialIdentity, credentialScope: string): Buffer {
    const of = `${credentialScope} ${secretAccessKey}`;
    if (this.#key?.of !== of) {
      const first: string | Buffer = `AWS4${secretAccessKey}`;
      this.#key = { of, value: credentialScope.split('/').reduce<string | Buffer>(hmac, first) as Buffer };
    }
    return this.#key.value;
  }
}

function scopeOf({ headers, query }: HttpRequest): Scope | undefined {
  const [, region, service, names] = SIGNATURE.exec(headers['authorization'] ?? '') ?? [];
  if (region === undefined || service === undefined || names === undefined) {
    return undefined;
  }
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((each) => `${escapeUri(name)}=${escapeUri(each)}`),
  );
  return {
    region,
    service,
    headers: names.split(';').filter((name) => !OF_ONE_SENDING.has(name)),
    query: parameters.sort().join('&'),
  };
}

/** As the SDK does it. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonical(value: string): string {
  return value.trim().replaceAll(/\s+/g, ' ');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
