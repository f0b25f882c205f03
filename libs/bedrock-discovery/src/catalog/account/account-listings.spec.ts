import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as sdk from '@aws-sdk/client-bedrock';
import { MalformedResponseError } from '../../errors/errors.js';
import { ACCOUNT_OPERATIONS, accountListing, parseAccountModels, viaOfArn } from './account-listings.js';

const REGION = 'eu-west-1';
const RESOURCES = {
  provisioned: 'bedrock:eu-west-1:123456789012:provisioned-model/abc',
  imported: 'bedrock:eu-west-1:123456789012:imported-model/abc',
  custom: 'bedrock:eu-west-1:123456789012:custom-model-deployment/abc',
  marketplace: 'sagemaker:eu-west-1:123456789012:endpoint/abc',
  routers: 'bedrock:eu-west-1::default-prompt-router/maker.one:1',
} as const;

describe.each(ACCOUNT_OPERATIONS.map((row) => [row.name, row] as const))('what is listed of %s', (name, row) => {
  const arn = `arn:aws:${RESOURCES[name]}`;
  const parse = (...entries: readonly unknown[]) => parseAccountModels(row, REGION, { [row.list]: entries });

  it('is told by its ARN', () => {
    expect(viaOfArn(arn)).toBe(row.via);
  });

  it('counts what cannot be read: no ARN, that of another kind, that of another region', () => {
    const others = Object.values(RESOURCES).filter((other) => other !== RESOURCES[name]);
    const unreadable = [
      {},
      7,
      { [row.arn]: 'arn:\n' },
      { [row.arn]: arn.replace(REGION, 'us-east-1') },
      ...others.map((other) => ({ [row.arn]: `arn:aws:${other}` })),
    ];
    const { items, unreadable: count } = parse({ [row.arn]: arn }, ...unreadable);
    expect([items.map((item) => item.arn), count]).toEqual([[arn], unreadable.length]);
    expect(() => parse({})).toThrow(MalformedResponseError);
    expect(() => parseAccountModels(row, REGION, {})).toThrow(MalformedResponseError);
    expect(parse().items).toEqual([]);
  });

  it('comes back from a cache as it was stored, and in no other form', () => {
    const listing = accountListing(row);
    const { items } = parse({
      [row.arn]: arn,
      createdAt: '2026-01-01T00:00:00Z',
      modelArn: row.arn === 'modelArn' ? arn : 'x',
    });
    expect(listing.restore(JSON.parse(JSON.stringify(items)))).toEqual(items);
    const [item] = items;
    for (const wrong of [
      { arn: 'x' },
      { arn: 7 },
      { name: 7 },
      { status: 7 },
      { baseModelIds: 'x' },
      { targetArns: 'x' },
      { modelId: 7 },
      { createdAt: 'soon' },
    ]) {
      expect(listing.restore([{ ...item, ...wrong }])).toBeUndefined();
    }
  });

  it('never fails on whatever an answer holds, but for what is no list', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.jsonValue(), fc.record({ [row.arn]: fc.constantFrom(arn, 'x') }))),
        (entries) => {
          try {
            const { items, unreadable } = parse(...entries);
            expect(items.length + unreadable).toBe(entries.length);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedResponseError);
          }
        },
      ),
    );
  });
});

/** As the service model of Bedrock names them. */
const NAMES = {
  provisioned: ['ListProvisionedModelThroughputs', 'provisionedModelSummaries', 'provisionedModelArn'],
  imported: ['ListImportedModels', 'modelSummaries', 'modelArn'],
  custom: ['ListCustomModelDeployments', 'modelDeploymentSummaries', 'customModelDeploymentArn'],
  marketplace: ['ListMarketplaceModelEndpoints', 'marketplaceModelEndpoints', 'endpointArn'],
  routers: ['ListPromptRouters', 'promptRouterSummaries', 'promptRouterArn'],
} as const;

it.each(Object.entries(NAMES))('%s are asked for by the operation %j', (name, [operation, list, arn]) => {
  const row = ACCOUNT_OPERATIONS.find((each) => each.name === name);
  expect(row).toMatchObject({ operation, list, arn });
  const command = row?.command(sdk, { nextToken: 'more' });
  expect(command?.constructor.name).toBe(`${operation}Command`);
  expect(command).toHaveProperty('input', { nextToken: 'more' });
});

describe('an entry of what the account owns', () => {
  const ARN = 'arn:aws:bedrock:eu-west-1::foundation-model/maker.one';
  const rowOf = (name: string) => ACCOUNT_OPERATIONS.find((row) => row.name === name) as (typeof ACCOUNT_OPERATIONS)[0];
  const read = (name: keyof typeof RESOURCES, entry: object) => {
    const row = rowOf(name);
    const [item] = parseAccountModels(row, REGION, {
      [row.list]: [{ [row.arn]: `arn:aws:${RESOURCES[name]}`, ...entry }],
    }).items;
    return item;
  };

  it.each([
    ['provisioned', { provisionedModelName: 'Mine', status: 'InService', creationTime: '2026-01-31' }],
    ['custom', { customModelDeploymentName: 'Mine', status: 'InService', createdAt: '2026-01-31' }],
    ['routers', { promptRouterName: 'Mine', status: 'InService', createdAt: '2026-01-31' }],
  ] as const)('of %s has its name, status and time', (name, entry) => {
    expect(read(name, entry)).toMatchObject({
      name: 'Mine',
      status: 'InService',
      createdAt: '2026-01-31T00:00:00.000Z',
    });
    expect(read(name, {})).toMatchObject({ status: 'UNKNOWN' });
  });

  it('is called by the end of its ARN where nothing else names it', () => {
    expect(read('provisioned', {})?.name).toBe('abc');
    expect(read('marketplace', { status: 'REGISTERED', createdAt: '2026-01-31' })).toStrictEqual({
      arn: `arn:aws:${RESOURCES.marketplace}`,
      name: 'abc',
      status: 'REGISTERED',
      baseModelIds: [],
      createdAt: '2026-01-31T00:00:00.000Z',
    });
  });

  it('of an imported model has no status', () => {
    expect(read('imported', { modelName: 'Mine', status: 'Active', creationTime: '2026-01-31' })).toStrictEqual({
      arn: `arn:aws:${RESOURCES.imported}`,
      name: 'Mine',
      baseModelIds: [],
      createdAt: '2026-01-31T00:00:00.000Z',
    });
  });

  it('of provisioned throughput tells the model that it stands for, unless that is the account’s own', () => {
    const own = 'arn:aws:bedrock:eu-west-1:123456789012:custom-model/mine';
    expect(read('provisioned', { modelArn: ARN, foundationModelArn: ARN })).toMatchObject({
      modelId: 'maker.one',
      baseModelIds: ['maker.one'],
    });
    expect(read('provisioned', { modelArn: own, foundationModelArn: ARN })).not.toHaveProperty('modelId');
    expect(read('provisioned', { modelArn: own, foundationModelArn: ARN })?.baseModelIds).toEqual(['maker.one']);
    expect(read('provisioned', { foundationModelArn: 7 })?.baseModelIds).toEqual([]);
  });

  it('of a prompt router tells all that it leads to, or nothing where one of it cannot be read', () => {
    const profile = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.maker.two';
    const models = [{ modelArn: profile }, { modelArn: ARN }];
    expect(read('routers', { models, fallbackModel: { modelArn: ARN } })).toMatchObject({
      baseModelIds: ['maker.one'],
      targetArns: [profile, ARN],
    });
    for (const unreadable of [{ models: [...models, 7] }, { models, fallbackModel: {} }, { models }, {}]) {
      expect(read('routers', unreadable)?.targetArns).toEqual([]);
    }
  });

  it('takes calls with the status that its kind has for that', () => {
    const open = { provisioned: 'InService', custom: 'Active', marketplace: 'REGISTERED', routers: 'AVAILABLE' };
    for (const [name, status] of Object.entries(open) as [keyof typeof open, string][]) {
      const listing = accountListing(rowOf(name));
      const items = [status, 'Creating']
        .map((each) => read(name, { status: each }))
        .filter((item) => item !== undefined);
      const opens = items.map((item) => listing.index(new Map([[REGION, [item]]]), new Set()).models[0]?.open);
      expect([name, ...opens]).toEqual([name, true, false]);
    }
    const imported = read('imported', {});
    const { models } = accountListing(rowOf('imported')).index(
      new Map([[REGION, imported ? [imported] : []]]),
      new Set(),
    );
    expect(models).toMatchObject([{ open: true, via: 'imported-model' }]);
  });
});

describe('an ARN', () => {
  it.each([
    'arn:aws:bedrock:eu-west-1::foundation-model/maker.one',
    'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc',
    'arn:aws:s3:eu-west-1:123456789012:endpoint/abc',
    'arn:aws:sagemaker:eu-west-1:123456789012:old-endpoint/abc',
    'arn:aws:bedrock:eu-west-1:123456789012:a-provisioned-model/abc',
    'arn:aws:bedrock:eu-west-1:123456789012:an-imported-model/abc',
    'arn:aws:bedrock:eu-west-1:123456789012:a-custom-model-deployment/abc',
    'arn:aws:bedrock:eu-west-1:123456789012:a-prompt-router/abc',
    'see arn:aws:bedrock:eu-west-1:123456789012:imported-model/abc',
    'imported-model/abc',
  ])('of what the account does not own, such as %s, is none of them', (arn) => {
    expect(viaOfArn(arn)).toBeUndefined();
  });

  it('of a router of the account is that of a router', () => {
    expect(viaOfArn('arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:prompt-router/abc')).toBe('prompt-router');
  });
});
