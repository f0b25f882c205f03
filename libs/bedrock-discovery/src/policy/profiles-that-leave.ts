import type { DiscoveredProfile, ProfileInRegion } from '../discovery/profiles/profile.types.js';
import { isPlainId } from './policy-document.js';

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
export function resourcesOfProfilesThatLeave(
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
