import { change, settings } from '../state/store.js';
import type { ViewSettings } from '../state/view-settings.js';
import { Choice } from './choice.js';

const SORTS = [
  ['newest', 'Newest by provider'],
  ['id', 'Model id'],
  ['provider', 'Provider'],
  ['regions', 'Most regions'],
  ['end', 'End of life'],
] as const;

/** Order of the rows and the columns; stands in the corner of the matrix. */
export function Order() {
  const { sort, descending, columns } = settings.value;
  const isRegion = !SORTS.some(([value]) => value === sort);
  return (
    <div class="order" role="group" aria-label="Order">
      <Choice
        label="Sort"
        caption="Sort"
        value={isRegion ? 'region' : sort}
        onChange={(value) => change({ sort: value })}
      >
        {SORTS.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
        {isRegion ? <option value="region">{sort}</option> : null}
      </Choice>
      <button
        type="button"
        class="icon-button"
        aria-label={descending ? 'Sorted descending: sort ascending' : 'Sorted ascending: sort descending'}
        aria-pressed={descending}
        onClick={() => change({ descending: !descending })}
      >
        {descending ? '↑' : '↓'}
      </button>
      <Choice
        label="Columns"
        caption="Columns"
        value={columns}
        onChange={(value) => change({ columns: value as ViewSettings['columns'] })}
      >
        <option value="geography">geography</option>
        <option value="latency">latency</option>
        <option value="name">name</option>
      </Choice>
    </div>
  );
}
