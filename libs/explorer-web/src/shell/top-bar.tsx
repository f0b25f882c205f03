import type { Matrix } from '../api/matrix.types.js';
import { describeRegion } from '../regions/describe-region.js';
import {
  connection,
  matrix,
  now,
  overviews,
  overviewsAt,
  progress,
  provenance,
  refreshing,
  settings,
  change,
} from '../state/store.js';
import { ModelBox } from '../search/model-box.js';
import { nextTheme, theme } from '../state/theme.js';
import { refresh } from '../state/updates.js';
import { Help } from './help.js';
import { LensBar } from './lens-bar.js';
import { inWords } from './words.js';

const CONNECTIONS = {
  starting: 'Connecting',
  live: 'Live',
  polling: 'Polling',
  lost: 'No answer',
} as const;

const THEMES = { auto: 'as the system', dark: 'dark', light: 'light' } as const;

export function TopBar() {
  const { value: known } = matrix;
  return (
    <header class="top">
      <Brand />
      {known === undefined ? null : <Source {...known} />}
      <ModelBox />
      <LensBar />
      <div class="top-end">
        <Summary />
        <ScanProgress />
        <Age />
        <button
          type="button"
          class="action"
          title="Ask all regions now, also those that have denied it"
          disabled={refreshing.value}
          onClick={() => void refresh()}
        >
          {refreshing.value ? 'Asking…' : 'Refresh'}
        </button>
        <Help />
        <button
          type="button"
          class="icon-button"
          aria-label={`Theme: ${THEMES[theme.value]}. Change it`}
          title={`Theme: ${THEMES[theme.value]}`}
          onClick={nextTheme}
        >
          {theme.value === 'auto' ? '◐' : theme.value === 'dark' ? '●' : '○'}
        </button>
      </div>
    </header>
  );
}

const SOURCES = { aws: 'AWS', simulator: 'Simulated', seed: 'From a seed', endpoint: 'Own endpoint' } as const;

/** Whose it is, where it comes from, how old it is, and whether anything is missing. */
function Source({ source, note }: Pick<Matrix, 'source' | 'note'>) {
  const whose = provenance.value;
  const from = SOURCES[whose?.source ?? source];
  if (whose === undefined) {
    return <span class={`source ${source}`}>{from}</span>;
  }
  const { account, partition, asOf, complete, regionCount, unknownRegions, staleRegions } = whose;
  const missing = complete ? 'complete' : `${regionCount - unknownRegions.length} of ${regionCount} regions`;
  const lines = [
    note,
    `Account ${account ?? 'not known yet'}, partition ${partition}.`,
    asOf === undefined ? 'Nothing is known yet.' : `As of ${asOf}.`,
    ...(unknownRegions.length === 0 ? [] : [`Not fully known: ${unknownRegions.join(', ')}.`]),
    ...(staleRegions.length === 0 ? [] : [`Old: ${staleRegions.join(', ')}.`]),
  ];
  return (
    <button
      type="button"
      class={`source ${whose.source}`}
      title={lines.join('\n')}
      onClick={() => change({ panel: 'regions' })}
    >
      <b>{from}</b>
      <span class="source-account">
        {account ?? 'account not known'} · {partition}
      </span>
      <span>
        {asOf === undefined ? 'nothing known' : `${inWords(now.value - Date.parse(asOf))} old`} · {missing}
      </span>
    </button>
  );
}

function Brand() {
  return (
    <h1 class="brand">
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <path class="layer one" d="M2 6.5 10 3l8 3.5L10 10z" />
        <path class="layer two" d="M2 10.2l8 3.5 8-3.5" />
        <path class="layer three" d="M2 13.8l8 3.5 8-3.5" />
      </svg>
      Bedrock Explorer
    </h1>
  );
}

/** How many regions there are in each condition. */
function Summary() {
  const counts = { ok: 0, partial: 0, stale: 0, failed: 0, pending: 0 };
  for (const overview of overviews.value.values()) {
    counts[describeRegion(overview).tone] += 1;
  }
  const parts = [
    ['ok', counts.ok, 'ok'],
    ['partial', counts.partial, 'in part'],
    ['stale', counts.stale, 'stale'],
    ['failed', counts.failed, 'failed'],
    ['pending', counts.pending, 'pending'],
  ] as const;
  if (overviews.value.size === 0) {
    return null;
  }
  return (
    <button
      type="button"
      class="summary"
      title="Show the regions"
      onClick={() => change({ panel: settings.value.panel === 'regions' ? 'none' : 'regions' })}
    >
      <span class="visually-hidden">Regions: </span>
      {parts
        .filter(([tone, count]) => count > 0 || tone === 'ok')
        .map(([tone, count, name]) => (
          <span key={tone}>
            <i class={`dot ${tone}`} />
            {count} {name}
          </span>
        ))}
    </button>
  );
}

function ScanProgress() {
  const { value } = progress;
  if (value === undefined) {
    return null;
  }
  const share = value.total === 0 ? 0 : value.done / value.total;
  return (
    <div class="progress">
      <span class="progress-words">
        {value.total === 0 ? 'Asking which regions there are' : `Scanning ${value.done} of ${value.total}`}
      </span>
      <span
        class="progress-bar"
        role="progressbar"
        aria-label="Scan"
        aria-valuemin={0}
        aria-valuemax={value.total}
        aria-valuenow={value.done}
      >
        <span style={{ transform: `scaleX(${share.toFixed(3)})` }} />
      </span>
    </div>
  );
}

function Age() {
  const { value } = connection;
  const seconds = Math.max(0, now.value - overviewsAt.value);
  return (
    <span class={`connection ${value}`} title={`How the page hears of news; it last did ${inWords(seconds)} ago`}>
      <i class="pulse" />
      <span class="connection-word">{CONNECTIONS[value]}</span>
      {value === 'lost' ? inWords(seconds) : ''}
    </span>
  );
}
