/** A column before it is fitted. */
export interface ColumnWidth {
  /** Of its widest cell. */
  readonly natural: number;
  /** Before others, and rather cut than left out. */
  readonly essential: boolean;
}

/**
 * Widths with which the columns and the gaps between them take at most `available`: as many as fit uncut, the essential ones
 * and the first before the others. Where those do not fit by themselves, the widest of them give way.
 *
 * @returns a width for each column; 0 for those that have no place
 */
export function fitColumns(columns: readonly ColumnWidth[], available: number, gap: number): number[] {
  const isEssential = ({ essential }: ColumnWidth, index: number): boolean => essential || index === 0;
  const widths = columns.map((column, index) => (isEssential(column, index) ? column.natural : 0));
  const taken = (): number => widths.reduce((sum, width) => sum + (width === 0 ? 0 : width + gap), -gap);
  for (let excess = taken() - available; excess > 0; excess = taken() - available) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] === 1) {
      const last = widths.findLastIndex((width) => width > 0);
      if (last === 0) {
        return widths;
      }
      widths[last] = 0;
    } else {
      widths[widest] = (widths[widest] ?? 1) - 1;
    }
  }
  columns.forEach((column, index) => {
    if (!isEssential(column, index) && taken() + gap + column.natural <= available) {
      widths[index] = column.natural;
    }
  });
  return widths;
}
