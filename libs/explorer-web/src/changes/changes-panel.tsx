import { Blank } from '../shell/blank.js';
import { inWords } from '../shell/words.js';
import { change, changes, modelsById, now } from '../state/store.js';
import { describeChange } from './describe-change.js';

const MOST_SHOWN = 200;

/** What appeared, is gone or has moved, newest first. */
export function ChangesPanel() {
  const list = changes.value;
  if (list === undefined) {
    return <Blank title="Reading…" text="The changes are being read." />;
  }
  if (list.length === 0) {
    return (
      <Blank
        title="Nothing has changed"
        text="What appears, vanishes or moves between two refreshes is told here. A region that fails is no change."
      />
    );
  }
  return (
    <div class="panel-body flush">
      <ol class="changes" aria-label="Changes, newest first">
        {list.slice(0, MOST_SHOWN).map((each) => {
          const { tone, sign, subject, words } = describeChange(each);
          const { modelId = '' } = each;
          return (
            <li key={each.id} class={tone}>
              <span class="sign" aria-hidden="true">
                {sign}
              </span>
              <div>
                {modelsById.value.has(modelId) ? (
                  <button
                    type="button"
                    class="link"
                    title="Show it in the matrix"
                    onClick={() => change({ search: modelId })}
                  >
                    {subject}
                  </button>
                ) : (
                  <code>{subject}</code>
                )}
                <p>{words}</p>
              </div>
              <time dateTime={each.at} title={each.at}>
                {inWords(now.value - Date.parse(each.at))}
              </time>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
