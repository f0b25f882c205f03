import { describe, expect, it } from '@jest/globals';
import type { WireRequest } from '../aws/transport/wire-request.js';
import { judgeFailure, verdictOfAttempt } from './failure-verdict.js';

const NOW = Date.parse('2026-08-22T12:00:00Z');

/** An error as the SDK makes it of an answer. */
function answered(name: string, httpStatusCode: number | undefined, message: string, headers = {}): Error {
  const error = Object.assign(new Error(message), { $fault: 'client', $metadata: { httpStatusCode } });
  error.name = name;
  const value = { statusCode: httpStatusCode, headers: { 'x-amzn-requestid': 'a-1', ...headers } };
  return Object.defineProperty(error, '$response', { value });
}

/** As the SDK makes it of a page that no service wrote. */
function page(httpStatusCode: number): Error {
  const error = Object.assign(new SyntaxError("Unexpected token '<'"), { $metadata: { httpStatusCode } });
  const headers = { 'content-type': 'text/html' };
  return Object.defineProperty(error, '$response', { value: { statusCode: httpStatusCode, headers } });
}

/** As the SDK passes on what happened below it. */
function system(code: string, syscall?: string): Error {
  return Object.assign(new Error(`${syscall ?? 'read'} ${code}`), { code, syscall, $metadata: { attempts: 1 } });
}

const judge = (error: unknown) => judgeFailure(error, 'eu-west-1', NOW);
const ON_DEMAND =
  'Invocation of model ID x.y with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.';

describe('a call that failed', () => {
  it.each<[string, unknown, object]>([
    [
      'was throttled',
      answered('ThrottlingException', 429, 'Too many tokens, please wait before trying again.'),
      { verdict: 'next', regional: false, health: { kind: 'throttled' } },
    ],
    [
      'was throttled with a wish',
      answered('ThrottlingException', 429, 'Slow.', { 'retry-after': '7' }),
      { verdict: 'next', health: { kind: 'throttled', retryAfterMs: 7_000 } },
    ],
    [
      'was throttled in its stream',
      answered('ThrottlingException', undefined, 'Too many requests.'),
      { verdict: 'next', health: { kind: 'throttled' } },
    ],
    [
      'came to a model that is not ready',
      answered('ModelNotReadyException', 429, 'Not ready.'),
      { verdict: 'next', health: { kind: 'throttled' } },
    ],
    [
      'was over a quota',
      answered('ServiceQuotaExceededException', 400, 'Too much.'),
      { verdict: 'next', health: { kind: 'throttled' } },
    ],
    [
      'had no access to the model',
      answered('AccessDeniedException', 403, "You don't have access to the model with the specified model ID."),
      { verdict: 'next', denied: true, failure: { kind: 'model-access-missing' } },
    ],
    [
      'met a policy',
      answered(
        'AccessDeniedException',
        403,
        'User: x is not authorized with an explicit deny in a service control policy',
      ),
      { verdict: 'next', denied: true, failure: { kind: 'policy-denied' } },
    ],
    [
      'used a bare id',
      answered('ValidationException', 400, ON_DEMAND),
      { verdict: 'next', health: { kind: 'refused' } },
    ],
    [
      'used an unknown id',
      answered('ValidationException', 400, 'The provided model identifier is invalid.'),
      { verdict: 'next', health: { kind: 'refused' } },
    ],
    [
      'lacked the use-case form',
      answered('ResourceNotFoundException', 404, 'Model use case details have not been submitted for this account.'),
      {
        verdict: 'identity',
        denied: true,
        failure: { kind: 'use-case-missing', remedy: expect.stringMatching(/form/) },
      },
    ],
    [
      'met a data retention mode that the model does not allow',
      answered('ValidationException', 400, "data retention mode 'default' is not available for this model"),
      { verdict: 'next', denied: false, health: { kind: 'refused' }, failure: { kind: 'data-retention' } },
    ],
    [
      'came to a legacy model that the account does not use',
      answered('ResourceNotFoundException', 404, 'Access denied. This Model is marked by provider as Legacy and …'),
      { verdict: 'identity', denied: true, failure: { kind: 'model-legacy' } },
    ],
    [
      'had used up the tokens of the day',
      answered('ThrottlingException', 429, 'Too many tokens per day, please wait before trying again.'),
      { verdict: 'next', denied: false, health: { kind: 'exhausted', restMs: 12 * 3_600_000 } },
    ],
    [
      'came from an account that the provider does not serve',
      answered('AccessDeniedException', 403, 'Access to Anthropic models is not allowed for this account'),
      { verdict: 'identity', denied: true, failure: { kind: 'model-not-allowed' } },
    ],
    ...[401, 403, 404, 407, 429].map((status): [string, unknown, object] => [
      `met a proxy that refuses with a page of status ${status}`,
      page(status),
      {
        verdict: 'next',
        denied: false,
        regional: true,
        health: { kind: 'trouble' },
        failure: { kind: 'malformed-response' },
      },
    ]),
    ...[200, 302, 500, 502, 504].map((status): [string, unknown, object] => [
      `met a proxy that answers with a page of status ${status}, whatever it had passed on`,
      page(status),
      {
        verdict: 'ambiguous',
        denied: false,
        regional: true,
        health: { kind: 'trouble' },
        failure: { kind: 'malformed-response' },
      },
    ]),
    [
      'came too late',
      answered('ResourceNotFoundException', 404, 'This model version has reached the end of its life.'),
      { verdict: 'next', health: { kind: 'refused' } },
    ],
    [
      'came to a region that is not enabled',
      answered('UnrecognizedClientException', 403, 'The security token included in the request is invalid.'),
      { verdict: 'next', regional: true, health: { kind: 'refused' } },
    ],
    [
      'found no host',
      system('ENOTFOUND', 'getaddrinfo'),
      { verdict: 'next', regional: true, health: { kind: 'trouble' } },
    ],
    [
      'found no door open',
      system('ECONNREFUSED', 'connect'),
      { verdict: 'next', regional: true, health: { kind: 'trouble' } },
    ],
    ['could not connect in time', system('ETIMEDOUT', 'connect'), { verdict: 'next', regional: true }],
    ['lost its connection', system('ECONNRESET'), { verdict: 'ambiguous', health: { kind: 'trouble' } }],
    ['lost its HTTP/2 stream', system('ERR_HTTP2_STREAM_ERROR'), { verdict: 'ambiguous' }],
    ...[
      system('ERR_HTTP2_GOAWAY_SESSION'),
      system('ERR_HTTP2_STREAM_CANCEL'),
      Object.assign(new Error('Stream closed with error code NGHTTP2_REFUSED_STREAM'), {
        code: 'ERR_HTTP2_STREAM_ERROR',
      }),
      new Error('HTTP/2 stream is abnormally aborted in mid-communication with result code 7.'),
      new Error('Frame type id 1 in stream id 5 has failed with code 11.'),
    ].map((error): [string, unknown, object] => [
      `was left alone on a connection at its end: ${error.message}`,
      error,
      { verdict: 'next', regional: false },
    ]),
    [
      'waited too long',
      Object.assign(new Error('late'), { name: 'TimeoutError', $metadata: {} }),
      { verdict: 'ambiguous', failure: { kind: 'timeout' } },
    ],
    [
      'broke the server',
      answered('InternalServerException', 500, 'Oops.'),
      { verdict: 'ambiguous', health: { kind: 'trouble' } },
    ],
    ['met a service that is away', answered('ServiceUnavailableException', 503, 'Later.'), { verdict: 'ambiguous' }],
    ['made the model fail', answered('ModelErrorException', 424, 'The model failed.'), { verdict: 'ambiguous' }],
    [
      'made the model take too long',
      answered('ModelTimeoutException', 408, 'The model took too long.'),
      { verdict: 'ambiguous' },
    ],
    [
      'broke off in its stream',
      answered('ModelStreamErrorException', undefined, 'The stream failed.'),
      { verdict: 'ambiguous' },
    ],
    [
      'was malformed',
      answered('ValidationException', 400, 'messages: at least one message is required'),
      { verdict: 'caller', denied: false },
    ],
    [
      'was malformed in its stream',
      answered('ValidationException', undefined, 'Bad input.'),
      { verdict: 'caller', regional: false },
    ],
    [
      'was refused in words that broke off',
      Object.assign(system('ERR_HTTP2_STREAM_ERROR'), { $metadata: { httpStatusCode: 403 } }),
      { verdict: 'next', regional: false, health: { kind: 'trouble' } },
    ],
    ['was too large', answered('PayloadTooLarge', 413, 'Too large.'), { verdict: 'caller', regional: false }],
    [
      'came to a region that is not enabled',
      answered('RegionDisabledException', 403, 'The region is disabled.'),
      { verdict: 'next', regional: true, health: { kind: 'refused' } },
    ],
    ['was ended by the caller', new DOMException('Stop.', 'AbortError'), { verdict: 'caller' }],
    [
      'had no credentials',
      Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' }),
      { verdict: 'identity' },
    ],
    [
      'had expired credentials',
      answered('ExpiredTokenException', 403, 'The security token included in the request is expired'),
      { verdict: 'identity', failure: { kind: 'credentials-expired' } },
    ],
  ])('is judged by what is known of one that %s', (_, error, verdict) => {
    expect(judge(error)).toMatchObject(verdict);
  });

  it('says nothing about its route where it was the caller’s fault', () => {
    expect(judge(answered('ValidationException', 400, 'Bad.')).health).toBeUndefined();
  });
});

describe('an attempt that failed', () => {
  const refused = { state: 'refused', error: answered('ThrottlingException', 429, 'Slow.') } as const;
  const denied = { state: 'refused', error: answered('AccessDeniedException', 403, 'No.') } as const;
  const invalid = { state: 'refused', error: answered('ValidationException', 400, 'Bad.') } as const;
  const expired = { state: 'refused', error: answered('ExpiredTokenException', 403, 'Expired.') } as const;
  const notSent = { state: 'not-sent', error: system('ECONNREFUSED', 'connect') } as const;
  const lost = { state: 'lost', error: system('ECONNRESET') } as const;
  const underWay = { state: 'under-way', error: undefined } as const;
  const executed = { state: 'answered', error: undefined } as const;
  const answering = { state: 'answering', error: undefined } as const;
  type Request = Pick<WireRequest, 'state' | 'error'>;

  it.each<[string, Request[], string, string | undefined]>([
    ['made no request', [], 'caller', undefined],
    ['was answered', [executed], 'executed', undefined],
    ['was answered beside anything else', [refused, lost, underWay, executed], 'executed', undefined],
    ['lost its answer', [lost], 'ambiguous', 'unreachable'],
    ['is being answered', [refused, answering, lost], 'executed', undefined],
    ['was refused beside one without an answer', [refused, lost], 'ambiguous', 'unreachable'],
    ['was refused after one without an answer', [lost, refused], 'ambiguous', 'unreachable'],
    ['was refused beside one that is under way', [refused, underWay], 'ambiguous', 'unknown'],
    ['was refused after one that is under way', [underWay, refused], 'ambiguous', 'unknown'],
    ['was refused', [refused], 'next', 'throttled'],
    ['was not sent', [notSent], 'next', 'unreachable'],
    ['was refused for several reasons', [denied, refused], 'next', 'throttled'],
    ['was invalid, and besides refused', [refused, invalid, denied], 'caller', 'unknown'],
    ['had no credentials, and besides was refused', [expired, refused], 'identity', 'credentials-expired'],
  ])('is judged by its requests where it %s', (_, requests, verdict, kind) => {
    const { decisive, ...outcome } = verdictOfAttempt(requests as WireRequest[], ({ error }) =>
      judge(error ?? new Error('It is under way.')),
    );
    expect(outcome).toEqual({ verdict });
    expect(decisive?.failure.kind).toBe(kind);
  });
});
