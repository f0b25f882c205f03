import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from './support/cleanup.js';

const run = promisify(execFile);
const SCRIPT = 'scripts/make-figures.mjs';

/** One of GetProducts' PriceList: a text that holds JSON. */
function product(attributes: object, unit: string, usd: string, description = 'as it is'): string {
  const sku = 'ABCDEF';
  const priceDimensions = {
    [`${sku}.JRTCKXETXF.6YS6EN2CT7`]: {
      unit,
      endRange: 'Inf',
      description,
      appliesTo: [],
      rateCode: `${sku}.JRTCKXETXF.6YS6EN2CT7`,
      beginRange: '0',
      pricePerUnit: { USD: usd },
    },
  };
  const term = {
    priceDimensions,
    sku,
    effectiveDate: '2026-12-01T00:00:00Z',
    offerTermCode: 'JRTCKXETXF',
    termAttributes: {},
  };
  return JSON.stringify({
    product: { productFamily: 'Amazon Bedrock', attributes, sku },
    serviceCode: 'AmazonBedrock',
    terms: { OnDemand: { [`${sku}.JRTCKXETXF`]: term } },
    version: '20261201000000',
    publicationDate: '2026-12-01T00:00:00Z',
  });
}

const nova = (regionCode: string, direction: string, usd: string, usage = '', feature = 'On-demand Inference') =>
  product(
    {
      regionCode,
      model: 'Nova Pro',
      inferenceType: `${direction} tokens`,
      feature,
      usagetype: `USE1-NovaPro-${direction.toLowerCase()}-tokens${usage}`,
      servicename: 'Amazon Bedrock',
    },
    '1K tokens',
    usd,
  );
const claude = (regionCode: string, dimension: string, usd: string, description: string) =>
  product(
    {
      regionCode,
      servicename: 'Claude Opus 4.7 (Amazon Bedrock Edition)',
      usagetype: `USE1-MP:USE1_${dimension}-Units`,
    },
    'Units',
    usd,
    `AWS Marketplace software usage|${regionCode}|${description}`,
  );

const MODELS = {
  modelSummaries: [
    { modelId: 'amazon.nova-pro-v1:0', modelName: 'Nova Pro', providerName: 'Amazon' },
    { modelId: 'amazon.nova-pro-v1:0:24k', modelName: 'Nova Pro', providerName: 'Amazon' },
    { modelId: 'anthropic.claude-opus-4-7', modelName: 'Claude Opus 4.7', providerName: 'Anthropic' },
  ],
};
const profile = (id: string, region: string, modelId: string) => ({
  inferenceProfileId: id,
  inferenceProfileArn: `arn:aws:bedrock:${region}:111122223333:inference-profile/${id}`,
  type: 'SYSTEM_DEFINED',
  models: [{ modelArn: `arn:aws:bedrock:${region}::foundation-model/${modelId}` }],
});
const PROFILES = {
  inferenceProfileSummaries: [
    profile('us.anthropic.claude-opus-4-7', 'us-east-1', 'anthropic.claude-opus-4-7'),
    profile('global.anthropic.claude-opus-4-7', 'us-east-1', 'anthropic.claude-opus-4-7'),
    profile('eu.amazon.nova-pro-v1:0', 'eu-west-1', 'amazon.nova-pro-v1:0'),
    profile('eu.amazon.nova-pro-v1:0', 'eu-west-3', 'amazon.nova-pro-v1:0'),
  ],
};
const PRICE_LIST = {
  FormatVersion: 'aws_v1',
  PriceList: [
    nova('us-east-1', 'Input', '0.0007000000'),
    nova('us-east-1', 'Output', '0.0028000000'),
    nova('us-west-2', 'Input', '0.0007000000'),
    nova('us-west-2', 'Output', '0.0028000000'),
    nova('eu-west-1', 'Input', '0.0008000000'),
    nova('eu-west-1', 'Output', '0.0031000000'),
    nova('eu-west-3', 'Input', '0.0009000000'),
    nova('eu-west-3', 'Output', '0.0032000000'),
    nova('us-east-1', 'Input', '0.0003500000', '-batch'),
    nova('us-east-1', 'Input', '9.0000000000', '', 'Model Customization'),
    claude('us-east-1', 'input_tokens_standard', '4.4000000000', 'Input Tokens - Standard'),
    claude('us-east-1', 'output_tokens_standard', '22.0000000000', 'Output Tokens - Standard'),
    claude('us-east-1', 'InputTokenCount_Global', '4.0000000000', 'Million Input Tokens Global'),
    claude('us-east-1', 'cache_read_tokens_standard', '0.4400000000', 'Cache Read Tokens - Standard'),
    product(
      { model: 'Somebody Else', inferenceType: 'Input tokens', feature: 'On-demand Inference' },
      '1K tokens',
      '1',
    ),
  ],
};

describe('the script that makes the table of figures anew', () => {
  let text: string;
  const line = (key: string) => text.split('\n').find((each) => each.startsWith(`${key}|`));

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const file = async (name: string, content: object): Promise<string> => {
      await writeFile(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    const files = [
      await file('models.json', MODELS),
      await file('profiles.json', PROFILES),
      await file('prices.json', PRICE_LIST),
    ];
    const target = join(folder, 'figures.ts');
    await run(process.execPath, [SCRIPT, '2026-12', ...files], { env: { ...process.env, FIGURES_FILE: target } });
    text = await readFile(target, 'utf8');
  });

  it('takes over new prices with what the model can do, without a date of their own', () => {
    expect(text).toContain("FIGURES_AS_OF = '2026-12'");
    expect(line('amazon.nova-pro-v1:0')).toBe('amazon.nova-pro-v1:0|0.7|2.8|300000|10000|Tr');
    expect(line('us.anthropic.claude-opus-4-7')).toBe('us.anthropic.claude-opus-4-7|4.4|22|1000000|128000|TR');
  });

  it('has a line for each region where prices differ, and the bare id for the US alone', () => {
    expect(line('eu-west-1/amazon.nova-pro-v1:0')).toMatch(/\|0\.8\|3\.1\|/);
    expect(line('eu-west-1/eu.amazon.nova-pro-v1:0')).toMatch(/\|0\.8\|3\.1\|/);
    expect(line('eu-west-3/eu.amazon.nova-pro-v1:0')).toMatch(/\|0\.9\|3\.2\|/);
  });

  it('leaves what it has no whole price of as it was, with its date', () => {
    expect(line('global.anthropic.claude-opus-4-7')).toBe(
      'global.anthropic.claude-opus-4-7|5|25|1000000|128000|TR|2026-11',
    );
    expect(line('google.gemma-3-4b-it')).toMatch(/\|2026-07-02$/);
  });

  it('says how it is called where it is called otherwise', async () => {
    await expect(run(process.execPath, [SCRIPT, 'soon'])).rejects.toThrow(
      /usage: node scripts\/make-figures\.mjs <date>/,
    );
  });
});
