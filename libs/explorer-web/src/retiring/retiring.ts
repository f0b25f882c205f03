import type { Matrix, MatrixModel } from '../api/matrix.types.js';
import { isVariant } from '../matrix/arrange.js';

export interface RetiringModel {
  readonly model: MatrixModel;
  /** Its variants that retire with it, which are not listed by themselves. */
  readonly variants: number;
  /** ISO 8601; undefined where no region states it. */
  readonly end?: string;
  readonly regions: readonly string[];
}

/** Models whose life ends, the soonest first; one for each end where regions differ, and those without a date last. */
export function retiringModels(matrix: Matrix): readonly RetiringModel[] {
  const { models, regions } = matrix;
  const variants = new Map<string, number>();
  for (const { id } of models.filter((model) => isVariant(matrix, model))) {
    const base = id.slice(0, id.lastIndexOf(':'));
    variants.set(base, (variants.get(base) ?? 0) + 1);
  }
  return models
    .filter((model) => !isVariant(matrix, model))
    .flatMap((model) => {
      const byEnd = new Map<string, string[]>();
      for (const [column, number] of model.cells.entries()) {
        const lifecycle = model.states[number]?.lifecycle;
        if (lifecycle?.endOfLifeTime !== undefined || (lifecycle && lifecycle.status !== 'ACTIVE')) {
          const end = lifecycle.endOfLifeTime ?? '';
          byEnd.set(end, [...(byEnd.get(end) ?? []), regions[column]?.region ?? '']);
        }
      }
      return [...byEnd].map(([end, names]) => ({
        model,
        variants: variants.get(model.id) ?? 0,
        ...(end !== '' && { end }),
        regions: names,
      }));
    })
    .sort((a, b) => {
      const [left, right] = [a.end ?? '9999', b.end ?? '9999'];
      return left < right ? -1 : left > right ? 1 : a.model.id < b.model.id ? -1 : 1;
    });
}

/** In which quarter of UTC a time is: `2026-Q4`. */
export function quarterOf(time: string | number): string {
  const date = new Date(time);
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
}
