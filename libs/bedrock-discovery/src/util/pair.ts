/** Joins two ids into one key; neither holds a space. */
export const pair = (id: string, region: string): string => `${id} ${region}`;
