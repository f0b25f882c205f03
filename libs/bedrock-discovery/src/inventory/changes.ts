/**
 * What can change. A change is only reported for regions that were known before and are known after, so that a region that
 * fails, or answers for the first time, causes none; and nothing is called gone or new by a list that is known in part.
 *
 * @publicApi
 */
export const DISCOVERY_CHANGE_TYPES = [
  'model-appeared',
  'model-gone',
  'model-region-gained',
  'model-region-lost',
  'model-inference-types-changed',
  'model-lifecycle-changed',
  'profile-appeared',
  'profile-gone',
  'profile-region-gained',
  'profile-region-lost',
  'profile-destinations-changed',
  'account-model-appeared',
  'account-model-gone',
  'account-model-status-changed',
  'mantle-model-appeared',
  'mantle-model-gone',
  'mantle-model-region-gained',
  'mantle-model-region-lost',
  /** `before` and `after` are states of access to the model in the region; see `ModelAccessService`. */
  'access-changed',
] as const;

/** One of {@link DISCOVERY_CHANGE_TYPES}. @publicApi */
export type DiscoveryChangeType = (typeof DISCOVERY_CHANGE_TYPES)[number];

/** A difference between two inventories, before it has an identity and a time. */
export interface DiscoveryDifference {
  /** What has changed. */
  readonly type: DiscoveryChangeType;
  /** Base id, where it is about a model. */
  readonly modelId?: string;
  /** Where it is about a profile. */
  readonly profileId?: string;
  /** Of what the account owns. */
  readonly arn?: string;
  /** Where it is about one region. */
  readonly region?: string;
  /** What was listed before; the regions, where something is gone. */
  readonly before?: unknown;
  /** What is listed now; the regions, where something appeared. */
  readonly after?: unknown;
}

/**
 * A change of what Amazon Bedrock offers.
 *
 * @publicApi
 */
export interface DiscoveryChange extends DiscoveryDifference {
  /** Unique, and in the order of the changes when compared as text. */
  readonly id: string;
  /** When it was noticed, ISO 8601. */
  readonly at: string;
}

/** Something that regions list, by region. */
export interface Listed<T> {
  readonly regions: readonly string[];
  readonly availability: Readonly<Record<string, T>>;
}

export type RegionalDifference<T> =
  | { readonly kind: 'appeared'; readonly regions: readonly string[] }
  | { readonly kind: 'gone'; readonly regions: readonly string[] }
  | { readonly kind: 'gained' | 'lost'; readonly region: string }
  | { readonly kind: 'kept'; readonly region: string; readonly before: T; readonly after: T };

/** Of which regions an index knows the list, and of which of these not all of it. */
export interface KnownRegions {
  readonly knownRegions: ReadonlySet<string>;
  readonly partialRegions: ReadonlySet<string>;
}

/** Regions that can be compared. */
export interface ComparableRegions {
  /** Known both times. */
  readonly known: ReadonlySet<string>;
  /** Known to the full both times: only there is what a list lacks not listed. */
  readonly whole: ReadonlySet<string>;
}

export function comparableRegions(before: KnownRegions, after: KnownRegions): ComparableRegions {
  const known = [...before.knownRegions].filter((region) => after.knownRegions.has(region));
  const isWhole = (region: string): boolean => !before.partialRegions.has(region) && !after.partialRegions.has(region);
  return { known: new Set(known), whole: new Set(known.filter(isWhole)) };
}

/**
 * Compares where something was listed with where it is listed, in the regions that were known both times. It appeared or
 * is gone only if nothing unknown could have had it.
 */
export function compareRegions<T>(
  before: Listed<T> | undefined,
  after: Listed<T> | undefined,
  { known, whole }: ComparableRegions,
): RegionalDifference<T>[] {
  if (before === after) {
    return [];
  }
  const { regions: former = [] } = before ?? {};
  const { regions: present = [] } = after ?? {};
  if (former.length === 0 && present.every((region) => whole.has(region))) {
    return [{ kind: 'appeared', regions: present }];
  }
  if (present.length === 0 && former.every((region) => whole.has(region))) {
    return [{ kind: 'gone', regions: former }];
  }
  return [...new Set([...former, ...present])].flatMap((region): RegionalDifference<T>[] => {
    const was = before?.availability[region];
    const is = after?.availability[region];
    if (was !== undefined && is !== undefined) {
      return known.has(region) ? [{ kind: 'kept', region, before: was, after: is }] : [];
    }
    return whole.has(region) ? [{ kind: was === undefined ? 'gained' : 'lost', region }] : [];
  });
}

/** Ids of both, each once, in order. */
export function idsOf(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort();
}
