import { createHash, createHmac } from 'node:crypto';

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
export function signatureOf(canonicalRequest: string, signedAt: string, scope: string, signingKey: Buffer): string {
  return createHmac('sha256', signingKey)
    .update(`${ALGORITHM}\n${signedAt}\n${scope}\n${hashOf(canonicalRequest)}`)
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
