import { checkInteger, checkKeys, checkOneOf, refuse } from '../settings/checks.js';
import { AwsError } from './aws-error.js';
import { canonicalRequest } from './canonical-request.js';
import type { CredentialRegistry, Principal } from './credential-registry.js';
import {
  ALGORITHM,
  type CredentialScope,
  formatAmzDate,
  hashOf,
  parseAmzDate,
  parseScope,
  scopeOf,
  signatureOf,
} from './signing.js';

/** Short-term keys are for one region and hours; long-term ones for every region, until they expire. */
export const API_KEY_KINDS = ['short-term', 'long-term'] as const;

/** One of {@link API_KEY_KINDS}. */
export type ApiKeyKind = (typeof API_KEY_KINDS)[number];

/** A key to make, as `AWS_BEARER_TOKEN_BEDROCK` takes it. */
export interface NewApiKey {
  /** Default: `short-term`. */
  kind?: ApiKeyKind;
  /**
   * Of a short-term key the only region that takes it. A long-term one does not tell where it is sent to: where the listener
   * does not either, it is taken for a request to this region. Default: `us-east-1`.
   */
  region?: string;
  /** Whose it is. Default: the first credentials. */
  accessKeyId?: string;
  /** Default: twelve hours, which is the most for a short-term key; a long-term one does not expire. */
  expiresInSeconds?: number;
}

/** What a key says of itself, before it is verified. */
interface KeyClaims {
  readonly accessKeyId: string;
  readonly region: string;
}

interface ShortTermKey extends CredentialScope {
  readonly query: string;
  readonly signedAt: string;
  readonly signedAtMs: number;
  readonly expiresInSeconds: number;
  readonly sessionToken: string;
  readonly signature: string;
}

interface LongTermKey extends KeyClaims {
  readonly expiresAtMs: number;
}

const KEYS = ['kind', 'region', 'accessKeyId', 'expiresInSeconds'] as const;

/** A presigned URL follows, in Base64. */
const SHORT_TERM = 'bedrock-api-key-';
/** The name of a user and a secret follow, in Base64. */
const LONG_TERM = 'ABSK';

const HOST = 'bedrock.amazonaws.com';
const SERVICE = 'bedrock';
const MAX_SECONDS = 43_200;
const SIGNED_HEADERS = 'host';
/** Is added to the URL when it is signed already. */
const VERSION = 'Version=1';

/** API keys, which take the place of signatures: made, and verified. */
export class ApiKeys {
  readonly #longTerm = new Map<string, LongTermKey>();

  constructor(private readonly credentials: CredentialRegistry) {}

  /**
   * Makes a key as AWS would.
   *
   * @throws RangeError for what is not accepted, and where nobody has that access key id
   */
  make(key: NewApiKey & { readonly accessKeyId: string }, nowMs: number): string {
    checkKeys('apiKey', key, KEYS);
    const { accessKeyId, region = 'us-east-1', expiresInSeconds } = key;
    const kind = checkOneOf('apiKey kind', key.kind ?? 'short-term', API_KEY_KINDS);
    const principal = this.credentials.get(accessKeyId);
    if (principal === undefined) {
      return refuse('apiKey accessKeyId', 'that of known credentials', accessKeyId);
    }
    if (expiresInSeconds !== undefined) {
      checkInteger('apiKey expiresInSeconds', expiresInSeconds, 1, kind === 'short-term' ? MAX_SECONDS : Infinity);
    }
    if (kind === 'short-term') {
      return presign(principal, region, expiresInSeconds ?? MAX_SECONDS, nowMs);
    }
    const number = String(this.#longTerm.size).padStart(4, '0');
    const secret = principal.signingKey(number, region, LONG_TERM).toString('base64');
    const made = `BedrockAPIKey-${number}-at-${principal.accountId}:${secret}`;
    const token = `${LONG_TERM}${Buffer.from(made).toString('base64')}`;
    const expiresAtMs = expiresInSeconds === undefined ? Infinity : nowMs + expiresInSeconds * 1000;
    this.#longTerm.set(token, { accessKeyId, region, expiresAtMs });
    return token;
  }

  /** @param listenerRegion the only region that the listener plays, if it is one of those */
  claimsOf(token: string, listenerRegion: string | undefined): KeyClaims | undefined {
    const longTerm = this.#longTerm.get(token);
    return longTerm ? { ...longTerm, region: listenerRegion ?? longTerm.region } : readShortTerm(token);
  }

  /**
   * @param nowMs the simulator's clock, by which expiry is judged
   * @param listenerRegion the only region that the listener plays, if it is one of those
   * @throws AwsError AccessDeniedException as AWS answers, which does not say what is wrong with a key
   */
  verify(token: string, nowMs: number, listenerRegion: string | undefined): Principal {
    if (!token.startsWith(SHORT_TERM) && !token.startsWith(LONG_TERM)) {
      throw denied('Invalid API Key format: Must start with pre-defined prefix');
    }
    const longTerm = this.#longTerm.get(token);
    const shortTerm = longTerm ? undefined : readShortTerm(token);
    const principal = this.credentials.get((longTerm ?? shortTerm)?.accessKeyId ?? '');
    const isElsewhere = shortTerm !== undefined && (listenerRegion ?? shortTerm.region) !== shortTerm.region;
    if (principal === undefined || isElsewhere || (shortTerm && !isSignedBy(principal, shortTerm))) {
      throw denied('Authentication failed: Please make sure your API Key is valid.');
    }
    const expiresAtMs = longTerm?.expiresAtMs ?? (shortTerm ? endOf(shortTerm) : Infinity);
    if (nowMs >= Math.min(expiresAtMs, principal.expiresAtMs)) {
      throw denied('Bearer Token has expired');
    }
    return principal;
  }
}

function presign(principal: Principal, region: string, expiresInSeconds: number, nowMs: number): string {
  const signedAt = formatAmzDate(nowMs);
  const { date, scope } = scopeOf(signedAt.slice(0, 8), region, SERVICE);
  const query = new URLSearchParams({
    Action: 'CallWithBearerToken',
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${principal.accessKeyId}/${scope}`,
    'X-Amz-Date': signedAt,
    'X-Amz-Expires': String(expiresInSeconds),
    ...(principal.sessionToken && { 'X-Amz-Security-Token': principal.sessionToken }),
    'X-Amz-SignedHeaders': SIGNED_HEADERS,
  }).toString();
  const signingKey = principal.signingKey(date, region, SERVICE);
  const signature = signatureOf(canonicalUrl(query), signedAt, scope, signingKey);
  const url = `${HOST}/?${query}&X-Amz-Signature=${signature}&${VERSION}`;
  return `${SHORT_TERM}${Buffer.from(url).toString('base64')}`;
}

/** Undefined for what is no presigned URL of the kind that AWS makes. */
function readShortTerm(token: string): ShortTermKey | undefined {
  const url = Buffer.from(token.slice(SHORT_TERM.length), 'base64').toString();
  if (!token.startsWith(SHORT_TERM) || !url.startsWith(`${HOST}/?`)) {
    return undefined;
  }
  const query = url.slice(`${HOST}/?`.length);
  const parameters = new URLSearchParams(query);
  const scope = parseScope(parameters.get('X-Amz-Credential') ?? '');
  const signedAt = parameters.get('X-Amz-Date') ?? '';
  const signedAtMs = parseAmzDate(signedAt);
  const expiresInSeconds = Number(parameters.get('X-Amz-Expires'));
  const isWhole =
    parameters.get('Action') === 'CallWithBearerToken' &&
    parameters.get('X-Amz-Algorithm') === ALGORITHM &&
    parameters.get('X-Amz-SignedHeaders') === SIGNED_HEADERS &&
    scope?.service === SERVICE &&
    signedAt.startsWith(scope.date) &&
    expiresInSeconds > 0 &&
    expiresInSeconds <= MAX_SECONDS;
  if (scope === undefined || signedAtMs === undefined || !isWhole) {
    return undefined;
  }
  const sessionToken = parameters.get('X-Amz-Security-Token') ?? '';
  const signature = parameters.get('X-Amz-Signature') ?? '';
  return { ...scope, query, signedAt, signedAtMs, expiresInSeconds, sessionToken, signature };
}

function isSignedBy(principal: Principal, key: ShortTermKey): boolean {
  const { query, signedAt, scope, date, region, signature, sessionToken } = key;
  if (sessionToken !== (principal.sessionToken ?? '')) {
    return false;
  }
  const isSigned = (pair: string): boolean => pair !== VERSION && !pair.startsWith('X-Amz-Signature=');
  const canonical = canonicalUrl(query.split('&').filter(isSigned).join('&'));
  return signatureOf(canonical, signedAt, scope, principal.signingKey(date, region, SERVICE)) === signature;
}

function canonicalUrl(query: string): string {
  return canonicalRequest({ method: 'POST', path: '/', query, headers: { host: HOST } }, [SIGNED_HEADERS], hashOf(''));
}

function endOf({ signedAtMs, expiresInSeconds }: ShortTermKey): number {
  return signedAtMs + expiresInSeconds * 1000;
}

function denied(message: string): AwsError {
  return new AwsError('AccessDeniedException', 403, message, 'Message');
}
