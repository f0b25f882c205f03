import type { FactRule } from '../path-fact.js';
import { MEASURE_WORDS, QUOTA_MEASURES } from './quota.types.js';

/** Whether the account may use the model at all. */
export const QUOTA_RULE: FactRule = {
  rejects: ({ quotas }, _wanted, { region }) => {
    const zero = QUOTA_MEASURES.find((measure) => quotas?.quota[measure] === 0);
    return quotas?.quota.source !== 'listed' || zero === undefined
      ? undefined
      : `The account's quota of ${MEASURE_WORDS[zero]} is 0 in ${region}, as new accounts have it: every call is throttled, ` +
          'and waiting does not help. Have it raised in Service Quotas, or by AWS Support.';
  },
  misses: () => undefined,
};

/** Whether the quota allows as much as is wanted, whatever is left of it now. */
export const QUOTA_LIMIT_RULE: FactRule = {
  rejects: ({ quotas }, { minTokensPerMinute: least }, { region }) => {
    const limit = quotas?.quota.tokensPerMinute;
    return least !== undefined && limit !== undefined && limit < least
      ? `The account's quota in ${region} is ${limit} tokens a minute, less than ${least}.`
      : undefined;
  },
  misses: ({ quotas }, { minTokensPerMinute: least }, { region }) =>
    least !== undefined && quotas?.quota.tokensPerMinute === undefined
      ? `How many tokens a minute the account may use in ${region} is not known.`
      : undefined,
};
