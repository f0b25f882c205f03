import type { RetiringModel as RetiringAnswer } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from '../api/answers.types.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { Blank } from '../shell/blank.js';
import { dateInWords, daysBetween, plural } from '../shell/words.js';
import { change, matrix, now, openCell } from '../state/store.js';
import { type RetiringModel, retiringModels } from './retiring.js';

const DAYS_SHOWN = 365;
const SOON_DAYS = 30;
/** Marks that are nearer to each other would overlap. */
const DAYS_TOGETHER = 14;
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });
const MONTHS_SHOWN = 12;

/** Far enough to take in every model that has a date. */
const ALL_RETIRING = 'models/retiring?withinDays=99999&limit=1000';

type Successors = ReadonlyMap<string, readonly string[]>;

/** Names of the later models of the same family, by model; empty until they are known. */
function useSuccessors(): Successors {
  const answer = valueOf(useAnswer<ListAnswer<RetiringAnswer>>(ALL_RETIRING, matrix.value));
  return new Map(
    (answer?.items ?? []).map(({ modelId, supersededBy }) => [modelId, supersededBy.map(({ modelName }) => modelName)]),
  );
}

/** Models that retire, on a line of time and as a list. */
export function RetiringPanel() {
  const successors = useSuccessors();
  if (matrix.value === undefined) {
    return <Blank title="Reading…" text="The models are being read." />;
  }
  const list = retiringModels(matrix.value);
  if (list.length === 0) {
    return <Blank title="Nothing retires" text="No region states an end of life for any of its models." />;
  }
  // Days are enough: the list is not drawn anew with every second.
  const today = Math.floor(now.value / 60_000) * 60_000;
  const past = list.filter(({ end }) => end !== undefined && daysBetween(today, end) < 0);
  const coming = list.filter(({ end }) => end !== undefined && daysBetween(today, end) >= 0);
  const undated = list.filter(({ end }) => end === undefined);
  return (
    <div class="panel-body flush">
      <div class="panel-bar">
        <span>
          {plural(coming.length, 'model')} to retire
          {past.length > 0 ? `, ${past.length} past the end and still listed` : ''}
        </span>
        <button
          type="button"
          class="quiet"
          onClick={() => change({ lifecycle: 'LEGACY', sort: 'end', descending: false })}
        >
          Show in matrix
        </button>
      </div>
      <Timeline coming={coming} today={today} />
      <RetiringList title="Retires" list={coming} today={today} successors={successors} />
      <RetiringList title="Past its end, still listed" list={past} today={today} successors={successors} />
      <RetiringList title="Legacy, without a date" list={undated} today={today} successors={successors} />
    </div>
  );
}

function Timeline({ coming, today }: { readonly coming: readonly RetiringModel[]; readonly today: number }) {
  const byFortnight = new Map<number, number>();
  for (const { end = '' } of coming) {
    const day = daysBetween(today, end);
    if (day <= DAYS_SHOWN) {
      const fortnight = Math.floor(day / DAYS_TOGETHER);
      byFortnight.set(fortnight, (byFortnight.get(fortnight) ?? 0) + 1);
    }
  }
  const at = (day: number): string => `${((day / DAYS_SHOWN) * 100).toFixed(2)}%`;
  const start = new Date(today);
  const months = Array.from({ length: MONTHS_SHOWN }, (_, index) =>
    Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + index + 1, 1),
  );
  return (
    <div class="timeline" aria-hidden="true">
      <div class="line" />
      {months.map((time) => (
        <span key={time} class="month" style={{ left: at((time - today) / 86_400_000) }}>
          {MONTH.format(time)}
        </span>
      ))}
      {[...byFortnight].map(([fortnight, count]) => (
        <span
          key={fortnight}
          class={`mark ${fortnight * DAYS_TOGETHER <= SOON_DAYS ? 'soon' : ''} ${count > 3 ? 'large' : ''}`}
          style={{ left: at((fortnight + 0.5) * DAYS_TOGETHER) }}
          title={`${plural(count, 'model')} within ${(fortnight + 1) * DAYS_TOGETHER} days`}
        >
          {count}
        </span>
      ))}
    </div>
  );
}

interface RetiringListProps {
  readonly title: string;
  readonly list: readonly RetiringModel[];
  readonly today: number;
  readonly successors: Successors;
}

function RetiringList({ title, list, today, successors }: RetiringListProps) {
  if (list.length === 0) {
    return null;
  }
  return (
    <section>
      <h3 class="list-title">{title}</h3>
      <ol class="retiring">
        {list.map(({ model, end, regions }) => {
          const days = end === undefined ? undefined : daysBetween(today, end);
          const instead = successors.get(model.id) ?? [];
          return (
            <li
              key={`${model.id} ${end}`}
              class={days === undefined ? '' : days < 0 ? 'past' : days <= SOON_DAYS ? 'soon' : ''}
            >
              <span class="days">{days === undefined ? '–' : days < 0 ? `${-days} d ago` : `${days} d`}</span>
              <div>
                <button
                  type="button"
                  class="link"
                  title={regions.join(', ')}
                  onClick={() => openCell(model.id, regions.length === 1 ? (regions[0] ?? '') : '')}
                >
                  {model.id}
                </button>
                <p>
                  {end === undefined ? 'no date' : dateInWords(end)} · {plural(regions.length, 'region')}
                </p>
                {instead.length > 0 ? <p>instead: {instead.join(', ')}</p> : null}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
