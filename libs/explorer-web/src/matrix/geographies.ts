/** Where a region is, for grouping columns; residency is another question, and answered by the application. */
export interface RegionGroup {
  readonly id: string;
  readonly name: string;
  readonly short: string;
  readonly prefixes: readonly string[];
}

export const REGION_GROUPS: readonly RegionGroup[] = [
  { id: 'us', name: 'United States', short: 'US', prefixes: ['us'] },
  { id: 'americas', name: 'Canada and Latin America', short: 'CA · MX · SA', prefixes: ['ca', 'mx', 'sa'] },
  { id: 'europe', name: 'Europe', short: 'Europe', prefixes: ['eu', 'eusc'] },
  { id: 'mea', name: 'Middle East and Africa', short: 'ME · Africa', prefixes: ['me', 'il', 'af'] },
  { id: 'apac', name: 'Asia Pacific', short: 'Asia Pacific', prefixes: ['ap'] },
];

const OTHER: RegionGroup = { id: 'other', name: 'Elsewhere', short: 'Elsewhere', prefixes: [] };

export function groupOf(region: string): RegionGroup {
  const [prefix = ''] = region.split('-', 1);
  return REGION_GROUPS.find(({ prefixes }) => prefixes.includes(prefix)) ?? OTHER;
}

/** By group, and by name within it. */
export function compareRegions(a: string, b: string): number {
  const order = (region: string): number => {
    const index = REGION_GROUPS.indexOf(groupOf(region));
    return index === -1 ? REGION_GROUPS.length : index;
  };
  return order(a) - order(b) || (a < b ? -1 : a > b ? 1 : 0);
}
