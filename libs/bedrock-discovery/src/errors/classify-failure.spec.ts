import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asRegionNotEnabled,
  classifyFailure,
  failureOf,
  isExpiredToken,
  isTokenRefused,
  mayHaveExecuted,
  retryAfterMsOf,
} from './classify-failure.js';
import type { FailureKind } from './failure.js';
import { FAILURE_TEXTS } from './failure-texts.js';

const CONTEXT = { at: '2026-08-22T10:00:00.000Z', region: 'eu-west-1', operation: 'ListFoundationModels' };

function answered(status: number, name: string, message: string, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status },
    $response: { statusCode: status, headers },
  });
}

function system(code: string, name = 'Error', message = `read ${code}`, more: object = {}): Error {
  return Object.assign(new Error(message), { name, code, ...more });
}

const DENIED = 'User: arn:aws:iam::111122223333:user/a is not authorized to perform: bedrock:ListFoundationModels';

const CASES: readonly [string, unknown, FailureKind, boolean][] = [
  [
    'a token that AWS does not know',
    answered(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
    'credentials-invalid',
    false,
  ],
  ['an unknown access key', answered(403, 'InvalidClientTokenId', 'No such key'), 'credentials-invalid', false],
  [
    'a wrong secret',
    answered(403, 'SignatureDoesNotMatch', 'The signature does not match'),
    'credentials-invalid',
    false,
  ],
  [
    'a bearer token that AWS does not know',
    answered(403, 'AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.'),
    'credentials-invalid',
    false,
  ],
  [
    'an expired token',
    answered(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
    'credentials-expired',
    false,
  ],
  ['an expired token by its short name', answered(400, 'ExpiredToken', 'Token expired'), 'credentials-expired', false],
  ['an expired bearer token', answered(403, 'Unknown', 'Bearer Token has expired'), 'credentials-expired', false],
  [
    'an expired SSO session',
    system('', 'CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
    'credentials-expired',
    false,
  ],
  [
    'an SSO token to be refreshed',
    system('', 'CredentialsProviderError', "Token is invalid. To refresh this SSO session run 'aws sso login'."),
    'credentials-expired',
    false,
  ],
  [
    'an empty credential chain',
    system('', 'CredentialsProviderError', 'Could not load credentials from any providers'),
    'credentials-missing',
    false,
  ],
  ['a missing bearer token', system('', 'TokenProviderError', 'Token not present'), 'credentials-missing', false],
  [
    'a signature from the past',
    answered(403, 'InvalidSignatureException', 'Signature expired: 20260822T080000Z is now earlier than 2026…'),
    'clock-skew',
    false,
  ],
  [
    'a signature from the future',
    answered(403, 'InvalidSignatureException', 'Signature not yet current: 20260822T120000Z is still later than …'),
    'clock-skew',
    false,
  ],
  ['a skewed request', answered(403, 'RequestTimeTooSkewed', 'The difference is too large'), 'clock-skew', false],
  ['a request out of date', answered(400, 'RequestExpired', 'Request has expired'), 'clock-skew', false],
  ['a missing permission', answered(403, 'AccessDeniedException', `${DENIED} because no …`), 'access-denied', false],
  [
    'an explicit deny by an identity policy',
    answered(403, 'AccessDeniedException', `${DENIED} with an explicit deny in an identity-based policy`),
    'access-denied',
    false,
  ],
  ['a 403 without a name', answered(403, 'Unknown', 'UnknownError'), 'access-denied', false],
  [
    "an organisation's policy",
    answered(403, 'AccessDeniedException', `${DENIED} with an explicit deny in a service control policy: arn:aws:…`),
    'policy-denied',
    false,
  ],
  [
    'an account that is not enabled',
    answered(403, 'AccessDeniedException', 'Your account is not authorized to invoke this API operation.'),
    'account-not-enabled',
    false,
  ],
  ['a missing subscription', answered(403, 'OptInRequired', 'Needs a subscription'), 'account-not-enabled', false],
  ['a region disabled for STS', answered(403, 'RegionDisabledException', 'STS is off'), 'region-not-enabled', false],
  ['throttling', answered(429, 'ThrottlingException', 'Too many requests, please wait.'), 'throttled', true],
  ['a 429 without a name', answered(429, 'Unknown', 'UnknownError'), 'throttled', true],
  ['a 429 that is no JSON', answered(429, 'SyntaxError', "Unexpected token '<'"), 'throttled', true],
  ['an unknown host', system('ENOTFOUND', 'Error', 'getaddrinfo ENOTFOUND bedrock.ap-east-1'), 'unreachable', false],
  ['a DNS server that is away', system('EAI_AGAIN'), 'unreachable', true],
  ['a refused connection', system('ECONNREFUSED'), 'unreachable', false],
  ['no route', system('EHOSTUNREACH'), 'unreachable', false],
  ['a reset, which the SDK calls a timeout', system('ECONNRESET', 'TimeoutError'), 'unreachable', true],
  ['a broken pipe, which the SDK calls a timeout', system('EPIPE', 'TimeoutError'), 'unreachable', true],
  ['a foreign certificate', system('SELF_SIGNED_CERT_IN_CHAIN'), 'unreachable', false],
  ['a certificate for another name', system('ERR_TLS_CERT_ALTNAME_INVALID'), 'unreachable', false],
  [
    'all addresses refused',
    Object.assign(new AggregateError([system('ECONNREFUSED'), system('ECONNREFUSED')], ''), { code: 'ECONNREFUSED' }),
    'unreachable',
    false,
  ],
  ['a connect timeout', system('ETIMEDOUT', 'TimeoutError'), 'timeout', true],
  ['a timeout by name', system('', 'TimeoutError', 'Took too long'), 'timeout', true],
  ['an elapsed signal', new DOMException('Timed out.', 'TimeoutError'), 'timeout', true],
  [
    'a request ended by an elapsed signal',
    Object.assign(new Error('Request aborted', { cause: new DOMException('', 'TimeoutError') }), {
      name: 'AbortError',
    }),
    'timeout',
    true,
  ],
  ['an abort', system('', 'AbortError', 'Request aborted'), 'aborted', false],
  ['an abort of the platform', AbortSignal.abort().reason, 'aborted', false],
  ['an answer that is no JSON', answered(200, 'SyntaxError', "Unexpected token '<'"), 'malformed-response', true],
  ['an answer of another shape', answered(200, 'TypeError', 'x is not iterable'), 'malformed-response', true],
  ['an answer that is no HTTP', system('HPE_INVALID_CONSTANT'), 'malformed-response', true],
  ['a body cut short for no known reason', system('', 'TruncatedBodyError', 'Ended early'), 'malformed-response', true],
  [
    'a body cut short by a reset',
    Object.assign(new Error('Ended early', { cause: system('ECONNRESET') }), { name: 'TruncatedBodyError' }),
    'malformed-response',
    true,
  ],
  ['a server error', answered(500, 'InternalServerException', 'Unexpected error'), 'service-error', true],
  ['an unavailable service', answered(503, 'ServiceUnavailableException', 'Try later'), 'service-error', true],
  ['a 502 page that is no JSON', answered(502, 'SyntaxError', "Unexpected token '<'"), 'service-error', true],
  ['an unknown operation', answered(404, 'UnknownOperationException', 'UnknownError'), 'unsupported-operation', false],
  ['a list that is invalid', answered(400, 'ValidationException', 'Not here'), 'unsupported-operation', false],
  ['a list that is not found', answered(404, 'Unknown', 'UnknownError'), 'unsupported-operation', false],
  [
    'a failure inside of another',
    new Error('Could not scan', { cause: answered(429, 'ThrottlingException', 'Too many requests') }),
    'throttled',
    true,
  ],
  ['an error of no known form', new RangeError('odd'), 'unknown', false],
  ['something thrown that is no error', 'odd', 'unknown', false],
];

describe('classifyFailure', () => {
  it.each(CASES)('recognises the kind of %s', (_, error, kind, retryable) => {
    expect(classifyFailure(error, CONTEXT)).toMatchObject({ kind, retryable, at: CONTEXT.at });
  });

  it('recognises names by header and with a tail, and messages by either spelling of their key', () => {
    const tail = 'ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/';
    const byHeader = answered(400, 'Unknown', 'Slow down', { 'x-amzn-ErrorType': tail });
    expect(classifyFailure(byHeader, CONTEXT)).toMatchObject({ kind: 'throttled' });
    expect(classifyFailure({ __type: `com.amazon#${tail}` }, CONTEXT)).toMatchObject({ kind: 'throttled' });
    expect(classifyFailure({ name: 'AccessDeniedException', Message: 'No.' }, CONTEXT)).toMatchObject({
      kind: 'access-denied',
      message: 'AccessDeniedException: No.',
    });
  });

  it('takes a validation error for a request that is wrong where nothing is listed', () => {
    const error = answered(400, 'ValidationException', 'The provided model identifier is invalid.');
    expect(classifyFailure(error, { ...CONTEXT, operation: 'GetFoundationModelAvailability' }).kind).toBe('unknown');
  });

  it('says what was seen, and which action to allow where', () => {
    const failure = classifyFailure(answered(403, 'AccessDeniedException', 'Not allowed'), CONTEXT);
    expect(failure.message).toBe('AccessDeniedException: Not allowed.');
    expect(failure.remedy).toContain('`bedrock:ListFoundationModels` in eu-west-1');
    const account = { ...CONTEXT, operation: 'account:ListRegions' };
    expect(classifyFailure(answered(403, 'AccessDeniedException', 'No'), account).remedy).toContain(
      '`account:ListRegions`',
    );
  });

  it('leaves out the canonical request and the hints of the SDK', () => {
    const error = answered(403, 'SignatureDoesNotMatch', 'No match.\n\nThe Canonical String should have been\nGET /x');
    expect(classifyFailure(error, CONTEXT).message).toBe('SignatureDoesNotMatch: No match.');
  });

  it('returns frozen JSON-safe data', () => {
    const failure = classifyFailure(answered(500, 'InternalServerException', 'x'), CONTEXT);
    expect(Object.isFrozen(failure)).toBe(true);
    expect(JSON.parse(JSON.stringify(failure))).toEqual(failure);
  });

  it('never throws and always finds a known kind, whatever was thrown', () => {
    const hostile = Object.defineProperty({}, 'name', {
      get: () => {
        throw new Error('no');
      },
    });
    const looped: { cause?: unknown } = {};
    looped.cause = looped;
    const part = fc.oneof(fc.string(), fc.anything());
    const errorLike = fc.record(
      { name: part, message: part, code: part, cause: part, errors: fc.array(part), $metadata: part, $response: part },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), errorLike, fc.constantFrom(hostile, looped)), (error) => {
        const failure = classifyFailure(error, CONTEXT);
        expect(Object.keys(FAILURE_TEXTS)).toContain(failure.kind);
        expect(failure.message.length).toBeGreaterThan(0);
        retryAfterMsOf(error);
        mayHaveExecuted(error);
        isExpiredToken(error);
      }),
    );
  });

  it('never lets a secret through, wherever it stands', () => {
    const anyOf = (characters: string) => fc.constantFrom(...characters.split(''));
    const alphabet = anyOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+');
    const base64 = (length: number): fc.Arbitrary<string> =>
      fc.string({ unit: alphabet, minLength: length, maxLength: length });
    const keyId = fc.string({
      unit: anyOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
      minLength: 16,
      maxLength: 16,
    });
    const secret = fc.oneof(
      fc
        .tuple(fc.constantFrom('AKIA', 'ASIA'), keyId)
        .map(([prefix, id]) => ({ secret: prefix + id, text: prefix + id })),
      base64(37).map((text) => ({ secret: `aZ9${text}`, text: `aZ9${text}` })),
      base64(120).map((text) => ({ secret: text, text: `${text}==` })),
      base64(48).map((text) => ({ secret: text, text: `Authorization: Bearer ${text}` })),
      base64(24).map((text) => ({ secret: text, text: `"SecretAccessKey": "${text}"` })),
      base64(24).map((text) => ({ secret: text, text: `X-Amz-Security-Token=${text}` })),
      base64(24).map((text) => ({ secret: text, text: `bedrock-api-key-${text}` })),
      fc
        .string({ unit: anyOf('0123456789abcdef'), minLength: 64, maxLength: 64 })
        .map((text) => ({ secret: text, text: `Signature=${text}` })),
      keyId.map((text) => ({ secret: text, text: `https://me:${text}@proxy.example:8080/` })),
    );
    const place = fc.constantFrom<(text: string) => unknown>(
      (text) => answered(403, 'AccessDeniedException', `Refused (${text}).`),
      (text) => new Error('outer', { cause: system('ECONNRESET', 'Error', `to ${text} failed`) }),
      (text) => answered(400, text, 'odd'),
      (text) => `thrown ${text}`,
    );
    fc.assert(
      fc.property(secret, place, ({ secret: hidden, text }, put) => {
        expect(JSON.stringify(classifyFailure(put(text), CONTEXT))).not.toContain(hidden);
      }),
    );
  });

  it('keeps the ARNs that say who was denied what', () => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/someone';
    expect(failureOf('access-denied', `User: ${arn} is not authorized.`, CONTEXT).message).toContain(arn);
  });
});

describe('a refused token', () => {
  const refused = classifyFailure(CASES[0]?.[1], CONTEXT);

  it('is told from a wrong secret, which no region accepts', () => {
    expect(isTokenRefused(refused)).toBe(true);
    expect(isTokenRefused(classifyFailure(answered(403, 'SignatureDoesNotMatch', 'No.'), CONTEXT))).toBe(false);
    expect(isTokenRefused(classifyFailure(answered(403, 'AccessDeniedException', 'No.'), CONTEXT))).toBe(false);
  });

  it('means a region that is not enabled once another region has accepted it', () => {
    const failure = asRegionNotEnabled(refused, 'me-south-1');
    expect(failure).toMatchObject({ kind: 'region-not-enabled', message: refused.message, at: refused.at });
    expect(failure.remedy).toContain('Enable me-south-1');
    expect(asRegionNotEnabled(refused).remedy).toContain('Enable the region');
  });
});

describe('mayHaveExecuted', () => {
  it.each<[string, unknown, boolean]>([
    ['throttling', answered(429, 'ThrottlingException', ''), false],
    ['a denial', answered(403, 'AccessDeniedException', ''), false],
    ['a model that is not there', answered(404, 'ResourceNotFoundException', ''), false],
    ['a refused connection', system('ECONNREFUSED'), false],
    ['a timeout while connecting', system('ETIMEDOUT', 'TimeoutError', '', { syscall: 'connect' }), false],
    ['no credentials', system('', 'CredentialsProviderError'), false],
    ['a model that timed out', answered(408, 'ModelTimeoutException', ''), true],
    ['a server error', answered(503, 'ServiceUnavailableException', ''), true],
    ['a timeout', system('ETIMEDOUT', 'TimeoutError'), true],
    ['a reset', system('ECONNRESET', 'TimeoutError'), true],
  ])('judges whether %s may have executed', (_, error, expected) => {
    expect(mayHaveExecuted(error)).toBe(expected);
  });
});

describe('retryAfterMsOf', () => {
  const throttled = (headers: Record<string, string>): Error => answered(429, 'ThrottlingException', '', headers);

  it('reads seconds, dates against the clock of the server, and milliseconds', () => {
    expect(retryAfterMsOf(throttled({ 'retry-after': '7' }))).toBe(7_000);
    const dates = { date: 'Sat, 22 Aug 2026 10:00:00 GMT', 'Retry-After': 'Sat, 22 Aug 2026 10:00:03 GMT' };
    expect(retryAfterMsOf(throttled(dates))).toBe(3_000);
    const now = Date.parse('2026-08-22T10:00:01Z');
    expect(retryAfterMsOf(throttled({ 'retry-after': dates['Retry-After'] }), now)).toBe(2_000);
    expect(retryAfterMsOf(throttled({ 'x-amz-retry-after': '250' }))).toBe(250);
  });

  it('is undefined where the server names no time', () => {
    expect(retryAfterMsOf(throttled({}))).toBeUndefined();
    expect(retryAfterMsOf(throttled({ 'retry-after': 'soon' }))).toBeUndefined();
    expect(retryAfterMsOf(new Error('x'))).toBeUndefined();
  });
});

describe('isExpiredToken', () => {
  it('recognises what AWS answered to an expired token', () => {
    expect(isExpiredToken(answered(403, 'ExpiredTokenException', ''))).toBe(true);
    expect(isExpiredToken(answered(400, 'ExpiredToken', ''))).toBe(true);
    expect(isExpiredToken(answered(403, 'AccessDeniedException', ''))).toBe(false);
  });
});
