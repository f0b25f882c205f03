/** Joins two ids into one key; neither holds a space. */
export const pair = (id: string, region: string): string => `${id} ${region}`;

/** The ids of a key, or the one that it is. */
export function parted(key: string): readonly [id: string, other?: string] {
  const at = key.indexOf(' ');
  return at === -1 ? [key] : [key.slice(0, at), key.slice(at + 1)];
}
