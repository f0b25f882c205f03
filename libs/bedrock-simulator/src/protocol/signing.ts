import { createHash, createHmac } from 'node:crypto';
import { canonicalRequest } from './canonical-request.js';

/** Whom and what a signature is for: `key/date/region/service/aws4_request`. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** `yyyymmdd`, as scoped */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Everything after the access key. */
  readonly scope: string;
}

/** What signatures say how they were made by. */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Undefined for what is none. The key may hold slashes. */
export function parseScope(credential: string): CredentialScope | undefined {
  const [terminator, service, region, date, ...key] = credential.split('/').toReversed();
  if (!date || !region || !service || key.length === 0 || terminator !== 'aws4_request') {
    return undefined;
  }
  return { ...scopeOf(date, region, service), accessKeyId: key.toReversed().join('/') };
}

export function scopeOf(date: string, region: string, service: string): Omit<CredentialScope, 'accessKeyId'> {
  return { date, region, service, scope: `${date}/${region}/${service}/aws4_request` };
}

/** The key that requests of that day, region and service are signed with. */
export function deriveSigningKey(secret: string, date: string, region: string, service: string): Buffer {
  let key: Buffer | string = `AWS4${secret}`;
  for (const part of [date, region, service, 'aws4_request']) {
    key = createHmac('sha256', key).update(part).digest();
  }
  return key as Buffer;
}

/** The signature of a canonical request, in hexadecimal digits. */
export function signatureOf(canonical: string, signedAt: string, scope: string, signingKey: Buffer): string {
  return createHmac('sha256', signingKey)
    .update(`${ALGORITHM}\n${signedAt}\n${scope}\n${hashOf(canonical)}`)
    .digest('hex');
}

export function hashOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `yyyymmddThhmmssZ` to milliseconds. */
export function parseAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function formatAmzDate(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** Who signs. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request to sign. */
interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The headers of a request, with its signature. */
export function signedHeaders(
  { method, url, headers: given, body = '' }: Unsigned,
  { accessKeyId, secretAccessKey, sessionToken }: Signer,
  { region, service }: Pick<CredentialScope, 'region' | 'service'>,
  nowMs: number,
): Record<string, string> {
  const signedAt = formatAmzDate(nowMs);
  const { date, scope } = scopeOf(signedAt.slice(0, 8), region, service);
  const headers = {
    ...given,
    host: url.host,
    'x-amz-date': signedAt,
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(headers).toSorted();
  const request = { method, path: url.pathname, query: url.search.slice(1), headers };
  const canonical = canonicalRequest(request, names, hashOf(body));
  const signature = signatureOf(canonical, signedAt, scope, deriveSigningKey(secretAccessKey, date, region, service));
  const credential = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization: `${ALGORITHM} ${credential}` };
}
