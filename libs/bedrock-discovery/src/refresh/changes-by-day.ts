import type { DiscoveryChange } from '../inventory/changes.js';
import { groupBy } from '../util/group-by.js';

/** A change in words. @publicApi */
export interface DescribedChange extends DiscoveryChange {
  /** Without what it is about: `+1 region (eu-west-1)`. */
  readonly words: string;
}

/**
 * What became of one subject on one day.
 *
 * @publicApi
 */
export interface ChangedSubject {
  /** Base id of the model, which profiles that lead to it belong to; or the id of another profile, or an ARN. */
  readonly subject: string;
  /** Of the model; absent where it is not known. */
  readonly name?: string;
  /** Whether all that changed is there more than before, or less; `moved` for all else. */
  readonly tone: 'gained' | 'lost' | 'moved';
  /** All changes in few words: `+3 regions (ca-central-1, eu-west-1, eu-west-3), + eu profile`. */
  readonly words: string;
  /** Newest first. */
  readonly changes: readonly DescribedChange[];
}

/** What changed on one day. @publicApi */
export interface DayOfChanges {
  /** `2026-11-26`. */
  readonly day: string;
  /** The one that changed last goes first. */
  readonly subjects: readonly ChangedSubject[];
}

/**
 * Changes by day, the newest first, and in each merged by model, in words.
 *
 * @param changes in any order
 * @param options `modelNames` by base id: the models that are known; `timeZone` of the days, an IANA name. Default: `UTC`
 * @throws RangeError where there is no such time zone
 *
 * @publicApi
 */
export function changesByDay(
  changes: readonly DiscoveryChange[],
  options: { modelNames?: ReadonlyMap<string, string>; timeZone?: string } = {},
): readonly DayOfChanges[] {
  const { modelNames, timeZone = 'UTC' } = options;
  // In Sweden, days are written as in ISO 8601.
  const days = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' });
  const newestFirst = [...changes].sort((a, b) => (a.id < b.id ? 1 : -1));
  return [...groupBy(newestFirst, ({ at }) => days.format(new Date(at)))].map(([day, ofDay]) => ({
    day,
    subjects: [...groupBy(ofDay, (change) => subjectOf(change, modelNames))].map(([subject, list]) => ({
      subject,
      name: modelNames?.get(subject),
      tone: toneOf(list),
      words: inWords(list),
      changes: list.map((change) => ({ ...change, words: groupInWords([change]) })),
    })),
  }));
}

function subjectOf({ modelId, profileId, arn }: DiscoveryChange, models?: ReadonlyMap<string, string>): string {
  const wrapped = profileId?.slice(profileId.indexOf('.') + 1) ?? '';
  return modelId ?? (models?.has(wrapped) ? wrapped : (profileId ?? arn ?? ''));
}

const GAINED = /appeared|gained/;
const LOST = /gone|lost/;

function toneOf(changes: readonly DiscoveryChange[]): ChangedSubject['tone'] {
  const all = (types: RegExp): boolean => changes.every(({ type }) => types.test(type));
  return all(GAINED) ? 'gained' : all(LOST) ? 'lost' : 'moved';
}

/** Changes of one kind in one breath. Regions that are asked at once answer in any order, and are told in one. */
function inWords(changes: readonly DiscoveryChange[]): string {
  const kindOf = ({ type, profileId, before, after }: DiscoveryChange): string =>
    JSON.stringify([type, profileId, before, after]);
  return [...groupBy(changes, kindOf)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, group]) => groupInWords(group))
    .join(', ');
}

function groupInWords(group: readonly DiscoveryChange[]): string {
  const [{ type, profileId, before, after } = group[0] as DiscoveryChange] = group;
  const regions = group.flatMap(({ region }) => region ?? []);
  const at = placesOf(regions, ' in ');
  const profile = `${profileId?.split('.', 1)[0]} profile`;
  switch (type) {
    case 'model-appeared':
    case 'account-model-appeared':
      return `new${placesOf(after, ' in ')}`;
    case 'mantle-model-appeared':
      return `new at bedrock-mantle${placesOf(after, ' in ')}`;
    case 'profile-appeared':
      return `+ ${profile}${placesOf(after, ' in ')}`;
    case 'model-gone':
    case 'account-model-gone':
      return `gone${placesOf(before, ' from ')}`;
    case 'mantle-model-gone':
      return `gone from bedrock-mantle${placesOf(before, ' in ')}`;
    case 'profile-gone':
      return `− ${profile}${placesOf(before, ' from ')}`;
    case 'model-region-gained':
      return `+${counted(regions)}`;
    case 'mantle-model-region-gained':
      return `bedrock-mantle in +${counted(regions)}`;
    case 'profile-region-gained':
      return `${profile} from +${counted(regions)}`;
    case 'model-region-lost':
      return `−${counted(regions)}`;
    case 'mantle-model-region-lost':
      return `bedrock-mantle in −${counted(regions)}`;
    case 'profile-region-lost':
      return `${profile} from −${counted(regions)}`;
    case 'model-inference-types-changed':
      return `invoked otherwise${at}: ${inText(before)} → ${inText(after)}`;
    case 'model-lifecycle-changed':
      return `${lifeInText(before)} → ${lifeInText(after)}${at}`;
    case 'account-model-status-changed':
      return `${inText(before)} → ${inText(after)}${at}`;
    case 'profile-destinations-changed':
      return `${profile} served elsewhere${placesOf(regions, ' from ')}: ${inText(before)} → ${inText(after)}`;
    case 'access-changed':
      return `access ${inText(before)} → ${inText(after)}${at}`;
    default:
      // What is kept or sent by a newer release.
      return `${String(type).replaceAll('-', ' ')}${at}`;
  }
}

const MOST_NAMED = 4;

function sorted(names: readonly unknown[]): readonly string[] {
  return [...new Set(names.map(String))].sort();
}

function placesOf(places: unknown, before: string): string {
  const names = sorted(Array.isArray(places) ? places : []);
  const shown = names.length > MOST_NAMED ? `${names.length} regions` : names.join(', ');
  return shown === '' ? '' : `${before}${shown}`;
}

function counted(regions: readonly string[]): string {
  const names = sorted(regions);
  const named = names.length > MOST_NAMED ? '' : ` (${names.join(', ')})`;
  return `${names.length} ${names.length === 1 ? 'region' : 'regions'}${named}`;
}

function inText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : placesOf(value, '');
  }
  return typeof value === 'string' ? value : JSON.stringify(value ?? 'nothing');
}

/** The status, and the end where there is one. */
function lifeInText(lifecycle: unknown): string {
  const { status, endOfLifeTime: end } = (lifecycle ?? {}) as { status?: unknown; endOfLifeTime?: unknown };
  const until = typeof end === 'string' ? ` until ${end.slice(0, 10)}` : '';
  return `${typeof status === 'string' ? status.toLowerCase() : 'unknown'}${until}`;
}
