import type { ComponentChildren } from 'preact';
import { arrangement, change, clearFilters, filterCount, matrix, modalities, providers, settings } from '../state/store.js';
import type { ViewSettings } from '../state/view-settings.js';
import { REGION_GROUPS } from './geographies.js';

const SORTS = [
  ['id', 'Model id'],
  ['provider', 'Provider'],
  ['regions', 'Most regions'],
  ['end', 'End of life'],
] as const;

/** Search, filters and order of the matrix. */
export function Toolbar() {
  const { search, provider, modality, geography, lifecycle, invocable, sort, descending, columns } = settings.value;
  const { input, output } = modalities.value;
  const isRegion = !SORTS.some(([value]) => value === sort);
  return (
    <div class="toolbar" role="search" aria-label="Models">
      <label class="search">
        <span class="visually-hidden">Search models</span>
        <SearchIcon />
        <input
          id="search"
          type="search"
          placeholder="Search models"
          autocomplete="off"
          spellcheck={false}
          value={search}
          onInput={(event) => change({ search: event.currentTarget.value })}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <Choice label="Provider" value={provider} onChange={(value) => change({ provider: value })}>
        <option value="">All providers</option>
        {providers.value.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Choice>
      <Choice label="Modality" value={modality} onChange={(value) => change({ modality: value })}>
        <option value="">Any modality</option>
        <optgroup label="Takes">
          {input.map((name) => (
            <option key={name} value={`in:${name}`}>
              {`${name.toLowerCase()} in`}
            </option>
          ))}
        </optgroup>
        <optgroup label="Gives">
          {output.map((name) => (
            <option key={name} value={`out:${name}`}>
              {`${name.toLowerCase()} out`}
            </option>
          ))}
        </optgroup>
      </Choice>
      <Choice label="Geography" value={geography} onChange={(value) => change({ geography: value })}>
        <option value="">All regions</option>
        {REGION_GROUPS.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Choice>
      <Choice
        label="Lifecycle"
        value={lifecycle}
        onChange={(value) => change({ lifecycle: value as ViewSettings['lifecycle'] })}
      >
        <option value="">Any lifecycle</option>
        <option value="ACTIVE">Active</option>
        <option value="LEGACY">Legacy</option>
      </Choice>
      <label class="check">
        <input
          type="checkbox"
          checked={invocable}
          onChange={(event) => change({ invocable: event.currentTarget.checked })}
        />
        Only invocable
      </label>
      {filterCount.value > 0 ? (
        <button type="button" class="quiet" onClick={clearFilters}>
          Clear {filterCount.value === 1 ? 'filter' : `${filterCount.value} filters`}
        </button>
      ) : null}
      <span class="spacer" />
      <Choice label="Sort" value={isRegion ? 'region' : sort} onChange={(value) => change({ sort: value })}>
        {SORTS.map(([value, name]) => (
          <option key={value} value={value}>
            {`Sort: ${name}`}
          </option>
        ))}
        {isRegion ? <option value="region">{`Sort: ${sort}`}</option> : null}
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
        value={columns}
        onChange={(value) => change({ columns: value as ViewSettings['columns'] })}
      >
        <option value="geography">Columns: geography</option>
        <option value="latency">Columns: latency</option>
        <option value="name">Columns: name</option>
      </Choice>
      <output class="visually-hidden" aria-live="polite">
        {matrix.value === undefined ? '' : `${arrangement.value.rows.length} models shown`}
      </output>
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ComponentChildren;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <label class={value === '' ? 'choice' : 'choice chosen'}>
      <span class="visually-hidden">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

function SearchIcon() {
  return (
    <svg class="glyph" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <circle cx="7" cy="7" r="4.5" />
      <path d="M10.5 10.5 14 14" />
    </svg>
  );
}
