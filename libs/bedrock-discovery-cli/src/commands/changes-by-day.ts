import type { DiscoveryChange } from 'nestjs-bedrock-discovery';
import { day, list } from '../output/words.js';

export interface DayOfChanges {
  /** ISO 8601, in UTC. */
  readonly date: string;
  readonly subjects: readonly ChangedSubject[];
}

/** All that has changed of a model and its profiles, or of what the account owns, on one day. */
interface ChangedSubject {
  /** The model's name, where it has one. */
  readonly subject: string;
  readonly words: readonly string[];
}

/** Newest day first; within a day, in the order in which they began to change. */
export function changesByDay(
  changes: readonly DiscoveryChange[],
  names: ReadonlyMap<string, string>,
): readonly DayOfChanges[] {
  const days = groupBy(changes, ({ at }) => day(at));
  return [...days].reverse().map(([date, ofDay]) => ({
    date,
    subjects: [...groupBy(ofDay, ({ arn, modelId, profileId }) => arn ?? modelId ?? profileId ?? '')].map(
      ([id, ofSubject]) => ({ subject: names.get(id) ?? id, words: wordsOf(ofSubject) }),
    ),
  }));
}

function groupBy(
  changes: readonly DiscoveryChange[],
  keyOf: (change: DiscoveryChange) => string,
): ReadonlyMap<string, readonly DiscoveryChange[]> {
  const groups = new Map<string, DiscoveryChange[]>();
  for (const change of changes) {
    const key = keyOf(change);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return groups;
}

/** Changes of one kind in one breath: regions that came are added up, those that differ in the same way too. */
function wordsOf(changes: readonly DiscoveryChange[]): readonly string[] {
  const phrases = new Map<string, string[]>();
  const more: string[] = [];
  for (const change of changes) {
    const phrase = phraseOf(change);
    if (change.region === undefined) {
      more.push(phrase);
    } else {
      phrases.set(phrase, [...(phrases.get(phrase) ?? []), change.region]);
    }
  }
  return [...more, ...[...phrases].map(([phrase, regions]) => `${phrase} in ${regionsInWords(regions)}`)];
}

const MOST_NAMED = 4;

/** By name: regions that are asked at once answer in any order. */
function regionsInWords(regions: readonly string[]): string {
  const distinct = [...new Set(regions)].sort();
  return distinct.length > MOST_NAMED ? `${distinct.length} regions` : list(distinct);
}

/** Without its region. */
function phraseOf({ type, profileId, before, after }: DiscoveryChange): string {
  const profile = profileId === undefined ? '' : `${profileId} `;
  switch (type) {
    case 'model-appeared':
    case 'account-model-appeared':
    case 'mantle-model-appeared':
      return `new${placesOf(after)}`;
    case 'model-gone':
    case 'account-model-gone':
    case 'mantle-model-gone':
      return `gone${placesOf(before)}`;
    case 'profile-appeared':
      return `${profile}new${placesOf(after)}`;
    case 'profile-gone':
      return `${profile}gone${placesOf(before)}`;
    case 'model-region-gained':
    case 'mantle-model-region-gained':
    case 'profile-region-gained':
      return `${profile}also`;
    case 'model-region-lost':
    case 'mantle-model-region-lost':
    case 'profile-region-lost':
      return `${profile}no more`;
    case 'model-inference-types-changed':
      return `invoked otherwise (${inWords(before)} → ${inWords(after)})`;
    case 'model-lifecycle-changed':
      return `${lifecycleInWords(before)} → ${lifecycleInWords(after)}`;
    case 'account-model-status-changed':
      return `${inWords(before)} → ${inWords(after)}`;
    case 'profile-destinations-changed':
      return `${profile}served in ${inWords(after)}, was ${inWords(before)}`;
    case 'access-changed':
      return `access ${inWords(before)} → ${inWords(after)}`;
  }
}

function placesOf(regions: unknown): string {
  return Array.isArray(regions) && regions.length > 0 ? ` in ${regionsInWords(regions.map(String))}` : '';
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'nothing' : regionsInWords(value.map(String));
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? 'nothing');
}

/** The status, and the end where there is one. */
function lifecycleInWords(lifecycle: unknown): string {
  const { status, endOfLifeTime } = (lifecycle ?? {}) as { status?: unknown; endOfLifeTime?: unknown };
  const end = typeof endOfLifeTime === 'string' ? ` until ${day(endOfLifeTime)}` : '';
  return `${typeof status === 'string' ? status.toLowerCase() : 'unknown'}${end}`;
}
