import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withoutGeography } from '../arn.js';
import { listedCapabilities, listPriceOf, parseFigures } from './figures.js';
import { FIGURES, FIGURES_AS_OF } from './figures-data.js';

const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

describe('the table of figures', () => {
  it('holds nothing that cannot be read, and each id once', () => {
    const lines = FIGURES.trim().split('\n');
    const { byId } = parseFigures(FIGURES, FIGURES_AS_OF);
    expect(byId.size).toBe(lines.length);
    for (const line of lines) {
      expect(line).toMatch(/^[\w.:/-]+\|[\d.]*\|[\d.]*\|\d*\|\d*\|T?t?R?r?S?s?(\|\d{4}-\d\d(-\d\d)?)?$/);
    }
    for (const { price } of byId.values()) {
      expect(price === undefined || price.inputPerMillion <= price.outputPerMillion).toBe(true);
    }
  });

  it('has the price of a profile by its own id alone', () => {
    expect(listPriceOf(`eu.${CLAUDE}`, 'eu-west-1')).toEqual({
      inputPerMillion: 3.3,
      outputPerMillion: 16.5,
      asOf: FIGURES_AS_OF,
    });
    expect(listPriceOf(`global.${CLAUDE}`, 'eu-west-1')?.inputPerMillion).toBe(3);
    expect(listPriceOf(`xx.${CLAUDE}`, 'eu-west-1')).toBeUndefined();
  });

  it('has the price of a bare id in the US, and elsewhere only where it names the region', () => {
    expect(listPriceOf('amazon.nova-pro-v1:0', 'us-west-2')?.inputPerMillion).toBe(0.8);
    expect(listPriceOf('amazon.nova-pro-v1:0', 'eu-west-2')).toBeUndefined();
    expect(listPriceOf('amazon.nova-pro-v1:0', 'us-gov-west-1')).toBeUndefined();
    const { byId } = parseFigures('eu-west-2/a.b|1|2|||\na.b|3|4|||', '2026-11');
    expect(byId.get('eu-west-2/a.b')?.price).toMatchObject({ inputPerMillion: 1 });
  });

  it('has no price of a bare id that would be that of the global profile', () => {
    expect(listPriceOf('anthropic.claude-sonnet-5', 'us-east-1')).toBeUndefined();
    expect(listPriceOf('global.anthropic.claude-sonnet-5', 'us-east-1')?.inputPerMillion).toBe(2);
  });

  it('says what a model can do by the lines of all its ids, the bare one first, and leaves out what it does not know', () => {
    expect(listedCapabilities('amazon.nova-premier-v1:0')).toEqual({
      contextTokens: 1_000_000,
      maxOutputTokens: 10_000,
      reasoning: false,
      source: 'table',
      asOf: FIGURES_AS_OF,
    });
    expect(listedCapabilities('openai.gpt-oss-120b-1:0')?.maxOutputTokens).toBe(128_000);
    expect(listedCapabilities('amazon.titan-embed-text-v2:0')).toBeUndefined();
    expect(listedCapabilities(CLAUDE)).toBe(listedCapabilities(CLAUDE));
  });

  it('takes 0 and what is missing for unknown, and an older date from the line itself', () => {
    const { byId } = parseFigures('a.b|0|2|0||\nc.d|1|2|||t|2026-07-02', '2026-11');
    expect(byId.get('a.b')).toEqual({ capabilities: { source: 'table', asOf: '2026-11' } });
    expect(byId.get('c.d')).toMatchObject({
      price: { asOf: '2026-07-02' },
      capabilities: { toolUse: false, asOf: '2026-07-02' },
    });
  });

  it('has the ids that an editor offers', () => {
    const types = readFileSync(new URL('./known-ids.ts', import.meta.url), 'utf8');
    const offered = (name: string): string[] =>
      [...(types.split(`type ${name} =`)[1]?.split(';')[0] ?? '').matchAll(/'([^']+)'/g)].map(([, id = '']) => id);
    const ids = FIGURES.trim()
      .split('\n')
      .map((line) => line.slice(0, line.indexOf('|')).replace(/^.*\//, ''));
    expect(new Set(offered('ModelName'))).toEqual(new Set(ids.map(withoutGeography)));
    expect(new Set(offered('ProfileName'))).toEqual(new Set(ids.filter((id) => withoutGeography(id) !== id)));
  });
});
