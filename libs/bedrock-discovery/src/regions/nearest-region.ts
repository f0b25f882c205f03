import { distance } from 'fastest-levenshtein';
import { KNOWN_REGIONS } from './partitions.js';

const MAX_DISTANCE = 2;

/**
 * The region that was probably meant by a name that no partition knows and that is a letter or two off one that it does.
 * Undefined where the name is known, and where it is like no other.
 *
 * @publicApi
 */
export function nearestRegion(name: string): string | undefined {
  if (KNOWN_REGIONS.has(name)) {
    return undefined;
  }
  const near = [...KNOWN_REGIONS].map((region) => ({ region, letters: distance(name, region) }));
  const nearest = near.reduce((best, each) => (each.letters < best.letters ? each : best));
  return nearest.letters <= MAX_DISTANCE ? nearest.region : undefined;
}
