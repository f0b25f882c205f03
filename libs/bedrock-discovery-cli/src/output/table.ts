import { fitColumns } from './fit-columns.js';
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
  /** Narrower than this only if nothing else helps. @default as wide as the title, and at least 8 */
  readonly least?: number;
  readonly style?: (row: T, palette: Palette) => (text: string) => string;
}

const GAP = 2;
const LEAST = 8;

/** Lines for a terminal, none wider than `width`. */
export function renderTable<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  { width, palette }: { width: number; palette: Palette },
): string[] {
  const cells = rows.map((row) => columns.map(({ short, text }) => oneLine((short ?? text)(row))));
  const widths = fitColumns(
    columns.map(({ title, least }, index) => {
      const natural = Math.max(widthOf(title), ...cells.map((line) => widthOf(line[index] ?? '')));
      return { natural, least: Math.min(natural, least ?? Math.max(LEAST, widthOf(title))) };
    }),
    width,
    GAP,
  );
  const shown = columns.slice(0, widths.length);
  const line = (texts: readonly string[], styles: readonly ((text: string) => string)[]): string =>
    shown
      .map(({ align, cut }, index) => {
        const columnWidth = widths[index] ?? 0;
        const text = truncate(texts[index] ?? '', columnWidth, cut);
        // Nothing follows the last cell, so that no line ends in spaces.
        const last = index === shown.length - 1 && align !== 'right';
        const padding = pad(text, columnWidth, align);
        return (styles[index] ?? String)(last ? text : padding);
      })
      .join(' '.repeat(GAP));
  const heading = line(
    columns.map(({ title }) => title),
    shown.map(() => palette.heading),
  );
  return [
    heading,
    ...rows.map((row, index) =>
      line(
        cells[index] ?? [],
        shown.map(({ style }) => style?.(row, palette) ?? String),
      ),
    ),
  ];
}

/** Lines for a pipe: whole values between tabs, below their names. */
export function renderTabSeparated<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
  return [
    columns.map(({ name }) => name).join('\t'),
    ...rows.map((row) => columns.map(({ text }) => oneLine(text(row))).join('\t')),
  ];
}
