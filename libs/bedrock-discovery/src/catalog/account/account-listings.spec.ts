import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
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
    for (const wrong of [{ arn: 'x' }, { name: 7 }, { baseModelIds: 'x' }, { modelId: 7 }, { createdAt: 'soon' }]) {
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
