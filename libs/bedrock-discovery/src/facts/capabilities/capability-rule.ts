import { lackOf, openQuestion } from '../../catalog/models/capabilities.js';
import type { Abilities } from '../../catalog/models/model.types.js';
import type { FactRule } from '../path-fact.js';

/** What is known of what a model can do. */
export interface KnownAbilities {
  /** By all sources: what calls have shown goes before the table. */
  readonly all: Abilities;
  /** Date of the table; absent where it does not have the model. */
  readonly asOf?: string;
  /** What calls were refused for, since when, ISO 8601. */
  readonly shown?: Abilities & { readonly at: string };
}

/** Whether the model can do what is demanded. */
export const CAPABILITY_RULE: FactRule = {
  rejects: ({ capabilities }, wanted) => {
    const lack = lackOf(capabilities?.all, wanted);
    if (lack === undefined) {
      return undefined;
    }
    const { shown, asOf } = capabilities ?? {};
    return shown !== undefined && lackOf(shown, wanted) === lack
      ? `The model ${lack}, as a call has shown on ${shown.at.slice(0, 10)}.`
      : `The model ${lack}, by the table of ${asOf}.`;
  },
  misses: ({ capabilities }, wanted) => {
    const question = openQuestion(capabilities?.all, wanted);
    return question && `It is not known whether the model ${question}.`;
  },
};
