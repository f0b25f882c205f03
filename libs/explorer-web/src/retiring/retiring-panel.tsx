import type { RetiringModel as RetiringAnswer, SupersedingModel } from 'nestjs-bedrock-discovery';
import type { ListAnswer } from '../api/answers.types.js';
import { useAnswer, valueOf } from '../api/use-answer.js';
import { Blank } from '../shell/blank.js';
import { dateInWords, daysBetween, plural } from '../shell/words.js';
import { reachOf } from '../matrix/arrange.js';
import { lensInWords } from '../state/lens.js';
import { askAbout, change, matrix, modelsById, now, openCell, settings } from '../state/store.js';
import { quarterOf, type RetiringModel, retiringModels } from './retiring.js';

const DAYS_SHOWN = 365;
const SOON_DAYS = 30;
/** Marks that are nearer to each other would overlap. */
const DAYS_TOGETHER = 14;
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });
const MONTHS_SHOWN = 12;

/** Far enough to take in every model that has a date. */
const ALL_RETIRING = 'models/retiring?withinDays=99999&limit=1000';

type Successors = ReadonlyMap<string, readonly SupersedingModel[]>;

/** Later models of the same family, by model; empty until they are known. */
function useSuccessors(): Successors {
  const answer = valueOf(useAnswer<ListAnswer<RetiringAnswer>>(ALL_RETIRING, matrix.value));
  return new Map((answer?.items ?? []).map(({ modelId, supersededBy }) => [modelId, supersededBy]));
}

/** Models that retire, quarter by quarter: what is past apart from what is to come, each with what takes its place. */
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
  const present = quarterOf(today);
  const chosen = settings.value.quarter || present;
  const shown = chosen === 'all' ? coming : coming.filter(({ end = '' }) => quarterOf(end) === chosen);
  return (
    <div class="panel-body flush">
      <Quarters coming={coming} past={past} present={present} chosen={chosen} />
      <Timeline coming={coming} today={today} />
      {chosen === 'past' ? (
        <RetiringList title="Past its end, still listed" list={past} today={today} successors={successors} />
      ) : (
        <>
          {shown.length === 0 ? <p class="nothing">{nothingIn(chosen, coming)}</p> : null}
          <RetiringList title={titleOf(chosen)} list={shown} today={today} successors={successors} />
        </>
      )}
      {chosen === 'all' ? (
        <RetiringList title="Legacy, without a date" list={undated} today={today} successors={successors} />
      ) : null}
    </div>
  );
}

interface QuartersProps {
  readonly coming: readonly RetiringModel[];
  readonly past: readonly RetiringModel[];
  readonly present: string;
  readonly chosen: string;
}

/** Which quarter is shown, with how many models retire in each; the list as files for others. */
function Quarters({ coming, past, present, chosen }: QuartersProps) {
  const counts = new Map([[present, 0]]);
  for (const { end = '' } of coming) {
    counts.set(quarterOf(end), (counts.get(quarterOf(end)) ?? 0) + 1);
  }
  const choices: readonly (readonly [id: string, name: string, count: number])[] = [
    ...[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, count]) => [id, quarterInWords(id), count] as const),
    ['all', 'All', coming.length],
    ['past', 'Past', past.length],
  ];
  const query = /Q/.test(chosen) ? `quarter=${chosen}` : 'withinDays=99999';
  return (
    <>
      <div class="quarters" role="group" aria-label="Quarter">
        {choices.map(([id, name, count]) => (
          <button
            key={id}
            type="button"
            class="action small"
            aria-pressed={id === chosen}
            onClick={() => change({ quarter: id === present ? '' : id })}
          >
            {name} <span class="muted">{count}</span>
          </button>
        ))}
      </div>
      <div class="panel-bar">
        <span>
          <a href={`models/retiring.csv?${query}`} download="">
            CSV
          </a>
          {' · '}
          <a href={`models/retiring.ics?${query}`} download="">
            iCalendar
          </a>
        </span>
        <button
          type="button"
          class="quiet"
          onClick={() => change({ lifecycle: 'LEGACY', sort: 'end', descending: false })}
        >
          Show in matrix
        </button>
      </div>
    </>
  );
}

function quarterInWords(quarter: string): string {
  const [year, name] = quarter.split('-');
  return `${name} ${year}`;
}

function titleOf(chosen: string): string {
  return chosen === 'all' ? 'Retires' : `Retires in ${quarterInWords(chosen)}`;
}

function nothingIn(chosen: string, coming: readonly RetiringModel[]): string {
  const next = coming.find(({ end = '' }) => quarterOf(end) > chosen);
  const then = next?.end === undefined ? '' : ` Next: ${next.model.name} on ${dateInWords(next.end)}.`;
  return `Nothing retires in ${chosen === 'all' ? 'time to come' : quarterInWords(chosen)}.${then}`;
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
        {list.map(({ model, variants, end, regions }) => {
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
                  class="link named"
                  title={`${model.id}\n${regions.join(', ')}`}
                  onClick={() => openCell(model.id, regions.length === 1 ? (regions[0] ?? '') : '')}
                >
                  {model.name}
                </button>
                <p>
                  {end === undefined ? 'no date' : dateInWords(end)} · {plural(regions.length, 'region')}
                  {variants > 0 ? ` · with ${plural(variants, 'variant')}` : ''}
                </p>
                {instead.length > 0 ? <Instead models={instead} /> : null}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** What takes its place, and in how many regions that can be invoked under the conditions of the page. */
function Instead({ models }: { readonly models: readonly SupersedingModel[] }) {
  const within = lensInWords(settings.value.ask);
  return (
    <p>
      instead{within === '' ? '' : `, ${within}`}:{' '}
      {models.map(({ modelId, modelName }, index) => {
        const known = matrix.value;
        const model = modelsById.value.get(modelId);
        const count = known === undefined || model === undefined ? 0 : reachOf(known, model);
        return (
          <span key={modelId}>
            {index === 0 ? '' : ', '}
            <button
              type="button"
              class="link named"
              title={`Where can I run ${modelId}?`}
              onClick={() => askAbout(modelId)}
            >
              {modelName}
            </button>{' '}
            ({count === 0 ? 'nowhere' : plural(count, 'region')})
          </span>
        );
      })}
    </p>
  );
}
