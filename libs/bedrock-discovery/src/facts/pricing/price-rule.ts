import type { FactConstraints, FactRule } from '../path-fact.js';
import type { Price } from './price.types.js';

/** Whether a token out costs no more than is wanted. */
export const PRICE_RULE: FactRule = {
  rejects: ({ price }, wanted) => {
    const most = wanted.maxOutputPricePerMillion;
    return most !== undefined && isComparable(price, wanted) && price.outputPerMillion > most
      ? `A million tokens out cost ${price.outputPerMillion} ${price.currency}, more than ${most}.`
      : undefined;
  },
  misses: ({ price }, wanted, { invocationId, region }) =>
    wanted.maxOutputPricePerMillion !== undefined && !isComparable(price, wanted)
      ? `What ${invocationId} costs in ${region} is not known in ${wanted.currency}.`
      : undefined,
};

function isComparable(price: Price | undefined, { currency }: FactConstraints): price is Price {
  return price?.currency === currency;
}
