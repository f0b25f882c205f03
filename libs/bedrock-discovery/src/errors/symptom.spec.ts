import { describe, expect, it } from '@jest/globals';
import {
  describe as sentenceOf,
  isTimeout,
  keyOf,
  retryAfterMsOf,
  type Symptom,
  symptomOf,
  symptomsOf,
} from './symptom.js';

const NOTHING: Symptom = {
  names: [],
  code: '',
  connecting: false,
  message: '',
  status: undefined,
  contentType: '',
  hasResponse: false,
  foreign: false,
};

describe('a symptom', () => {
  it('is all that an error says of itself, whoever made it', () => {
    const error = {
      name: 'ThrottlingException',
      Code: 'aws.protocols#SlowDown:http://internal.amazon.com/coral/',
      code: 'TooManyRequests',
      __type: 'com.amazon#RequestThrottled',
      message: '  Slow down.\nThe canonical request was …',
      $metadata: { httpStatusCode: 429, requestId: 'a-1' },
      $response: {
        statusCode: 500,
        headers: { 'X-Amzn-ErrorType': 'LimitExceededException:http://x/', 'Content-Type': 'application/json' },
      },
    };
    expect(symptomOf(error)).toEqual({
      names: ['ThrottlingException', 'SlowDown', 'TooManyRequests', 'RequestThrottled', 'LimitExceededException'],
      code: '',
      connecting: false,
      message: 'Slow down.',
      status: 429,
      contentType: 'application/json',
      hasResponse: true,
      foreign: false,
    });
  });

  it.each([undefined, null, 7, {}, []])('of %j is nothing', (thrown) => {
    expect(symptomOf(thrown)).toEqual(NOTHING);
  });

  it('of a text is its first line', () => {
    expect(symptomOf('\n one \ntwo')).toEqual({ ...NOTHING, message: 'one' });
  });

  it.each([
    ['ECONNRESET', 'ECONNRESET', []],
    ['HPE_INVALID', 'HPE_INVALID', []],
    ['ERR_HTTP2_STREAM_ERROR', 'ERR_HTTP2_STREAM_ERROR', []],
    ['CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED', []],
    ['ExpiredToken', '', ['ExpiredToken']],
    // One of the library's own.
    ['SHUT_DOWN', '', ['SHUT_DOWN']],
    ['', '', []],
  ])('takes the code %j for one of the system, %j, or for names, %j', (code, system, names) => {
    expect(symptomOf({ code })).toMatchObject({ code: system, names });
  });

  it.each([
    ['Error', []],
    ['UnknownError', []],
    ['a name', []],
    ['7Name', []],
    ['N'.repeat(82), []],
    ['N'.repeat(81), ['N'.repeat(81)]],
    ['Name,more', ['Name']],
    ['Name:more\nlines', ['Name']],
    ['MyError', ['MyError']],
    ['ErrorOfMine', ['ErrorOfMine']],
    ['a#b#Name', []],
  ])('named %j has the names %j', (name, names) => {
    expect(symptomOf({ name }).names).toEqual(names);
  });

  it.each([
    ['connect', true],
    ['getaddrinfo', true],
    ['read', false],
    ['connected', false],
    ['reconnect', false],
  ])('of the system call %s was before there was a connection: %p', (syscall, connecting) => {
    expect(symptomOf({ syscall }).connecting).toBe(connecting);
  });

  it('has its message by either spelling, and its status where that is a number', () => {
    expect(symptomOf({ Message: 'Denied.' }).message).toBe('Denied.');
    expect(symptomOf({ message: 'a', Message: 'b' }).message).toBe('a');
    expect(symptomOf({ $response: { statusCode: 403 } })).toMatchObject({ status: 403, hasResponse: true });
    expect(symptomOf({ $response: null, $metadata: { httpStatusCode: '403' } })).toMatchObject({
      status: undefined,
      hasResponse: false,
    });
  });

  const answer = (headers: object, more: object = {}): unknown => ({
    $metadata: { httpStatusCode: 502 },
    $response: { headers },
    ...more,
  });
  it.each([
    [answer({ 'content-type': 'text/html' }), true],
    [answer({ 'X-Amzn-RequestId': 'a' }), false],
    [answer({ 'x-amzn-request-id': 'a' }), false],
    [answer({ 'x-amz-request-id': 'a' }), false],
    [answer({ 'x-amzn-errortype': 'Throttling' }), false],
    [answer({ 'x-amzn-requestid': '' }), true],
    [answer({ 'x-amzn-requestid': 7 }), true],
    [answer({}, { $metadata: { httpStatusCode: 502, requestId: 'a' } }), false],
    [answer({}, { name: 'ThrottlingException' }), false],
    [answer({}, { name: 'TimeoutError' }), false],
    [answer({}, { name: 'AbortError' }), false],
    [answer({}, { name: 'ExceptionOfMine' }), true],
    [answer({}, { name: 'AbortErrorOfMine' }), true],
    [answer({}, { name: 'SyntaxError' }), true],
    [answer({}, { name: 'MyTimeoutError' }), true],
    [answer({}, { code: 'ECONNRESET' }), false],
    [{ name: 'SyntaxError' }, false],
  ])('of %j is of something else than the service: %p', (error, foreign) => {
    expect(symptomOf(error).foreign).toBe(foreign);
  });
});

describe('the symptoms of an error', () => {
  const messages = (error: unknown): string[] => symptomsOf(error).map(({ message }) => message);

  it('are those of its causes and parts, too, breadth first', () => {
    const inner = new Error('inner', { cause: new Error('innermost') });
    const error = new AggregateError([new Error('part'), null, undefined], 'all', { cause: inner });
    expect(messages(error)).toEqual(['all', 'inner', 'part', 'innermost']);
    expect(messages({ message: 'a', errors: 'none', cause: null })).toEqual(['a']);
  });

  it('are at most eight, and each but once', () => {
    const parts = Array.from({ length: 9 }, (_, number) => new Error(`${number}`));
    expect(messages(new AggregateError(parts, 'all'))).toHaveLength(8);
    const circle = new Error('a');
    circle.cause = new Error('b', { cause: circle });
    expect(messages(circle)).toEqual(['a', 'b']);
  });
});

describe('what a name is looked up by', () => {
  it.each([
    ['ThrottlingException', 'throttling'],
    ['TimeoutError', 'timeout'],
    ['invalid_signature_error', 'invalidsignature'],
    ['ExpiredToken', 'expiredtoken'],
    ['ErrorOfMine', 'errorofmine'],
  ])('of %s is %s', (name, key) => {
    expect(keyOf(name)).toBe(key);
  });

  it('tells timeouts', () => {
    expect(isTimeout(symptomOf({ name: 'TimeoutError' }))).toBe(true);
    expect(isTimeout(symptomOf({ name: 'Other', Code: 'Timeout' }))).toBe(true);
    expect(isTimeout(symptomOf({ name: 'Other' }))).toBe(false);
  });
});

describe('what was seen', () => {
  const html = { $response: { headers: { 'content-type': 'text/html' } } };

  it.each([
    [undefined, 'No message was given.'],
    [{ name: 'ThrottlingException', message: 'Slow' }, 'ThrottlingException: Slow.'],
    [{ name: 'ThrottlingException', message: 'A ThrottlingException!' }, 'A ThrottlingException!'],
    [{ code: 'ECONNRESET', name: 'TimeoutError', message: 'read' }, 'ECONNRESET: read.'],
    [{ name: 'Unknown', code: 'SyntaxError', Code: 'Named', message: 'Why?' }, 'Named: Why?'],
    [{ name: 'ThrottlingException' }, 'ThrottlingException.'],
    [{ name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } }, 'ThrottlingException: HTTP status 429.'],
    [{ message: '@smithy/credentials - [ERROR] No profile…' }, 'No profile…'],
    [{ message: '@smithy/credentials - No profile' }, 'No profile.'],
    [{ message: 'see @a/b - c' }, 'see @a/b - c.'],
    [{ message: 'a.b' }, 'a.b.'],
    [{ name: 'ThrottlingException', message: 'Slow' + ' '.repeat(3) }, 'ThrottlingException: Slow.'],
    [{ message: 'password=abc' }, 'password=***.'],
    [
      { ...html, message: 'Unexpected token', $metadata: { httpStatusCode: 502 } },
      'HTTP status 502 with content type text/html, not answered by the service.',
    ],
    [
      { name: 'SyntaxError', $metadata: { httpStatusCode: 200, requestId: 'a' } },
      'HTTP status 200 without a content type, not the JSON of the service.',
    ],
    [{ name: 'SyntaxError', message: 'Unexpected token' }, 'Unexpected token.'],
  ])('in %j is told as %j', (error, sentence) => {
    expect(sentenceOf(symptomOf(error))).toBe(sentence);
  });

  it('is told by nothing where there is no symptom, and in no more than 500 characters', () => {
    expect(sentenceOf()).toBe('No message was given.');
    const words = 'word '.repeat(100);
    expect(sentenceOf(symptomOf({ message: `${words}.` }))).toBe(`${words}…`);
    expect(sentenceOf(symptomOf({ message: `${words.slice(0, 499)}.` }))).toBe(`${words.slice(0, 499)}.`);
  });
});

describe('how long a server asks to be left alone', () => {
  const NOW = Date.parse('2026-06-01T12:00:00.000Z');
  const wait = (headers: object): number | undefined => retryAfterMsOf({ $response: { headers } }, NOW);
  const [sooner, later] = ['Mon, 01 Jun 2026 11:59:00 GMT', 'Mon, 01 Jun 2026 12:01:00 GMT'];

  it.each([
    [{ 'Retry-After': '7' }, 7_000],
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': '1.25' }, 1_250],
    [{ 'retry-after': ' 0.5 ' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'x-amz-retry-after': '250', 'retry-after': '7' }, 250],
    [{ 'x-amz-retry-after': '0' }, 0],
    [{ 'x-amz-retry-after': '-1', 'retry-after': '7' }, 7_000],
    [{ 'x-amz-retry-after': 'soon', 'retry-after': '7' }, 7_000],
    [{ 'retry-after': later }, 60_000],
    [{ 'retry-after': sooner }, 0],
    [{ 'retry-after': later, date: sooner }, 120_000],
    [{ 'retry-after': later, date: 'unknown' }, 60_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '7x' }, undefined],
    [{ 'retry-after': 'x7' }, undefined],
    [{}, undefined],
  ])('by %j is %p', (headers, ms) => {
    expect(wait(headers)).toBe(ms);
  });

  it('is not known without an answer', () => {
    expect([retryAfterMsOf(undefined), retryAfterMsOf({ $response: 7 })]).toEqual([undefined, undefined]);
  });
});
