import { signal, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Matrix } from '../api/matrix.types.js';
import { arrangement, openCell, settings } from '../state/store.js';
import { countRegions } from './arrange.js';
import { MatrixHead, sortBy } from './matrix-head.js';
import { MatrixRow } from './matrix-row.js';
import { moveFocus, type Position } from './move-focus.js';
import { Order } from './order.js';
import { visibleSpan } from './visible-span.js';

/** Where the keyboard is. */
const position = signal<Position>({ row: 0, column: 1 });
/** Whether the focus has to follow once it is drawn, and be brought into view. What was clicked is in view. */
let focusFollows: 'no' | 'stays' | 'scrolls' = 'no';

/** Has the cell at which the keyboard was take the focus again. */
export function focusMatrix(): void {
  focusFollows = 'scrolls';
  position.value = { ...position.value };
}

/** As the style sheet has them: `--row` and `--cell`. */
const ROW_HEIGHT = 26;
const CELL_WIDTH = 38;

export function MatrixGrid({ matrix }: { readonly matrix: Matrix }) {
  const scroller = useRef<HTMLDivElement>(null);
  // None before it is known how many there is room for.
  const view = useSignal({ first: 0, end: 0, left: 0, right: 0 });
  const { rows, columns, starts } = arrangement.value;
  const { panel, model: openModel, region: openRegion, cells } = settings.value;
  const openColumn = panel === 'cell' ? matrix.regions.findIndex(({ region }) => region === openRegion) : -1;
  const at = {
    row: Math.min(position.value.row, rows.length - 1),
    column: Math.min(position.value.column, columns.length),
  };

  const measure = (): void => {
    const element = scroller.current;
    if (element !== null) {
      const most = Number.MAX_SAFE_INTEGER;
      const corner = element.querySelector<HTMLElement>('.corner')?.offsetWidth ?? 0;
      const { first, end } = visibleSpan(element.scrollTop, element.clientHeight, ROW_HEIGHT, most);
      const columnsShown = visibleSpan(element.scrollLeft, element.clientWidth - corner, CELL_WIDTH, most);
      const next = { first, end, left: columnsShown.first, right: columnsShown.end };
      if (JSON.stringify(next) !== JSON.stringify(view.value)) {
        view.value = next;
      }
    }
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) {
      return undefined;
    }
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);

  // What is left of a long list after filtering begins at its top.
  useLayoutEffect(() => measure(), [rows]);

  useLayoutEffect(() => {
    if (focusFollows !== 'no') {
      const scrolls = focusFollows === 'scrolls';
      focusFollows = 'no';
      const cell = scroller.current?.querySelector<HTMLElement>(`[data-row="${at.row}"][data-column="${at.column}"]`);
      cell?.focus({ preventScroll: true });
      if (scrolls) {
        cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
    }
  });

  const goTo = (next: Position, how: 'stays' | 'scrolls'): void => {
    focusFollows = how;
    position.value = next;
  };

  const activate = ({ row, column }: Position): void => {
    const region = matrix.regions[columns[column - 1] ?? -1]?.region;
    if (row === -1) {
      sortBy(region ?? 'id');
      return;
    }
    const model = rows[row];
    if (model !== undefined) {
      openCell(model.id, region ?? '');
    }
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // Those who read the screen aloud go to a cell without a key.
    const from = positionOf(event) ?? at;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      activate(from);
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 5);
    const next = event.altKey
      ? undefined
      : moveFocus(event, from, { rows: rows.length, columns: columns.length, page });
    if (next !== undefined) {
      event.preventDefault();
      goTo(next, 'scrolls');
    }
  };

  const onClick = (event: MouseEvent): void => {
    const clicked = positionOf(event);
    if (clicked !== undefined) {
      goTo(clicked, 'stays');
      activate(clicked);
    }
  };

  const drawn = range(view.value.first, Math.min(view.value.end, rows.length));
  // The row that has the focus keeps it when it is scrolled out of view.
  if (at.row >= 0 && !drawn.includes(at.row)) {
    drawn.push(at.row);
  }
  return (
    <div class="frame">
      <Order />
      <div class="scroller" ref={scroller} onScroll={measure}>
        <div
          class="grid"
          role="grid"
          aria-label="Models by region"
          aria-rowcount={rows.length + 1}
          aria-colcount={columns.length + 1}
          style={{ '--columns': columns.length, '--rows': rows.length }}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onMouseOver={showLabel}
        >
          <MatrixHead
            matrix={matrix}
            columns={columns}
            starts={starts}
            shown={rows.length}
            active={at.row === -1 ? at.column : -1}
          />
          <div class="body" role="rowgroup">
            {drawn.map((index) => {
              const model = rows[index];
              return model === undefined ? null : (
                <MatrixRow
                  key={model.id}
                  matrix={matrix}
                  model={model}
                  columns={columns}
                  cells={cells}
                  starts={starts}
                  index={index}
                  top={index * ROW_HEIGHT}
                  count={countRegions(matrix, model, columns)}
                  left={view.value.left}
                  right={view.value.right}
                  active={at.row === index ? at.column : -1}
                  open={openModel === model.id ? openColumn : -1}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function positionOf({ target }: Event): Position | undefined {
  const cell = (target as Element).closest<HTMLElement>('[data-row]');
  return cell === null ? undefined : { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) };
}

/** What a screen reader is told of a cell is its tooltip as well, from when it is pointed at. */
function showLabel({ target }: MouseEvent): void {
  if (target instanceof HTMLElement && target.classList.contains('cell') && target.title === '') {
    target.title = target.ariaLabel ?? '';
  }
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}
