import type { DiscoveredProfile, ProfileInRegion } from '../catalog/profiles/profile.types.js';
import { InvalidArgumentError } from '../errors/errors.js';
import { type Geography, regionsOf } from '../regions/geographies.js';
import { type Partition, partitionOf } from '../regions/partitions.js';
import { type IamPolicyDocument, type IamStatement, isPlainId, policyOf } from './iam-policies.js';

/** A profile as seen from the source regions of a residency. */
interface Seen {
  readonly profile: DiscoveredProfile;
  /** Source regions inside from which it may leave. */
  readonly leaves: readonly string[];
  /** Source regions inside from which it stays. */
  readonly stays: readonly string[];
}

/**
 * ARNs of the profiles that may leave a set of regions although they are called inside; those called outside need no
 * mention. Policies are short: where all profiles of a geography leave, its prefix stands for them.
 */
function resourcesOfProfilesThatLeave(
  profiles: readonly DiscoveredProfile[],
  inside: ReadonlySet<string>,
  partition: string,
): readonly string[] {
  const seen = profiles
    .filter(({ inferenceProfileId }) => isPlainId(inferenceProfileId))
    .map((profile) => see(profile, inside));
  const [system, application] = [seen.filter(isSystem), seen.filter((profile) => !isSystem(profile))];
  const arnOf = (id: string, region = '*'): string => `arn:${partition}:bedrock:${region}:*:inference-profile/${id}`;
  const stayingPrefixes = new Set(system.filter(({ stays }) => stays.length > 0).map(prefixOf));
  const resources = new Set<string>();
  for (const profile of system.filter(({ leaves }) => leaves.length > 0)) {
    const prefix = prefixOf(profile);
    const { inferenceProfileId: id } = profile.profile;
    if (prefix === 'global') {
      continue;
    }
    if (!stayingPrefixes.has(prefix)) {
      resources.add(arnOf(`${prefix}.*`));
    } else if (profile.stays.length === 0) {
      resources.add(arnOf(id));
    } else {
      profile.leaves.forEach((region) => resources.add(arnOf(id, region)));
    }
  }
  for (const { profile, leaves } of application) {
    leaves.forEach((region) => resources.add(profile.availability[region]?.inferenceProfileArn ?? ''));
  }
  resources.delete('');
  return [...resources].sort();
}

function see(profile: DiscoveredProfile, inside: ReadonlySet<string>): Seen {
  const sources = Object.entries(profile.availability).filter(([region]) => inside.has(region));
  const of = (isWanted: (at: ProfileInRegion) => boolean): readonly string[] =>
    sources.filter(([, at]) => isWanted(at)).map(([region]) => region);
  return { profile, leaves: of((at) => !isKeptInside(at, inside)), stays: of((at) => isKeptInside(at, inside)) };
}

/** Destinations that are not known may be anywhere. */
function isKeptInside({ destinations }: ProfileInRegion, inside: ReadonlySet<string>): boolean {
  return destinations !== 'global' && destinations.length > 0 && destinations.every((region) => inside.has(region));
}

function isSystem({ profile }: Seen): boolean {
  return profile.type === 'SYSTEM_DEFINED';
}

function prefixOf({ profile }: Seen): string {
  return profile.inferenceProfileId.split('.')[0] ?? '';
}

/** Whom and what the policy is for. @publicApi */
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
  const deny = (
    sid: string,
    resource: IamStatement['Resource'],
    condition: Condition = {},
    besides: readonly string[] = [],
  ): IamStatement => {
    const spared: Condition =
      exemptPrincipals.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': [...exemptPrincipals] } } : {};
    const all = { ...condition, ...spared };
    return {
      Sid: sid,
      Effect: 'Deny',
      Action: [...INVOKE, ...besides],
      Resource: resource,
      ...(Object.keys(all).length > 0 && { Condition: all }),
    };
  };
  const leaving = resourcesOfProfilesThatLeave(profiles, new Set(regions), partition);
  return policyOf([
    // Without `IfExists`: a request that names no region is denied as well.
    deny('DenyInvocationOutsideResidency', '*', { StringNotEquals: { 'aws:RequestedRegion': regions } }, [
      'bedrock-mantle:CreateInference',
    ]),
    deny('DenyGlobalProfiles', [`arn:${partition}:bedrock:*:*:inference-profile/global.*`]),
    ...(leaving.length === 0 ? [] : [deny('DenyProfilesThatLeaveResidency', leaving)]),
  ]);
}
