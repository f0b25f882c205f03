import type { VerdictCode, Via } from 'nestjs-bedrock-discovery';
import { ACCESS_TEXTS, VERDICT_WORDS, VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import type { Matrix, MatrixModel, MatrixRegion, MatrixState } from '../api/matrix.types.js';
import { capitalized, plural, shortNumber } from '../shell/words.js';
import type { ViewSettings } from '../state/view-settings.js';

/** What one cell shows and says. */
export interface CellView {
  /** Whether the model can be invoked here, as far as is known. */
  readonly invocable: boolean;
  readonly classes: string;
  /** Geographies of system profiles, one to a line. */
  readonly text: string;
  /** The whole in words. */
  readonly label: string;
}

/** At most two letters: two stand above each other in a cell. */
const SHORT: Readonly<Record<string, string>> = { apac: 'ap', 'us-gov': 'gv' };
const MOST_LINES = 2;
/** Other ways are the account's own, or `bedrock-mantle`. */
const USUAL: ReadonlySet<Via> = new Set(['on-demand', 'system-profile', 'application-profile']);

/** Marks of the ways to invoke, which numbers take the place of. */
const WAY_MARKS: ReadonlySet<string> = new Set(['od', 'ge', 'gl', 'ap', 'ow']);

/** Cells that share a state look alike; what was described once is not described again. */
const described = new WeakMap<object, Map<string, CellView>>();
const ELSEWHERE = {};

export function describeCell(
  matrix: Matrix,
  model: MatrixModel,
  column: number,
  cells: ViewSettings['cells'] = 'ways',
): CellView {
  const region = matrix.regions[column];
  const state = model.states[model.cells[column] ?? -1];
  if (region === undefined) {
    throw new RangeError(`There is no column ${column}.`);
  }
  const key = `${region.models} ${region.profiles} ${cells}`;
  const owner = state ?? ELSEWHERE;
  const views = described.get(owner) ?? new Map<string, CellView>();
  described.set(owner, views);
  let view = views.get(key);
  if (view === undefined) {
    view = state === undefined ? withoutState() : asNumbers(withState(matrix, state, region), matrix, state, cells);
    views.set(key, view);
  }
  return view;
}

export function isLegacy({ lifecycle }: MatrixState): boolean {
  return lifecycle !== undefined && lifecycle.status !== 'ACTIVE';
}

/** How a cell looks whose verdict is `not`: what is listed and yet not invocable, unless there is more to see. */
const MARKS: Readonly<Partial<Record<VerdictCode, string>>> = {
  END_OF_LIFE: 'en',
  ACCESS_DENIED: 'dn',
  OUTSIDE_RESIDENCY: 'lv',
  SOURCE_OUTSIDE_RESIDENCY: 'lv',
  GLOBAL_EXCLUDED: 'lv',
};
/** Data would leave, and there is nothing else to see. */
const LEAVES = 'lv';
const LISTED = 'li';

function withoutState(): CellView {
  return { invocable: false, classes: 'no', text: '', label: capitalized(VERDICT_WORDS.NOT_OFFERED) };
}

function unknown({ lifecycle }: MatrixState, { models, profiles }: MatrixRegion): CellView {
  const listed = lifecycle === undefined ? '' : '; the region lists the model';
  const view = { invocable: false, text: '' };
  if (models === 'pending' || profiles === 'pending') {
    return { ...view, classes: 'pd', label: `Not known yet: the region has not answered${listed}` };
  }
  const label =
    models === 'partial' || profiles === 'partial'
      ? 'Unknown: not all of the region could be read'
      : models === 'failed' && profiles === 'failed'
        ? 'Unknown: asking the region failed'
        : `Unknown: asking for ${models === 'failed' ? 'models' : 'profiles'} failed`;
  return { ...view, classes: 'uk', label: label + listed };
}

function withState(matrix: Matrix, state: MatrixState, region: MatrixRegion): CellView {
  if (state.verdict === 'unknown') {
    return unknown(state, region);
  }
  if (state.code === 'SOURCE_OUTSIDE_RESIDENCY' && state.vias.length === 0) {
    return withoutState();
  }
  const invocable = state.verdict === 'eligible';
  const mark = state.code === undefined ? '' : (MARKS[state.code] ?? LISTED);
  // What is only listed has no way to show.
  const isShown = mark !== LISTED && mark !== LEAVES;
  const geographies = isShown ? geographiesOf(matrix, state) : [];
  const vias: readonly Via[] = isShown ? state.vias : [];
  const system = geographies.filter((geography) => geography !== 'application' && geography !== 'global');
  const stale = region.models === 'stale' || region.profiles === 'stale';
  const partial = [region.models, region.profiles].some((each) => each !== 'known' && each !== 'stale');
  const flags: readonly (readonly [boolean, string])[] = [
    [vias.includes('on-demand'), 'od'],
    [system.length > 0, 'ge'],
    [geographies.includes('global'), 'gl'],
    [vias.includes('application-profile'), 'ap'],
    [vias.some((via) => !USUAL.has(via)), 'ow'],
    [isLegacy(state) && mark !== 'en', 'lg'],
    [stale, 'st'],
    [partial, 'pa'],
    [mark !== '', mark],
    [invocable && state.access === 'obtainable', 'ob'],
  ];
  return {
    invocable,
    classes: flags.flatMap(([holds, name]) => (holds ? [name] : [])).join(' '),
    text: system
      .slice(0, MOST_LINES)
      .map((geography) => SHORT[geography] ?? geography)
      .join('\n'),
    label: [
      ...verdictInWords(matrix, state),
      ...(isUnlisted(state, region) ? ['the region does not list the model itself'] : []),
      ...lifecycleInWords(state),
      ...(invocable && state.access !== undefined ? [`access: ${ACCESS_TEXTS[state.access]}`] : []),
      ...(partial ? ['not all of the region is known'] : []),
      ...(stale ? ['from old data'] : []),
    ].join('; '),
  };
}

/** Of what can be invoked, the price or quota in the place of the ways. */
function asNumbers(
  view: CellView,
  { prices }: Matrix,
  { price: number = -1, tokensPerMinute }: MatrixState,
  cells: ViewSettings['cells'],
): CellView {
  if (cells === 'ways' || !view.invocable) {
    return view;
  }
  const others = view.classes.split(' ').filter((name) => !WAY_MARKS.has(name));
  if (cells === 'quota') {
    const text = tokensPerMinute === undefined ? '' : shortNumber(tokensPerMinute);
    const said =
      tokensPerMinute === undefined ? 'Quota not known' : `${tokensPerMinute.toLocaleString('en')} tokens a minute`;
    return {
      ...view,
      text,
      classes: [...others, text === '' ? 'nn' : 'nu'].join(' '),
      label: `${said}; ${view.label}`,
    };
  }
  const price = prices[number];
  if (price === undefined) {
    return { ...view, text: '', classes: [...others, 'nn'].join(' '), label: `Price not known; ${view.label}` };
  }
  const { in: input, out: output, currency, anywhere } = price;
  const served = anywhere === true ? ', served anywhere' : '';
  return {
    ...view,
    text: `${shortNumber(input)}\n${shortNumber(output)}`,
    classes: [...others, 'nu', ...(anywhere === true ? ['an'] : [])].join(' '),
    label: `${input} ${currency} in, ${output} ${currency} out for a million tokens${served}; ${view.label}`,
  };
}

/** Where the region's models are not known, nobody knows whether it lists this one. */
function isUnlisted({ lifecycle }: MatrixState, { models }: MatrixRegion): boolean {
  return lifecycle === undefined && (models === 'known' || models === 'stale');
}

/** Each once. */
function geographiesOf(matrix: Matrix, { profiles }: MatrixState): readonly string[] {
  return [...new Set(profiles.map((number) => matrix.profiles[number]?.geography ?? ''))];
}

function verdictInWords(matrix: Matrix, state: MatrixState): readonly string[] {
  const ways = waysInWords(matrix, state);
  if (state.code === undefined) {
    return [capitalized(ways)];
  }
  const isProvisioned = state.code === 'NOT_ON_DEMAND' && state.inference.includes('PROVISIONED');
  return [
    `Not invocable: ${VERDICT_WORDS[state.code]}`,
    ...(MARKS[state.code] === undefined || ways === '' ? [] : [ways]),
    ...(isProvisioned ? ['takes provisioned throughput'] : []),
  ];
}

function waysInWords(matrix: Matrix, state: MatrixState): string {
  const system = geographiesOf(matrix, state).filter((geography) => geography !== 'application');
  const application = state.profiles.filter((number) => matrix.profiles[number]?.geography === 'application').length;
  return [
    ...(state.vias.includes('on-demand') ? [VIA_WORDS['on-demand']] : []),
    ...(system.length > 0 ? [`through ${system.join(' and ')} ${system.length > 1 ? 'profiles' : 'profile'}`] : []),
    ...(application > 0 ? [`through ${plural(application, VIA_WORDS['application-profile'])}`] : []),
    ...state.vias.filter((via) => !USUAL.has(via)).map((via) => VIA_WORDS[via]),
  ].join(', ');
}

function lifecycleInWords({ lifecycle, code }: MatrixState): readonly string[] {
  const { status = 'ACTIVE', endOfLifeTime } = lifecycle ?? {};
  if (status === 'ACTIVE' && code !== 'END_OF_LIFE') {
    return [];
  }
  const end = code === 'END_OF_LIFE' ? 'ended' : 'ends';
  return [`${status.toLowerCase()}${endOfLifeTime === undefined ? '' : `, ${end} ${endOfLifeTime.slice(0, 10)}`}`];
}
