import { describe, expect, it } from '@jest/globals';
import { isForeignAnswer, isLeftAlone, mayHaveExecuted } from './classify-failure.js';

/** An answer of the service. */
const answered = (httpStatusCode: number, name = 'Unknown'): Error =>
  Object.assign(new Error(''), {
    name,
    $metadata: { httpStatusCode, requestId: 'a-1' },
    $response: { statusCode: httpStatusCode, headers: {} },
  });
const system = (code: string, more: object = {}): Error => Object.assign(new Error('failed'), { code, ...more });

describe('whether a call may have been executed', () => {
  it.each<[unknown, boolean]>([
    [answered(199), true],
    [answered(503, 'ServiceUnavailableException'), true],
    [answered(408, 'ModelTimeoutException'), true],
    [answered(404, 'ResourceNotFoundException'), false],
    [answered(429, 'ThrottlingException'), false],
    [answered(399), true],
    [answered(400), false],
    [answered(408), true],
    [answered(424), true],
    [answered(499), false],
    [answered(500), true],
    [new Error('wrapped', { cause: answered(403) }), false],
    [system('ECONNRESET'), true],
    [system('ETIMEDOUT'), true],
    [system('ETIMEDOUT', { syscall: 'connect' }), false],
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
    [Object.assign(new Error('late'), { name: 'TimeoutError' }), true],
    [system('MY_ECONNREFUSED'), true],
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
