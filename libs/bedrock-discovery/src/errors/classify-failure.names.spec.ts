import { describe, expect, it } from '@jest/globals';
import { classifyFailure, isExpiredToken, isTokenRefused } from './classify-failure.js';
import type { FailureKind } from './failure-texts.js';

const AT = '2026-08-22T10:00:00.000Z';
const LIST = { at: AT, region: 'eu-west-1', operation: 'ListFoundationModels' };
const CALL = { at: AT, region: 'eu-west-1', operation: 'InvokeModel' };
const OTHER = { at: AT, region: 'eu-west-1', operation: 'GetFoundationModelAvailability' };

/** An answer of the service. */
const answered = (httpStatusCode: number, name = 'Unknown', message = ''): Error =>
  Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode, requestId: 'a-1' },
    $response: { statusCode: httpStatusCode, headers: {} },
  });
const system = (code: string, more: object = {}): Error => Object.assign(new Error('failed'), { code, ...more });
const kindOf = (error: unknown, context = LIST): FailureKind => classifyFailure(error, context).kind;

describe('a failure by the name that AWS gives it', () => {
  it.each<[FailureKind, readonly string[]]>([
    [
      'throttled',
      [
        'ThrottlingException',
        'Throttled',
        'TooManyRequestsException',
        'RequestLimitExceeded',
        'SlowDown',
        'RequestThrottled',
        'LimitExceededException',
        'BandwidthLimitExceeded',
        'ServiceQuotaExceededException',
      ],
    ],
    ['credentials-expired', ['ExpiredTokenException', 'TokenRefreshRequired']],
    ['clock-skew', ['RequestTimeTooSkewed', 'RequestExpired', 'RequestInTheFuture']],
    [
      'credentials-invalid',
      [
        'UnrecognizedClientException',
        'InvalidClientTokenId',
        'SignatureDoesNotMatch',
        'AuthFailure',
        'InvalidSignatureException',
        'IncompleteSignatureException',
        'InvalidAccessKeyId',
        'InvalidToken',
      ],
    ],
    [
      'credentials-missing',
      ['CredentialsProviderError', 'TokenProviderError', 'ProviderError', 'MissingAuthenticationTokenException'],
    ],
    [
      'access-denied',
      [
        'AccessDeniedException',
        'UnauthorizedOperation',
        'NotAuthorized',
        'UnauthorizedException',
        'ForbiddenException',
      ],
    ],
    ['account-not-enabled', ['OptInRequired', 'SubscriptionRequiredException']],
    ['region-not-enabled', ['RegionDisabledException']],
    ['timeout', ['TimeoutError', 'RequestTimeout', 'RequestTimeoutException']],
    ['aborted', ['AbortError', 'SHUT_DOWN', 'Aborted']],
    ['unsupported-operation', ['UnknownOperationException', 'InvalidAction', 'ValidationException']],
    ['malformed-response', ['SyntaxError', 'MalformedResponseError']],
    [
      'service-error',
      [
        'InternalServerException',
        'InternalFailure',
        'InternalServiceException',
        'ServiceUnavailableException',
        'InternalError',
      ],
    ],
  ])('is %s', (kind, names) => {
    // Nothing else of it tells.
    const kinds = names.map((name) => kindOf(Object.assign(new Error('failed'), { name })));
    expect(kinds).toEqual(names.map(() => kind));
  });
});

describe('a failure by its code alone', () => {
  it.each<[FailureKind, retryable: boolean, codes: readonly string[]]>([
    ['timeout', true, ['ETIMEDOUT']],
    [
      'unreachable',
      true,
      ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_HTTP2_STREAM_ERROR'],
    ],
    [
      'unreachable',
      false,
      [
        'ENOTFOUND',
        'ECONNREFUSED',
        'EHOSTUNREACH',
        'ENETUNREACH',
        'EHOSTDOWN',
        'ENETDOWN',
        'EADDRNOTAVAIL',
        'ENODATA',
        'CERT_HAS_EXPIRED',
        'ERR_TLS_CERT_ALTNAME_INVALID',
        'ERR_SSL_WRONG_VERSION_NUMBER',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'HOSTNAME_MISMATCH',
        'EPROTO',
      ],
    ],
    ['malformed-response', true, ['HPE_INVALID_CONSTANT']],
    // What only begins or ends like one of these.
    ['unknown', false, ['EPROTOTYPE', 'EXECONNRESET', 'ENOTFOUND_AT_ALL', 'XHPE_INVALID', 'MY_CERT_']],
  ])('is %s', (kind, retryable, codes) => {
    const seen = codes.map((code) => classifyFailure(system(code), LIST));
    expect(seen.map((failure) => [failure.kind, failure.retryable])).toEqual(codes.map(() => [kind, retryable]));
  });
});

describe('a failure by its status alone', () => {
  it.each<[number, list: FailureKind, call: FailureKind, other: FailureKind]>([
    [200, 'malformed-response', 'malformed-response', 'malformed-response'],
    [299, 'malformed-response', 'malformed-response', 'malformed-response'],
    [300, 'unknown', 'unknown', 'unknown'],
    [400, 'unknown', 'unknown', 'unknown'],
    [401, 'credentials-invalid', 'credentials-invalid', 'credentials-invalid'],
    [403, 'access-denied', 'access-denied', 'access-denied'],
    [404, 'unsupported-operation', 'unsupported-operation', 'unknown'],
    [405, 'unsupported-operation', 'unknown', 'unknown'],
    [429, 'throttled', 'throttled', 'throttled'],
    [499, 'unknown', 'unknown', 'unknown'],
    [500, 'service-error', 'service-error', 'service-error'],
  ])('of %d is %s where regions are listed, %s of a call, %s elsewhere', (status, list, call, other) => {
    const error = answered(status);
    expect([kindOf(error), kindOf(error, CALL), kindOf(error, OTHER)]).toEqual([list, call, other]);
    // A body that is no JSON says as much as none, but for an answer that says yes.
    const unread = answered(status, 'SyntaxError');
    expect(kindOf(unread)).toBe(status < 400 ? 'malformed-response' : list);
  });

  it('is that of a clock that is wrong, or of a token that is not known, where the words say so', () => {
    expect([401, 403, 400].map((status) => kindOf(answered(status, 'x', 'Signature expired')))).toEqual([
      'clock-skew',
      'clock-skew',
      'unknown',
    ]);
    const refused = 'The security token included in the request is invalid.';
    expect([400, 403, 500].map((status) => kindOf(answered(status, 'x', refused)))).toEqual(
      Array(3).fill('credentials-invalid'),
    );
    expect(kindOf(answered(403, 'AccessDeniedException', refused))).toBe('credentials-invalid');
  });

  it('is that of whatever lists, with the name of the service before it or without', () => {
    const operations = ['ListThings', 'bedrock-mantle:ListModels', 'GetList', 'InvokeList', 'DisListed'];
    expect(operations.map((operation) => kindOf(answered(405), { ...LIST, operation }))).toEqual([
      'unsupported-operation',
      'unsupported-operation',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});

describe('credentials that are missing', () => {
  it.each<[string, FailureKind]>([
    ['The session has expired.', 'credentials-expired'],
    ['Your token is EXPIRED', 'credentials-expired'],
    ['Credentials: expired', 'credentials-expired'],
    ['The profile has expired.', 'credentials-missing'],
    ['The session is unexpired.', 'credentials-missing'],
    ['Obsession expired.', 'credentials-missing'],
    ['Run aws sso login.', 'credentials-expired'],
    ['No session.', 'credentials-missing'],
  ])('in the words %j are %s', (message, kind) => {
    expect(kindOf(Object.assign(new Error(message), { name: 'CredentialsProviderError' }))).toBe(kind);
  });
});

describe('a call that is refused as invalid', () => {
  it.each([
    'Invocation of model ID a.b with on-demand throughput isn’t supported.',
    'The provided model identifier is invalid.',
    'This model is not supported for batch inference.',
    "The inference profile a.b isn't available here",
    'model a.b was not found',
    `model ${'x'.repeat(58)} not available`,
  ])('for its route is not to be had there: %s', (message) => {
    const invalid = answered(400, 'ValidationException', message);
    expect(kindOf(invalid, CALL)).toBe('unsupported-operation');
    // The same words of another name say it in vain: whoever asks otherwise is to see them.
    expect(kindOf(invalid, OTHER)).toBe('unknown');
  });

  it.each([
    `model ${'x'.repeat(60)} not available`,
    'remodelled: not available',
    'tool not found',
    'messages: at least one is required',
  ])('for itself is the caller’s: %s', (message) => {
    expect(kindOf(answered(400, 'ValidationException', message), CALL)).toBe('unknown');
  });

  it('for an operation that nobody knows is not to be had, whatever it says', () => {
    expect(kindOf(answered(400, 'UnknownOperationException', 'tool not found'), CALL)).toBe('unsupported-operation');
  });
});

describe('a denial', () => {
  it.each<[FailureKind, string]>([
    ['policy-denied', 'with an explicit deny in a service control policy'],
    ['policy-denied', 'with an explicit deny in an resource control policy'],
    ['access-denied', 'with an explicit deny in an identity-based policy'],
    ['account-not-enabled', 'Your account is not authorized to invoke this API operation.'],
    ['credentials-invalid', 'Please make sure your API key is valid.'],
    ['access-denied', 'You do not have access to the model with the specified model ID.'],
  ])('is %s where it says: %s', (kind, message) => {
    expect(
      [answered(403, 'AccessDeniedException', message), answered(403, 'x', message)].map((e) => kindOf(e)),
    ).toEqual([kind, kind]);
  });
});

describe('a failure with several causes', () => {
  const caused = (name: string, cause: unknown, message = 'Ended early'): Error =>
    Object.assign(new Error(message, { cause }), { name });
  const timeout = Object.assign(new Error('Took too long'), { name: 'TimeoutError' });

  it('is a body that was cut short, unless its time was up', () => {
    const seen = classifyFailure(caused('TruncatedBodyError', system('ECONNRESET')), LIST);
    expect(seen).toMatchObject({ kind: 'malformed-response', message: 'TruncatedBodyError: Ended early.' });
    expect(kindOf(caused('TruncatedBodyError', timeout))).toBe('timeout');
    expect(kindOf(Object.assign(caused('TruncatedBodyError', undefined), { Code: 'Timeout' }))).toBe(
      'malformed-response',
    );
    expect(kindOf(caused('Other', caused('TruncatedBodyError', system('ECONNRESET'))))).toBe('unreachable');
  });

  it('is an abort, unless it was one because the time was up', () => {
    expect(kindOf(caused('AbortError', new Error('x')))).toBe('aborted');
    expect(kindOf(caused('AbortError', timeout))).toBe('timeout');
  });

  it('is told in the words of what shows its kind, or else in the first there are', () => {
    const throttled = Object.assign(new Error('Slow'), { name: 'ThrottlingException' });
    expect(classifyFailure(caused('Other', throttled), LIST).message).toBe('ThrottlingException: Slow.');
    const above = caused('', caused('ThrottlingException', new Error('beneath'), ''), '');
    expect(classifyFailure(above, LIST)).toMatchObject({ kind: 'throttled', message: 'beneath.' });
    const silent = caused('Other', caused('ThrottlingException', new Error('beneath'), ''), 'above');
    expect(classifyFailure(silent, LIST)).toMatchObject({ kind: 'throttled', message: 'Other: above.' });
    expect(classifyFailure(caused('Other', undefined, ''), LIST).message).toBe('Other.');
  });
});

describe('a token', () => {
  const refused = (name: string, message: string): boolean =>
    isTokenRefused(classifyFailure(answered(403, name, message), LIST));
  const UNKNOWN = 'The security token included in the request is invalid.';

  it('is refused as unknown by name or by words, and not where only its signature is', () => {
    expect([refused('UnrecognizedClientException', 'No'), refused('InvalidClientTokenId', 'No')]).toEqual([true, true]);
    expect([refused('AccessDeniedException', UNKNOWN), refused('InvalidSignatureException', 'No')]).toEqual([
      true,
      false,
    ]);
    expect(isTokenRefused({ ...classifyFailure(answered(500), LIST), message: UNKNOWN })).toBe(false);
    expect(refused('InvalidToken', 'Not UnrecognizedClient')).toBe(false);
  });

  it.each([
    'The security token included in the request is expired',
    'Bearer Token has expired',
    'Your API key has expired',
  ])('has expired where AWS says: %s', (message) => {
    expect([isExpiredToken(answered(403, 'x', message)), kindOf(answered(403, 'x', message))]).toEqual([
      true,
      'credentials-expired',
    ]);
    const page = Object.assign(new Error(message), { $response: { statusCode: 403, headers: {} } });
    expect(isExpiredToken(page)).toBe(false);
  });
});
