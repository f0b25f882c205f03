/** A column before it is fitted. */
export interface ColumnWidth {
  /** Of its widest cell. */
  readonly natural: number;
  /** What it is worth showing with; narrower only where nothing else helps. */
  readonly least: number;
}

/**
 * Widths with which the columns and the gaps between them take at most `available`: the widest give way first, none below
 * its least; where that does not do, the last columns are left out.
 *
 * @returns as many widths as columns are shown
 */
export function fitColumns(columns: readonly ColumnWidth[], available: number, gap: number): number[] {
  for (let shown = columns.length; shown > 1; shown -= 1) {
    const widths = shrink(columns.slice(0, shown), available - gap * (shown - 1));
    if (widths !== undefined) {
      return widths;
    }
  }
  return columns.slice(0, 1).map(({ natural }) => Math.max(1, Math.min(natural, available)));
}

function shrink(columns: readonly ColumnWidth[], available: number): number[] | undefined {
  const widths = columns.map(({ natural }) => natural);
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const spare = widths.map((width, index) => (width > (columns[index]?.least ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) {
      return undefined;
    }
    widths[spare.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}
