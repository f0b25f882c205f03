import * as z from 'zod';
import { MalformedResponseError } from '../../errors/errors.js';
import { isRecord } from '../../util/guards.js';

/**
 * What a rate is for: any call that is served anywhere, that of a geographic profile, or, where the card does not tell these
 * apart, that in a region.
 */
const SCOPES = ['global', 'geographic', 'regional'] as const;

/** US dollars for a million tokens, as a provider's offer has them. */
export const RATE = z
  .object({
    /** Source region; absent where the rate holds in all. */
    region: z.string().optional(),
    scope: z.enum(SCOPES),
    direction: z.enum(['input', 'output']),
    perMillion: z.number().positive(),
  })
  .readonly();

export type Rate = z.infer<typeof RATE>;
export type RateScope = Rate['scope'];

/** How bills name regions. What is not here is not known for sure. */
const BILLED_AS: ReadonlyMap<string, string> = new Map([
  ['USE1', 'us-east-1'],
  ['USE2', 'us-east-2'],
  ['USW1', 'us-west-1'],
  ['USW2', 'us-west-2'],
  ['CAN1', 'ca-central-1'],
  ['SAE1', 'sa-east-1'],
  ['EU', 'eu-west-1'],
  ['EUW1', 'eu-west-1'],
  ['EUW2', 'eu-west-2'],
  ['EUW3', 'eu-west-3'],
  ['EUC1', 'eu-central-1'],
  ['EUC2', 'eu-central-2'],
  ['EUN1', 'eu-north-1'],
  ['EUS1', 'eu-south-1'],
  ['EUS2', 'eu-south-2'],
  ['APN1', 'ap-northeast-1'],
  ['APN2', 'ap-northeast-2'],
  ['APN3', 'ap-northeast-3'],
  ['APS1', 'ap-southeast-1'],
  ['APS2', 'ap-southeast-2'],
  ['APS3', 'ap-south-1'],
  ['APE1', 'ap-east-1'],
]);

/** `USE1_InputTokenCount_Global`; `USE1_input_tokens_global_standard`. What has anything else in its name is another product. */
const COUNTED = /^(?:([A-Z]+\d?)_)?(Input|Output)TokenCount(?:_(Global|Geo))?$/;
const STANDARD = /^(?:([A-Z]+\d?)_)?(input|output)_tokens(?:_(global))?_standard$/;

const SCOPE_OF: Readonly<Record<string, RateScope>> = { global: 'global', geo: 'geographic', '': 'regional' };

/**
 * Reads what ListFoundationModelAgreementOffers answered: the rates of tokens in and out at the standard tier, as far as name
 * and unit can be recognised without doubt; all else is left aside. Of rates for the same that differ, as those of several
 * offers may, none is known.
 *
 * @throws MalformedResponseError if there is no list of offers
 */
export function parseRateCards(output: unknown): readonly Rate[] {
  const offers = isRecord(output) ? output['offers'] : undefined;
  if (!Array.isArray(offers)) {
    throw new MalformedResponseError('The answer holds no list of offers.');
  }
  const rates = new Map<string, Rate | undefined>();
  for (const rate of offers.flatMap(rateCardOf).flatMap((each) => rateOf(each) ?? [])) {
    const key = `${rate.region} ${rate.scope} ${rate.direction}`;
    const former = rates.get(key) ?? (rates.has(key) ? undefined : rate);
    rates.set(key, former?.perMillion === rate.perMillion ? former : undefined);
  }
  return Object.freeze([...rates.values()].filter((rate) => rate !== undefined));
}

/** What a call costs: by the rates of its region, or else by those of all. */
export function priceByRates(
  rates: readonly Rate[],
  region: string,
  scope: RateScope,
): { inputPerMillion: number; outputPerMillion: number } | undefined {
  const of = (direction: Rate['direction'], wanted: RateScope): number | undefined => {
    const all = rates.filter((rate) => rate.direction === direction && rate.scope === wanted);
    return (all.find((rate) => rate.region === region) ?? all.find((rate) => rate.region === undefined))?.perMillion;
  };
  const inputPerMillion = of('input', scope);
  const outputPerMillion = of('output', scope);
  if (inputPerMillion === undefined || outputPerMillion === undefined) {
    // Most cards do not tell a geographic profile's calls from others in the region.
    return scope === 'geographic' ? priceByRates(rates, region, 'regional') : undefined;
  }
  return { inputPerMillion, outputPerMillion };
}

function rateCardOf(offer: unknown): unknown[] {
  const { termDetails } = isRecord(offer) ? offer : {};
  const { usageBasedPricingTerm } = isRecord(termDetails) ? termDetails : {};
  const { rateCard } = isRecord(usageBasedPricingTerm) ? usageBasedPricingTerm : {};
  return Array.isArray(rateCard) ? rateCard : [];
}

function rateOf(line: unknown): Rate | undefined {
  const { dimension, price, description, unit } = isRecord(line) ? line : {};
  const name = typeof dimension === 'string' ? dimension : '';
  const standard = STANDARD.exec(name);
  const [, billed, direction = '', scope = ''] = standard ?? COUNTED.exec(name) ?? [];
  const tokens = tokensOf(unit, description, standard !== null);
  const amount = typeof price === 'string' && price.trim() !== '' ? Number(price) : Number.NaN;
  const region = billed === undefined ? undefined : BILLED_AS.get(billed);
  if (
    direction === '' ||
    tokens === undefined ||
    !(amount > 0 && amount < Number.POSITIVE_INFINITY) ||
    (billed !== undefined && region === undefined)
  ) {
    return undefined;
  }
  return Object.freeze({
    ...(region !== undefined && { region }),
    scope: SCOPE_OF[scope.toLowerCase()] ?? 'regional',
    direction: direction.toLowerCase() === 'input' ? 'input' : 'output',
    perMillion: Number(((amount * 1_000_000) / tokens).toPrecision(12)),
  });
}

/**
 * For how many tokens a price is. `Units` tells nothing: the description does ("Million Input Tokens"). Only names that say
 * `standard` are known to be for a million where it does not either.
 */
function tokensOf(unit: unknown, description: unknown, isStandard: boolean): number | undefined {
  if (unit !== 'Units') {
    return unit === '1M tokens' ? 1_000_000 : unit === '1K tokens' ? 1_000 : undefined;
  }
  const words = typeof description === 'string' ? description : '';
  if (/\bthousand\b/i.test(words)) {
    return 1_000;
  }
  return isStandard || /\bmillion\b/i.test(words) ? 1_000_000 : undefined;
}
