import type { DiscoveryChange } from 'nestjs-bedrock-discovery';
import type { Column } from '../output/table.js';

export function json(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

export const CHANGE_COLUMNS: readonly Column<DiscoveryChange>[] = [
  { name: 'at', title: 'AT', text: ({ at }) => at },
  { name: 'type', title: 'TYPE', text: ({ type }) => type },
  { name: 'modelId', title: 'MODEL', text: ({ modelId }) => modelId ?? '' },
  { name: 'profileId', title: 'PROFILE', text: ({ profileId }) => profileId ?? '' },
  { name: 'region', title: 'REGION', text: ({ region }) => region ?? '' },
  { name: 'before', title: 'BEFORE', text: ({ before }) => json(before) },
  { name: 'after', title: 'AFTER', text: ({ after }) => json(after) },
  { name: 'id', title: 'ID', text: ({ id }) => id },
];
