import { GEOGRAPHY_LABELS, RETENTION_MODES, RETENTION_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { Choice } from '../matrix/choice.js';
import { lensInWords } from '../state/lens.js';
import { ask, change, lens, settings } from '../state/store.js';
import type { ViewSettings } from '../state/view-settings.js';

/** What the whole page is seen through: where data stays, what is kept of it, and which numbers count. */
export function LensBar() {
  const { ask: asked, cells } = settings.value;
  const set = (name: string) => (value: string) => ask({ [name]: value });
  return (
    <div class="lens" role="group" aria-label="What counts on the whole page">
      <Choice
        label="Data stays in"
        caption="Data stays in"
        value={asked['residency'] ?? ''}
        onChange={set('residency')}
      >
        <option value="">anywhere</option>
        {Object.entries(GEOGRAPHY_LABELS).map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        <Other value={asked['residency'] ?? ''} known={GEOGRAPHY_LABELS} />
      </Choice>
      <Choice
        label="Data retention, at most"
        caption="Retention, at most"
        value={asked['retention'] ?? ''}
        onChange={set('retention')}
      >
        <option value="">any</option>
        {RETENTION_MODES.map((mode) => (
          <option key={mode} value={mode} title={mode}>
            {RETENTION_WORDS[mode]}
          </option>
        ))}
      </Choice>
      <Choice
        label="Show"
        caption="Show"
        value={cells === 'ways' ? '' : cells}
        onChange={(value) => change({ cells: (value || 'ways') as ViewSettings['cells'] })}
      >
        <option value="">how</option>
        <option value="price">price</option>
        <option value="quota">quota</option>
      </Choice>
      {cells === 'ways' ? null : <Limit {...LIMITS[cells]} />}
      {lens.value === '' ? null : (
        <button
          type="button"
          class="quiet"
          title={`Now: ${lensInWords(asked)}`}
          onClick={() => change({ ask: { model: asked['model'] ?? '' } })}
        >
          Clear
          <span class="visually-hidden"> conditions</span>
        </button>
      )}
    </div>
  );
}

/** What the numbers in the cells may be at most, or must be at least. */
const LIMITS = {
  price: {
    name: 'maxOutputPricePerMillion',
    label: 'Price of a million tokens out, at most',
    placeholder: 'at most',
  },
  quota: { name: 'minTokensPerMinute', label: 'Tokens a minute, at least', placeholder: 'at least' },
} as const;

function Limit({ name, label, placeholder }: (typeof LIMITS)['price' | 'quota']) {
  const value = settings.value.ask[name] ?? '';
  return (
    <input
      class={value === '' ? 'limit' : 'limit chosen'}
      type="number"
      min="0"
      step="any"
      aria-label={label}
      title={`${label}. What is not known stays.`}
      placeholder={placeholder}
      value={value}
      onChange={(event) => ask({ [name]: event.currentTarget.value })}
    />
  );
}

/** Regions that a link names stay what they are. */
function Other({ value, known }: { readonly value: string; readonly known: object }) {
  return value === '' || Object.hasOwn(known, value) ? null : <option value={value}>{value}</option>;
}
