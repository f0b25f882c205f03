import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { stableKey } from '../../util/stable-key.js';

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

const BEARER_TOKEN = 'AWS_BEARER_TOKEN_BEDROCK';

/** Whose credentials to use; without any, those of the SDK's default chain. */
export interface IdentityTarget {
  /** A named profile of the shared AWS configuration files. */
  awsProfile?: string;
  /** Take precedence over `awsProfile`. */
  credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider;
}

/** Where the credentials of an identity come from. */
export interface IdentitySource {
  /** Tells identities of this process apart; holds nothing secret. Not stable between processes. */
  readonly key: string;
  readonly kind: 'sigv4' | 'bearer';
  /** What named it. */
  readonly origin: IdentityOrigin;
  /** Set where the credentials were given by name or value: nothing ambient may take their place. */
  readonly explicit: boolean;
  readonly awsProfile?: string;
  readonly load: AwsCredentialIdentityProvider;
  /** Of a bearer identity: the token as it is now. */
  readonly token?: () => string | undefined;
}

/** Where the credentials come from: what was given, else a bearer token of the environment, else the default chain. */
export function identitySourceOf({ awsProfile, credentials }: IdentityTarget): IdentitySource {
  if (typeof credentials === 'function') {
    const key = `provider:${stableKey(credentials)}`;
    return { key, kind: 'sigv4', origin: 'provider', explicit: true, load: credentials };
  }
  if (credentials !== undefined) {
    return {
      key: `static:${stableKey({ ...credentials })}`,
      kind: 'sigv4',
      origin: 'static',
      explicit: true,
      load: async () => credentials,
    };
  }
  if (awsProfile !== undefined) {
    const load = ofProfile(awsProfile);
    return { key: `profile:${awsProfile}`, kind: 'sigv4', origin: 'profile', explicit: true, awsProfile, load };
  }
  const load = chainOf({});
  return process.env[BEARER_TOKEN]
    ? { key: 'bearer', kind: 'bearer', origin: 'bearer', explicit: false, load, token: () => process.env[BEARER_TOKEN] }
    : { key: 'default', kind: 'sigv4', origin: 'chain', explicit: false, load };
}

/** As the chain, but that a profile which does not exist is named: the chain only says that it has found nothing. */
function ofProfile(profile: string): AwsCredentialIdentityProvider {
  const load = chainOf({ profile });
  return async (properties) => {
    try {
      return await load(properties);
    } catch (error) {
      const { loadSharedConfigFiles } = await import('@smithy/core/config');
      const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
      if (profile in configFile || profile in credentialsFile) {
        throw error;
      }
      const message = `The profile "${profile}" is in none of the shared AWS configuration files.`;
      throw Object.assign(new Error(message, { cause: error }), { name: 'CredentialsProviderError' });
    }
  };
}

/** The SDK's chain, loaded and made when first used; files are read each time, so that a renewed login is seen. */
function chainOf(init: { profile?: string }): AwsCredentialIdentityProvider {
  let chain: AwsCredentialIdentityProvider | undefined;
  return async (properties) => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    chain ??= defaultProvider({ ...init, ignoreCache: true });
    return chain(properties);
  };
}
