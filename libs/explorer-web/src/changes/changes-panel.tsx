import { useSignal } from '@preact/signals';
import type { ChangedSubject } from 'nestjs-bedrock-discovery';
import { useEffect } from 'preact/hooks';
import { Blank } from '../shell/blank.js';
import { dateInWords, inWords } from '../shell/words.js';
import { change, changes, now, recordedSince } from '../state/store.js';
import { markSeen } from '../state/seen.js';

const DAY_MS = 86_400_000;
const KINDS = { '': 'All', gained: 'New', lost: 'Gone', moved: 'Other' } as const;
const SIGNS = { gained: '+', lost: '−', moved: '~' } as const;

/** What appeared, is gone or has moved: day by day, merged by model, the newest first. */
export function ChangesPanel() {
  const text = useSignal('');
  const kind = useSignal<keyof typeof KINDS>('');
  const list = changes.value;
  const newest = list?.[0]?.subjects[0]?.changes[0]?.id;
  // What is in view has been seen.
  useEffect(() => markSeen(newest), [newest]);
  if (list === undefined) {
    return <Blank title="Reading…" text="The changes are being read." />;
  }
  const since = recordedSince.value;
  const recording = since === undefined ? '' : `Recording since ${dateInWords(since)}.`;
  if (list.length === 0) {
    return (
      <Blank
        title="Nothing has changed"
        text={`What appears, vanishes or moves between two refreshes is told here. A region that fails is no change. ${recording}`}
      />
    );
  }
  const days = list.map(({ day, subjects }) => ({
    day,
    subjects: subjects.filter(
      (each) =>
        (kind.value === '' || each.tone === kind.value) && about(each).includes(text.value.trim().toLowerCase()),
    ),
  }));
  return (
    <div class="panel-body flush">
      <div class="panel-bar filters">
        <input
          type="search"
          aria-label="Filter the changes"
          placeholder="Filter"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <span class="quarters" role="group" aria-label="Kind of change">
          {(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((each) => (
            <button
              key={each}
              type="button"
              class="action small"
              aria-pressed={each === kind.value}
              onClick={() => (kind.value = each)}
            >
              {KINDS[each]}
            </button>
          ))}
        </span>
      </div>
      {recording === '' ? null : <p class="nothing">{recording}</p>}
      {days.map(({ day, subjects }) =>
        subjects.length === 0 ? null : (
          <section key={day}>
            <h3 class="list-title">{dayInWords(day)}</h3>
            <ol class="changes" aria-label={`Changes of ${day}, newest first`}>
              {subjects.map((each) => (
                <Changed key={each.subject} {...each} />
              ))}
            </ol>
          </section>
        ),
      )}
      {days.every(({ subjects }) => subjects.length === 0) ? <p class="nothing">No change meets the filter.</p> : null}
    </div>
  );
}

function Changed({ subject, name, tone, words, changes: list }: ChangedSubject) {
  const [newest] = list;
  return (
    <li class={tone}>
      <span class="sign" aria-hidden="true">
        {SIGNS[tone]}
      </span>
      <div>
        {name === undefined ? (
          <code>{subject}</code>
        ) : (
          <button
            type="button"
            class="link named"
            title={`${subject}\nShow it in the matrix`}
            onClick={() => change({ search: subject })}
          >
            {name}
          </button>
        )}
        <details>
          <summary>{words}</summary>
          <ul>
            {list.map(({ id, arn, profileId, modelId, words: how }) => (
              <li key={id}>
                <code>{arn ?? profileId ?? modelId}</code> {how}
              </li>
            ))}
          </ul>
        </details>
      </div>
      {newest === undefined ? null : (
        <time dateTime={newest.at} title={newest.at}>
          {inWords(now.value - Date.parse(newest.at))}
        </time>
      )}
    </li>
  );
}

function about({ subject, name = '', words }: ChangedSubject): string {
  return `${subject} ${name} ${words}`.toLowerCase();
}

function dayInWords(day: string): string {
  const [today, yesterday] = [0, DAY_MS].map((ago) => new Date(now.value - ago).toLocaleDateString('sv'));
  return day === today ? 'Today' : day === yesterday ? 'Yesterday' : dateInWords(`${day}T12:00:00`);
}
