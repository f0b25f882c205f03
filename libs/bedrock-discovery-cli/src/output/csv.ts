import { stringify } from 'csv-stringify/sync';
import type { Column } from './table.js';

/** @see https://www.rfc-editor.org/rfc/rfc4180 */
export function toCsv<T>(rows: readonly T[], columns: readonly Column<T>[], { heading = true } = {}): string {
  const names = columns.map(({ name }) => name);
  const records = rows.map((row) => columns.map(({ text }) => text(row)));
  return stringify(heading ? [names, ...records] : records, { record_delimiter: 'windows' });
}
