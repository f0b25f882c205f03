import type { AwsCredentialIdentity } from '@aws-sdk/types';

/** What named the identity: an option, a bearer token of the environment, or nothing, so that the SDK's chain looks. */
export type IdentityOrigin = 'static' | 'provider' | 'profile' | 'bearer' | 'chain';

/**
 * Where credentials come from in the end.
 *
 * @publicApi
 */
export type CredentialSource =
  | 'option'
  | 'bearer-token'
  | 'environment'
  | 'profile'
  | 'sso'
  | 'login'
  | 'process'
  | 'web-identity'
  | 'assumed-role'
  | 'container'
  | 'instance'
  | 'unknown';

/** The SDK's marks on credentials, most telling first: a role assumed by a profile bears the marks of both. */
const SOURCE_BY_MARK: readonly (readonly [mark: RegExp, source: CredentialSource])[] = [
  [/WEB_ID/, 'web-identity'],
  [/STS_ASSUME_ROLE/, 'assumed-role'],
  [/SSO/, 'sso'],
  [/LOGIN/, 'login'],
  [/PROCESS/, 'process'],
  [/^CREDENTIALS_HTTP$/, 'container'],
  [/IMDS/, 'instance'],
  [/^CREDENTIALS_ENV_VARS$/, 'environment'],
  [/PROFILE/, 'profile'],
];

export function credentialSourceOf(
  origin: IdentityOrigin,
  credentials: AwsCredentialIdentity | undefined,
): CredentialSource {
  if (origin === 'static' || origin === 'provider') {
    return 'option';
  }
  if (origin === 'bearer') {
    return 'bearer-token';
  }
  if (credentials === undefined) {
    return 'unknown';
  }
  const marks = Object.keys((credentials as { $source?: object }).$source ?? {});
  const [, source] = SOURCE_BY_MARK.find(([mark]) => marks.some((name) => mark.test(name))) ?? [];
  // The SDK leaves unmarked what the metadata service of an instance gave.
  return source ?? (origin === 'chain' ? 'instance' : 'unknown');
}
