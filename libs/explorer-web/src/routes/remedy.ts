import type { RejectedRoute, RejectionCode } from 'nestjs-bedrock-discovery';

/** What somebody can do, and where: a command to copy, a page of the AWS console. */
export interface Remedy {
  readonly words: string;
  readonly command?: string;
  readonly page?: ConsolePage;
}

export interface ConsolePage {
  readonly name: string;
  /** Below the console's host. */
  readonly path: string;
  /** Of what the path shows. */
  readonly place?: string;
}

/** Of what an account can change. Everything else is changed by another question. */
export const REMEDIES: Readonly<
  Partial<Record<RejectionCode, (modelId: string, route: Pick<RejectedRoute, 'region' | 'invocationId'>) => Remedy>>
> = {
  ACCESS_DENIED: () => ({
    words: 'Give the principal the policy below; where it has it, ask for access to the model.',
    page: { name: 'Model access', path: 'bedrock/home', place: '/modelaccess' },
  }),
  ACCESS_UNKNOWN: (modelId, { region }) => ({
    words: 'Ask AWS whether the account may call it.',
    command: `aws bedrock get-foundation-model-availability --model-id ${modelId} --region ${region}`,
  }),
  QUOTA_ZERO: (_, { region }) => ({
    words: 'The account’s quota is 0, as new accounts have it: have it raised.',
    command: `aws service-quotas list-service-quotas --service-code bedrock --region ${region}`,
    page: { name: 'Service Quotas', path: 'servicequotas/home/services/bedrock/quotas' },
  }),
  RETENTION: (_, { region }) => ({
    words: 'The data retention mode of the account is in the way: set one that the model and the question allow.',
    command: `aws bedrock put-account-data-retention --mode none --region ${region}`,
    page: { name: 'Bedrock settings', path: 'bedrock/home', place: '/settings' },
  }),
  PROFILE_INACTIVE: (_, { region, invocationId }) => ({
    words: 'The profile is not active: look at its status.',
    command: `aws bedrock get-inference-profile --inference-profile-identifier ${invocationId} --region ${region}`,
  }),
};

/** Of a route that works once the provider's terms are accepted. */
export function termsRemedy(modelId: string, region: string): Remedy {
  return {
    words: 'The provider’s terms are not accepted yet; a first call accepts them. To read and accept them before:',
    command: `aws bedrock list-foundation-model-agreement-offers --model-id ${modelId} --region ${region}`,
    page: { name: 'Model catalog', path: 'bedrock/home', place: `/model-catalog/serverless/${modelId}` },
  };
}

/** Of other partitions, the console is not on the Internet, or its address is not known. */
const CONSOLE_HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * The address of a page of the AWS console for a region; undefined where the console of its partition is not known.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html
 */
export function consoleAddress(
  { path, place }: ConsolePage,
  region: string,
  partition: string | undefined,
): string | undefined {
  const host = CONSOLE_HOSTS[partition ?? ''];
  return host && `https://${region}.${host}/${path}?region=${region}${place === undefined ? '' : `#${place}`}`;
}
