import type { RegionStatus } from 'nestjs-bedrock-discovery';
import { groupFailures } from '../errors/describe-failures.js';
import { failuresOf, unanswered } from '../discovery/freshness.js';
import { counted } from '../output/words.js';

const MAX_NAMED = 4;

/** Says which regions the answer cannot speak for, and why; most accounts have some. */
export function noteUnknown(statuses: readonly RegionStatus[], note: (text: string) => void): void {
  const missing = unanswered(statuses);
  if (missing.length === 0) {
    return;
  }
  const regionsOf = (wanted: RegionStatus['status']): string[] =>
    missing.flatMap(({ region, status }) => (status === wanted ? [region] : []));
  const [notAsked, partial] = [regionsOf('pending'), regionsOf('partial')];
  const reasons = [
    ...groupFailures(failuresOf(missing)).map(({ failure, regions }) => `${failure.kind}: ${named(regions)}`),
    ...(partial.length > 0 ? [`read in part: ${named(partial)}`] : []),
    ...(notAsked.length > 0 ? [`not asked yet: ${named(notAsked)}`] : []),
  ];
  note(
    `Not fully known: ${counted(new Set(missing.map(({ region }) => region)).size, 'region')} (${reasons.join('; ')}).`,
  );
}

function named(regions: readonly string[]): string {
  const distinct = [...new Set(regions)];
  const more = distinct.length - MAX_NAMED;
  return more > 0 ? `${distinct.slice(0, MAX_NAMED).join(', ')} and ${more} more` : distinct.join(', ');
}
