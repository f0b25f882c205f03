import type { ApiKeys } from './api-keys.js';
import type { Authorization, SignedAuthorization } from './authorization-header.js';
import { AwsError, expiredToken, invalidSignature, unrecognizedClient } from './aws-error.js';
import { canonicalRequest, type SignedRequest } from './canonical-request.js';
import type { CredentialRegistry, Principal } from './credential-registry.js';
import { formatAmzDate, hashOf, parseAmzDate, signatureOf } from './signing.js';

/** How far a client's clock may be off. */
const MAX_SKEW_MS = 5 * 60_000;

const EMPTY_HASH = hashOf('');

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
  'and signing method. Consult the service documentation for details.';

/** What a request says of itself, before anything is proven. */
export interface Claims {
  readonly accessKeyId?: string;
  readonly region?: string;
  /** The only services that it can be for; undefined where nothing says. */
  readonly services?: readonly string[];
}

/** API keys are for Bedrock alone. */
const SERVICES_OF_KEYS = ['bedrock', 'bedrock-mantle'];

/** Who sent a request, proven by its SigV4 signature or its API key. */
export class SignatureVerifier {
  constructor(
    private readonly credentials: CredentialRegistry,
    private readonly apiKeys: ApiKeys,
  ) {}

  /** @param listenerRegion the only region that the listener plays, if it is one of those */
  claimsOf(authorization: Authorization, listenerRegion: string | undefined): Claims {
    if (authorization.kind === 'signed') {
      const { accessKeyId, region, service } = authorization;
      return { accessKeyId, region, services: [service] };
    }
    if (authorization.kind === 'bearer') {
      const key = this.apiKeys.claimsOf(authorization.token, listenerRegion);
      return { accessKeyId: key?.accessKeyId, region: key?.region ?? listenerRegion, services: SERVICES_OF_KEYS };
    }
    return { region: listenerRegion };
  }

  /**
   * @param nowMs the simulator's clock, by which skew and expiry are judged
   * @param listenerRegion the only region that the listener plays, if it is one of those
   * @throws AwsError as AWS answers: which of several faults is reported follows its order
   */
  verify(
    request: SignedRequest,
    authorization: Authorization,
    body: Buffer,
    nowMs: number,
    listenerRegion?: string,
  ): Principal {
    if (authorization.kind === 'none') {
      throw new AwsError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token', 'message');
    }
    if (authorization.kind === 'bearer') {
      return this.apiKeys.verify(authorization.token, nowMs, listenerRegion);
    }
    if (authorization.kind === 'incomplete') {
      throw incomplete(authorization.missing);
    }

    const signedAt = request.headers['x-amz-date'] ?? '';
    const signedAtMs = parseAmzDate(String(signedAt));
    if (signedAtMs === undefined) {
      throw incomplete('X-Amz-Date');
    }
    if (!String(signedAt).startsWith(authorization.date)) {
      throw invalidSignature(
        'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.',
      );
    }
    const principal = this.credentials.get(authorization.accessKeyId);
    if (principal === undefined) {
      throw unrecognizedClient();
    }
    if ((request.headers['x-amz-security-token'] ?? '') !== (principal.sessionToken ?? '')) {
      throw unrecognizedClient();
    }
    if (nowMs >= principal.expiresAtMs) {
      throw expiredToken();
    }
    checkSkew(String(signedAt), signedAtMs, nowMs);
    if (!matches(request, authorization, principal, String(signedAt), body)) {
      throw invalidSignature(MISMATCH);
    }
    if (listenerRegion !== undefined && listenerRegion !== authorization.region) {
      throw invalidSignature('Credential should be scoped to a valid region.');
    }
    return principal;
  }
}

function matches(
  request: SignedRequest,
  authorization: SignedAuthorization,
  principal: Principal,
  signedAt: string,
  body: Buffer,
): boolean {
  // HTTP/2 has `:authority` in the place of `host`.
  if (!authorization.signedHeaders.some((name) => name === 'host' || name === ':authority')) {
    return false;
  }
  const payloadHash = body.length === 0 ? EMPTY_HASH : hashOf(body);
  if ((request.headers['x-amz-content-sha256'] ?? payloadHash) !== payloadHash) {
    return false;
  }
  const canonical = canonicalRequest(request, authorization.signedHeaders, payloadHash);
  const { date, region, service, scope } = authorization;
  const signature = signatureOf(canonical, signedAt, scope, principal.signingKey(date, region, service));
  return signature === authorization.signature;
}

function checkSkew(signedAt: string, signedAtMs: number, nowMs: number): void {
  const now = formatAmzDate(nowMs);
  if (signedAtMs < nowMs - MAX_SKEW_MS) {
    const earliest = formatAmzDate(nowMs - MAX_SKEW_MS);
    throw invalidSignature(`Signature expired: ${signedAt} is now earlier than ${earliest} (${now} - 5 min.)`);
  }
  if (signedAtMs > nowMs + MAX_SKEW_MS) {
    const latest = formatAmzDate(nowMs + MAX_SKEW_MS);
    throw invalidSignature(`Signature not yet current: ${signedAt} is still later than ${latest} (${now} + 5 min.)`);
  }
}

function incomplete(missing: string): AwsError {
  return new AwsError(
    'IncompleteSignatureException',
    403,
    missing === 'X-Amz-Date'
      ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
      : `Authorization header requires '${missing}' parameter.`,
  );
}
