import { stringify } from 'csv-stringify/sync';
import type { Column } from './table.js';
import { oneLine } from './text.js';

const NEGATIVE = /^-\d+(?:\.\d+)?$/;

/**
 * A spreadsheet that opens it calculates nothing: a cell that would be a formula begins with an apostrophe.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function toCsv<T>(rows: readonly T[], columns: readonly Column<T>[], { heading = true } = {}): string {
  const names = columns.map(({ name }) => name);
  const records = rows.map((row) => columns.map(({ text }) => cell(text(row))));
  const options = { record_delimiter: 'windows', escape_formulas: true } as const;
  return stringify(heading ? [names, ...records] : records, options);
}

/** Numbers are told apart, since those below zero begin as formulas do. */
function cell(text: string): string | number {
  return NEGATIVE.test(text) ? Number(text) : oneLine(text);
}
