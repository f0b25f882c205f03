/** Rows are drawn in steps of this many, so that not every pixel of scrolling draws anything. */
const STEP = 4;

export interface VisibleRows {
  readonly first: number;
  /** The row behind the last one. */
  readonly end: number;
}

/** Which rows are in view, and some before and behind. */
export function visibleRows(scrollTop: number, height: number, rowHeight: number, total: number): VisibleRows {
  const first = Math.floor(scrollTop / rowHeight / STEP) * STEP - STEP;
  const end = Math.ceil((scrollTop + height) / rowHeight / STEP) * STEP + STEP;
  return { first: Math.max(0, Math.min(first, total)), end: Math.max(0, Math.min(end, total)) };
}
