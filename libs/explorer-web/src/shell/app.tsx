import { useEffect } from 'preact/hooks';
import { Legend } from '../matrix/legend.js';
import { MatrixGrid } from '../matrix/matrix-grid.js';
import { Toolbar } from '../matrix/toolbar.js';
import {
  announcement,
  arrangement,
  clearFilters,
  connection,
  lens,
  matrix,
  matrixLens,
  refusal,
  settings,
  trouble,
} from '../state/store.js';
import { Blank } from './blank.js';
import { closeDock, Dock, shownPanel } from './dock.js';
import { Unknown } from './unknown.js';
import { TopBar } from './top-bar.js';

export function App() {
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  const shown = shownPanel();
  return (
    <div class={shown === undefined ? 'app' : `app with-dock dock-${shown}`}>
      <TopBar />
      {trouble.value !== undefined && matrix.value !== undefined ? (
        <p class="banner" role="alert">
          {trouble.value} What is shown is from before.
        </p>
      ) : refusal.value !== undefined ? (
        <p class="banner" role="alert">
          {refusal.value}
        </p>
      ) : null}
      <main
        class={connection.value === 'lost' || lens.value !== matrixLens.value ? 'main old' : 'main'}
        aria-busy={lens.value !== matrixLens.value}
      >
        <Toolbar />
        <Matrix />
        <Legend />
      </main>
      <Dock />
      <p class="visually-hidden" role="status">
        {announcement.value}
      </p>
    </div>
  );
}

/** `/` leads to the search, Escape closes what is open. */
function onKeyDown(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const isTyping = target.matches('input, select, textarea');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.querySelector<HTMLInputElement>('#search')?.focus();
  }
  if (
    event.key === 'Escape' &&
    target.id !== 'search' &&
    settings.value.panel !== '' &&
    settings.value.panel !== 'none'
  ) {
    closeDock();
  }
}

function Matrix() {
  const { value: known } = matrix;
  if (known === undefined) {
    return trouble.value === undefined ? (
      <Skeleton />
    ) : (
      <div class="stage">
        <Blank tone="failed" title="Nothing to show" text={`${trouble.value} The page goes on asking.`} />
      </div>
    );
  }
  if (known.models.length === 0) {
    return <Unknown matrix={known} />;
  }
  if (arrangement.value.rows.length === 0) {
    return (
      <div class="stage">
        <Blank title="No model meets the filters" text={`There are ${known.models.length} models in all.`}>
          <button type="button" class="action" onClick={clearFilters}>
            Clear the filters
          </button>
        </Blank>
      </div>
    );
  }
  return <MatrixGrid matrix={known} />;
}

const SKELETON_ROWS = 24;

function Skeleton() {
  return (
    <div class="stage skeleton" role="status" aria-label="Reading the matrix">
      {Array.from({ length: SKELETON_ROWS }, (_, index) => (
        <div key={index} class={`bar width-${index % 5}`} />
      ))}
    </div>
  );
}
