import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CellPanel } from '../cell/cell-panel.js';
import { ChangesPanel } from '../changes/changes-panel.js';
import { focusMatrix } from '../matrix/matrix-grid.js';
import { RegionsPanel } from '../regions/regions-panel.js';
import { RetiringPanel } from '../retiring/retiring-panel.js';
import { RoutesPanel } from '../routes/routes-panel.js';
import { changes, openPanel, settings } from '../state/store.js';
import type { Panel } from '../state/view-settings.js';
import { isWide } from './wide.js';

type Shown = Exclude<Panel, 'none'>;

const TABS: readonly (readonly [Shown, string])[] = [
  ['regions', 'Regions'],
  ['routes', 'Where can I run this?'],
  ['changes', 'Changes'],
  ['retiring', 'Retiring'],
];

const CONTENTS: Readonly<Record<Shown, () => ComponentChild>> = {
  regions: () => <RegionsPanel />,
  routes: () => <RoutesPanel />,
  changes: () => <ChangesPanel />,
  retiring: () => <RetiringPanel />,
  cell: () => <CellPanel />,
};

/** The panel that is shown: without a choice, the regions where there is room. */
export function shownPanel(): Shown | undefined {
  const { panel } = settings.value;
  return panel === 'none' ? undefined : panel === '' ? (isWide.value ? 'regions' : undefined) : panel;
}

/** Closes what is open and gives the focus back to the matrix. */
export function closeDock(): void {
  openPanel('none');
  focusMatrix();
}

/** What stands beside the matrix, below it on a phone. */
export function Dock() {
  const shown = shownPanel();
  return (
    <>
      <nav class="dock-tabs" aria-label="Panels">
        {TABS.map(([panel, name]) => (
          <button
            key={panel}
            type="button"
            aria-pressed={shown === panel}
            onClick={() => openPanel(shown === panel ? 'none' : panel)}
          >
            {name}
            {panel === 'changes' && (changes.value?.length ?? 0) > 0 ? (
              <span class="badge">{changes.value?.length}</span>
            ) : null}
          </button>
        ))}
      </nav>
      {shown === undefined ? null : <Opened panel={shown} />}
    </>
  );
}

function Opened({ panel }: { readonly panel: Shown }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { model, region } = settings.value;
  const isCell = panel === 'cell';
  // What was opened from a cell is read from its beginning.
  useEffect(() => {
    if (isCell) {
      heading.current?.focus({ preventScroll: true });
    }
  }, [isCell, model, region]);
  const title = isCell ? region || 'All regions' : (TABS.find(([id]) => id === panel)?.[1] ?? '');
  return (
    <aside class="dock" aria-labelledby="dock-title">
      <div class="dock-head">
        <h2 id="dock-title" tabIndex={-1} ref={heading}>
          {title}
        </h2>
        <button type="button" class="icon-button" aria-label="Close the panel" title="Close (Esc)" onClick={closeDock}>
          ✕
        </button>
      </div>
      {CONTENTS[panel]()}
    </aside>
  );
}
