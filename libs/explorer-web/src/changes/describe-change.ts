import type { DiscoveryChange } from 'nestjs-bedrock-discovery';

export interface ChangeView {
  readonly tone: 'gained' | 'lost' | 'moved';
  readonly sign: '+' | '−' | '~';
  /** What it is about. */
  readonly subject: string;
  readonly words: string;
}

/** A change in words. */
export function describeChange({ type, modelId, profileId, arn, region, before, after }: DiscoveryChange): ChangeView {
  const subject = arn ?? profileId ?? modelId ?? '';
  const at = region === undefined ? '' : ` in ${region}`;
  switch (type) {
    case 'model-appeared':
    case 'account-model-appeared':
    case 'mantle-model-appeared':
    case 'profile-appeared':
      return { tone: 'gained', sign: '+', subject, words: `appeared${listed(after, ' in ')}` };
    case 'model-gone':
    case 'account-model-gone':
    case 'mantle-model-gone':
    case 'profile-gone':
      return { tone: 'lost', sign: '−', subject, words: `is gone${listed(before, ' from ')}` };
    case 'model-region-gained':
    case 'mantle-model-region-gained':
    case 'profile-region-gained':
      return { tone: 'gained', sign: '+', subject, words: `came to ${region}` };
    case 'model-region-lost':
    case 'mantle-model-region-lost':
    case 'profile-region-lost':
      return { tone: 'lost', sign: '−', subject, words: `left ${region}` };
    case 'model-inference-types-changed':
      return { tone: 'moved', sign: '~', subject, words: `is invoked otherwise${at}: ${fromTo(before, after)}` };
    case 'model-lifecycle-changed':
      return {
        tone: 'moved',
        sign: '~',
        subject,
        words: `moved on in its life${at}: ${fromTo(status(before), status(after))}`,
      };
    case 'account-model-status-changed':
      return { tone: 'moved', sign: '~', subject, words: `has another status${at}: ${fromTo(before, after)}` };
    case 'profile-destinations-changed':
      return { tone: 'moved', sign: '~', subject, words: `goes elsewhere from ${region}: ${fromTo(before, after)}` };
    case 'access-changed':
      return { tone: 'moved', sign: '~', subject, words: `has other access${at}: ${fromTo(before, after)}` };
    default:
      // A newer application may tell of more than this page knows.
      return { tone: 'moved', sign: '~', subject, words: `${String(type).replaceAll('-', ' ')}${at}` };
  }
}

function listed(value: unknown, prefix: string): string {
  return Array.isArray(value) && value.length > 0 ? `${prefix}${some(value.map(String))}` : '';
}

const MOST_NAMED = 4;

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 1 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ');
}

function fromTo(before: unknown, after: unknown): string {
  return `${inText(before)} → ${inText(after)}`;
}

function inText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : some(value.map(String));
  }
  return typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Of a lifecycle its status, and its end where it has one. */
function status(lifecycle: unknown): unknown {
  if (typeof lifecycle !== 'object' || lifecycle === null) {
    return lifecycle;
  }
  const { status: name, endOfLifeTime: end } = lifecycle as { status?: unknown; endOfLifeTime?: unknown };
  return `${String(name).toLowerCase()}${typeof end === 'string' ? `, ends ${end.slice(0, 10)}` : ''}`;
}
