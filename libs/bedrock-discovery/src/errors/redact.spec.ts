import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clip, redact, redactedCause } from './redact.js';

describe('what is taken out of the texts of others', () => {
  it.each([
    ['http://me:pass@word@host/path', 'http://***@host/path'],
    ['Authorization: Bearer abc.def-1, more', 'Authorization: Bearer ***, more'],
    ['bearer abc"', 'bearer ***"'],
    ['Proxy-Authorization: basic dXNlcjpwYXNz.', 'Proxy-Authorization: basic ***.'],
    ['basic choices', 'basic choices'],
    ['?X-Amz-Signature=abc&X-Amz-Credential=AK/2026&x=1', '?X-Amz-Signature=***&X-Amz-Credential=***&x=1'],
    ['"X-Amz-Security-Token": "tok;en" more', '"X-Amz-Security-Token": "***;en" more'],
    ['Signature=abc, Credential = def', 'Signature=***, Credential = ***'],
    ["{'secretAccessKey': 'abc', sessionToken=def}", "{'secretAccessKey': '***', sessionToken=***}"],
    ['aws_secret_access_key=abc aws_session_token=def', 'aws_secret_access_key=*** aws_session_token=***'],
    ['security_token: a; access_key_id: b & password: c', 'security_token: ***; access_key_id: *** & password: ***'],
    ['api_key=a apikey="b"', 'api_key=*** apikey="***"'],
    ['the key AKIAIOSFODNN7EXAMPLE, the key A3TXIOSFODNN7EXAMPLE', 'the key ***, the key ***'],
    ['ASIAIOSFODNN7EXAMPLE ABIAIOSFODNN7EXAMPLE ACCAIOSFODNN7EXAMPLE', '*** *** ***'],
    ['AKIASHORT xAKIAIOSFODNN7EXAMPLE', 'AKIASHORT xAKIAIOSFODNN7EXAMPLE'],
    ['ABSKQmVkcm9ja0FQSUtleQ= bedrock-api-key-YmVkcm9jaw==', '*** ***'],
    ['ABSKshort', 'ABSKshort'],
    [`of ${'aB3/'.repeat(10)}, of ${'aB3/'.repeat(9)}aB3`, `of ***, of ${'aB3/'.repeat(9)}aB3`],
    [`${'ab3/'.repeat(10)} ${'AB3/'.repeat(10)} ${'aBc/'.repeat(10)}`, undefined],
    [`${'abc/'.repeat(16)}== ${'abc/'.repeat(15)}abc`, `*** ${'abc/'.repeat(15)}abc`],
  ])('of %j', (text, clean) => {
    expect(redact(text)).toBe(clean ?? text);
  });

  it('is what would leave the line, too', () => {
    expect(redact('one\ntwo\u001b[31m')).toBe('one two [31m');
  });

  it('leaves nothing to be taken out', () => {
    const parts = fc.constantFrom(
      'Bearer ',
      'Basic ',
      'password=',
      'AKIA',
      '//',
      '@',
      'a',
      'B',
      '3',
      '/',
      '=',
      ' ',
      '"',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 120 }), (some) => {
        const once = redact(some.join(''));
        expect(redact(once)).toBe(once);
      }),
    );
  });
});

describe('the start of a text of others', () => {
  it('is all of it up to 4,096 characters', () => {
    const text = 'a'.repeat(4_096);
    expect(clip(text)).toBe(text);
  });

  it('ends before a word that would be cut, at a space or at the end of a line', () => {
    expect(clip(`one two ${'a'.repeat(4_096)}`)).toBe('one two…');
    expect(clip(`one two\n${'a'.repeat(4_096)}`)).toBe('one two…');
    expect(clip(`one\ntwo ${'a'.repeat(4_096)}`)).toBe('one\ntwo…');
    expect(clip('a'.repeat(4_097))).toBe('…');
  });
});

describe('an error that may stand as a cause', () => {
  const failing = (message: string, more: object = {}): Error =>
    Object.assign(new Error(message), { name: 'ThrottlingException' }, more);

  it('has name, message and what tells errors apart, and nothing else that was attached', () => {
    const metadata = { httpStatusCode: 429, requestId: 'a-1', attempts: 2, totalRetryDelay: 7 };
    const cause = redactedCause(
      failing('Bearer abc', {
        code: 'password=abc',
        syscall: 'read',
        $fault: 'client',
        $metadata: { ...metadata, cfId: 'x' },
        input: { secret: 'abc' },
      }),
    );
    expect({ ...cause }).toEqual({
      name: 'ThrottlingException',
      code: 'password=***',
      syscall: 'read',
      $fault: 'client',
      $metadata: metadata,
    });
    expect(cause.message).toBe('Bearer ***');
    expect(cause.cause).toBeUndefined();
  });

  it('shows numbers and texts alone, and of metadata nothing where it is no object', () => {
    const cause = redactedCause(failing('no', { code: 7, syscall: { a: 1 }, $metadata: 'x', $fault: ['a'] }));
    expect({ ...cause }).toEqual({ name: 'ThrottlingException', code: 7, $metadata: 'x' });
  });

  it('keeps its stack, of 30 lines without secrets, or says in its place what happened', () => {
    const stack = ['Error: Bearer abc', ...Array.from({ length: 40 }, (_, line) => `    at line${line}`)].join('\n');
    const lines = redactedCause(failing('no', { stack })).stack?.split('\n');
    expect(lines?.slice(0, 2)).toEqual(['Error: Bearer ***', '    at line0']);
    expect(lines).toHaveLength(30);
    expect(redactedCause(failing('Bearer abc', { stack: undefined })).stack).toBe('ThrottlingException: Bearer ***');
  });

  it('is made of whatever was thrown', () => {
    expect(redactedCause('password=abc')).toMatchObject({ name: 'Error', message: 'password=***' });
    expect(redactedCause(undefined)).toMatchObject({ name: 'Error', message: '' });
    expect(redactedCause(7).stack).toBe('Error: ');
  });

  it('has what is beneath it, by its cause or the first of several errors, eight deep', () => {
    const depthOf = (error: unknown): number => (error instanceof Error ? 1 + depthOf(error.cause) : 0);
    const nested = (depth: number): Error => new Error(`${depth}`, depth > 1 ? { cause: nested(depth - 1) } : {});
    expect([7, 8, 9].map((depth) => depthOf(redactedCause(nested(depth))))).toEqual([7, 8, 8]);
    const several = new AggregateError([new Error('first'), new Error('second')], 'all');
    expect(redactedCause(several).cause).toMatchObject({ message: 'first' });
    expect(redactedCause(new Error('a', { cause: 'text' })).cause).toBeUndefined();
  });
});
