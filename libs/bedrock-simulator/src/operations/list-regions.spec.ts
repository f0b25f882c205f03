import { ListRegionsCommand, paginateListRegions } from '@aws-sdk/client-account';
import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Catalogue } from '../catalogue/catalogue.js';
import { AccountModels } from '../catalogue/account-models.js';
import { MantleModels } from '../catalogue/mantle-models.js';
import { DataRetentionTable } from '../catalogue/data-retention.js';
import { ModelAccessTable } from '../catalogue/model-access.js';
import { QuotaTable } from '../quotas/quota-table.js';
import { ResourceTags } from '../catalogue/resource-tags.js';
import { RegionOptIns } from '../catalogue/region-opt-ins.js';
import { account, bedrock, start, stopAll } from '../clients.spec.helper.js';
import { RequestBody } from '../protocol/request-body.js';
import { listRegions } from './list-regions.js';

afterEach(stopAll);

describe('ListRegions', () => {
  it('says which regions are there by default, and which were opted in to', async () => {
    const simulator = await start({ optIn: ['ca-west-1'] });
    const statuses = async () => {
      const { Regions } = await account(simulator).send(new ListRegionsCommand({}));
      return new Map(Regions?.map((region) => [region.RegionName, region.RegionOptStatus]));
    };
    const before = await statuses();
    expect(before.size).toBe(31);
    expect(before.get('us-east-1')).toBe('ENABLED_BY_DEFAULT');
    expect(before.get('ca-west-1')).toBe('ENABLED');
    expect(before.get('af-south-1')).toBe('DISABLED');
    simulator.optIn('af-south-1');
    expect((await statuses()).get('af-south-1')).toBe('ENABLED');
  });

  it('filters by status', async () => {
    const client = account(await start());
    const { Regions } = await client.send(new ListRegionsCommand({ RegionOptStatusContains: ['DISABLED'] }));
    expect(Regions).toHaveLength(13);
    expect(new Set(Regions?.map((region) => region.RegionOptStatus))).toEqual(new Set(['DISABLED']));
  });

  it('is answered in pages', async () => {
    const sizes: (number | undefined)[] = [];
    const client = account(await start());
    for await (const page of paginateListRegions({ client, pageSize: 12 }, {})) {
      sizes.push(page.Regions?.length);
    }
    expect(sizes).toEqual([12, 12, 7]);
  });

  it.each([{ MaxResults: 51 }, { RegionOptStatusContains: ['MAYBE'] }, { NextToken: 'made-up' }])(
    'refuses the request %j',
    async (input) => {
      const call = account(await start()).send(new ListRegionsCommand(input as object));
      await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
    },
  );
});

describe('the body of ListRegions', () => {
  it('is answered or refused as AWS would, whatever it holds', () => {
    const catalogue = new Catalogue();
    const call = {
      region: 'us-east-1',
      accountId: '123456789012',
      resource: '',
      query: new URLSearchParams(),
      catalogue,
      access: new ModelAccessTable(() => undefined),
      accountModels: new AccountModels(() => undefined),
      mantleModels: new MantleModels([], () => undefined),
      retention: new DataRetentionTable(() => undefined, Date.now),
      optIns: new RegionOptIns(catalogue, [], () => undefined),
      quotas: new QuotaTable(catalogue, () => undefined),
      tags: new ResourceTags(() => undefined),
      requestId: '',
      nowMs: 0,
      newId: () => '',
      pageSize: 1000,
    };
    const members = fc.record(
      { MaxResults: fc.jsonValue(), NextToken: fc.jsonValue(), RegionOptStatusContains: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          members.map((value) => JSON.stringify(value)),
        ),
        (body) => {
          try {
            expect(listRegions({ ...call, body: new RequestBody(Buffer.from(body)) })).toHaveProperty('Regions');
          } catch (error) {
            expect(error).toMatchObject({ name: 'ValidationException' });
          }
        },
      ),
    );
  });
});

describe('a region that has to be opted in to', () => {
  it('answers as to a wrong key until the account opts in, and again when it opts out', async () => {
    const simulator = await start();
    const list = () => bedrock(simulator, 'eu-south-1').send(new ListFoundationModelsCommand({}));
    const refused = {
      name: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
      $metadata: { httpStatusCode: 403 },
    };
    await expect(list()).rejects.toMatchObject(refused);
    simulator.optIn('eu-south-1');
    await expect(list()).resolves.toHaveProperty('modelSummaries');
    simulator.optOut('eu-south-1');
    await expect(list()).rejects.toMatchObject(refused);
  });

  it('is not one of those that are there by default', async () => {
    const simulator = await start();
    expect(() => simulator.optIn('us-east-1')).toThrow(/optIn must be one of af-south-1, .*; got "us-east-1"/);
  });
});
