import { useSignal } from '@preact/signals';
import {
  arrangement,
  change,
  clearFilters,
  filterCount,
  matrix,
  modalities,
  providers,
  settings,
} from '../state/store.js';
import type { ViewSettings } from '../state/view-settings.js';
import { Choice } from './choice.js';
import { REGION_GROUPS } from './geographies.js';

/** Filters of the matrix; on a phone they are unfolded by a button. */
export function Toolbar() {
  const unfolded = useSignal(false);
  const { provider, modality, geography, lifecycle, invocable, variants } = settings.value;
  const { input, output } = modalities.value;
  const chosen = [provider, modality, geography, lifecycle].filter((value) => value !== '').length;
  return (
    <div class={unfolded.value ? 'toolbar unfolded' : 'toolbar'} role="group" aria-label="Filters">
      <button
        type="button"
        class="action fold"
        aria-expanded={unfolded.value}
        onClick={() => (unfolded.value = !unfolded.value)}
      >
        Filters {chosen === 0 ? null : <span class="badge">{chosen}</span>}
      </button>
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
      {arrangement.value.variants > 0 || variants ? (
        <label
          class="check"
          title="Variants of models with another context size, which are listed and cannot be invoked"
        >
          <input
            type="checkbox"
            checked={variants}
            onChange={(event) => change({ variants: event.currentTarget.checked })}
          />
          Variants
        </label>
      ) : null}
      {filterCount.value > 0 ? (
        <button type="button" class="quiet" onClick={clearFilters}>
          Clear {filterCount.value === 1 ? 'filter' : `${filterCount.value} filters`}
        </button>
      ) : null}
      <output class="visually-hidden" aria-live="polite">
        {matrix.value === undefined ? '' : `${arrangement.value.rows.length} models shown`}
      </output>
    </div>
  );
}
