import { stringify } from 'csv-stringify/sync';
import type { RetiringModel } from 'nestjs-bedrock-discovery';

const COLUMNS: Readonly<Record<string, (model: RetiringModel) => string | number | undefined>> = {
  modelId: ({ modelId }) => modelId,
  modelName: ({ modelName }) => modelName,
  providerName: ({ providerName }) => providerName,
  status: ({ status }) => status,
  legacyTime: ({ legacyTime }) => legacyTime,
  publicExtendedAccessTime: ({ publicExtendedAccessTime }) => publicExtendedAccessTime,
  endOfLifeTime: ({ endOfLifeTime }) => endOfLifeTime,
  daysToEndOfLife: ({ daysToEndOfLife }) => daysToEndOfLife,
  regions: ({ regions }) => regions.join(' '),
  supersededBy: ({ supersededBy }) => supersededBy.map(({ modelId }) => modelId).join(' '),
};

/**
 * A row for each model, below the names of its members; spreadsheets calculate nothing that stands in them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function toTable(models: readonly RetiringModel[]): string {
  const rows = models.map((model) => Object.values(COLUMNS).map((valueOf) => valueOf(model) ?? ''));
  return stringify([Object.keys(COLUMNS), ...rows], { record_delimiter: 'windows', escape_formulas: true });
}
