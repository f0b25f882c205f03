/** What narrows the matrix down and orders it, and what is open: all that a link to the page carries. */
export interface ViewSettings {
  readonly search: string;
  readonly provider: string;
  /** `in:IMAGE` or `out:EMBEDDING`. */
  readonly modality: string;
  /** Id of a group of regions. */
  readonly geography: string;
  readonly lifecycle: '' | 'ACTIVE' | 'LEGACY';
  readonly invocable: boolean;
  /** Whether variants of models that cannot be invoked are shown. */
  readonly variants: boolean;
  /** `newest` of each provider, `id`, `provider`, `regions`, `end`, or the name of a region. */
  readonly sort: string;
  readonly descending: boolean;
  readonly columns: 'geography' | 'latency' | 'name';
  /** What stands in the cells of what can be invoked. */
  readonly cells: 'ways' | 'price' | 'quota';
  /** `2026-Q4`, `all` or `past`; otherwise this quarter. */
  readonly quarter: string;
  /** Ids of models to compare, with commas. */
  readonly compare: string;
  readonly panel: Panel | '';
  /** The open cell. */
  readonly model: string;
  readonly region: string;
  /** Parameters of "where can I run this?", as the application takes them, and `model`. */
  readonly ask: Readonly<Record<string, string>>;
}

/** `none`: closed; left out, it depends on the width of the screen. */
export const PANELS = ['none', 'regions', 'routes', 'changes', 'retiring', 'compare', 'cell'] as const;
export type Panel = (typeof PANELS)[number];

export const DEFAULTS: ViewSettings = {
  search: '',
  provider: '',
  modality: '',
  geography: '',
  lifecycle: '',
  invocable: false,
  variants: false,
  sort: 'newest',
  descending: false,
  columns: 'geography',
  cells: 'ways',
  quarter: '',
  compare: '',
  panel: '',
  model: '',
  region: '',
  ask: {},
};

const ASK_PREFIX = 'ask.';

/** The part of a link behind `#`; what is as usual is left out. */
export function formatLink(settings: ViewSettings): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(settings) as [keyof ViewSettings, unknown][]) {
    if (name !== 'ask' && value !== DEFAULTS[name]) {
      parameters.set(name, value === true ? '1' : String(value));
    }
  }
  for (const [name, value] of Object.entries(settings.ask)) {
    if (value !== '') {
      parameters.set(`${ASK_PREFIX}${name}`, value);
    }
  }
  return parameters.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
}

/** Whatever stands in a link: what makes no sense is as usual. */
export function parseLink(link: string): ViewSettings {
  const parameters = new URLSearchParams(link.replace(/^#/, ''));
  const text = (name: keyof ViewSettings): string => parameters.get(name) ?? '';
  const oneOf = <T extends string>(name: keyof ViewSettings, accepted: readonly T[], otherwise: T): T =>
    accepted.find((value) => value === parameters.get(name)) ?? otherwise;
  const ask = [...parameters].filter(([name]) => name.startsWith(ASK_PREFIX));
  return {
    search: text('search'),
    provider: text('provider'),
    modality: text('modality'),
    geography: text('geography'),
    lifecycle: oneOf('lifecycle', ['', 'ACTIVE', 'LEGACY'], ''),
    invocable: text('invocable') === '1',
    variants: text('variants') === '1',
    sort: text('sort') || DEFAULTS.sort,
    descending: text('descending') === '1',
    columns: oneOf('columns', ['geography', 'latency', 'name'], 'geography'),
    cells: oneOf('cells', ['ways', 'price', 'quota'], 'ways'),
    quarter: text('quarter'),
    compare: text('compare'),
    panel: oneOf('panel', ['', ...PANELS], ''),
    model: text('model'),
    region: text('region'),
    ask: Object.fromEntries(ask.map(([name, value]) => [name.slice(ASK_PREFIX.length), value])),
  };
}
