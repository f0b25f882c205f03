import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAuthorization } from './authorization-header.js';

const SIGNATURE = 'a'.repeat(64);
const header = (credential: string) =>
  `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`;

describe('parseAuthorization', () => {
  it('reads key, scope, signed headers and signature', () => {
    expect(parseAuthorization(header('KEY/20260822/eu-west-1/bedrock/aws4_request'))).toEqual({
      kind: 'signed',
      accessKeyId: 'KEY',
      date: '20260822',
      region: 'eu-west-1',
      service: 'bedrock',
      scope: '20260822/eu-west-1/bedrock/aws4_request',
      signedHeaders: ['host', 'x-amz-date'],
      signature: SIGNATURE,
    });
  });

  it('tells bearer tokens and absent headers apart', () => {
    expect(parseAuthorization('Bearer token')).toEqual({ kind: 'bearer', token: 'token' });
    expect(parseAuthorization(undefined).kind).toBe('none');
    expect(parseAuthorization('Basic dXNlcg==').kind).toBe('none');
  });

  it.each([
    ['Credential', header('KEY/20260822/eu-west-1')],
    ['SignedHeaders', header('K/20260822/r/s/aws4_request').replace('SignedHeaders', 'Headers')],
    ['Signature', header('K/20260822/r/s/aws4_request').replace('Signature', 'Sign')],
  ])('names a missing %s', (missing, text) => {
    expect(parseAuthorization(text)).toEqual({ kind: 'incomplete', missing });
  });

  it('judges any text without failing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseAuthorization(`AWS4-HMAC-SHA256 ${text}`).kind).toMatch(/^(incomplete|signed)$/);
        expect(parseAuthorization(text).kind).toMatch(/^(none|bearer|incomplete|signed)$/);
      }),
    );
  });
});
