import type { AwsCredentialIdentity } from '@aws-sdk/types';
import type { AwsIdentity } from '../aws/identity/aws-identity.js';
import type { Caller } from '../aws/identity/caller.js';
import { type CredentialSource, credentialSourceOf } from '../aws/identity/identity-source.js';
import type { RegionFailure } from '../errors/errors.js';
import { redact } from '../errors/redact.js';
import { check, type DiagnosedIdentity, type DiagnosisCheck, inWords } from './diagnosis.js';

/** Long-lived work must not begin on credentials that end sooner. */
const ENDS_SOON_MS = 5 * 60_000;
type Environment = Readonly<Record<string, string | undefined>>;

/** What asking for the credentials came to. */
export type ResolvedCredentials =
  | { readonly credentials: AwsCredentialIdentity | undefined; readonly expiresInMs?: number }
  | { readonly failure: RegionFailure };

/** What is known of the account, by where it is known from. */
export interface AccountEvidence {
  readonly partition: string;
  readonly option?: string;
  readonly caller?: Caller;
  /** Whose entries the cache keeps. */
  readonly owner?: string;
  /** Why AWS accepts the credentials nowhere. */
  readonly refusal?: RegionFailure;
}

const SOURCES: Readonly<Record<CredentialSource, string>> = {
  option: 'the option `credentials`',
  'bearer-token': 'the Bedrock API key in AWS_BEARER_TOKEN_BEDROCK',
  environment: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment',
  profile: 'keys in the shared AWS configuration files',
  sso: 'a login by SSO',
  login: 'a login by `aws login`',
  process: 'the credential process of a profile',
  'web-identity': 'a role assumed with a web identity token',
  'assumed-role': 'a role assumed by a profile',
  container: 'the role of the container',
  instance: 'the role of the instance',
  unknown: 'a source that the SDK does not name',
};

export function identityFindings(
  identity: AwsIdentity,
  resolved: ResolvedCredentials,
  evidence: AccountEvidence,
  now: number,
  environment: Environment,
): { identity: DiagnosedIdentity; checks: readonly DiagnosisCheck[] } {
  const credentials = 'credentials' in resolved ? resolved.credentials : undefined;
  const source = credentialSourceOf(identity.origin, credentials);
  const expiresInMs = 'credentials' in resolved ? resolved.expiresInMs : undefined;
  const passedOver = passedOverBy(identity, source, environment);
  const account = accountOf(credentials, evidence);
  const { arn } = evidence.caller ?? {};
  const found: DiagnosedIdentity = {
    kind: identity.kind,
    source,
    description: descriptionOf(identity, source, environment),
    passedOver,
    partition: evidence.partition,
    ...account,
    ...(arn !== undefined && { principalArn: redact(arn) }),
    ...(expiresInMs !== undefined && {
      expiresAt: new Date(now + expiresInMs).toISOString(),
      secondsToExpiry: Math.floor(expiresInMs / 1_000),
    }),
  };
  return {
    identity: found,
    checks: [
      credentialsCheck(found, resolved, evidence.refusal),
      ...expiryChecks(expiresInMs),
      accountCheck(found, evidence),
    ],
  };
}

function credentialsCheck(
  found: DiagnosedIdentity,
  resolved: ResolvedCredentials,
  refusal: RegionFailure | undefined,
): DiagnosisCheck {
  const others = found.passedOver.length === 0 ? '' : ` Not used: ${found.passedOver.join('; ')}.`;
  if ('failure' in resolved) {
    const { kind, message, remedy } = resolved.failure;
    const hangs = kind === 'timeout';
    return check(
      'credentials',
      'failed',
      'Credentials',
      `${found.description} ${hangs ? 'No credentials came in time.' : message}${others}`,
      hangs
        ? 'See why the credentials provider hangs: a metadata service or a proxy that does not answer, as a rule.'
        : remedy,
    );
  }
  if (refusal !== undefined) {
    const detail = `${found.description} AWS refuses it wherever it was asked: ${refusal.message}${others}`;
    return check('credentials', 'failed', 'Credentials', detail, refusal.remedy);
  }
  const who = found.principalArn === undefined ? '' : ` It is ${found.principalArn}.`;
  return check('credentials', 'ok', 'Credentials', `${found.description}${who}${others}`);
}

function expiryChecks(expiresInMs: number | undefined): readonly DiagnosisCheck[] {
  if (expiresInMs === undefined) {
    return [];
  }
  const title = 'Expiry';
  const remedy = 'Log in again (`aws sso login`), or give a provider that renews them.';
  if (expiresInMs <= 0) {
    return [check('expiry', 'failed', title, `The credentials expired ${inWords(expiresInMs)} ago.`, remedy)];
  }
  const detail = `The credentials expire in ${inWords(expiresInMs)}.`;
  return expiresInMs < ENDS_SOON_MS
    ? [check('expiry', 'warning', title, `${detail} They should have been renewed by now.`, remedy)]
    : [check('expiry', 'ok', title, detail)];
}

function accountCheck(
  { account, accountFrom, partition }: DiagnosedIdentity,
  evidence: AccountEvidence,
): DiagnosisCheck {
  const actual = evidence.caller?.account;
  if (account === undefined) {
    const detail = `No account is known in the partition ${partition}; it is learnt from the first profile that is listed.`;
    return check('account', 'unknown', 'Account', detail, 'Set `accountId`, if profiles cannot be listed.');
  }
  if (actual !== undefined && evidence.option !== undefined && actual !== evidence.option) {
    const detail = `The option \`accountId\` says ${evidence.option}, but the credentials belong to ${actual}.`;
    return check('account', 'failed', 'Account', detail, `Set \`accountId\` to ${actual}, or leave it out.`);
  }
  const from = {
    option: 'as the option `accountId` says',
    credentials: 'as the credentials say',
    sts: 'as STS says',
    'listed-profile': 'as a listed profile says',
  }[accountFrom ?? 'listed-profile'];
  return check('account', 'ok', 'Account', `${account} in the partition ${partition}, ${from}.`);
}

/** Who calls, as certainly as it is known. */
function accountOf(
  credentials: AwsCredentialIdentity | undefined,
  { option, caller, owner }: AccountEvidence,
): Pick<DiagnosedIdentity, 'account' | 'accountFrom'> {
  const known = [
    [caller?.account, 'sts'],
    [option, 'option'],
    [credentials?.accountId, 'credentials'],
    [owner, 'listed-profile'],
  ] as const;
  const [account, accountFrom] = known.find(([value]) => value !== undefined) ?? [];
  return account === undefined ? {} : { account, accountFrom };
}

function descriptionOf(identity: AwsIdentity, source: CredentialSource, environment: Environment): string {
  switch (identity.origin) {
    case 'static':
      return 'Keys given in the option `credentials`, which goes before all else.';
    case 'provider':
      return 'The provider in the option `credentials`, which goes before all else.';
    case 'profile':
      return `The option \`awsProfile\` ('${redact(identity.awsProfile ?? '')}')${source === 'unknown' ? '' : `: ${SOURCES[source]}`}.`;
    case 'bearer':
      return 'The Bedrock API key in AWS_BEARER_TOKEN_BEDROCK: neither `credentials` nor `awsProfile` is given.';
    case 'chain':
      return `The SDK's default chain, as neither \`credentials\` nor \`awsProfile\` is given${chosenBy(source, environment)}.`;
  }
}

function chosenBy(source: CredentialSource, environment: Environment): string {
  const profile = environment['AWS_PROFILE'];
  const named = profile === undefined ? '' : `, with AWS_PROFILE ('${redact(profile)}')`;
  return `${named}: ${source === 'unknown' ? 'it found nothing' : SOURCES[source]}`;
}

function passedOverBy(identity: AwsIdentity, source: CredentialSource, environment: Environment): readonly string[] {
  const has = (name: string): boolean => (environment[name] ?? '') !== '';
  const ambient: readonly (readonly [isThere: boolean, isUsed: boolean, words: string])[] = [
    [has('AWS_BEARER_TOKEN_BEDROCK'), source === 'bearer-token', 'AWS_BEARER_TOKEN_BEDROCK'],
    [
      has('AWS_ACCESS_KEY_ID') && has('AWS_SECRET_ACCESS_KEY'),
      source === 'environment',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    ],
    [has('AWS_PROFILE'), identity.origin === 'chain', 'AWS_PROFILE'],
    [has('AWS_WEB_IDENTITY_TOKEN_FILE'), source === 'web-identity', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
    [
      has('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI') || has('AWS_CONTAINER_CREDENTIALS_FULL_URI'),
      source === 'container',
      'the role of the container',
    ],
  ];
  return ambient.filter(([isThere, isUsed]) => isThere && !isUsed).map(([, , words]) => words);
}
