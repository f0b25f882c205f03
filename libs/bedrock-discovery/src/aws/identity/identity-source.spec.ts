import { describe, expect, it } from '@jest/globals';
import { credentialSourceOf } from './identity-source.js';

const marked = (...marks: string[]): Parameters<typeof credentialSourceOf>[1] => {
  const $source = Object.fromEntries(marks.map((mark) => [mark, 'x']));
  return { accessKeyId: 'a', secretAccessKey: 's', $source } as Parameters<typeof credentialSourceOf>[1];
};

describe('the source of credentials', () => {
  it.each([
    [['CREDENTIALS_ENV_VARS'], 'environment'],
    [['CREDENTIALS_ENV_VARS_STS_WEB_ID_TOKEN', 'CREDENTIALS_STS_ASSUME_ROLE_WEB_ID'], 'web-identity'],
    [['CREDENTIALS_PROFILE'], 'profile'],
    [['CREDENTIALS_PROFILE_SOURCE_PROFILE', 'CREDENTIALS_PROFILE', 'CREDENTIALS_STS_ASSUME_ROLE'], 'assumed-role'],
    [['CREDENTIALS_PROFILE_SSO', 'CREDENTIALS_SSO'], 'sso'],
    [['CREDENTIALS_PROFILE_PROCESS', 'CREDENTIALS_PROCESS'], 'process'],
    [['CREDENTIALS_PROFILE_LOGIN', 'CREDENTIALS_LOGIN'], 'login'],
    [['CREDENTIALS_HTTP'], 'container'],
    [['CREDENTIALS_IMDS'], 'instance'],
    [[], 'instance'],
  ])('is told of credentials marked %j as %s', (marks, source) => {
    expect(credentialSourceOf('chain', marked(...marks))).toBe(source);
  });

  it('is the option wherever credentials were given, whatever their marks', () => {
    expect(credentialSourceOf('static', marked('CREDENTIALS_ENV_VARS'))).toBe('option');
    expect(credentialSourceOf('provider', undefined)).toBe('option');
  });

  it('is not guessed where there are no credentials, or a profile marks none', () => {
    expect(credentialSourceOf('chain', undefined)).toBe('unknown');
    expect(credentialSourceOf('profile', marked())).toBe('unknown');
  });
});
