import { InvalidArgumentError } from '../errors/errors.js';
import { isRegionName } from '../regions/partitions.js';
import { type IamPolicyDocument, policyOf } from './policy.types.js';

/** @publicApi */
export interface DiscoveryPolicyOptions {
  /** Regions that may be scanned, as in the `regions` option. @default all */
  regions?: readonly string[];
  /** Whether access to models is found out. @default true */
  access?: boolean;
  /** Whether the account may be asked for its regions, as `regions: 'auto'` does. @default true unless `regions` are given */
  accountRegions?: boolean;
  /** Whether calls are made with a Bedrock API key (`AWS_BEARER_TOKEN_BEDROCK`). @default false */
  bearerToken?: boolean;
}

/**
 * What a principal needs for scanning. The list operations know no resources, so that only their regions can be limited.
 *
 * @throws InvalidArgumentError for `regions` that are empty or hold what is no name of a region.
 * @publicApi
 */
export function discoveryPolicy(options: DiscoveryPolicyOptions = {}): IamPolicyDocument {
  const { regions, access = true, accountRegions = regions === undefined, bearerToken = false } = options;
  if (regions !== undefined && (regions.length === 0 || !regions.every(isRegionName))) {
    throw new InvalidArgumentError(
      `regions must be names of regions such as eu-central-1, got [${regions.join(', ')}].`,
    );
  }
  const actions = [
    'bedrock:ListFoundationModels',
    'bedrock:ListInferenceProfiles',
    ...(access ? ['bedrock:GetFoundationModelAvailability'] : []),
    ...(bearerToken ? ['bedrock:CallWithBearerToken'] : []),
  ];
  return policyOf([
    {
      Sid: 'DiscoverBedrock',
      Effect: 'Allow',
      Action: actions,
      Resource: '*',
      ...(regions && { Condition: { StringEquals: { 'aws:RequestedRegion': [...regions] } } }),
    },
    ...(accountRegions
      ? [{ Sid: 'ListRegions', Effect: 'Allow' as const, Action: ['account:ListRegions'], Resource: '*' as const }]
      : []),
  ]);
}
