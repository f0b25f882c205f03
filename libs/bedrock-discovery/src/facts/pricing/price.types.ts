/**
 * Where a price is from, in the order in which they are asked: the offer that the provider makes to the account, the
 * `pricing.table` option, and the dated table that comes with the library.
 *
 * @publicApi
 */
export const PRICE_SOURCES = ['offer', 'option', 'table'] as const;

/** One of {@link PRICE_SOURCES}. @publicApi */
export type PriceSource = (typeof PRICE_SOURCES)[number];

/** Each in words. @publicApi */
export const PRICE_SOURCE_WORDS: Readonly<Record<PriceSource, string>> = {
  offer: "the provider's offer to the account",
  option: 'the pricing.table option',
  table: 'the table that comes with the library',
};

/**
 * What a call through a route costs at the standard rate: without caching of prompts, batches, other service tiers and surcharges
 * for long contexts. Plain, frozen, JSON-safe data.
 *
 * @publicApi
 */
export interface Price {
  /** Of a million tokens in. */
  readonly inputPerMillion: number;
  /** Of a million tokens out. */
  readonly outputPerMillion: number;
  /** ISO 4217, such as `USD`. */
  readonly currency: string;
  /** Where it is from. */
  readonly source: PriceSource;
  /** When it was so: a time, a day or a month, ISO 8601. Absent where the option does not say. */
  readonly asOf?: string;
}

/** Tokens in that are reckoned with for each token out, where prices are compared. */
const INPUT_PER_OUTPUT = 3;

/** What prices are compared by: of a million tokens, three in for each one out. */
export function blendOf({ inputPerMillion, outputPerMillion }: Price): number {
  return (inputPerMillion * INPUT_PER_OUTPUT + outputPerMillion) / (INPUT_PER_OUTPUT + 1);
}

/** As people write it, such as `3 USD in, 15 USD out`. */
export function priceWords({ inputPerMillion, outputPerMillion, currency }: Price): string {
  return `${inputPerMillion} ${currency} in, ${outputPerMillion} ${currency} out`;
}
