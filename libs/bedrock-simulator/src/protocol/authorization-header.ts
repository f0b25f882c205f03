import { ALGORITHM, type CredentialScope, parseScope } from './signing.js';

/** The parts of `Authorization: AWS4-HMAC-SHA256 …`. */
export interface SignedAuthorization extends CredentialScope {
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** What a request says about who sends it. */
export type Authorization =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'incomplete'; readonly missing: string }
  | ({ readonly kind: 'signed' } & SignedAuthorization);

/** Reads the header without judging it. */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === '') {
    return { kind: 'none' };
  }
  if (/^bearer\s/i.test(header)) {
    return { kind: 'bearer', token: header.slice('bearer '.length).trim() };
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
  const scope = parseScope(parts.get('Credential') ?? '');
  const signedHeaders = parts.get('SignedHeaders');
  const signature = parts.get('Signature');
  if (scope === undefined) {
    return { kind: 'incomplete', missing: 'Credential' };
  }
  if (!signedHeaders) {
    return { kind: 'incomplete', missing: 'SignedHeaders' };
  }
  if (!signature) {
    return { kind: 'incomplete', missing: 'Signature' };
  }
  return { kind: 'signed', ...scope, signedHeaders: signedHeaders.split(';'), signature };
}
