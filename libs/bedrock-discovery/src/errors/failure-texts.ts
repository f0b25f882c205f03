/**
 * Why an operation failed in a region, or a call of a model through a route. A region that the account has not opted in to
 * and a wrong key look alike on the wire; they are told apart by what the other regions of the same identity answered.
 *
 * @publicApi
 */
export const FAILURE_KINDS = [
  'credentials-missing',
  'credentials-invalid',
  'credentials-expired',
  'clock-skew',
  'region-not-enabled',
  'access-denied',
  'policy-denied',
  'account-not-enabled',
  'model-access-missing',
  'use-case-missing',
  'model-not-allowed',
  'model-legacy',
  'data-retention',
  'throttled',
  'quota-exhausted',
  'unreachable',
  'timeout',
  'malformed-response',
  'service-error',
  'unsupported-operation',
  'aborted',
  'unknown',
] as const;

/**
 * One of {@link FAILURE_KINDS}.
 *
 * @publicApi
 */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Where and on what a failure was seen. */
export interface FailureSubject {
  readonly region: string;
  /** As in the API reference, such as `ListFoundationModels`; with its IAM prefix if that is not `bedrock:`. */
  readonly operation: string;
}

type Remedy = (subject: FailureSubject) => string;

interface FailureText {
  /** For people, in as few words as fit beside a region. */
  readonly label: string;
  /** Whether asking again soon can succeed without anybody changing anything. */
  readonly retryable: boolean;
  readonly remedy: Remedy;
  /** Where a model was called, if something else is to be done then. */
  readonly callRemedy?: Remedy;
  /** Whose matter it is; the service has accepted the credentials where it is not theirs. */
  readonly concerns?: 'credentials' | 'permission' | 'region' | 'model';
  /** No other region and no other route to the same model helps the same caller. */
  readonly everywhere?: true;
}

const actionOf = ({ operation }: FailureSubject): string =>
  operation.includes(':') ? operation : `bedrock:${operation}`;

export const SUBSCRIBE =
  'Have the account subscribed to the model: call it once, or accept its agreement, as a principal that may ' +
  '`aws-marketplace:Subscribe` and `aws-marketplace:ViewSubscriptions`, with a valid payment method.';

/** What each kind of failure calls for. */
export const FAILURE_TEXTS: Readonly<Record<FailureKind, FailureText>> = {
  'credentials-missing': {
    label: 'no credentials',
    retryable: false,
    concerns: 'credentials',
    everywhere: true,
    remedy: () =>
      'Provide AWS credentials: the environment, a role, or the options `awsProfile` or `credentials`. With SSO run `aws sso login`.',
  },
  'credentials-invalid': {
    label: 'credentials refused',
    retryable: false,
    concerns: 'credentials',
    remedy: ({ region }) =>
      `Check that the credentials exist, are active and belong to the partition of ${region}; if other regions accept them, enable ${region} for the account.`,
  },
  'credentials-expired': {
    label: 'credentials expired',
    retryable: false,
    concerns: 'credentials',
    everywhere: true,
    remedy: () => 'Renew the credentials: log in again (`aws sso login`), or give a provider that refreshes them.',
  },
  'clock-skew': {
    label: 'clock is off',
    retryable: false,
    everywhere: true,
    remedy: () => 'Set the clock of this machine (NTP): AWS refuses signatures that are off by more than five minutes.',
  },
  'region-not-enabled': {
    label: 'not enabled',
    retryable: false,
    concerns: 'region',
    remedy: ({ region }) =>
      `Enable ${region} for the account (AWS console, Account, AWS Regions, or \`account:EnableRegion\`), or leave it out of \`regions\`.`,
  },
  'access-denied': {
    label: 'denied by IAM',
    retryable: false,
    concerns: 'permission',
    remedy: (subject) =>
      `Allow \`${actionOf(subject)}\` in ${subject.region} in the IAM policy of the principal, or leave the region out of \`regions\`.`,
    callRemedy: ({ region }) =>
      `Allow \`bedrock:InvokeModel\` in the IAM policy of the principal, for a profile on the profile and on the model in ${region} and in every destination: \`invocationPolicy()\` writes the statements.`,
  },
  'policy-denied': {
    label: 'denied by a policy',
    retryable: false,
    concerns: 'permission',
    remedy: (subject) =>
      `An organisation's policy denies \`${actionOf(subject)}\` in ${subject.region}: ask its administrators, or leave the region out of \`regions\`.`,
    callRemedy: ({ region }) =>
      `An organisation's policy denies calls in ${region}, or in a destination of the profile: ask its administrators, or leave such routes out by \`sourceRegions\` or \`residency\`.`,
  },
  'account-not-enabled': {
    label: 'account not enabled',
    retryable: false,
    concerns: 'permission',
    remedy: (subject) =>
      `AWS has not enabled the account for \`${actionOf(subject)}\` in ${subject.region}: contact AWS Support.`,
  },
  'model-access-missing': {
    label: 'no access to the model',
    retryable: false,
    concerns: 'model',
    remedy: () => `${SUBSCRIBE} A use-case form may be missing as well.`,
  },
  'use-case-missing': {
    label: 'use-case form missing',
    retryable: false,
    concerns: 'model',
    everywhere: true,
    remedy: () =>
      'Submit the use-case form of the model’s provider once for the account (Amazon Bedrock console, Model catalog, or ' +
      '`bedrock:PutUseCaseForModelAccess`); access follows within about 15 minutes.',
  },
  'model-not-allowed': {
    label: 'not allowed for the account',
    retryable: false,
    concerns: 'model',
    everywhere: true,
    remedy: () =>
      'The provider does not serve this account, or not from where it is called: use a model of another provider, or ask AWS Support why.',
  },
  // The provider marks the model, and the account has not used it: neither depends on the region.
  'model-legacy': {
    label: 'legacy model',
    retryable: false,
    concerns: 'model',
    everywhere: true,
    remedy: () =>
      'Move to a current model: a legacy one is closed to accounts that have not used it lately. `getRetiringModels()` names what to use instead.',
  },
  'data-retention': {
    label: 'data retention mode',
    retryable: false,
    remedy: ({ region }) =>
      `Set a data retention mode that the model allows for the account in ${region} (\`bedrock:PutAccountDataRetention\`; every region has its own), or use a region or a model where the mode in force is allowed.`,
  },
  throttled: {
    label: 'throttled',
    retryable: true,
    remedy: ({ region }) => `Ask ${region} less often: lower \`scan.concurrency\`, or refresh on fewer instances.`,
    callRemedy: ({ region }) =>
      `Call the model less often through ${region}, let more routes share the load, or have its quota raised there (Service Quotas, Amazon Bedrock).`,
  },
  'quota-exhausted': {
    label: 'quota of the day used up',
    retryable: false,
    remedy: ({ region }) =>
      `Use another route until the day is over in UTC. If little was used, the quota of ${region} is 0, as new accounts have it, and waiting does not help: see Service Quotas, Amazon Bedrock, and ask AWS Support to raise it.`,
  },
  unreachable: {
    label: 'unreachable',
    retryable: false,
    remedy: ({ region }) =>
      `Check DNS, proxy, firewall and VPC endpoint for ${region}; a region without this service belongs out of \`regions\`.`,
    callRemedy: ({ region }) => `Check DNS, proxy, firewall and the VPC endpoint of bedrock-runtime for ${region}.`,
  },
  timeout: {
    label: 'timed out',
    retryable: true,
    remedy: ({ region }) =>
      `Check the network path to ${region}, or raise \`scan.regionTimeoutMs\` or \`client.requestTimeoutMs\`.`,
    callRemedy: ({ region }) =>
      `Raise \`timeoutMs\` of the run or \`client.requestTimeoutMs\` if answers take longer, stream them, or check the network path to ${region}.`,
  },
  'malformed-response': {
    label: 'malformed answer',
    retryable: true,
    remedy: ({ region }) =>
      `What answers for ${region} is not the service: check proxies and \`endpoint\`; it may pass by itself.`,
  },
  'service-error': {
    label: 'service error',
    retryable: true,
    remedy: ({ region }) => `AWS failed in ${region}: nothing to change here; see health.aws.amazon.com if it stays.`,
  },
  'unsupported-operation': {
    label: 'not supported',
    retryable: false,
    remedy: (subject) =>
      `${subject.region} does not know \`${actionOf(subject)}\`: leave the region out of \`regions\`, or check \`endpoint\`.`,
    callRemedy: ({ region }) =>
      `The model cannot be called by this id in ${region}, or not any more: refresh what is known, and take one of the routes that \`resolve()\` names.`,
  },
  aborted: {
    label: 'aborted',
    retryable: false,
    remedy: () => 'Nothing: the caller or the shutdown ended it.',
  },
  unknown: {
    label: 'failed',
    retryable: false,
    remedy: (subject) =>
      `See the message; \`${actionOf(subject)}\` failed in ${subject.region} in a way not known here.`,
  },
};

/** Whether an operation calls a model, and does not list or ask. */
export function isCall({ operation }: Pick<FailureSubject, 'operation'>): boolean {
  return operation.startsWith('Invoke') || operation.startsWith('Converse');
}

/** What to do about a failure, by what was tried. */
export function remedyOf(kind: FailureKind, subject: FailureSubject): string {
  const { remedy, callRemedy } = FAILURE_TEXTS[kind];
  return (isCall(subject) ? (callRemedy ?? remedy) : remedy)(subject);
}

/** The credentials are missing, or not accepted. */
export function isCredentialFailure(kind: FailureKind): boolean {
  return FAILURE_TEXTS[kind].concerns === 'credentials';
}

/** The credentials are accepted, but may not do this. */
export function isDenial(kind: FailureKind): boolean {
  return FAILURE_TEXTS[kind].concerns === 'permission';
}

/** The model as such is denied to the account, whichever way it is invoked. */
export function isDenialOfModel(kind: FailureKind): boolean {
  return FAILURE_TEXTS[kind].concerns === 'model';
}

/** Asking the region again cannot help until somebody changes something, and each asking may trip an alarm. */
export function closesRegion(kind: FailureKind): boolean {
  return isDenial(kind) || FAILURE_TEXTS[kind].concerns === 'region';
}

/** Neither another region nor another route helps the same caller. */
export function failsEverywhere(kind: FailureKind): boolean {
  return FAILURE_TEXTS[kind].everywhere === true;
}

/** Each kind in few words. @publicApi */
export const FAILURE_WORDS = Object.freeze(
  Object.fromEntries(FAILURE_KINDS.map((kind) => [kind, FAILURE_TEXTS[kind].label])),
) as Readonly<Record<FailureKind, string>>;

/**
 * Failures that end only once somebody changes credentials, a policy or the account.
 *
 * @publicApi
 */
export const REFUSAL_KINDS: readonly FailureKind[] = Object.freeze(
  FAILURE_KINDS.filter((kind) => isCredentialFailure(kind) || closesRegion(kind)),
);
