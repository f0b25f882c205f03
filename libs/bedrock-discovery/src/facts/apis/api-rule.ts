import type { FactRule } from '../path-fact.js';
import { API_WORDS } from './api.types.js';

/** Whether the model offers the API that is demanded. */
export const API_RULE: FactRule = {
  rejects: ({ apis }, { api }) =>
    api !== undefined && apis?.refused.includes(api) === true
      ? `The model has refused the ${API_WORDS[api]} API as not supported.`
      : undefined,
  misses: ({ apis }, { api }) =>
    api !== undefined && apis?.offered.includes(api) !== true
      ? `No call has shown yet that the model offers the ${API_WORDS[api]} API.`
      : undefined,
};
