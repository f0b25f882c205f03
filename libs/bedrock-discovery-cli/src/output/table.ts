import { type ColumnWidth, fitColumns } from './fit-columns.js';
import type { Palette } from './palette.js';
import { oneLine, pad, truncate, widthOf, wrap } from './text.js';

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
  /** In the line of its row before others, and rather cut than not there. The first column is. */
  readonly essential?: boolean;
  readonly style?: (row: T, palette: Palette) => (text: string) => string;
}

const GAP = 2;
const INDENT = 4;
const BETWEEN = ' · ';

/**
 * Lines for a terminal, none wider than `width`. Where the columns do not fit, those that do are a table still, and what else
 * there is of a row stands below it: nothing is left out but columns without any content.
 */
export function renderTable<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { width, palette }: { width: number; palette: Palette },
): string[] {
  const filled = columns
    .map((column) => cellsOf(column, rows))
    .filter(({ texts }, index) => index === 0 || texts.some(Boolean));
  const widths = fitColumns(filled.map(widthsOf), width, GAP);
  const fitted = filled.map((cells, index) => ({ ...cells, width: widths[index] ?? 0 }));
  const shown = fitted.filter((cells) => cells.width > 0);
  const line = (cell: (cells: (typeof shown)[number]) => [text: string, style: (text: string) => string]): string =>
    shown
      .map((cells, index) => {
        const [text, style] = cell(cells);
        const { align, cut } = cells.column;
        const visible = truncate(text, cells.width, cut);
        // Nothing follows the last cell, so that no line ends in spaces.
        const last = index === shown.length - 1 && align !== 'right';
        return style(last ? visible : pad(visible, cells.width, align));
      })
      .join(' '.repeat(GAP));
  return [
    line(({ column }) => [column.title, palette.heading]),
    ...rows.flatMap((row, index) => [
      line(({ column, texts }) => [texts[index] ?? '', column.style?.(row, palette) ?? String]),
      ...detailsOf(fitted, index, width).map((text) => palette.faint(text)),
    ]),
  ];
}

/** What of a row is not in its line, or not to the full. */
function detailsOf<T>(columns: readonly FittedCells<T>[], row: number, width: number): string[] {
  const details = columns.flatMap(({ column: { title }, texts, width: place }) => {
    const text = texts[row] ?? '';
    return widthOf(text) <= place ? [] : [`${title.toLowerCase()} ${text}`];
  });
  const indent = ' '.repeat(Math.min(INDENT, width - 1));
  const room = width - indent.length;
  const lines: string[] = [];
  for (const detail of details) {
    const last = lines.at(-1);
    const longer = `${last}${BETWEEN}${detail}`;
    if (last !== undefined && widthOf(longer) <= room) {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(...wrap(detail, room));
    }
  }
  return lines.map((line) => `${indent}${line}`);
}

interface Cells<T> {
  readonly column: Column<T>;
  readonly texts: readonly string[];
}

interface FittedCells<T> extends Cells<T> {
  /** 0 for a column that has no place in the line. */
  readonly width: number;
}

function cellsOf<T>(column: Column<T>, rows: readonly T[]): Cells<T> {
  const { short = column.text } = column;
  return { column, texts: rows.map((row) => oneLine(short(row))) };
}

function widthsOf<T>({ column: { title, essential = false }, texts }: Cells<T>): ColumnWidth {
  const natural = texts.reduce((widest, text) => Math.max(widest, widthOf(text)), widthOf(title));
  return { natural, essential };
}

/** Lines for a pipe: whole values between tabs, below their names. */
export function renderTabSeparated<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
  return [
    columns.map(({ name }) => name).join('\t'),
    ...rows.map((row) => columns.map(({ text }) => oneLine(text(row))).join('\t')),
  ];
}
