import type { Matrix, MatrixModel, MatrixState } from '../api/matrix.types.js';
import type { ViewSettings } from '../state/view-settings.js';
import { describeCell, isLegacy } from './describe-cell.js';
import { compareRegions, groupOf } from './geographies.js';

type Filters = Pick<
  ViewSettings,
  | 'search'
  | 'provider'
  | 'modality'
  | 'geography'
  | 'lifecycle'
  | 'invocable'
  | 'variants'
  | 'sort'
  | 'descending'
  | 'columns'
>;

const NONE: ReadonlySet<string> = new Set();

/** Rows and columns of the matrix as they are shown. */
export interface Arrangement {
  readonly rows: readonly MatrixModel[];
  /** Positions of regions in the matrix. */
  readonly columns: readonly number[];
  /** Positions among the columns at which a group of regions begins. */
  readonly starts: ReadonlySet<number>;
  /** Rows left out as variants of others, with another context size, that cannot be invoked. */
  readonly variants: number;
  /** Regions left out since all that they offer would leave the residency. */
  readonly outside: number;
}

/**
 * @param latencyOf smoothed round trip, undefined where it was never measured
 * @param named models that the search names, as the application has it
 */
export function arrange(
  matrix: Matrix,
  filters: Filters,
  latencyOf: (region: string) => number | undefined,
  named: ReadonlySet<string> = NONE,
): Arrangement {
  const columns = arrangeColumns(matrix, filters, latencyOf);
  const found = searching(filters.search);
  const all = matrix.models.filter(
    (model) =>
      (named.has(model.id) || found(model)) && matches(model, filters) && hasCell(matrix, model, columns, filters),
  );
  const rows = filters.variants ? all : all.filter((model) => !isVariant(matrix, model));
  return {
    rows: sortRows(matrix, rows, columns, filters),
    columns,
    starts: groupStarts(matrix, columns, filters),
    variants: all.length - rows.length,
    outside: factsOf(matrix).outside.size,
  };
}

/** What is worked out once for a matrix. */
interface MatrixFacts {
  readonly ids: ReadonlySet<string>;
  /** Columns from which all that is offered would leave the residency, by the verdicts. */
  readonly outside: ReadonlySet<number>;
  /** Pairs of a model and a region that offers it, by provider. */
  readonly offeredBy: ReadonlyMap<string, number>;
  readonly reach: ReadonlyMap<MatrixModel, number>;
}

const known = new WeakMap<Matrix, MatrixFacts>();

function factsOf(matrix: Matrix): MatrixFacts {
  const facts = known.get(matrix) ?? readFacts(matrix);
  known.set(matrix, facts);
  return facts;
}

function readFacts({ models, regions }: Matrix): MatrixFacts {
  const reach = new Map<MatrixModel, number>();
  const offeredBy = new Map<string, number>();
  for (const model of models) {
    const states = model.cells.map((number) => model.states[number]);
    reach.set(model, states.filter((state) => state?.verdict === 'eligible').length);
    // Whatever the verdict, so that the order stays while access and conditions change.
    const offered = states.filter((state) => state !== undefined && (state.vias.length > 0 || state.lifecycle)).length;
    offeredBy.set(model.provider, (offeredBy.get(model.provider) ?? 0) + offered);
  }
  const isOutside = (column: number): boolean => {
    const there = models.flatMap(({ states, cells }) => states[cells[column] ?? -1] ?? []);
    return (
      there.some(({ code }) => code?.endsWith('OUTSIDE_RESIDENCY')) && there.every(({ verdict }) => verdict === 'not')
    );
  };
  return {
    ids: new Set(models.map(({ id }) => id)),
    outside: new Set([...regions.keys()].filter(isOutside)),
    reach,
    offeredBy,
  };
}

/** In how many regions, shown or not, a model can be invoked. */
export function reachOf(matrix: Matrix, model: MatrixModel): number {
  return factsOf(matrix).reach.get(model) ?? 0;
}

/** Models of the same provider, those that share most words of its name first, and of these the newest. */
export function relatives(matrix: Matrix, model: MatrixModel): readonly MatrixModel[] {
  const words = familyWords(model);
  const alike = (other: MatrixModel): number => familyWords(other).filter((word) => words.includes(word)).length;
  return matrix.models
    .filter((other) => other !== model && other.provider === model.provider && alike(other) > 0)
    .toSorted(
      (a, b) =>
        alike(b) - alike(a) || ((startOfLife(a) ?? '') < (startOfLife(b) ?? '') ? 1 : -1) || (a.id < b.id ? -1 : 1),
    );
}

/** Of a name what is no number: `Claude Opus 4.5` is of the family Claude Opus. */
function familyWords({ name }: MatrixModel): readonly string[] {
  return name
    .toLowerCase()
    .split(/[\s-]+/)
    .filter((word) => /^\p{L}{2,}/u.test(word));
}

/** Whether it is another model with another context size, listed and not to be invoked. */
export function isVariant(matrix: Matrix, model: MatrixModel): boolean {
  const { ids, reach } = factsOf(matrix);
  return reach.get(model) === 0 && ids.has(model.id.slice(0, model.id.lastIndexOf(':')));
}

function groupStarts({ regions }: Matrix, columns: readonly number[], filters: Filters): ReadonlySet<number> {
  const groupAt = (position: number): string => groupOf(regions[columns[position] ?? -1]?.region ?? '').id;
  const positions = filters.columns === 'geography' ? [...columns.keys()] : [];
  return new Set(positions.filter((position) => position === 0 || groupAt(position) !== groupAt(position - 1)));
}

function arrangeColumns(
  matrix: Matrix,
  { geography, columns }: Filters,
  latencyOf: (region: string) => number | undefined,
): readonly number[] {
  const { outside } = factsOf(matrix);
  const shown = matrix.regions
    .map(({ region }, index) => ({ region, index }))
    .filter(({ region, index }) => !outside.has(index) && (geography === '' || groupOf(region).id === geography));
  const far = Number.MAX_VALUE;
  const compare = {
    geography: compareRegions,
    name: (a: string, b: string): number => (a < b ? -1 : 1),
    latency: (a: string, b: string): number => (latencyOf(a) ?? far) - (latencyOf(b) ?? far) || compareRegions(a, b),
  }[columns];
  return shown.sort((a, b) => compare(a.region, b.region)).map(({ index }) => index);
}

/**
 * Whether a model has all words of a text, in any order: where a word of its name or provider begins, or within its id. That
 * a provider has some letters in its middle means nothing.
 */
export function searching(text: string): (model: MatrixModel) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ id, name, provider }) => {
    const spoken = ` ${name} ${provider} ${id}`.toLowerCase();
    const own = id.slice(id.indexOf('.') + 1).toLowerCase();
    return words.every((word) => spoken.includes(` ${word}`) || own.includes(word));
  };
}

function matches(model: MatrixModel, { provider, modality }: Filters): boolean {
  if (provider !== '' && model.provider !== provider) {
    return false;
  }
  const [direction, kind = ''] = modality.split(':');
  return modality === '' || (direction === 'in' ? model.input : model.output).includes(kind);
}

/** Filters that speak of regions hold for those that are shown. Without any, models without a region stay. */
function hasCell(
  matrix: Matrix,
  model: MatrixModel,
  columns: readonly number[],
  { geography, lifecycle, invocable }: Filters,
): boolean {
  if (geography === '' && lifecycle === '' && !invocable) {
    return true;
  }
  return columns.some((column) => {
    const state = model.states[model.cells[column] ?? -1];
    return (
      state !== undefined &&
      isKnown(state) &&
      (lifecycle === '' || (lifecycle === 'LEGACY') === isLegacy(state)) &&
      (!invocable || describeCell(matrix, model, column).invocable)
    );
  });
}

/** A region of which nothing is known shows no model, and hides none. */
function isKnown({ verdict, lifecycle }: MatrixState): boolean {
  return verdict !== 'unknown' || lifecycle !== undefined;
}

function sortRows(
  matrix: Matrix,
  rows: readonly MatrixModel[],
  columns: readonly number[],
  { sort, descending }: Filters,
): readonly MatrixModel[] {
  const direction = descending ? -1 : 1;
  if (sort === 'newest') {
    return rows.toSorted((a, b) => direction * compareByProvider(matrix, a, b));
  }
  const column = matrix.regions.findIndex(({ region }) => region === sort);
  const keyOf = (model: MatrixModel): string | number => {
    switch (sort) {
      case 'provider':
        return model.provider.toLowerCase();
      case 'regions':
        return -countRegions(matrix, model, columns);
      case 'end':
        return endOfLife(model) ?? '9999';
      default:
        return column === -1 ? model.id : rankInRegion(model, column);
    }
  };
  const keyed = rows.map((model) => ({ model, key: keyOf(model) }));
  keyed.sort((a, b) => (a.key < b.key ? -direction : a.key > b.key ? direction : a.model.id < b.model.id ? -1 : 1));
  return keyed.map(({ model }) => model);
}

/** Providers whose models are offered in most places first, and of each the newest first. */
function compareByProvider(matrix: Matrix, a: MatrixModel, b: MatrixModel): number {
  const { offeredBy } = factsOf(matrix);
  const offered = ({ provider }: MatrixModel): number => offeredBy.get(provider) ?? 0;
  const [start, other] = [startOfLife(a) ?? '', startOfLife(b) ?? ''];
  return (
    offered(b) - offered(a) ||
    (a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : 0) ||
    (start < other ? 1 : start > other ? -1 : a.id < b.id ? -1 : 1)
  );
}

/** On demand first, then through profiles, then what is not known, then what cannot be invoked. */
function rankInRegion(model: MatrixModel, column: number): number {
  const state = model.states[model.cells[column] ?? -1];
  switch (state?.verdict) {
    case 'eligible':
      return state.vias.includes('on-demand') ? 0 : 1;
    case 'unknown':
      return 2;
    case 'not':
      return 3;
    default:
      return 4;
  }
}

/** Regions among those shown in which the model can be invoked. */
export function countRegions(matrix: Matrix, model: MatrixModel, columns: readonly number[]): number {
  return columns.filter((column) => describeCell(matrix, model, column).invocable).length;
}

/** Whether its life has ended in some region and no other is known to take calls. */
export function hasEnded({ states }: MatrixModel): boolean {
  return states.some(({ code }) => code === 'END_OF_LIFE') && !states.some(({ verdict }) => verdict === 'eligible');
}

/** When its life began where that was first, ISO 8601. */
export function startOfLife({ states }: MatrixModel): string | undefined {
  return states
    .flatMap(({ lifecycle }) => (lifecycle?.startOfLifeTime === undefined ? [] : [lifecycle.startOfLifeTime]))
    .sort()[0];
}

/** The earliest end of life that any region states, ISO 8601. */
export function endOfLife({ states }: MatrixModel): string | undefined {
  return states
    .flatMap(({ lifecycle }) => (lifecycle?.endOfLifeTime === undefined ? [] : [lifecycle.endOfLifeTime]))
    .sort()[0];
}

/** Whether all regions that list it call it legacy. */
export function isLegacyModel({ states }: MatrixModel): boolean {
  const listed = states.filter(({ lifecycle }) => lifecycle !== undefined);
  return listed.length > 0 && listed.every(isLegacy);
}
