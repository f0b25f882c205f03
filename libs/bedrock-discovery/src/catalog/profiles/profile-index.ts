import { isDeepStrictEqual } from 'node:util';
import {
  comparableRegions,
  compareRegions,
  type DiscoveryDifference,
  idsOf,
  type KnownRegions,
} from '../../inventory/changes.js';
import { changedIds, type Former } from '../../inventory/listing.js';
import { sharing, type Sharing } from '../../util/sharing.js';
import { mostSaid, voters } from '../most-said.js';
import { idOfProfile, modelIdsOf } from './parse-profiles.js';
import type { DiscoveredProfile, ListedProfile, ProfileFilter, ProfileInRegion } from './profile.types.js';

/** Everything that queries need, built once from what the regions list. */
export interface ProfileIndex extends KnownRegions {
  /** By id, in order. */
  readonly profiles: readonly DiscoveredProfile[];
  readonly byId: ReadonlyMap<string, DiscoveredProfile>;
  /** By model, in order of profile id. */
  readonly byModel: ReadonlyMap<string, readonly DiscoveredProfile[]>;
  /** Regions whose list is known, whatever it holds. */
  readonly knownRegions: ReadonlySet<string>;
  /** Of these, regions that may list more than is known. */
  readonly partialRegions: ReadonlySet<string>;
}

type ListedIn = readonly [region: string, profile: ListedProfile];

/**
 * Joins the lists of the regions. What describes a profile is what most regions say; what belongs to a region stays with it. A
 * profile that every region lists as in the former lists is that of the former index.
 */
export function buildProfileIndex(
  lists: ReadonlyMap<string, readonly ListedProfile[]>,
  partialRegions: ReadonlySet<string> = new Set(),
  former?: Former<ListedProfile, ProfileIndex>,
): ProfileIndex {
  const changed = former && changedIds(former.lists, lists, idOfProfile);
  const listings = new Map<string, ListedIn[]>();
  const regions = [...lists.keys()].sort();
  const share = sharing();
  for (const region of regions) {
    lists.get(region)?.forEach((profile) => push(listings, idOfProfile(profile), [region, profile]));
  }
  const byModel = new Map<string, DiscoveredProfile[]>();
  const profiles = [...listings.keys()].sort().map((id) => {
    const listed = listings.get(id) ?? [];
    const known = changed?.has(id) === false ? former?.index.byId.get(id) : undefined;
    const profile = known ?? join(id, listed, share);
    profile.modelIds.forEach((modelId) => push(byModel, modelId, profile));
    return profile;
  });
  return {
    profiles: Object.freeze(profiles),
    byId: new Map(profiles.map((profile) => [profile.inferenceProfileId, profile])),
    // A list that has grown has room for more, which its copy has not.
    byModel: new Map([...byModel].map(([modelId, wrapping]) => [modelId, Object.freeze([...wrapping])])),
    knownRegions: new Set(regions),
    partialRegions,
  };
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [value]);
  } else {
    list.push(value);
  }
}

function join(id: string, listings: readonly ListedIn[], share: Sharing): DiscoveredProfile {
  // Added one by one, so many regions would take five times the memory.
  const availability: Record<string, ProfileInRegion> = Object.fromEntries(
    listings.map(([region, { here }]) => [region, here]),
  );
  const said = voters(
    listings.map((listing) => listing[1]),
    isAlike,
  );
  const name = mostSaid(said, ({ described: { inferenceProfileName } }) =>
    inferenceProfileName === id ? undefined : inferenceProfileName,
  );
  const description = mostSaid(said, ({ described }) => described.description);
  return Object.freeze({
    inferenceProfileId: id,
    inferenceProfileName: name ?? id,
    ...(description !== undefined && { description }),
    type: mostSaid(said, ({ here }) => here.type) ?? 'SYSTEM_DEFINED',
    modelIds: unionOf(listings, share),
    regions: share(Object.freeze(listings.map(([region]) => region))),
    availability: Object.freeze(availability),
  });
}

/** The list itself where all regions name the same. */
function unionOf(listings: readonly ListedIn[], share: Sharing): readonly string[] {
  const lists = [...new Set(listings.map(([, { described }]) => described.modelIds))];
  return lists.length === 1 && lists[0] ? lists[0] : share(Object.freeze([...new Set(lists.flat())]));
}

function isAlike(first: ListedProfile, other: ListedProfile): boolean {
  const [one, another] = [first.described, other.described];
  return (
    first.here.type === other.here.type &&
    one.inferenceProfileName === another.inferenceProfileName &&
    one.description === another.description
  );
}

/** Models that a profile wraps as the region lists it; none where it does not list it. */
export function modelsInRegion({ availability }: DiscoveredProfile, region: string): readonly string[] {
  return Object.hasOwn(availability, region) ? modelIdsOf(availability[region]?.modelArns ?? []) : [];
}

/** Profiles that wrap a model as the region lists them, by id. */
export function profilesInRegion(
  { byModel }: Pick<ProfileIndex, 'byModel'>,
  modelId: string,
  region: string,
): readonly DiscoveredProfile[] {
  const wrapping = byModel.get(modelId) ?? [];
  return Object.freeze(wrapping.filter((profile) => modelsInRegion(profile, region).includes(modelId)));
}

/** The geography that a system profile's listed id begins with. Application profiles have opaque ids, and none. */
function geographyOf(profile: DiscoveredProfile): string | undefined {
  return profile.type === 'SYSTEM_DEFINED' ? profile.inferenceProfileId.split('.', 1)[0] : undefined;
}

/** Whether a profile meets every condition of a filter; `modelId` is taken as a base id. */
export function matchesProfile(profile: DiscoveredProfile, filter: ProfileFilter): boolean {
  const { region, type, geography, modelId } = filter;
  return (
    (region === undefined || Object.hasOwn(profile.availability, region)) &&
    (type === undefined || (region === undefined ? profile : profile.availability[region])?.type === type) &&
    (geography === undefined || geographyOf(profile) === geography) &&
    (modelId === undefined || profile.modelIds.includes(modelId))
  );
}

/** What changed about the inference profiles between two inventories. */
export function diffProfiles(before: ProfileIndex, after: ProfileIndex): DiscoveryDifference[] {
  const comparable = comparableRegions(before, after);
  return idsOf(before.byId, after.byId).flatMap((profileId) => {
    const [former, latter] = [before.byId.get(profileId), after.byId.get(profileId)];
    const [modelId] = (latter ?? former)?.modelIds ?? [];
    const subject = { profileId, ...(modelId !== undefined && { modelId }) };
    return compareRegions(former, latter, comparable).flatMap((difference): DiscoveryDifference[] => {
      switch (difference.kind) {
        case 'appeared':
          return [{ type: 'profile-appeared', ...subject, after: difference.regions }];
        case 'gone':
          return [{ type: 'profile-gone', ...subject, before: difference.regions }];
        case 'gained':
          return [{ type: 'profile-region-gained', ...subject, region: difference.region }];
        case 'lost':
          return [{ type: 'profile-region-lost', ...subject, region: difference.region }];
        case 'kept': {
          const { region, before: was, after: is } = difference;
          const moved = !isDeepStrictEqual(was.destinations, is.destinations);
          const ends = { before: was.destinations, after: is.destinations };
          return moved ? [{ type: 'profile-destinations-changed', ...subject, region, ...ends }] : [];
        }
      }
    });
  });
}
