import type { DiscoveryChange, DiscoveryChangeType } from 'nestjs-bedrock-discovery';
import { plural } from '../shell/words.js';

/** What became of one subject on one day. */
export interface MergedChange {
  /** Id of the model, of a profile that leads to no model that is known, or an ARN. */
  readonly subject: string;
  readonly tone: 'gained' | 'lost' | 'moved';
  /** In few words: `+3 regions, eu profile`. */
  readonly words: string;
  /** Newest first. */
  readonly changes: readonly DiscoveryChange[];
}

export interface DayOfChanges {
  /** `2026-11-26`, in local time. */
  readonly day: string;
  readonly merged: readonly MergedChange[];
}

/**
 * Days, the newest first, and in each what changed, merged by model: a profile belongs to the model that it leads to.
 *
 * @param changes newest first
 * @param isModel whether a model of this id is known
 */
export function mergeChanges(
  changes: readonly DiscoveryChange[],
  isModel: (id: string) => boolean,
): readonly DayOfChanges[] {
  const days = new Map<string, Map<string, DiscoveryChange[]>>();
  for (const change of changes) {
    const subjects = days.get(dayOf(change.at)) ?? new Map<string, DiscoveryChange[]>();
    days.set(dayOf(change.at), subjects);
    const subject = subjectOf(change, isModel);
    subjects.set(subject, [...(subjects.get(subject) ?? []), change]);
  }
  return [...days].map(([day, subjects]) => ({
    day,
    merged: [...subjects].map(([subject, list]) => ({
      subject,
      tone: toneOf(list),
      words: inWords(list),
      changes: list,
    })),
  }));
}

function dayOf(at: string): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function subjectOf({ modelId, profileId, arn }: DiscoveryChange, isModel: (id: string) => boolean): string {
  const wrapped = profileId?.slice(profileId.indexOf('.') + 1) ?? '';
  return modelId ?? (isModel(wrapped) ? wrapped : (profileId ?? arn ?? ''));
}

const GAINED = /appeared|gained/;
const LOST = /gone|lost/;

function toneOf(changes: readonly DiscoveryChange[]): MergedChange['tone'] {
  return changes.every(({ type }) => GAINED.test(type))
    ? 'gained'
    : changes.every(({ type }) => LOST.test(type))
      ? 'lost'
      : 'moved';
}

/** What changes of a type mean together; those of profiles, for each profile. */
function inWords(changes: readonly DiscoveryChange[]): string {
  const groups = new Map<string, DiscoveryChange[]>();
  for (const change of changes) {
    const key = `${change.type} ${change.profileId ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  // By type and profile: regions that are asked at once answer in any order.
  const ordered = [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
  return ordered.map(([, group]) => groupInWords(group)).join(', ');
}

function groupInWords(group: readonly DiscoveryChange[]): string {
  const [{ type, profileId, after } = group[0] as DiscoveryChange] = group;
  const profile = `${profileId?.split('.', 1)[0] ?? ''} profile`;
  const regions = plural(new Set(group.map(({ region }) => region)).size, 'region');
  const words: Readonly<Partial<Record<DiscoveryChangeType, string>>> = {
    'model-appeared': `new, in ${plural(Array.isArray(after) ? after.length : 1, 'region')}`,
    'account-model-appeared': 'new',
    'mantle-model-appeared': 'new at bedrock-mantle',
    'profile-appeared': `+ ${profile}`,
    'model-gone': 'gone',
    'account-model-gone': 'gone',
    'mantle-model-gone': 'gone from bedrock-mantle',
    'profile-gone': `− ${profile}`,
    'model-region-gained': `+${regions}`,
    'mantle-model-region-gained': `+${regions} of bedrock-mantle`,
    'profile-region-gained': `${profile} from +${regions}`,
    'model-region-lost': `−${regions}`,
    'mantle-model-region-lost': `−${regions} of bedrock-mantle`,
    'profile-region-lost': `${profile} from −${regions}`,
    'model-inference-types-changed': `called in other ways in ${regions}`,
    'model-lifecycle-changed': lifeInWords(group),
    'account-model-status-changed': `now ${String(after).toLowerCase()}`,
    'profile-destinations-changed': `${profile} served elsewhere from ${regions}`,
    'access-changed': `access now ${String(after)} in ${regions}`,
  };
  return words[type] ?? type.replaceAll('-', ' ');
}

function lifeInWords(group: readonly DiscoveryChange[]): string {
  const { status, endOfLifeTime: end } = (group[0]?.after ?? {}) as { status?: unknown; endOfLifeTime?: unknown };
  const until = typeof end === 'string' ? `, ends ${end.slice(0, 10)}` : '';
  const now = typeof status === 'string' ? status.toLowerCase() : 'in another state';
  return `now ${now}${until} in ${plural(group.length, 'region')}`;
}
