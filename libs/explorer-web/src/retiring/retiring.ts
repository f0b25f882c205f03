import type { Matrix, MatrixModel } from '../api/matrix.types.js';

export interface RetiringModel {
  readonly model: MatrixModel;
  /** ISO 8601; undefined where no region states it. */
  readonly end?: string;
  readonly regions: readonly string[];
}

/** Models whose life ends, the soonest first; one for each end where regions differ, and those without a date last. */
export function retiringModels({ models, regions }: Matrix): readonly RetiringModel[] {
  return models
    .flatMap((model) => {
      const byEnd = new Map<string, string[]>();
      for (const [column, number] of model.cells.entries()) {
        const lifecycle = model.states[number]?.lifecycle;
        if (lifecycle?.endOfLifeTime !== undefined || (lifecycle && lifecycle.status !== 'ACTIVE')) {
          const end = lifecycle.endOfLifeTime ?? '';
          byEnd.set(end, [...(byEnd.get(end) ?? []), regions[column]?.region ?? '']);
        }
      }
      return [...byEnd].map(([end, names]) => ({ model, ...(end !== '' && { end }), regions: names }));
    })
    .sort((a, b) => {
      const [left, right] = [a.end ?? '9999', b.end ?? '9999'];
      return left < right ? -1 : left > right ? 1 : a.model.id < b.model.id ? -1 : 1;
    });
}
