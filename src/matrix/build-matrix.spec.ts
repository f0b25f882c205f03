import { describe, expect, it } from '@jest/globals';
import type { DiscoveredModel, DiscoveredProfile, ProfileInRegion, RegionStatus } from 'nestjs-bedrock-discovery';
import { buildMatrix, type MatrixParts } from './build-matrix.js';

const REGIONS = ['eu-west-1', 'us-east-1'];
const status = (region: string, more: Partial<RegionStatus> = {}): RegionStatus => ({
  region,
  status: 'ok',
  scannedAt: '2026-09-01T00:00:00.000Z',
  stale: false,
  count: 1,
  ...more,
});
const model = (modelId: string, regions: readonly string[], inference = 'ON_DEMAND'): DiscoveredModel => ({
  modelId,
  modelName: 'A model',
  providerName: 'Maker',
  inputModalities: ['TEXT'],
  outputModalities: ['TEXT'],
  customizationsSupported: [],
  regions,
  availability: Object.fromEntries(
    regions.map((region) => [
      region,
      { modelArn: '', inferenceTypesSupported: [inference], lifecycle: { status: 'ACTIVE' } },
    ]),
  ),
});
const LISTED: ProfileInRegion = {
  type: 'SYSTEM_DEFINED',
  inferenceProfileArn: '',
  modelArns: [],
  destinations: [],
  status: 'ACTIVE',
};
const profile = (
  inferenceProfileId: string,
  modelId: string,
  more: Partial<DiscoveredProfile> = {},
): DiscoveredProfile => ({
  inferenceProfileId,
  inferenceProfileName: 'A profile',
  type: 'SYSTEM_DEFINED',
  modelIds: [modelId],
  regions: REGIONS,
  availability: Object.fromEntries(REGIONS.map((region) => [region, LISTED])),
  ...more,
});
const parts = (more: Partial<MatrixParts>): MatrixParts => ({
  models: [],
  profiles: [],
  modelStatuses: REGIONS.map((region) => status(region)),
  profileStatuses: REGIONS.map((region) => status(region)),
  ...more,
});

describe('the matrix', () => {
  it('writes what cells share once', () => {
    const { models } = buildMatrix(parts({ models: [model('a.one', REGIONS)] }));
    expect(models).toMatchObject([{ id: 'a.one', cells: [0, 0], states: [{ inference: ['ON_DEMAND'] }] }]);
  });

  it('has -1 where nothing is offered', () => {
    const { models } = buildMatrix(parts({ models: [model('a.one', ['us-east-1'])] }));
    expect(models[0]?.cells).toEqual([-1, 0]);
  });

  it('leads to models through active profiles, be they listed or not', () => {
    const inactive = { ...LISTED, status: 'DELETING' };
    const { models, profiles } = buildMatrix(
      parts({
        models: [model('b.two', ['us-east-1'], 'INFERENCE_PROFILE')],
        profiles: [
          profile('eu.b.two', 'b.two', { availability: { 'eu-west-1': inactive } }),
          profile('us-gov.b.two', 'b.two'),
          profile('xyz123', 'a.ghost', { type: 'APPLICATION' }),
        ],
      }),
    );
    expect(profiles.map(({ geography }) => geography)).toEqual(['eu', 'us-gov', 'application']);
    expect(
      models.map(({ id, states, cells }) => ({ id, cells, profiles: states.map((each) => each.profiles) })),
    ).toEqual([
      { id: 'a.ghost', cells: [0, 0], profiles: [[2]] },
      { id: 'b.two', cells: [0, 1], profiles: [[1], [1]] },
    ]);
    expect(models.map(({ states }) => states.map(({ lifecycle }) => lifecycle?.status))).toEqual([
      [undefined],
      [undefined, 'ACTIVE'],
    ]);
  });

  it('tells how much is known of each region and operation', () => {
    const { regions } = buildMatrix(
      parts({
        modelStatuses: [
          status('a-x-1', { stale: true, status: 'failed' }),
          status('b-x-1', { status: 'failed', scannedAt: undefined }),
        ],
        profileStatuses: [
          status('a-x-1', { status: 'partial', unreadable: 2 }),
          status('c-x-1', { status: 'pending', scannedAt: undefined }),
        ],
      }),
    );
    expect(regions).toEqual([
      { region: 'a-x-1', models: 'stale', profiles: 'partial' },
      { region: 'b-x-1', models: 'failed', profiles: 'pending' },
      { region: 'c-x-1', models: 'pending', profiles: 'pending' },
    ]);
  });

  it('keeps regions with different access apart', () => {
    const { models } = buildMatrix(
      parts({
        models: [model('a.one', REGIONS)],
        accessTo: (_, region) => (region === 'eu-west-1' ? 'denied' : undefined),
      }),
    );
    expect(models[0]).toMatchObject({ cells: [0, 1], states: [{ access: 'denied' }, {}] });
    expect(models[0]?.states[1]).not.toHaveProperty('access');
  });
});
