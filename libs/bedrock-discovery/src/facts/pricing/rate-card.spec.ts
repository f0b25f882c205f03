import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRateCards, priceByRates, RATE } from './rate-card.js';

const card = (...rateCard: readonly object[]) => ({
  offers: [{ offerToken: 'token', termDetails: { usageBasedPricingTerm: { rateCard } } }],
});
const million = 'Million Input Tokens Regional';
const rate = (dimension: string, price = '1.1', description = million, unit = 'Units') => ({
  dimension,
  price,
  description,
  unit,
});

describe('a rate card', () => {
  it.each([
    ['USE1_InputTokenCount', { region: 'us-east-1', scope: 'regional', direction: 'input' }],
    ['APN1_OutputTokenCount_Global', { region: 'ap-northeast-1', scope: 'global', direction: 'output' }],
    ['USW2_OutputTokenCount_Geo', { region: 'us-west-2', scope: 'geographic', direction: 'output' }],
    ['USW2_input_tokens_global_standard', { region: 'us-west-2', scope: 'global', direction: 'input' }],
    ['EUC1_output_tokens_standard', { region: 'eu-central-1', scope: 'regional', direction: 'output' }],
    ['input_tokens_standard', { scope: 'regional', direction: 'input' }],
  ])('is read where its dimension is %s', (dimension, expected) => {
    expect(parseRateCards(card(rate(dimension)))).toEqual([{ ...expected, perMillion: 1.1 }]);
  });

  it.each([
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
  ])('takes %s for %s', (billed, region) => {
    expect(parseRateCards(card(rate(`${billed}_InputTokenCount`)))).toMatchObject([{ region }]);
  });

  it.each([
    'USE1_CacheReadInputTokenCount',
    'USE1_CacheWriteInputTokenCount_Global',
    'USE1_InputTokenCount_Batch',
    'USE1_InputTokenCount_Global_Batch',
    'USW2_InputTokenCount_LCtx_Global',
    'USW2_Reserved_1Month_InputTPM_Geo',
    'USW2_ProvisionedThroughput_6MonthsCommit_ModelUnits_Usage',
    'input_tokens_long_ctx_standard',
    'input_tokens_flex',
    'XYZ9_InputTokenCount',
    'InputTokens',
    '',
  ])('leaves aside what is another product or cannot be recognised, such as %j', (dimension) => {
    expect(parseRateCards(card(rate(dimension)))).toEqual([]);
  });

  it.each([
    ['1M tokens', 'whatever', 1.1],
    ['1K tokens', 'whatever', 1_100],
    ['Units', 'Million Input Tokens Regional', 1.1],
    ['Units', 'thousand Input Tokens Regional', 1_100],
    ['Units', 'Input Tokens', undefined],
    ['1M TPM Hour', 'Million tokens', undefined],
    ['hour', '', undefined],
    ['Million requests', 'Million Input Tokens', undefined],
  ])('counts tokens by the unit %j with the description %j', (unit, description, perMillion) => {
    const [found] = parseRateCards(card(rate('USE1_InputTokenCount', '1.1', description, unit)));
    expect(found?.perMillion).toBe(perMillion);
  });

  it('is for a million tokens where its name says standard and nothing else says for how many', () => {
    const [found] = parseRateCards(card(rate('USE1_input_tokens_standard', '5.5', 'Input Tokens - Standard')));
    expect(found?.perMillion).toBe(5.5);
  });

  it.each(['', ' ', '0', '-1', 'free', 'NaN', 'Infinity'])('has no rate of the price %j', (price) => {
    expect(parseRateCards(card(rate('USE1_InputTokenCount', price)))).toEqual([]);
  });

  it('knows no rate that several offers state differently', () => {
    const offers = (...prices: string[]) => ({
      offers: prices.flatMap((price) => card(rate('USE1_InputTokenCount', price)).offers),
    });
    expect(parseRateCards(offers('1', '1'))).toHaveLength(1);
    expect(parseRateCards(offers('1', '2'))).toEqual([]);
    expect(parseRateCards(offers('1', '2', '1'))).toEqual([]);
  });

  it('without a list of offers is malformed, which is not "none"', () => {
    expect(() => parseRateCards({})).toThrow(/no list of offers/);
    expect(parseRateCards({ offers: [] })).toEqual([]);
  });

  it.each([
    [{ scope: 'global', direction: 'input', perMillion: 1 }, true],
    [{ region: 'eu-west-1', scope: 'geographic', direction: 'output', perMillion: 0.5 }, true],
    [{ scope: 'regional', direction: 'output', perMillion: 0.5 }, true],
    [{ scope: 'elsewhere', direction: 'output', perMillion: 0.5 }, false],
    [{ scope: 'global', direction: '', perMillion: 0.5 }, false],
    [{ scope: 'global', direction: 'input', perMillion: 0 }, false],
    [{ scope: 'global', direction: 'input' }, false],
    [{ region: 7, scope: 'global', direction: 'input', perMillion: 1 }, false],
  ])('was kept as %j: %j', (kept, isRate) => {
    expect(RATE.safeParse(kept)).toMatchObject(isRate ? { success: true, data: kept } : { success: false });
  });

  it('can hold anything at all without an error', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (lines) => {
        expect(Array.isArray(parseRateCards(card(...(lines as object[]))))).toBe(true);
      }),
    );
  });
});

describe('the price of a call by a rate card', () => {
  const rates = parseRateCards(
    card(
      rate('USE1_InputTokenCount', '1.1'),
      rate('USE1_OutputTokenCount', '5.5'),
      rate('input_tokens_standard', '2'),
      rate('output_tokens_standard', '10'),
      rate('USE1_InputTokenCount_Global', '1'),
    ),
  );

  it('is that of its region before that of all', () => {
    expect(priceByRates(rates, 'us-east-1', 'regional')).toEqual({ inputPerMillion: 1.1, outputPerMillion: 5.5 });
    expect(priceByRates(rates, 'eu-west-1', 'regional')).toEqual({ inputPerMillion: 2, outputPerMillion: 10 });
  });

  it('is that in the region for a geographic profile where the card does not tell them apart', () => {
    expect(priceByRates(rates, 'us-east-1', 'geographic')).toEqual({ inputPerMillion: 1.1, outputPerMillion: 5.5 });
  });

  it('is that of a geographic profile where the card tells them apart', () => {
    const apart = parseRateCards(
      card(
        rate('USE1_InputTokenCount_Geo', '1.2'),
        rate('USE1_OutputTokenCount_Geo', '6'),
        rate('USE1_InputTokenCount'),
      ),
    );
    expect(priceByRates(apart, 'us-east-1', 'geographic')).toEqual({ inputPerMillion: 1.2, outputPerMillion: 6 });
    expect(priceByRates(apart, 'us-east-1', 'regional')).toBeUndefined();
  });

  it('is not known where the card has the rate of what comes out alone', () => {
    const half = parseRateCards(card(rate('USE1_OutputTokenCount_Global', '5')));
    expect(priceByRates(half, 'us-east-1', 'global')).toBeUndefined();
  });

  it('is not known of a global profile that has one of its two rates alone, and never taken from elsewhere', () => {
    expect(priceByRates(rates, 'us-east-1', 'global')).toBeUndefined();
  });
});
