/** Drawn in steps of this many, so that not every pixel of scrolling draws anything. */
const STEP = 4;

export interface VisibleSpan {
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
}

/** Which rows, or columns, are in view, and some before and behind. */
export function visibleSpan(scrolled: number, length: number, size: number, total: number): VisibleSpan {
  const first = Math.floor(scrolled / size / STEP) * STEP - STEP;
  const end = Math.ceil((scrolled + length) / size / STEP) * STEP + STEP;
  return { first: Math.max(0, Math.min(first, total)), end: Math.max(0, Math.min(end, total)) };
}
