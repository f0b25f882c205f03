import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  asRegionNotEnabled,
  classifyFailure,
  failureOf,
  isExpiredToken,
  isTokenRefused,
  mayHaveExecuted,
} from './classify-failure.js';
import { BedrockDiscoveryError } from './errors.js';
import { FAILURE_KINDS, type FailureKind } from './failure-texts.js';
import { retryAfterMsOf } from './symptom.js';

const CONTEXT = { at: '2026-08-22T10:00:00.000Z', region: 'eu-west-1', operation: 'ListFoundationModels' };

function answered(status: number, name: string, message: string, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: { httpStatusCode: status },
    $response: { statusCode: status, headers: { 'x-amzn-requestid': 'a-1', ...headers } },
  });
}

/** As the SDK reports what is no answer of the service. */
function page(status: number, type = 'text/html', name = 'SyntaxError'): Error {
  return Object.assign(new Error('Unexpected token \'<\', "<html><bod"... is not valid JSON'), {
    name,
    $metadata: { httpStatusCode: status },
    $response: { statusCode: status, headers: { 'content-type': type } },
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
  [
    'a signature from the past in the words of OpenAI',
    answered(403, 'invalid_signature_error', 'Signature expired: 20260822T080000Z is now earlier than 2026…'),
    'clock-skew',
    false,
  ],
  [
    'a signature from the past under a name that nobody knows',
    answered(403, 'authentication_error', 'Signature expired: 20260822T080000Z is now earlier than 2026…'),
    'clock-skew',
    false,
  ],
  [
    'a wrong signature in the words of OpenAI',
    answered(403, 'invalid_signature_error', 'The request signature we calculated does not match …'),
    'credentials-invalid',
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
  ['a 502 of the service that is no JSON', answered(502, 'SyntaxError', "Unexpected token '<'"), 'service-error', true],
  ['a page of a proxy that refuses', page(403), 'malformed-response', true],
  ['a page of a proxy that wants a login', page(407), 'malformed-response', true],
  ['a page of a proxy that was asked too often', page(429), 'malformed-response', true],
  ['a page of a proxy that found nobody', page(502), 'malformed-response', true],
  ['a login page in place of an answer', page(200), 'malformed-response', true],
  ['an empty refusal of a proxy', page(403, '', 'Unknown'), 'malformed-response', true],
  ['a refusal of a gateway in JSON of its own', page(401, 'application/json', 'forbidden'), 'malformed-response', true],
  [
    'a body of JSON that names an exception',
    page(403, 'application/json', 'AccessDeniedException'),
    'access-denied',
    false,
  ],
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

  it.each([[403], [407], [500], [502], [200]])(
    'tells the status and the content type of what a proxy answers with status %i, and none of its words',
    (status) => {
      const { message, remedy } = classifyFailure(page(status, 'text/html; charset=utf-8'), CONTEXT);
      expect(message).toBe(
        `HTTP status ${status} with content type text/html; charset=utf-8, not answered by the service.`,
      );
      expect(remedy).toContain('proxies');
    },
  );

  it('takes the header that names an error for the error, where its body cannot be read', () => {
    const headers = { 'x-amzn-errortype': 'ThrottlingException:', 'content-type': 'text/plain' };
    expect(classifyFailure(answered(400, 'SyntaxError', 'Unexpected token', headers), CONTEXT)).toMatchObject({
      kind: 'throttled',
      message: 'ThrottlingException: HTTP status 400 with content type text/plain, not the JSON of the service.',
    });
    expect(classifyFailure(answered(413, 'SyntaxError', 'Unexpected token'), CONTEXT).kind).toBe('unknown');
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
        expect(FAILURE_KINDS).toContain(failure.kind);
        expect(failure.message.length).toBeGreaterThan(0);
        retryAfterMsOf(error);
        mayHaveExecuted(error);
        isExpiredToken(error);
        expect(new BedrockDiscoveryError('REGION_FAILED', 'It failed.', { cause: error }).message).toBe('It failed.');
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
      keyId.map((text) => ({ secret: text, text: `https://me:p@${text}@proxy.example:8080/` })),
    );
    const place = fc.constantFrom<(text: string) => unknown>(
      (text) => answered(403, 'AccessDeniedException', `Refused (${text}).`),
      (text) => new Error('outer', { cause: system('ECONNRESET', 'Error', `to ${text} failed`) }),
      (text) => new AggregateError([system('ECONNREFUSED', 'Error', `to ${text} failed`)]),
      (text) =>
        Object.assign(answered(500, 'Odd', 'odd'), { code: text, input: { text }, config: new Map([[text, text]]) }),
      (text) => answered(400, text, 'odd'),
      (text) => `thrown ${text}`,
    );
    fc.assert(
      fc.property(secret, place, ({ secret: hidden, text }, put) => {
        const error = put(text);
        expect(JSON.stringify(classifyFailure(error, CONTEXT))).not.toContain(hidden);
        const told = new BedrockDiscoveryError('REGION_FAILED', 'It failed.', { cause: error });
        expect(inspect(told, { depth: Infinity, showHidden: true })).not.toContain(hidden);
      }),
    );
  });

  it('keeps the ARNs that say who was denied what', () => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/someone';
    expect(failureOf('access-denied', `User: ${arn} is not authorized.`, CONTEXT).message).toContain(arn);
  });
});

const CALL = { ...CONTEXT, operation: 'InvokeModel' };
const LEGACY =
  'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 30 days. Please upgrade to an active model on Amazon Bedrock';

describe('what a call of a model is refused with', () => {
  it.each<[FailureKind, Error, remedy: RegExp]>([
    [
      'data-retention',
      answered(400, 'ValidationException', "data retention mode 'default' is not available for this model"),
      /mode that the model allows .* in eu-west-1/,
    ],
    ['model-legacy', answered(404, 'ResourceNotFoundException', LEGACY), /current model/],
    ['model-legacy', answered(403, 'AccessDeniedException', LEGACY), /current model/],
    [
      'quota-exhausted',
      answered(429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.'),
      /over in UTC.* is 0/,
    ],
    [
      'quota-exhausted',
      answered(429, 'Unknown', 'Too many tokens per day, please wait before trying again.'),
      /Service Quotas/,
    ],
    [
      'throttled',
      answered(429, 'ThrottlingException', 'Too many tokens, please wait before trying again.'),
      /Call the model less often through eu-west-1/,
    ],
    ['throttled', answered(400, 'ServiceQuotaExceededException', 'Your request exceeds the quota.'), /less often/],
    [
      'model-not-allowed',
      answered(403, 'AccessDeniedException', 'Access to Anthropic models is not allowed for this account'),
      /does not serve this account/,
    ],
    [
      'model-not-allowed',
      answered(400, 'ValidationException', 'Access to Anthropic models is not allowed from unsupported countries'),
      /from where it is called/,
    ],
    [
      'use-case-missing',
      answered(404, 'ResourceNotFoundException', 'Model use case details have not been submitted for this account.'),
      /use-case form/,
    ],
    ...["don't", 'don’t', 'do not'].map((not): [FailureKind, Error, RegExp] => [
      'model-access-missing',
      answered(403, 'AccessDeniedException', `You ${not} have access to the model with the specified model ID.`),
      /subscribed/,
    ]),
    [
      'model-access-missing',
      answered(
        403,
        'AccessDeniedException',
        'Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model.',
      ),
      /aws-marketplace:Subscribe/,
    ],
    [
      'model-access-missing',
      answered(
        403,
        'AccessDeniedException',
        'User: arn:aws:sts::111122223333:assumed-role/app/me is not authorized to perform: aws-marketplace:Subscribe on resource: arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0',
      ),
      /aws-marketplace:Subscribe/,
    ],
    [
      'access-denied',
      answered(
        403,
        'AccessDeniedException',
        'User: arn:aws:sts::111122223333:assumed-role/use-case-form/me is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:eu-west-1::foundation-model/maker.model-v1:0 because no identity-based policy allows it',
      ),
      /invocationPolicy/,
    ],
    [
      'policy-denied',
      answered(403, 'AccessDeniedException', `${DENIED} with an explicit deny in a service control policy`),
      /organisation/,
    ],
    [
      'account-not-enabled',
      answered(403, 'AccessDeniedException', 'Your account is not authorized to invoke this API operation.'),
      /AWS Support/,
    ],
    [
      'unsupported-operation',
      answered(404, 'ResourceNotFoundException', 'This model version has reached the end of its life.'),
      /routes that `resolve\(\)` names/,
    ],
    ['unknown', answered(400, 'ValidationException', 'messages: at least one is required'), /See the message/],
  ])('is %s, with what to do about it: %s', (kind, error, remedy) => {
    const failure = classifyFailure(error, CALL);
    expect(failure).toMatchObject({ kind, remedy: expect.stringMatching(remedy) });
    expect(failure.remedy).not.toContain('`scan.');
  });

  it('is not looked for where regions are listed', () => {
    const error = answered(429, 'ThrottlingException', 'Too many tokens per day.');
    expect(classifyFailure(error, CONTEXT)).toMatchObject({
      kind: 'throttled',
      remedy: expect.stringContaining('scan.concurrency'),
    });
  });

  it('never has a remedy that speaks of scans, whatever its kind', () => {
    for (const kind of FAILURE_KINDS) {
      expect(failureOf(kind, 'x', CALL).remedy).not.toContain('`scan.');
    }
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

describe('isExpiredToken', () => {
  it('recognises what AWS answered to an expired token', () => {
    expect(isExpiredToken(page(403, 'application/json', 'ExpiredToken'))).toBe(false);
    expect(isExpiredToken(answered(403, 'ExpiredTokenException', ''))).toBe(true);
    expect(isExpiredToken(answered(400, 'ExpiredToken', ''))).toBe(true);
    expect(isExpiredToken(answered(403, 'AccessDeniedException', ''))).toBe(false);
  });
});
