import { useSignal } from '@preact/signals';
import { plural } from '../shell/words.js';
import { askAbout, change, matrix, named, settings } from '../state/store.js';
import { suggest, type Suggestion } from './suggest.js';

const NONE: ReadonlySet<string> = new Set();

/**
 * One box for all that names a model: a name, a family, an id or an ARN. What is typed narrows the matrix down, what is
 * chosen is asked about. A combobox with a list, after the WAI-ARIA pattern.
 */
export function ModelBox() {
  const { search } = settings.value;
  const isOpen = useSignal(false);
  const active = useSignal(-1);
  const known = matrix.value;
  const meant = named.value?.search === search ? named.value.modelIds : NONE;
  const suggestions = isOpen.value && known !== undefined && search.trim() !== '' ? suggest(known, search, meant) : [];

  const type = (text: string): void => {
    isOpen.value = true;
    active.value = -1;
    change({ search: text });
  };
  const choose = (suggestion: Suggestion | undefined): void => {
    isOpen.value = false;
    active.value = -1;
    if (suggestion !== undefined) {
      askAbout(suggestion.text, suggestion.name);
    } else if (search.trim() !== '') {
      askAbout(search.trim(), search);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (!isOpen.value) {
        isOpen.value = true;
      } else {
        // One place more than there are suggestions: the text itself.
        const places = suggestions.length + 1;
        active.value = ((active.value + 1 + step + places) % places) - 1;
      }
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(suggestions[active.value]);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (suggestions.length > 0) {
        isOpen.value = false;
        active.value = -1;
      } else {
        change({ search: '' });
      }
    }
  };
  return (
    <div class="search" role="search">
      <SearchIcon />
      <input
        id="search"
        type="text"
        role="combobox"
        aria-label="Model"
        aria-autocomplete="list"
        aria-controls="suggestions"
        aria-expanded={suggestions.length > 0}
        aria-activedescendant={active.value >= 0 ? `suggestion-${active.value}` : undefined}
        placeholder="Model, family, id or ARN"
        autocomplete="off"
        spellcheck={false}
        value={search}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => (isOpen.value = false)}
      />
      {search === '' ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <button type="button" class="clear" aria-label="Clear the search" onClick={() => change({ search: '' })}>
          ✕
        </button>
      )}
      <ul id="suggestions" class="suggestions" role="listbox" aria-label="Models" hidden={suggestions.length === 0}>
        {suggestions.map((suggestion, index) => (
          <li
            key={suggestion.text}
            id={`suggestion-${index}`}
            role="option"
            aria-selected={index === active.value}
            // Before the box loses the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              choose(suggestion);
            }}
          >
            <Offered suggestion={suggestion} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Offered({ suggestion: { model, name, count } }: { readonly suggestion: Suggestion }) {
  return model === undefined ? (
    <>
      <b>{name}</b>
      <span class="all">the best route to each of {count} models</span>
    </>
  ) : (
    <>
      <b>{name}</b>
      <span class={count > 0 ? 'reach' : 'muted'}>{count > 0 ? plural(count, 'region') : 'not invocable'}</span>
      <code>{model.id}</code>
    </>
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
