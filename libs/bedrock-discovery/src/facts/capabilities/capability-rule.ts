import { lackOf, openQuestion } from '../../catalog/models/capabilities.js';
import type { FactRule } from '../path-fact.js';

/** Whether the model can do what is demanded. */
export const CAPABILITY_RULE: FactRule = {
  rejects: ({ capabilities }, wanted) => {
    const lack = lackOf(capabilities, wanted);
    if (lack === undefined || capabilities === undefined) {
      return undefined;
    }
    const { source, asOf } = capabilities;
    return `The model ${lack}, as ${source === 'call' ? 'calls have' : 'the table has'} it of ${asOf.slice(0, 10)}.`;
  },
  misses: ({ capabilities }, wanted) => {
    const question = openQuestion(capabilities, wanted);
    return question && `It is not known whether the model ${question}.`;
  },
};
