import { describe, expect, it } from '@jest/globals';
import { classifyFailure, isForeignAnswer, isLeftAlone, mayHaveExecuted } from './classify-failure.js';
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

describe('whether a call may have been executed', () => {
  it.each<[unknown, boolean]>([
    [answered(199), true],
    [answered(399), true],
    [answered(400), false],
    [answered(408), true],
    [answered(424), true],
    [answered(499), false],
    [answered(500), true],
    [new Error('wrapped', { cause: answered(403) }), false],
    [system('ECONNRESET'), true],
    [system('ECONNRESET', { syscall: 'connect' }), false],
    [new Error('wrapped', { cause: system('ECONNREFUSED') }), false],
    [system('CERT_HAS_EXPIRED'), false],
    [system('ERR_HTTP2_GOAWAY_SESSION'), false],
    [system('ERR_HTTP2_INVALID_SESSION'), false],
    [system('ERR_HTTP2_OUT_OF_STREAMS'), false],
    [system('ERR_HTTP2_STREAM_CANCEL'), false],
    [system('ERR_HTTP2_STREAM_ERROR'), true],
    [system('ERR_HTTP2_STREAM_CANCELLED'), true],
    [new Error('Stream closed with error code NGHTTP2_REFUSED_STREAM'), false],
    [new Error('closed with result code 7.'), false],
    [new Error('closed with result code 72'), true],
    [new Error('Frame type id 1 in stream id 5 failed'), false],
    [new Error('A Frame type id 1 in stream id 5 failed'), true],
    [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), false],
    [new Error('odd'), true],
  ])('by %p is %p', (error, may) => {
    expect(mayHaveExecuted(error)).toBe(may);
  });

  it('was surely not, and shows no trouble, where its stream was left alone on a connection that stood', () => {
    expect(isLeftAlone(system('ERR_HTTP2_GOAWAY_SESSION'))).toBe(true);
    expect(isLeftAlone(new Error('wrapped', { cause: new Error('NGHTTP2_REFUSED_STREAM') }))).toBe(true);
    const refused = system('ECONNREFUSED');
    const never = system('ERR_HTTP2_STREAM_CANCEL');
    expect([
      isLeftAlone(refused),
      isLeftAlone(new Error('x')),
      isLeftAlone(Object.assign(never, { cause: refused })),
      isLeftAlone(system('ERR_HTTP2_STREAM_CANCEL', { syscall: 'connect' })),
    ]).toEqual([false, false, false, false]);
  });
});

describe('whether something else answered', () => {
  it('is told by what a service marks its answers with', () => {
    const page = Object.assign(new Error('no'), { $response: { statusCode: 403, headers: {} } });
    expect([isForeignAnswer(page), isForeignAnswer(answered(403)), isForeignAnswer(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
