import { type ColumnWidth, fitColumns } from './fit-columns.js';
import type { Palette } from './palette.js';
import { oneLine, pad, truncate, widthOf } from './text.js';

/** One column of an answer, for terminals, pipes and CSV alike. */
export interface Column<T> {
  /** As the library names it: the head of the column in a pipe and in CSV. */
  readonly name: string;
  /** The head of the column on a terminal. */
  readonly title: string;
  /** The whole. */
  readonly text: (row: T) => string;
  /** In fewer words, for a terminal. @default the whole */
  readonly short?: (row: T) => string;
  readonly align?: 'left' | 'right';
  /** Where a cell is cut. @default 'end' */
  readonly cut?: 'end' | 'middle';
  /** The width below which it is rather left out. @default as wide as the title, and at least 8 */
  readonly least?: number;
  /** Never left out, but cut further where nothing else helps. The first column is. */
  readonly essential?: boolean;
  readonly style?: (row: T, palette: Palette) => (text: string) => string;
}

const GAP = 2;
const LEAST = 8;

/** Lines for a terminal, none wider than `width`. Columns without any content are left out. */
export function renderTable<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { width, palette }: { width: number; palette: Palette },
): string[] {
  const filled = columns
    .map((column) => cellsOf(column, rows))
    .filter(({ texts }, index) => index === 0 || texts.some(Boolean));
  const widths = fitColumns(filled.map(widthsOf), width, GAP);
  const shown = filled.flatMap((cells, index) => {
    const columnWidth = widths[index] ?? 0;
    return columnWidth === 0 ? [] : [{ ...cells, width: columnWidth }];
  });
  const line = (cell: (cells: (typeof shown)[number]) => [text: string, style: (text: string) => string]): string =>
    shown
      .map((cells, index) => {
        const [text, style] = cell(cells);
        const { align, cut } = cells.column;
        const fitted = truncate(text, cells.width, cut);
        // Nothing follows the last cell, so that no line ends in spaces.
        const last = index === shown.length - 1 && align !== 'right';
        return style(last ? fitted : pad(fitted, cells.width, align));
      })
      .join(' '.repeat(GAP));
  return [
    line(({ column }) => [column.title, palette.heading]),
    ...rows.map((row, index) =>
      line(({ column, texts }) => [texts[index] ?? '', column.style?.(row, palette) ?? String]),
    ),
  ];
}

interface Cells<T> {
  readonly column: Column<T>;
  readonly texts: readonly string[];
}

function cellsOf<T>(column: Column<T>, rows: readonly T[]): Cells<T> {
  const { short = column.text } = column;
  return { column, texts: rows.map((row) => oneLine(short(row))) };
}

function widthsOf<T>({ column: { title, least, essential = false }, texts }: Cells<T>): ColumnWidth {
  const natural = texts.reduce((widest, text) => Math.max(widest, widthOf(text)), widthOf(title));
  return { natural, least: Math.min(natural, least ?? Math.max(LEAST, widthOf(title))), essential };
}

/** Lines for a pipe: whole values between tabs, below their names. */
export function renderTabSeparated<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
  return [
    columns.map(({ name }) => name).join('\t'),
    ...rows.map((row) => columns.map(({ text }) => oneLine(text(row))).join('\t')),
  ];
}
