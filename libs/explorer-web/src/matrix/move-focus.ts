export interface Position {
  /** -1 is the row of headers. */
  readonly row: number;
  /** 0 is the head of the row. */
  readonly column: number;
}

/** Where a key leads in a grid, after the WAI-ARIA pattern; undefined for keys that lead nowhere. */
export function moveFocus(
  { key, ctrlKey, metaKey }: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean },
  { row, column }: Position,
  { rows, columns, page }: { readonly rows: number; readonly columns: number; readonly page: number },
): Position | undefined {
  const far = ctrlKey || metaKey;
  const to = (nextRow: number, nextColumn: number): Position => ({
    row: Math.max(-1, Math.min(rows - 1, nextRow)),
    column: Math.max(0, Math.min(columns, nextColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'PageUp':
      return to(Math.max(0, row - page), column);
    case 'PageDown':
      return to(row + page, column);
    case 'Home':
      return to(far ? 0 : row, 0);
    case 'End':
      return to(far ? rows - 1 : row, columns);
    default:
      return undefined;
  }
}
