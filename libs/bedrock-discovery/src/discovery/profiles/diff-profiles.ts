import { isDeepStrictEqual } from 'node:util';
import type { DiscoveryDifference } from '../change.types.js';
import { comparableIn, compareRegions, idsOf } from '../compare-regions.js';
import type { ProfileIndex } from './profile-index.js';

/** What changed about the inference profiles between two inventories. */
export function diffProfiles(before: ProfileIndex, after: ProfileIndex): DiscoveryDifference[] {
  const isComparable = comparableIn(before.knownRegions, after.knownRegions);
  return idsOf(before.byId, after.byId).flatMap((profileId) => {
    const [was, is] = [before.byId.get(profileId), after.byId.get(profileId)];
    const [modelId] = (is ?? was)?.modelIds ?? [];
    const subject = { profileId, ...(modelId !== undefined && { modelId }) };
    return compareRegions(was, is, isComparable).flatMap((difference): DiscoveryDifference[] => {
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
          const { region, before: former, after: present } = difference;
          const moved = !isDeepStrictEqual(former.destinations, present.destinations);
          const ends = { before: former.destinations, after: present.destinations };
          return moved ? [{ type: 'profile-destinations-changed', ...subject, region, ...ends }] : [];
        }
      }
    });
  });
}
