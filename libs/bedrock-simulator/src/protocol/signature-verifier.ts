import { createHash, createHmac } from 'node:crypto';
import type { Authorization, SignedAuthorization } from './authorization-header.js';
import { AwsError, expiredToken, invalidSignature, unrecognizedClient } from './aws-error.js';
import { canonicalRequest, type SignedRequest } from './canonical-request.js';
import type { CredentialRegistry, Principal } from './credential-registry.js';

/** How far a client's clock may be off. */
const MAX_SKEW_MS = 5 * 60_000;

const EMPTY_HASH = createHash('sha256').digest('hex');

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
  'and signing method. Consult the service documentation for details.';

const BEARER_REFUSED =
  'Authentication failed: bedrock-simulator takes no bearer tokens, since they carry no region. Unset ' +
  "AWS_BEARER_TOKEN_BEDROCK, or set authSchemePreference to ['sigv4'].";

/** Who sent a request, proven by its SigV4 signature. */
export class SignatureVerifier {
  constructor(private readonly credentials: CredentialRegistry) {}

  /**
   * @param nowMs the simulator's clock, by which skew and expiry are judged
   * @throws AwsError as AWS answers: which of several faults is reported follows its order
   */
  verify(request: SignedRequest, authorization: Authorization, body: Buffer, nowMs: number): Principal {
    if (authorization.kind === 'none') {
      throw new AwsError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token', 'message');
    }
    if (authorization.kind === 'bearer') {
      throw new AwsError('AccessDeniedException', 403, BEARER_REFUSED, 'Message');
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
  const payloadHash = body.length === 0 ? EMPTY_HASH : createHash('sha256').update(body).digest('hex');
  if ((request.headers['x-amz-content-sha256'] ?? payloadHash) !== payloadHash) {
    return false;
  }
  const canonical = canonicalRequest(request, authorization.signedHeaders, payloadHash);
  const hash = createHash('sha256').update(canonical).digest('hex');
  const { date, region, service, scope } = authorization;
  const signature = createHmac('sha256', principal.signingKey(date, region, service))
    .update(`AWS4-HMAC-SHA256\n${signedAt}\n${scope}\n${hash}`)
    .digest('hex');
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

/** `yyyymmddThhmmssZ` to milliseconds. */
function parseAmzDate(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function formatAmzDate(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
