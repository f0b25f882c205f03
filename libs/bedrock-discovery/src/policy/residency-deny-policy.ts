import { type Partition, partitionOf } from '../aws/regions.js';
import type { DiscoveredProfile } from '../discovery/profiles/profile.types.js';
import { InvalidArgumentError } from '../errors/invalid-argument.error.js';
import { regionsOf } from '../options/geographies.js';
import type { Geography } from '../routing/route.types.js';
import { policyOf } from './policy-document.js';
import { resourcesOfProfilesThatLeave } from './profiles-that-leave.js';
import type { IamPolicyDocument, IamStatement } from './policy.types.js';

/** @publicApi */
export interface ResidencyDenyOptions {
  /** Partition of the organisation; regions of others are left out. @default that of the first region */
  partition?: Partition;
  /** ARNs of principals that the policy spares, wildcards included, such as `arn:aws:iam::*:role/Admin`. @default none */
  exemptPrincipals?: readonly string[];
  /**
   * What `ProfileDiscoveryService.getAllProfiles()` knows. Profiles among them that may leave the residency are denied by
   * name, so that they always fail, and not only when AWS picks a destination outside. @default none
   */
  profiles?: readonly DiscoveredProfile[];
}

type Condition = NonNullable<IamStatement['Condition']>;

/** Converse and ConverseStream are authorised by the same; the wildcard takes in whatever comes to invoke models. */
const INVOKE = ['bedrock:InvokeModel*', 'bedrock:CreateModelInvocationJob'];

/**
 * A service control policy that enforces a residency, which choosing routes by it does not: models cannot be invoked
 * where the request may be served outside its regions. It works as a policy of a principal, too.
 *
 * A call through a profile is authorised in the source region and in the destination that AWS picks. So a geographic
 * profile works if all its destinations are inside, and else fails whenever one outside is picked; global calls, whose
 * region is `unspecified`, are always denied. Routes resolved with the same residency pass.
 *
 * @throws InvalidArgumentError for a residency that {@link regionsOf} refuses, or that has no region in the partition.
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 * @publicApi
 */
export function residencyDenyPolicy(
  residency: Geography | readonly string[],
  options: ResidencyDenyOptions = {},
): IamPolicyDocument {
  const named = regionsOf(residency);
  const { partition = partitionOf(named[0] ?? ''), exemptPrincipals = [], profiles = [] } = options;
  const regions = named.filter((region) => partitionOf(region) === partition);
  if (regions.length === 0) {
    throw new InvalidArgumentError(`The residency has no region in the partition '${partition}': ${named.join(', ')}.`);
  }
  const deny = (sid: string, resource: IamStatement['Resource'], condition: Condition = {}): IamStatement => {
    const spared: Condition =
      exemptPrincipals.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': [...exemptPrincipals] } } : {};
    const all = { ...condition, ...spared };
    return {
      Sid: sid,
      Effect: 'Deny',
      Action: [...INVOKE],
      Resource: resource,
      ...(Object.keys(all).length > 0 && { Condition: all }),
    };
  };
  const leaving = resourcesOfProfilesThatLeave(profiles, new Set(regions), partition);
  return policyOf([
    // Without `IfExists`: a request that names no region is denied as well.
    deny('DenyInvocationOutsideResidency', '*', { StringNotEquals: { 'aws:RequestedRegion': regions } }),
    deny('DenyGlobalProfiles', [`arn:${partition}:bedrock:*:*:inference-profile/global.*`]),
    ...(leaving.length === 0 ? [] : [deny('DenyProfilesThatLeaveResidency', leaving)]),
  ]);
}
