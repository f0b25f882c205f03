import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { stableKey } from '../../util/stable-key.js';
import type { IdentityOrigin } from './identity-origin.js';

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
    const load = chainOf({ profile: awsProfile });
    return { key: `profile:${awsProfile}`, kind: 'sigv4', origin: 'profile', explicit: true, awsProfile, load };
  }
  const load = chainOf({});
  return process.env[BEARER_TOKEN]
    ? { key: 'bearer', kind: 'bearer', origin: 'bearer', explicit: false, load, token: () => process.env[BEARER_TOKEN] }
    : { key: 'default', kind: 'sigv4', origin: 'chain', explicit: false, load };
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
