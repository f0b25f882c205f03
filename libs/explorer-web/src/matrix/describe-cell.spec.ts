import { describe, expect, it } from '@jest/globals';
import type { VerdictCode, Via } from 'nestjs-bedrock-discovery';
import type { Knowledge, Matrix, MatrixState } from '../api/matrix.types.js';
import { type CellView, describeCell } from './describe-cell.js';

const PROFILES = [
  { id: 'eu.m', name: '', geography: 'eu' },
  { id: 'apac.m', name: '', geography: 'apac' },
  { id: 'global.m', name: '', geography: 'global' },
  { id: 'abc', name: 'billing', geography: 'application' },
];
const ACTIVE = { status: 'ACTIVE' };

function cell(
  state: MatrixState | undefined,
  models: Knowledge = 'known',
  profiles: Knowledge = models,
  shown?: 'price' | 'quota',
): CellView {
  const matrix: Matrix = {
    source: 'aws',
    note: '',
    regions: [{ region: 'eu-west-1', models, profiles }],
    profiles: PROFILES,
    prices: [
      { in: 0.035, out: 0.14, currency: 'USD' },
      { in: 5.5, out: 27.5, currency: 'USD', anywhere: true },
    ],
    models: [],
  };
  const [states, cells] = state === undefined ? [[], [-1]] : [[state], [0]];
  return describeCell(matrix, { id: 'm', name: '', provider: '', input: [], output: [], states, cells }, 0, shown);
}

const eligible = (more: Partial<MatrixState>): MatrixState => ({
  verdict: 'eligible',
  vias: [],
  profiles: [],
  inference: [],
  lifecycle: ACTIVE,
  ...more,
});
const not = (code: VerdictCode, more: Partial<MatrixState> = {}): MatrixState =>
  eligible({ verdict: 'not', code, ...more });
const UNKNOWN = eligible({ verdict: 'unknown', lifecycle: undefined });
const ENDED = { status: 'LEGACY', endOfLifeTime: '2026-02-03T08:00:00Z' };

describe('a cell of the matrix', () => {
  it.each<['price' | 'quota', Partial<MatrixState>, string, string, string]>([
    ['price', { price: 0 }, '.035\n.14', 'nu', '0.035 USD in, 0.14 USD out for a million tokens; On demand'],
    [
      'price',
      { price: 1 },
      '5.5\n27.5',
      'nu an',
      '5.5 USD in, 27.5 USD out for a million tokens, served anywhere; On demand',
    ],
    ['price', {}, '', 'nn', 'Price not known; On demand'],
    ['quota', { tokensPerMinute: 2_000_000 }, '2M', 'nu', '2,000,000 tokens a minute; On demand'],
    ['quota', { tokensPerMinute: 400_000 }, '400k', 'nu', '400,000 tokens a minute; On demand'],
    ['quota', { tokensPerMinute: 0 }, '0', 'nu', '0 tokens a minute; On demand'],
    ['quota', {}, '', 'nn', 'Quota not known; On demand'],
  ])('can show the %s in the place of the ways, of %j', (shown, more, text, classes, label) => {
    const view = cell(eligible({ vias: ['on-demand'], ...more }), 'known', 'known', shown);
    expect(view).toEqual({ invocable: true, text, classes, label });
  });

  it('shows what cannot be invoked as ever, whatever else is shown', () => {
    for (const state of [not('NOT_ON_DEMAND'), UNKNOWN, undefined]) {
      expect(cell(state, 'known', 'known', 'price')).toEqual(cell(state));
    }
  });

  it.each<[MatrixState, string]>([
    [eligible({ vias: ['on-demand'] }), 'On demand'],
    [
      eligible({ vias: ['on-demand', 'system-profile', 'application-profile'], profiles: [0, 2, 3] }),
      'On demand, through eu and global profiles, through 1 application profile',
    ],
    [eligible({ vias: ['system-profile'], profiles: [1] }), 'Through apac profile'],
    [
      eligible({ vias: ['system-profile'], profiles: [0], lifecycle: undefined }),
      'Through eu profile; the region does not list the model itself',
    ],
    [
      eligible({ vias: ['on-demand'], lifecycle: { status: 'LEGACY', endOfLifeTime: '2027-02-03T08:00:00Z' } }),
      'On demand; legacy, ends 2027-02-03',
    ],
    [
      eligible({ vias: ['on-demand'], access: 'obtainable' }),
      "On demand; access: the first call would accept the provider's terms for the account",
    ],
  ])('says how a model can be invoked whose verdict is %o: %s', (state, label) => {
    expect(cell(state)).toMatchObject({ invocable: true, label });
  });

  it.each<[MatrixState, classes: string, label: string]>([
    [not('NOT_ON_DEMAND', { vias: ['on-demand'] }), 'li', 'Not invocable: listed, but not invocable by its bare id'],
    [
      not('NOT_ON_DEMAND', { vias: ['on-demand'], inference: ['PROVISIONED'] }),
      'li',
      'Not invocable: listed, but not invocable by its bare id; takes provisioned throughput',
    ],
    [not('PROFILE_INACTIVE', { vias: ['system-profile'], profiles: [0] }), 'li', 'Not invocable: profile not active'],
    [
      not('ACCESS_DENIED', { vias: ['on-demand'], access: 'denied' }),
      'od dn',
      'Not invocable: access denied; on demand',
    ],
    [
      not('END_OF_LIFE', { vias: ['on-demand', 'system-profile'], profiles: [0], lifecycle: ENDED }),
      'od ge en',
      'Not invocable: past the end of its life; on demand, through eu profile; legacy, ended 2026-02-03',
    ],
  ])('says why a model cannot be invoked whose verdict is %o: %s, %s', (state, classes, label) => {
    expect(cell(state)).toMatchObject({ invocable: false, classes, label });
  });

  it('is empty where the model is not offered', () => {
    expect(cell(undefined)).toMatchObject({ invocable: false, classes: 'no', label: 'Not offered' });
  });

  it.each<[Knowledge, Knowledge, string, string]>([
    ['failed', 'failed', 'uk', 'Unknown: asking the region failed'],
    ['known', 'failed', 'uk', 'Unknown: asking for profiles failed'],
    ['failed', 'known', 'uk', 'Unknown: asking for models failed'],
    ['partial', 'known', 'uk', 'Unknown: not all of the region could be read'],
    ['failed', 'partial', 'uk', 'Unknown: not all of the region could be read'],
    ['pending', 'pending', 'pd', 'Not known yet: the region has not answered'],
    ['known', 'pending', 'pd', 'Not known yet: the region has not answered'],
  ])('is no "no" where models are %s and profiles %s: %s, %s', (models, profiles, classes, label) => {
    expect(cell(UNKNOWN, models, profiles)).toMatchObject({ invocable: false, classes, label });
    const listed = cell({ ...UNKNOWN, lifecycle: ACTIVE }, models, profiles);
    expect(listed).toMatchObject({ invocable: false, classes, label: `${label}; the region lists the model` });
  });

  it('never says that a region does not list a model whose models nobody knows', () => {
    const { label } = cell(
      eligible({ vias: ['system-profile'], profiles: [0], lifecycle: undefined }),
      'failed',
      'known',
    );
    expect(label).toBe('Through eu profile; not all of the region is known');
  });

  it('shows old data as such, and geographies in two letters each', () => {
    const vias: readonly Via[] = ['on-demand', 'system-profile', 'application-profile'];
    const view = cell(eligible({ vias, profiles: [0, 1, 2, 3] }), 'stale');
    expect(view).toMatchObject({ text: 'eu\nap', classes: 'od ge gl ap st' });
    expect(view.label).toMatch(/; from old data$/);
  });
});
