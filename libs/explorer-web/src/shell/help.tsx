import { useRef } from 'preact/hooks';
import { MARKS, Mark } from '../matrix/legend.js';

const WORDS: readonly (readonly [term: string, meaning: string])[] = [
  [
    'Row and column',
    'A row is a model, a column is the region whose endpoint is called. A cell tells how the model can be called from there.',
  ],
  ['On demand', 'The model runs in the region that is called, under its own id. Data stays there.'],
  [
    'Inference profile',
    'An id of its own, such as eu.anthropic.claude-opus-5, behind which AWS serves a call in one of several regions: those of a geography, or any for a global profile. Many models can be called through a profile alone.',
  ],
  [
    'Route',
    'A region to call together with an id to pass as modelId. The same model has many; they are ranked by what works now, then by latency.',
  ],
  [
    'Data stays in',
    'Only routes whose every destination lies there count, on the whole page. What may leave has the mark ↗. This selects routes; only a policy of the organisation enforces it.',
  ],
  ['Unknown', 'What could not be found out is unknown (?), with the reason and what to do. It is never shown as “no”.'],
];

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ['/', 'to the box that takes a model'],
  ['arrows, Home, End, Page keys', 'through the matrix'],
  ['Enter', 'opens a cell, or sorts by a region'],
  ['Esc', 'closes what is open'],
];

/** A drawer for those who see this for the first time: what the page shows, its words, its marks and its keys. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label="How to read this"
        title="How to read this"
        aria-haspopup="dialog"
        onClick={() => dialog.current?.showModal()}
      >
        ?
      </button>
      <dialog
        ref={dialog}
        class="dialog"
        aria-labelledby="help-title"
        // A press beside the drawer closes it.
        onClick={(event) => {
          if (event.target === dialog.current) {
            dialog.current?.close();
          }
        }}
      >
        <div class="dialog-body">
          <div class="dock-head">
            <h2 id="help-title">How to read this</h2>
            <button
              type="button"
              class="icon-button"
              aria-label="Close the help"
              title="Close (Esc)"
              onClick={() => dialog.current?.close()}
            >
              ✕
            </button>
          </div>
          <p>
            Name a model in the box at the top to see where, and under which id, it can be called now, best first. The
            matrix is the same for all models at once.
          </p>
          <dl>
            {WORDS.map(([term, meaning]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <h3>Marks in the cells</h3>
          <ul class="marks">
            {MARKS.map(({ meaning, ...mark }) => (
              <li key={meaning}>
                <Mark {...mark} />
                <span>
                  <b>{meaning}</b> {mark.about}
                </span>
              </li>
            ))}
          </ul>
          <h3>Keys</h3>
          <dl>
            {KEYS.map(([keys, meaning]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
          <p>
            The same as an API: <a href="docs">its documentation</a>, <a href="endpoints">all endpoints</a>,{' '}
            <a href="problems">what errors mean</a>, <a href="health">health</a>. On the command line:{' '}
            <code>npx bedrock-discovery-cli help</code>.
          </p>
        </div>
      </dialog>
    </>
  );
}
