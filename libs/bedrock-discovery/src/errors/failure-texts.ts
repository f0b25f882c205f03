import type { FailureKind } from './failure.js';

/** Where and on what a failure was seen. */
export interface FailureSubject {
  readonly region: string;
  /** As in the API reference, such as `ListFoundationModels`; with its IAM prefix if that is not `bedrock:`. */
  readonly operation: string;
}

interface FailureText {
  readonly retryable: boolean;
  remedy(subject: FailureSubject): string;
}

const actionOf = ({ operation }: FailureSubject): string =>
  operation.includes(':') ? operation : `bedrock:${operation}`;

/** What each kind of failure calls for. */
export const FAILURE_TEXTS: Readonly<Record<FailureKind, FailureText>> = {
  'credentials-missing': {
    retryable: false,
    remedy: () =>
      'Provide AWS credentials: the environment, a role, or the options `awsProfile` or `credentials`. With SSO run `aws sso login`.',
  },
  'credentials-invalid': {
    retryable: false,
    remedy: ({ region }) =>
      `Check that the credentials exist, are active and belong to the partition of ${region}; if other regions accept them, enable ${region} for the account.`,
  },
  'credentials-expired': {
    retryable: false,
    remedy: () => 'Renew the credentials: log in again (`aws sso login`), or give a provider that refreshes them.',
  },
  'clock-skew': {
    retryable: false,
    remedy: () => 'Set the clock of this machine (NTP): AWS refuses signatures that are off by more than five minutes.',
  },
  'region-not-enabled': {
    retryable: false,
    remedy: ({ region }) =>
      `Enable ${region} for the account (AWS console, Account, AWS Regions, or \`account:EnableRegion\`), or leave it out of \`regions\`.`,
  },
  'access-denied': {
    retryable: false,
    remedy: (subject) =>
      `Allow \`${actionOf(subject)}\` in ${subject.region} in the IAM policy of the principal, or leave the region out of \`regions\`.`,
  },
  'policy-denied': {
    retryable: false,
    remedy: (subject) =>
      `An organisation's policy denies \`${actionOf(subject)}\` in ${subject.region}: ask its administrators, or leave the region out of \`regions\`.`,
  },
  'account-not-enabled': {
    retryable: false,
    remedy: (subject) =>
      `AWS has not enabled the account for \`${actionOf(subject)}\` in ${subject.region}: contact AWS Support.`,
  },
  throttled: {
    retryable: true,
    remedy: ({ region }) => `Ask ${region} less often: lower \`scan.concurrency\`, or refresh on fewer instances.`,
  },
  unreachable: {
    retryable: false,
    remedy: ({ region }) =>
      `Check DNS, proxy, firewall and VPC endpoint for ${region}; a region without this service belongs out of \`regions\`.`,
  },
  timeout: {
    retryable: true,
    remedy: ({ region }) =>
      `Check the network path to ${region}, or raise \`scan.regionTimeoutMs\` or \`client.requestTimeoutMs\`.`,
  },
  'malformed-response': {
    retryable: true,
    remedy: ({ region }) =>
      `What answers for ${region} is not the service: check proxies and \`endpoint\`; it may pass by itself.`,
  },
  'service-error': {
    retryable: true,
    remedy: ({ region }) => `AWS failed in ${region}: nothing to change here; see health.aws.amazon.com if it stays.`,
  },
  'unsupported-operation': {
    retryable: false,
    remedy: (subject) =>
      `${subject.region} does not know \`${actionOf(subject)}\`: leave the region out of \`regions\`, or check \`endpoint\`.`,
  },
  aborted: {
    retryable: false,
    remedy: () => 'Nothing: the caller or the shutdown ended it.',
  },
  unknown: {
    retryable: false,
    remedy: (subject) =>
      `See the message; \`${actionOf(subject)}\` failed in ${subject.region} in a way not known here.`,
  },
};
