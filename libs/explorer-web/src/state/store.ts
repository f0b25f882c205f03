import { batch, computed, signal } from '@preact/signals';
import type { DayOfChanges } from 'nestjs-bedrock-discovery';
import type { AnswerProvenance, RegionOverview } from '../api/answers.types.js';
import type { Matrix, MatrixModel } from '../api/matrix.types.js';
import { arrange, type Arrangement } from '../matrix/arrange.js';
import { lensOf } from './lens.js';
import { DEFAULTS, type Panel, parseLink, type ViewSettings } from './view-settings.js';

/** How the page hears of news. `lost`: the application does not answer. */
export type Connection = 'starting' | 'live' | 'polling' | 'lost';

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The region that answered last. */
  readonly region?: string;
}

/** Undefined until the first answer. */
export const matrix = signal<Matrix | undefined>(undefined);
/** What the matrix was asked through: not what is chosen, until the answer is there. */
export const matrixLens = signal('');
/** Whose all this is, where it comes from, and how old it is; undefined until the first answer. */
export const provenance = signal<AnswerProvenance | undefined>(undefined);
/** Since when changes are noticed, ISO 8601; undefined where that is not known. */
export const recordedSince = signal<string | undefined>(undefined);
/** In words; undefined while all is well. */
export const trouble = signal<string | undefined>(undefined);
/** Why the application has just not done what was asked; shown for a while. */
export const refusal = signal<string | undefined>(undefined);
export const connection = signal<Connection>('starting');
export const overviews = signal<ReadonlyMap<string, RegionOverview>>(new Map());
/** When the overviews were read, so that ages can go on. */
export const overviewsAt = signal(Date.now());
export const histories = signal<ReadonlyMap<string, readonly number[]>>(new Map());
/** Newest first; undefined until the first answer. */
export const changes = signal<readonly DayOfChanges[] | undefined>(undefined);
export const progress = signal<Progress | undefined>(undefined);
export const refreshing = signal(false);
/** Moves on every second, for ages. */
export const now = signal(Date.now());
export const settings = signal<ViewSettings>(DEFAULTS);
/** What a screen reader is told. */
export const announcement = signal('');

/** What the application says that a search names, which it is asked where the page finds nothing. */
export const named = signal<{ readonly search: string; readonly modelIds: ReadonlySet<string> } | undefined>(undefined);

/** What everything on the page is seen through, as a query. */
export const lens = computed(() => lensOf(settings.value.ask));

const EMPTY: Arrangement = { rows: [], columns: [], starts: new Set(), variants: 0, outside: 0 };

/** Columns by latency move when a latency does; all else leaves the arrangement alone. */
const latencies = computed(() => (settings.value.columns === 'latency' ? overviews.value : NO_LATENCIES));
const NO_LATENCIES: ReadonlyMap<string, RegionOverview> = new Map();

/** As a text, so that opening a panel, which is a setting too, arranges nothing anew. */
const filters = computed(() => {
  const { panel: _panel, model: _model, region: _region, ask: _ask, ...others } = settings.value;
  const { cells: _cells, quarter: _quarter, compare: _compare, ...shown } = others;
  return JSON.stringify(shown);
});

export const arrangement = computed<Arrangement>(() => {
  if (matrix.value === undefined) {
    return EMPTY;
  }
  const known = latencies.value;
  const shown = JSON.parse(filters.value) as ViewSettings;
  return arrange(
    matrix.value,
    shown,
    (region) => known.get(region)?.latency?.latencyMs,
    named.value?.search === shown.search ? named.value.modelIds : undefined,
  );
});

export const modelsById = computed<ReadonlyMap<string, MatrixModel>>(
  () => new Map((matrix.value?.models ?? []).map((model) => [model.id, model])),
);

export const providers = computed(() =>
  [...new Set((matrix.value?.models ?? []).map(({ provider }) => provider))].sort((a, b) => a.localeCompare(b)),
);

export const modalities = computed(() => {
  const models = matrix.value?.models ?? [];
  const values = (of: (model: MatrixModel) => readonly string[]): string[] => [...new Set(models.flatMap(of))].sort();
  return { input: values(({ input }) => input), output: values(({ output }) => output) };
});

export function change(part: Partial<ViewSettings>): void {
  settings.value = { ...settings.value, ...part };
}

export function readLink(link: string): void {
  settings.value = parseLink(link);
}

/** Opens a cell beside the matrix. */
export function openCell(model: string, region: string): void {
  change({ panel: 'cell', model, region });
}

export function openPanel(panel: Panel | ''): void {
  change({ panel });
}

export function clearFilters(): void {
  const { search, provider, modality, geography, lifecycle, invocable } = DEFAULTS;
  change({ search, provider, modality, geography, lifecycle, invocable });
}

/** Which filters are set, for counting and clearing. */
export const filterCount = computed(() => {
  const { search, provider, modality, geography, lifecycle, invocable } = settings.value;
  return (
    [search, provider, modality, geography, lifecycle].filter((value) => value !== '').length + (invocable ? 1 : 0)
  );
});

export function showOverviews(list: readonly RegionOverview[]): void {
  batch(() => {
    overviews.value = new Map(list.map((overview) => [overview.region, overview]));
    overviewsAt.value = Date.now();
  });
}

/** Models side by side. */
export const compared = computed(() => settings.value.compare.split(',').filter((id) => id !== ''));

const MOST_COMPARED = 4;

/** Takes a model in where it is not compared yet and there is room for it, or else out. */
export function compare(id: string): void {
  const ids = compared.value;
  const next = ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id].slice(0, MOST_COMPARED);
  change({ compare: next.join(','), panel: 'compare' });
}

/** Asks where something can be run: a model, a family or a profile. */
export function askAbout(text: string, search = settings.value.search): void {
  change({ search, panel: 'routes', ask: { ...settings.value.ask, model: text, all: '' } });
}

/** Changes parts of "where can I run this?". */
export function ask(part: Readonly<Record<string, string>>): void {
  change({ ask: { ...settings.value.ask, ...part } });
}
