import { useState } from 'preact/hooks';
import { Blank } from '../shell/blank.js';
import { inWords, milliseconds, plural } from '../shell/words.js';
import { change, histories, matrix, now, overviews, overviewsAt, settings } from '../state/store.js';
import { compareRegions } from '../matrix/geographies.js';
import { describeRegion } from './describe-region.js';
import { Doctor } from './doctor.js';
import { failureCauses, Failures } from './failures.js';
import { Sparkline } from './sparkline.js';

/** In a column; its title says more. */
const SHORT = { ok: 'ok', stale: 'old data', partial: 'in part', failed: 'failed', pending: 'waiting' } as const;

/** What failed and what to do about it; then each region: what it answered, how far away it is, and how old that is. */
export function RegionsPanel() {
  const [byLatency, setByLatency] = useState(true);
  const list = [...overviews.value.values()];
  if (list.length === 0) {
    return matrix.value === undefined ? (
      <Blank title="Reading…" text="The regions are being read." />
    ) : (
      <Blank
        title="No regions yet"
        text="The account has not said yet which regions it has enabled. They appear here as soon as it has."
      />
    );
  }
  const views = list.map((overview) => ({ overview, view: describeRegion(overview) }));
  const count = (...tones: string[]): number => views.filter(({ view }) => tones.includes(view.tone)).length;
  const [waiting, well] = [count('pending'), count('ok')];
  const far = Number.MAX_VALUE;
  views.sort(({ overview: a }, { overview: b }) =>
    byLatency
      ? (a.latency?.latencyMs ?? far) - (b.latency?.latencyMs ?? far) || compareRegions(a.region, b.region)
      : compareRegions(a.region, b.region),
  );
  const since = now.value - overviewsAt.value;
  return (
    <div class="panel-body flush">
      <div class="panel-bar">
        <span>
          {waiting > 0
            ? `${list.length - waiting} of ${plural(list.length, 'region')} answered so far`
            : well === list.length
              ? `All ${plural(well, 'region')} answered`
              : `${list.length - well} of ${plural(list.length, 'region')} need a look`}
        </span>
        <button type="button" class="quiet" onClick={() => setByLatency(!byLatency)}>
          {byLatency ? 'Fastest first' : 'By geography'}
        </button>
      </div>
      <Failures causes={failureCauses(overviews.value.values())} />
      <Doctor />
      <ul class="regions">
        {views.map(({ overview: { region, latency }, view: { tone, words, ageMs } }) => (
          <li key={region}>
            <button
              type="button"
              class={settings.value.sort === region ? 'region-row chosen' : 'region-row'}
              title={`Sort the matrix by ${region}`}
              onClick={() => change({ sort: region, descending: false })}
            >
              <span class={`dot ${tone}`} />
              <span class="name">{region}</span>
              <Sparkline points={histories.value.get(region) ?? []} width={48} height={16} />
              <span class="latency">{latency?.latencyMs === undefined ? '–' : milliseconds(latency.latencyMs)}</span>
              <span class={`words ${tone}`} title={words}>
                {SHORT[tone]}
              </span>
              <span class="age">{ageMs === undefined ? '–' : inWords(ageMs + Math.max(0, since))}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
