import type { Matrix, MatrixModel } from '../api/matrix.types.js';
import { isVariant, reachOf, searching, startOfLife } from '../matrix/arrange.js';

export interface Suggestion {
  /** What is asked about once it is chosen. */
  readonly text: string;
  readonly name: string;
  /** Absent for a family. */
  readonly model?: MatrixModel;
  /** Regions in which it can be invoked; of a family, its models that can be. */
  readonly count: number;
}

const MOST = 8;
/** Fewer are no family. */
const FEWEST_MEMBERS = 2;

/**
 * What a text may name, by what is known here: a family first, then models, those that can be invoked before the others,
 * and of those the newest first.
 *
 * @param named models that the text names, as the application has it: by a profile, an ARN, a name in short
 */
export function suggest(matrix: Matrix, text: string, named: ReadonlySet<string>): readonly Suggestion[] {
  const wanted = text.trim();
  const found = searching(wanted);
  const models = matrix.models
    .filter((model) => (found(model) || named.has(model.id)) && !isVariant(matrix, model))
    .map((model) => ({ model, count: reachOf(matrix, model), start: startOfLife(model) ?? '' }))
    .sort(
      (a, b) =>
        Number(b.count > 0) - Number(a.count > 0) ||
        (a.start < b.start ? 1 : a.start > b.start ? -1 : a.model.id < b.model.id ? -1 : 1),
    );
  const members = models.filter(({ model, count }) => count > 0 && wordsAreIn(wanted, model.name));
  const isFamily =
    wanted !== '' &&
    members.length >= FEWEST_MEMBERS &&
    !models.some(({ model }) => model.name.toLowerCase() === wanted.toLowerCase() || model.id === wanted);
  return [
    ...(isFamily ? [{ text: wanted, name: wanted, count: members.length }] : []),
    ...models
      .slice(0, MOST)
      .map(({ model, count }): Suggestion => ({ text: model.id, name: model.name, model, count })),
  ];
}

function wordsAreIn(text: string, name: string): boolean {
  const words = name.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}
