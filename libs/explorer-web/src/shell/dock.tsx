import type { ComponentChild } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CellPanel } from '../cell/cell-panel.js';
import { ChangesPanel } from '../changes/changes-panel.js';
import { ComparePanel } from '../compare/compare-panel.js';
import { focusMatrix } from '../matrix/matrix-grid.js';
import { RegionsPanel } from '../regions/regions-panel.js';
import { RetiringPanel } from '../retiring/retiring-panel.js';
import { RoutesPanel } from '../routes/routes-panel.js';
import { unseen } from '../state/seen.js';
import { compared, openPanel, settings } from '../state/store.js';
import type { Panel } from '../state/view-settings.js';
import { isWide } from './wide.js';
import { plural } from './words.js';

type Shown = Exclude<Panel, 'none'>;

/** Each with its short name, and the question that it answers. */
const TABS: readonly (readonly [panel: Shown, name: string, title: string])[] = [
  ['regions', 'Regions', 'Regions'],
  ['routes', 'Where', 'Where can I run this?'],
  ['changes', 'Changes', 'What has changed?'],
  ['retiring', 'Retiring', 'Which models retire?'],
  ['compare', 'Compare', 'Compare models'],
];

const CONTENTS: Readonly<Record<Shown, () => ComponentChild>> = {
  regions: () => <RegionsPanel />,
  routes: () => <RoutesPanel />,
  changes: () => <ChangesPanel />,
  retiring: () => <RetiringPanel />,
  compare: () => <ComparePanel />,
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
        {TABS.map(([panel, name, title]) => (
          <button
            key={panel}
            type="button"
            aria-pressed={shown === panel}
            title={title}
            onClick={() => openPanel(shown === panel ? 'none' : panel)}
          >
            {name}{' '}
            {panel === 'changes' && unseen.value > 0 ? (
              <span class="badge" title={`${plural(unseen.value, 'change')} since you looked`}>
                {unseen.value}
              </span>
            ) : null}
            {panel === 'compare' && compared.value.length > 0 ? (
              <span class="badge">{compared.value.length}</span>
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
  const title = isCell ? region || 'All regions' : (TABS.find(([id]) => id === panel)?.[2] ?? '');
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
