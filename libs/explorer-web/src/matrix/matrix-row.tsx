import { Component } from 'preact';
import type { Matrix, MatrixModel } from '../api/matrix.types.js';
import type { ViewSettings } from '../state/view-settings.js';
import { endOfLife, hasEnded, isLegacyModel } from './arrange.js';
import { describeCell } from './describe-cell.js';

export interface RowProps {
  readonly matrix: Matrix;
  readonly model: MatrixModel;
  readonly columns: readonly number[];
  readonly cells: ViewSettings['cells'];
  readonly starts: ReadonlySet<number>;
  /** Position among the rows shown. */
  readonly index: number;
  readonly top: number;
  readonly count: number;
  /** The first column that is drawn, and the one behind the last. */
  readonly left: number;
  readonly right: number;
  /** Where the keyboard is in this row: 0 is its head, -1 elsewhere. */
  readonly active: number;
  /** The column that is open beside the matrix, -1 for none. */
  readonly open: number;
}

/** Drawn anew only when something in it differs: while scrolling, only rows that come into view are. */
export class MatrixRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return (Object.keys(next) as (keyof RowProps)[]).some((name) => next[name] !== this.props[name]);
  }

  override render({ matrix, model, columns, cells, starts, index, top, count, active, open, ...drawn }: RowProps) {
    const end = endOfLife(model);
    // The cell that has the focus keeps it when it is scrolled out of view.
    const left = active > 0 ? Math.min(drawn.left, active - 1) : drawn.left;
    const right = active > 0 ? Math.max(drawn.right, active) : drawn.right;
    const ended = hasEnded(model);
    const life = ended ? 'ended' : 'legacy';
    return (
      <div class="row" role="row" data-model={model.id} aria-rowindex={index + 2} style={{ top: `${top}px` }}>
        <div
          class="head"
          role="rowheader"
          aria-colindex={1}
          tabIndex={active === 0 ? 0 : -1}
          data-row={index}
          data-column={0}
          title={`${model.name} by ${model.provider}\n${model.id}`}
        >
          <span class="name">{model.name}</span>
          <span class="id">{model.id}</span>
          {ended || isLegacyModel(model) ? (
            <span
              class={`tag ${life}`}
              title={end === undefined ? 'Legacy' : `${ended ? 'Ended' : 'Legacy, ends'} ${end.slice(0, 10)}`}
            >
              <span aria-hidden="true">{ended ? 'E' : 'L'}</span>
              <span class="visually-hidden">{life}</span>
            </span>
          ) : null}
          <span class="count" aria-label={`can be invoked in ${count} regions`}>
            {count}
          </span>
        </div>
        {columns.slice(left, right).map((column, offset) => {
          const position = left + offset;
          const { classes, text, label } = describeCell(matrix, model, column, cells);
          return (
            <div
              key={column}
              class={`cell ${classes}${starts.has(position) ? ' starts' : ''}${open === column ? ' open' : ''}`}
              role="gridcell"
              aria-colindex={position + 2}
              style={offset === 0 && left > 0 ? { marginLeft: `calc(${left} * var(--cell))` } : undefined}
              tabIndex={active === position + 1 ? 0 : -1}
              aria-label={label}
              aria-selected={open === column}
              data-row={index}
              data-column={position + 1}
              data-text={text === '' ? undefined : text}
            />
          );
        })}
      </div>
    );
  }
}
