/** The parts of `Authorization: AWS4-HMAC-SHA256 …`. */
export interface SignedAuthorization {
  readonly accessKeyId: string;
  /** `yyyymmdd`, as scoped */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Everything after the access key: `date/region/service/aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** What a request says about who sends it. */
export type Authorization =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer' }
  | { readonly kind: 'incomplete'; readonly missing: string }
  | ({ readonly kind: 'signed' } & SignedAuthorization);

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Reads the header without judging it. */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === '') {
    return { kind: 'none' };
  }
  if (/^bearer\s/i.test(header)) {
    return { kind: 'bearer' };
  }
  if (!header.startsWith(`${ALGORITHM} `)) {
    return { kind: 'none' };
  }

  const parts = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) {
      parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
    }
  }
  const credential = parts.get('Credential')?.split('/') ?? [];
  const [terminator, service, region, date, ...key] = credential.toReversed();
  const signedHeaders = parts.get('SignedHeaders');
  const signature = parts.get('Signature');
  if (!date || !region || !service || key.length === 0 || terminator !== 'aws4_request') {
    return { kind: 'incomplete', missing: 'Credential' };
  }
  if (!signedHeaders) {
    return { kind: 'incomplete', missing: 'SignedHeaders' };
  }
  if (!signature) {
    return { kind: 'incomplete', missing: 'Signature' };
  }
  return {
    kind: 'signed',
    accessKeyId: key.toReversed().join('/'),
    date,
    region,
    service,
    scope: `${date}/${region}/${service}/aws4_request`,
    signedHeaders: signedHeaders.split(';'),
    signature,
  };
}
