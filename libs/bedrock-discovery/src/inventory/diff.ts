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

/**
 * Compares where something was listed with where it is listed, in the regions that were known both times. It appeared or
 * is gone only if nothing unknown could have had it.
 */
export function compareRegions<T>(
  before: Listed<T> | undefined,
  after: Listed<T> | undefined,
  isComparable: (region: string) => boolean,
): RegionalDifference<T>[] {
  const { regions: former = [] } = before ?? {};
  const { regions: present = [] } = after ?? {};
  if (former.length === 0 && present.every(isComparable)) {
    return [{ kind: 'appeared', regions: present }];
  }
  if (present.length === 0 && former.every(isComparable)) {
    return [{ kind: 'gone', regions: former }];
  }
  return [...new Set([...former, ...present])].filter(isComparable).map((region): RegionalDifference<T> => {
    const was = before?.availability[region];
    const is = after?.availability[region];
    if (was === undefined || is === undefined) {
      return { kind: was === undefined ? 'gained' : 'lost', region };
    }
    return { kind: 'kept', region, before: was, after: is };
  });
}

/** Ids of both, each once, in order. */
export function idsOf(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort();
}

/** Regions that were known both times. */
export function comparableIn(before: ReadonlySet<string>, after: ReadonlySet<string>): (region: string) => boolean {
  return (region) => before.has(region) && after.has(region);
}
