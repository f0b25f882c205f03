type Said = string | boolean | readonly string[] | undefined;

/**
 * What most regions say of something that is the same everywhere, so that one damaged region misleads nobody. A region that
 * says nothing has no vote; of what equally many say, the first is believed.
 *
 * @param records in the order of the regions' names
 * @param read what a record says; undefined and what is empty say nothing
 */
export function mostSaid<T, V extends Said>(records: readonly T[], read: (record: T) => V): V | undefined {
  const said = records.map(read).filter(saysSomething);
  if (said.length <= 1) {
    return said[0];
  }
  const votes = new Map<string, { readonly value: V; count: number }>();
  for (const value of said) {
    const key = keyOf(value);
    const vote = votes.get(key) ?? { value, count: 0 };
    vote.count += 1;
    votes.set(key, vote);
  }
  const most = Math.max(...[...votes.values()].map(({ count }) => count));
  return [...votes.values()].find(({ count }) => count === most)?.value;
}

/**
 * The records to read {@link mostSaid} from: the first where all are alike, as nearly always. Looking at each field of each
 * region would be most of the work of building an index.
 */
export function voters<T>(records: readonly T[], isAlike: (first: T, other: T) => boolean): readonly T[] {
  const [first] = records;
  return first !== undefined && records.every((other) => isAlike(first, other)) ? [first] : records;
}

/** Whether two lists hold the same in the same order. */
export function isSameList(first: readonly string[], other: readonly string[]): boolean {
  let same = first.length === other.length;
  for (let index = 0; same && index < first.length; index += 1) {
    same = first[index] === other[index];
  }
  return same;
}

/** Lists are the same whatever their order. */
function keyOf(value: Said): string {
  return typeof value === 'object' ? [...value].sort().join('\n') : String(value);
}

function saysSomething(value: Said): boolean {
  return typeof value === 'boolean' || (value !== undefined && value.length > 0);
}
