import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalRequest } from './canonical-request.js';

const EMPTY = createHash('sha256').digest('hex');
const canonical = (path: string, query = '', headers = { host: 'example.amazonaws.com' }) =>
  canonicalRequest({ method: 'GET', path, query, headers }, Object.keys(headers), EMPTY).split('\n');

describe('canonicalRequest', () => {
  it('hashes to what AWS documents for its example', () => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      host: 'iam.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
    };
    const text = canonicalRequest(
      { method: 'GET', path: '/', query: 'Action=ListUsers&Version=2010-05-08', headers },
      Object.keys(headers),
      EMPTY,
    );
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59',
    );
  });

  it('encodes the path a second time', () => {
    expect(canonical('/foundation-models/a%3Ab')[1]).toBe('/foundation-models/a%253Ab');
  });

  it.each([
    ['/a/./b/../c', '/a/c'],
    ['//a//b/', '/a/b/'],
    ['/../..', '/'],
  ])('normalises the path %s to %s', (path, expected) => {
    expect(canonical(path)[1]).toBe(expected);
  });

  it('sorts the query and encodes it once', () => {
    expect(canonical('/', 'b=2&a=x%2By&c&a=%27')[2]).toBe('a=%27&a=x%2By&b=2&c=');
  });

  it.each(['__proto__', 'constructor', 'x-absent'])('takes a header that was not sent, even %s, as empty', (name) => {
    const text = canonicalRequest({ method: 'GET', path: '/', query: '', headers: {} }, [name], EMPTY);
    expect(text.split('\n')[3]).toBe(`${name}:`);
  });

  it('trims header values and folds their spaces', () => {
    expect(canonical('/', '', { host: '  a   b ' })[3]).toBe('host:a b');
  });
});
