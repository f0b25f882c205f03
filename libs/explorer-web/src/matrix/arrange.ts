import type { Matrix, MatrixModel } from '../api/matrix.types.js';
import type { ViewSettings } from '../state/view-settings.js';
import { describeCell, isLegacy } from './describe-cell.js';
import { compareRegions, groupOf } from './geographies.js';

type Filters = Pick<
  ViewSettings,
  'search' | 'provider' | 'modality' | 'geography' | 'lifecycle' | 'invocable' | 'sort' | 'descending' | 'columns'
>;

/** Rows and columns of the matrix as they are shown. */
export interface Arrangement {
  readonly rows: readonly MatrixModel[];
  /** Positions of regions in the matrix. */
  readonly columns: readonly number[];
  /** Positions among the columns at which a group of regions begins. */
  readonly starts: ReadonlySet<number>;
}

/** @param latencyOf smoothed round trip, undefined where it was never measured */
export function arrange(
  matrix: Matrix,
  filters: Filters,
  latencyOf: (region: string) => number | undefined,
): Arrangement {
  const columns = arrangeColumns(matrix, filters, latencyOf);
  const words = filters.search.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = matrix.models.filter(
    (model) => matches(model, filters, words) && hasCell(matrix, model, columns, filters),
  );
  return { rows: sortRows(matrix, rows, columns, filters), columns, starts: groupStarts(matrix, columns, filters) };
}

function groupStarts({ regions }: Matrix, columns: readonly number[], filters: Filters): ReadonlySet<number> {
  const groupAt = (position: number): string => groupOf(regions[columns[position] ?? -1]?.region ?? '').id;
  const positions = filters.columns === 'geography' ? [...columns.keys()] : [];
  return new Set(positions.filter((position) => position === 0 || groupAt(position) !== groupAt(position - 1)));
}

function arrangeColumns(
  { regions }: Matrix,
  { geography, columns }: Filters,
  latencyOf: (region: string) => number | undefined,
): readonly number[] {
  const shown = regions
    .map(({ region }, index) => ({ region, index }))
    .filter(({ region }) => geography === '' || groupOf(region).id === geography);
  const far = Number.MAX_VALUE;
  const compare = {
    geography: compareRegions,
    name: (a: string, b: string): number => (a < b ? -1 : 1),
    latency: (a: string, b: string): number => (latencyOf(a) ?? far) - (latencyOf(b) ?? far) || compareRegions(a, b),
  }[columns];
  return shown.sort((a, b) => compare(a.region, b.region)).map(({ index }) => index);
}

function matches(model: MatrixModel, { provider, modality }: Filters, words: readonly string[]): boolean {
  if (provider !== '' && model.provider !== provider) {
    return false;
  }
  const [direction, kind = ''] = modality.split(':');
  if (modality !== '' && !(direction === 'in' ? model.input : model.output).includes(kind)) {
    return false;
  }
  const text = `${model.id} ${model.name} ${model.provider}`.toLowerCase();
  return words.every((word) => text.includes(word));
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
      (lifecycle === '' || (lifecycle === 'LEGACY') === isLegacy(state)) &&
      (!invocable || describeCell(matrix, model, column).invocable)
    );
  });
}

function sortRows(
  matrix: Matrix,
  rows: readonly MatrixModel[],
  columns: readonly number[],
  { sort, descending }: Filters,
): readonly MatrixModel[] {
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
        return column === -1 ? model.id : rankInRegion(matrix, model, column);
    }
  };
  const keyed = rows.map((model) => ({ model, key: keyOf(model) }));
  const direction = descending ? -1 : 1;
  keyed.sort((a, b) => (a.key < b.key ? -direction : a.key > b.key ? direction : a.model.id < b.model.id ? -1 : 1));
  return keyed.map(({ model }) => model);
}

/** On demand first, then through profiles, then what is listed only. */
function rankInRegion(matrix: Matrix, model: MatrixModel, column: number): number {
  const state = model.states[model.cells[column] ?? -1];
  if (state === undefined) {
    return 3;
  }
  return state.inference.includes('ON_DEMAND') ? 0 : describeCell(matrix, model, column).invocable ? 1 : 2;
}

/** Regions among those shown in which the model can be invoked. */
export function countRegions(matrix: Matrix, model: MatrixModel, columns: readonly number[]): number {
  return columns.filter((column) => describeCell(matrix, model, column).invocable).length;
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
