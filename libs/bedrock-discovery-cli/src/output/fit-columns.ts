/** A column before it is fitted. */
export interface ColumnWidth {
  /** Of its widest cell. */
  readonly natural: number;
  /** What it is worth showing with. */
  readonly least: number;
  /** Rather cut short than left out. */
  readonly essential: boolean;
}

/**
 * Widths with which the columns and the gaps between them take at most `available`: the widest give way first, none below
 * its least. Where that does not do, columns are left out from the last on, and only then those that are essential are
 * cut further.
 *
 * @returns a width for each column; 0 for those that are left out
 */
export function fitColumns(columns: readonly ColumnWidth[], available: number, gap: number): number[] {
  const shown = columns.map(() => true);
  const fit = (leastOf: (column: ColumnWidth) => number): number[] | undefined => {
    const count = shown.filter(Boolean).length;
    const widths = columns.map((column, index) => (shown[index] === true ? column.natural : 0));
    const minima = columns.map((column, index) => (shown[index] === true ? leastOf(column) : 0));
    return shrink(widths, minima, available - gap * (count - 1));
  };
  const leaveOutLast = (isDispensable: (column: ColumnWidth) => boolean): boolean => {
    const last = columns.findLastIndex((column, index) => index > 0 && shown[index] === true && isDispensable(column));
    if (last !== -1) {
      shown[last] = false;
    }
    return last !== -1;
  };
  let widths = fit(({ least }) => least);
  while (widths === undefined && leaveOutLast(({ essential }) => !essential)) {
    widths = fit(({ least }) => least);
  }
  widths ??= fit(() => 1);
  while (widths === undefined && leaveOutLast(() => true)) {
    widths = fit(() => 1);
  }
  return widths ?? columns.map((_, index) => (index === 0 ? 1 : 0));
}

/** @returns undefined if the minima are too much */
function shrink(natural: readonly number[], minima: readonly number[], available: number): number[] | undefined {
  const widths = [...natural];
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - available; excess > 0; excess -= 1) {
    const spare = widths.map((width, index) => (width > (minima[index] ?? 0) ? width : 0));
    const widest = Math.max(...spare);
    if (widest === 0) {
      return undefined;
    }
    widths[spare.indexOf(widest)] = widest - 1;
  }
  return widths;
}
