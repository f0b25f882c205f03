import { ListRegionsCommand, paginateListRegions } from '@aws-sdk/client-account';
import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { afterEach, describe, expect, it } from '@jest/globals';
import { account, bedrock, start, stopAll } from '../clients.spec.helper.js';

afterEach(stopAll);

describe('ListRegions', () => {
  it('says which regions are there by default, and which were opted in to', async () => {
    const simulator = await start({ optIn: ['ca-west-1'] });
    const { Regions } = await account(simulator).send(new ListRegionsCommand({}));
    const status = new Map(Regions?.map((region) => [region.RegionName, region.RegionOptStatus]));
    expect(status.size).toBe(31);
    expect(status.get('us-east-1')).toBe('ENABLED_BY_DEFAULT');
    expect(status.get('ca-west-1')).toBe('ENABLED');
    expect(status.get('af-south-1')).toBe('DISABLED');
  });

  it('filters by status', async () => {
    const client = account(await start());
    const { Regions } = await client.send(new ListRegionsCommand({ RegionOptStatusContains: ['DISABLED'] }));
    expect(Regions).toHaveLength(13);
    expect(new Set(Regions?.map((region) => region.RegionOptStatus))).toEqual(new Set(['DISABLED']));
  });

  it('comes in pages', async () => {
    const sizes: (number | undefined)[] = [];
    const client = account(await start());
    for await (const page of paginateListRegions({ client, pageSize: 12 }, {})) sizes.push(page.Regions?.length);
    expect(sizes).toEqual([12, 12, 7]);
  });

  it.each([{ MaxResults: 51 }, { RegionOptStatusContains: ['MAYBE'] }, { NextToken: 'made-up' }])(
    'refuses %j',
    async (input) => {
      const call = account(await start()).send(new ListRegionsCommand(input as object));
      await expect(call).rejects.toMatchObject({ name: 'ValidationException' });
    },
  );
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
