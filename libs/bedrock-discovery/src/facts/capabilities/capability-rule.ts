import { lackOf, openQuestion } from '../../catalog/models/capabilities.js';
import type { FactRule } from '../path-fact.js';

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
