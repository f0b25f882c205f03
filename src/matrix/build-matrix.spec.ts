import { describe, expect, it } from '@jest/globals';
import type {
  DiscoveredModel,
  DiscoveredProfile,
  ModelVerdict,
  PathVerdict,
  ProfileInRegion,
  RegionStatus,
  RegionVerdict,
} from 'nestjs-bedrock-discovery';
import { buildMatrix, type MatrixParts } from './build-matrix.js';

const REGIONS = ['eu-west-1', 'us-east-1'];
const FAILURE = {
  kind: 'throttled',
  message: 'Too many requests.',
  remedy: 'Ask less often.',
  retryable: true,
  at: '2026-09-01T00:00:00.000Z',
} as const;
const status = (region: string, more: Partial<RegionStatus> = {}): RegionStatus => ({
  region,
  status: 'ok',
  scannedAt: '2026-09-01T00:00:00.000Z',
  stale: false,
  count: 1,
  ...more,
});
const path = (invocationId: string, via: PathVerdict['via'], more: Partial<PathVerdict> = {}): PathVerdict => ({
  invocationId,
  via,
  destinations: [],
  verdict: 'eligible',
  ...more,
});
const bare = path('a.one', 'on-demand');
const at = (region: string, more: Partial<RegionVerdict> = {}): RegionVerdict => ({
  region,
  verdict: 'eligible',
  paths: [bare],
  ...more,
});
const none = (region: string): RegionVerdict => at(region, { verdict: 'not', code: 'NOT_OFFERED', paths: [] });
const verdict = (modelId: string, regions: readonly RegionVerdict[]): ModelVerdict => ({
  modelId,
  modelName: 'A model',
  providerName: 'Maker',
  verdict: 'eligible',
  regions,
});
const model = (modelId: string, regions: readonly string[]): DiscoveredModel => ({
  modelId,
  modelName: 'A model',
  providerName: 'Maker',
  inputModalities: ['TEXT'],
  outputModalities: ['IMAGE'],
  customizationsSupported: [],
  regions,
  availability: Object.fromEntries(
    regions.map((region) => [
      region,
      { modelArn: '', inferenceTypesSupported: ['ON_DEMAND'], lifecycle: { status: 'ACTIVE' } },
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
  verdicts: [],
  models: [],
  profiles: [],
  modelStatuses: REGIONS.map((region) => status(region)),
  profileStatuses: REGIONS.map((region) => status(region)),
  ...more,
});

describe('the matrix', () => {
  it('writes what cells share once', () => {
    const { models } = buildMatrix(
      parts({
        verdicts: [
          verdict(
            'a.one',
            REGIONS.map((region) => at(region)),
          ),
        ],
        models: [model('a.one', REGIONS)],
      }),
    );
    expect(models).toEqual([
      {
        id: 'a.one',
        name: 'A model',
        provider: 'Maker',
        input: ['TEXT'],
        output: ['IMAGE'],
        cells: [0, 0],
        states: [
          {
            verdict: 'eligible',
            vias: ['on-demand'],
            profiles: [],
            inference: ['ON_DEMAND'],
            lifecycle: { status: 'ACTIVE' },
          },
        ],
      },
    ]);
  });

  it('names the price of the cheapest way by its number, and the most tokens a minute that any allows', () => {
    const priced = (invocationId: string, inputPerMillion: number, more: Partial<PathVerdict> = {}): PathVerdict => ({
      invocationId,
      via: 'system-profile',
      destinations: REGIONS,
      verdict: 'eligible',
      price: { inputPerMillion, outputPerMillion: 15, currency: 'USD', source: 'table' },
      ...more,
    });
    const quota = { source: 'listed', asOf: '2026-11-01T00:00:00.000Z', left: 1 } as const;
    const paths = [
      priced('eu.a.one', 3.3, { quota: { ...quota, tokensPerMinute: 200_000 } }),
      priced('global.a.one', 3, { destinations: 'global', quota: { ...quota, tokensPerMinute: 100_000 } }),
      priced('abc', 1, { price: undefined }),
      priced('out', 1, { verdict: 'not', code: 'ACCESS_DENIED' }),
    ];
    const regions = REGIONS.map((region) => ({ region, verdict: 'eligible' as const, paths }));
    const { prices, models } = buildMatrix(parts({ verdicts: [verdict('a.one', regions)] }));
    expect(prices).toEqual([{ in: 3, out: 15, currency: 'USD', anywhere: true }]);
    expect(models).toMatchObject([{ cells: [0, 0], states: [{ price: 0, tokensPerMinute: 200_000 }] }]);
  });

  it('has -1 where the model is not offered, and unknown where there is no verdict', () => {
    const { models } = buildMatrix(parts({ verdicts: [verdict('a.one', [none('eu-west-1')])] }));
    expect(models).toMatchObject([{ cells: [-1, 0], states: [{ verdict: 'unknown', vias: [] }] }]);
  });

  it('shows the ways that the verdict speaks of: the eligible ones, else those that its code is about', () => {
    const profiles = [
      profile('eu.a.one', 'a.one'),
      profile('us-gov.a.one', 'a.one'),
      profile('xyz123', 'a.one', {
        type: 'APPLICATION',
        availability: {
          'eu-west-1': { ...LISTED, inferenceProfileArn: 'arn:xyz123' },
        },
      }),
    ];
    const rejected = { verdict: 'not', code: 'NOT_ON_DEMAND' } as const;
    const ended = { verdict: 'not', code: 'END_OF_LIFE' } as const;
    const { models, profiles: shown } = buildMatrix(
      parts({
        profiles,
        verdicts: [
          verdict('a.one', [
            at('eu-west-1', {
              paths: [
                { ...bare, ...rejected },
                path('eu.a.one', 'system-profile'),
                path('arn:xyz123', 'application-profile'),
              ],
            }),
            at('us-east-1', {
              ...ended,
              paths: [{ ...bare, ...rejected }, path('us-gov.a.one', 'system-profile', ended)],
            }),
          ]),
        ],
      }),
    );
    expect(shown.map(({ geography }) => geography)).toEqual(['eu', 'us-gov', 'application']);
    expect(models[0]?.states).toEqual([
      { verdict: 'eligible', vias: ['system-profile', 'application-profile'], profiles: [0, 2], inference: [] },
      { verdict: 'not', code: 'END_OF_LIFE', vias: ['system-profile'], profiles: [1], inference: [] },
    ]);
  });

  it('says once for each region and operation what is known, and what keeps it from being known', () => {
    const { regions } = buildMatrix(
      parts({
        modelStatuses: [
          status('a-x-1', { stale: true, status: 'failed', failure: FAILURE }),
          status('b-x-1', { status: 'failed', scannedAt: undefined, failure: FAILURE }),
          status('c-x-1', { status: 'partial', unreadable: 2 }),
        ],
        profileStatuses: [status('a-x-1'), status('c-x-1', { status: 'pending', scannedAt: undefined })],
      }),
    );
    const { kind, message, remedy } = FAILURE;
    expect(regions).toEqual([
      { region: 'a-x-1', models: 'stale', profiles: 'known' },
      { region: 'b-x-1', models: 'failed', profiles: 'pending', failures: { models: { kind, message, remedy } } },
      { region: 'c-x-1', models: 'partial', profiles: 'pending' },
    ]);
  });

  it('keeps regions with different access apart', () => {
    const { models } = buildMatrix(
      parts({
        verdicts: [
          verdict(
            'a.one',
            REGIONS.map((region) => at(region)),
          ),
        ],
        accessTo: (_, region) => (region === 'eu-west-1' ? 'obtainable' : undefined),
      }),
    );
    expect(models[0]).toMatchObject({ cells: [0, 1], states: [{ access: 'obtainable' }, {}] });
    expect(models[0]?.states[1]).not.toHaveProperty('access');
  });
});
