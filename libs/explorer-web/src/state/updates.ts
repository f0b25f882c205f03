import { batch, effect } from '@preact/signals';
import type { DayOfChanges, DiscoveryProgress } from 'nestjs-bedrock-discovery';
import { STANDARD_LISTINGS } from 'nestjs-bedrock-discovery/enumerations';
import type { ChangesAnswer, LatencyHistoryAnswer, ListAnswer, RegionOverview } from '../api/answers.types.js';
import { AnswerError, getJson, getText, post } from '../api/http.js';
import type { Matrix } from '../api/matrix.types.js';
import { progressOf } from './scan-progress.js';
import {
  announcement,
  changes,
  connection,
  histories,
  lens,
  matrix,
  matrixLens,
  now,
  overviews,
  progress,
  provenance,
  recordedSince,
  refreshing,
  refusal,
  showOverviews,
  trouble,
} from './store.js';

/** While a scan is under way, and when the application has stopped to answer. */
const SOON_MS = 600;
const RETRY_MS = 3_000;
/** Changes are told one by one. */
const BURST_MS = 100;
/** Without events; with them it is a safety net. */
const POLL_MS = 8_000;
const SAFETY_MS = 60_000;
const CLOCK_MS = 1_000;
const REFUSAL_MS = 10_000;
/** Of a list in one page. */
const WHOLE = 'limit=1000';
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
const REGIONS = `regions?sort=name&${WHOLE}`;

let timer: number | undefined;
/** Of the changes alone. */
let reading: number | undefined;
/** Whether changes may have been noticed that no event has told of. */
let missedChanges = true;
let looking = false;
let lookAgain = false;
let refreshedSince: { readonly since: number; readonly regions: readonly string[] } | undefined;
let shown = '';
/** Of the scan that events tell of, by operation; empty where they tell of none. */
const underWay = new Map<string, DiscoveryProgress>();

/** Reads what there is and goes on listening for news, until the page is left. */
export async function followUpdates(): Promise<void> {
  window.setInterval(() => (now.value = Date.now()), CLOCK_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') {
      look();
    }
  });
  await lookOnce();
  effect(() => {
    if (lens.value !== matrixLens.peek()) {
      look();
    }
  });
  listen();
}

/** Has the application ask AWS now, in these regions or in all, also where it was denied. */
export async function refresh(regions: readonly string[] = []): Promise<void> {
  if (refreshing.value) {
    return;
  }
  const count = regions.length === 0 ? overviews.value.size : regions.length;
  batch(() => {
    refreshing.value = true;
    refusal.value = undefined;
    progress.value = { done: 0, total: count * STANDARD_LISTINGS.length };
  });
  refreshedSince = { since: Date.now(), regions };
  look();
  try {
    await post(`refresh?force=true${regions.length === 0 ? '' : `&regions=${regions.join(',')}`}`);
    announcement.value =
      regions.length === 0 ? 'All regions have been asked anew.' : `${regions.join(', ')} asked anew.`;
  } catch (error) {
    if (error instanceof AnswerError && error.problem !== undefined) {
      refuse(error.message);
    } else {
      trouble.value = messageOf(error);
    }
  } finally {
    refreshedSince = undefined;
    batch(() => {
      refreshing.value = false;
      progress.value = undefined;
    });
    look();
  }
}

let refusalTimer: number | undefined;

function refuse(message: string): void {
  refusal.value = message;
  window.clearTimeout(refusalTimer);
  refusalTimer = window.setTimeout(() => (refusal.value = undefined), REFUSAL_MS);
}

/** As soon as possible, and once at a time. */
function look(): void {
  window.clearTimeout(timer);
  if (looking) {
    lookAgain = true;
  } else {
    void lookOnce();
  }
}

async function lookOnce(): Promise<void> {
  looking = true;
  lookAgain = false;
  try {
    await readAll();
    batch(() => {
      trouble.value = undefined;
      if (connection.value !== 'live') {
        connection.value = 'polling';
      }
    });
  } catch (error) {
    batch(() => {
      trouble.value = messageOf(error);
      connection.value = 'lost';
    });
  }
  looking = false;
  // What was chosen, and chosen back while this was under way, looks as if it were there.
  const isBehind = connection.value !== 'lost' && lens.value !== matrixLens.value;
  const wait = lookAgain || isBehind ? 0 : connection.value === 'lost' ? RETRY_MS : isScanning() ? SOON_MS : quietly();
  window.clearTimeout(timer);
  timer = window.setTimeout(() => {
    missedChanges ||= wait > SOON_MS;
    look();
  }, wait);
}

const quietly = (): number => (connection.value === 'live' ? SAFETY_MS : POLL_MS);
const isScanning = (): boolean => refreshing.value || progress.value !== undefined;

/** The matrix is drawn as soon as it is there; what else there is comes beside it. */
async function readAll(): Promise<void> {
  const others = Promise.all([
    missedChanges || connection.value !== 'live' ? readChanges(true) : undefined,
    getJson<LatencyHistoryAnswer>('regions/history'),
  ]);
  // Where the matrix fails, nobody waits for them any more.
  others.catch(() => undefined);
  const through = lens.value;
  const text = await getText(through === '' ? 'matrix' : `matrix?${through}`);
  batch(() => {
    if (text !== shown) {
      shown = text;
      matrix.value = JSON.parse(text) as Matrix;
    }
    matrixLens.value = through;
  });
  // Regions that the account has not named yet cannot be asked about.
  const list = matrix.value?.regions.length === 0 ? undefined : await getJson<ListAnswer<RegionOverview>>(REGIONS);
  const regions = list?.items ?? [];
  const [, past] = await others;
  batch(() => {
    showOverviews(regions);
    provenance.value = list?.provenance;
    histories.value = new Map(Object.entries(past).map(([region, points]) => [region, points.map(([, ms]) => ms)]));
    const seen = regions.length === 0 ? { done: 0, total: 0 } : progressOf(asked(regions), refreshedSince?.since);
    // Events tell nothing of an operation whose last answer came before the page listened.
    if (underWay.size === 0 || (seen?.total ?? 0) > (progress.value?.total ?? 0)) {
      progress.value = seen;
    }
  });
}

let question = 0;
let answered = 0;

/** @param all or else those of the newest day and later alone: the days before change no more */
async function readChanges(all: boolean): Promise<void> {
  question += 1;
  const mine = question;
  // What is noticed from now on may be missed again.
  missedChanges &&= !all;
  const before = all ? [] : (changes.value?.slice(1) ?? []);
  const last = before[0]?.subjects[0]?.changes[0]?.id;
  const since = last === undefined ? '' : `&since=${last}`;
  const zone = encodeURIComponent(timeZone);
  const path = `changes/days?${WHOLE}&timeZone=${zone}${since}`;
  const news = await getJson<ChangesAnswer<DayOfChanges>>(path).catch((error: unknown) => {
    missedChanges = true;
    throw error;
  });
  // The answer to an earlier question may come later, and knows less.
  if (mine < answered) {
    return;
  }
  answered = mine;
  batch(() => {
    changes.value = [...news.items, ...before];
    recordedSince.value = news.recordedSince;
  });
}

/** Of a scan that was asked for, the regions that it is about. */
function asked(regions: readonly RegionOverview[]): readonly RegionOverview[] {
  const named = refreshedSince?.regions ?? [];
  return named.length === 0 ? regions : regions.filter(({ region }) => named.includes(region));
}

/** The browser connects again by itself, and says which event it has seen last. */
function listen(): void {
  const source = new EventSource('events');
  source.addEventListener('open', () => (connection.value = 'live'));
  source.addEventListener('error', () => {
    underWay.clear();
    connection.value = 'polling';
    look();
  });
  source.addEventListener('hello', () => {
    missedChanges = true;
    look();
  });
  source.addEventListener('change', () => {
    // Sooner than all else that is looked at, which is where it is said if that fails.
    reading ??= window.setTimeout(() => {
      reading = undefined;
      void readChanges(false).catch(() => undefined);
    }, BURST_MS);
    lookSoon();
  });
  source.addEventListener('region', ({ data }: MessageEvent<string>) => {
    const overview = JSON.parse(data) as RegionOverview;
    if (overview.models !== undefined || overview.profiles !== undefined) {
      showOverviews([...new Map(overviews.value).set(overview.region, overview).values()]);
    }
    lookSoon();
  });
  source.addEventListener('scan-progress', ({ data }: MessageEvent<string>) => {
    const event = JSON.parse(data) as DiscoveryProgress;
    underWay.set(event.operation, event);
    const sum = (of: (each: DiscoveryProgress) => number): number =>
      [...underWay.values()].reduce((total, each) => total + of(each), 0);
    const [done, total] = [sum((each) => each.done), sum((each) => each.total)];
    if (done < total) {
      progress.value = { done, total, region: event.region };
    } else {
      underWay.clear();
      progress.value = undefined;
      lookSoon();
    }
  });
}

let soon: number | undefined;

/** Events come in bursts. */
function lookSoon(): void {
  soon ??= window.setTimeout(() => {
    soon = undefined;
    look();
  }, SOON_MS);
}

function messageOf(error: unknown): string {
  return error instanceof AnswerError ? error.message : `The page failed: ${String(error)}`;
}
