import { describe, expect, it } from '@jest/globals';
import type { Knowledge, Matrix, MatrixState } from '../api/matrix.types.js';
import { type CellView, describeCell } from './describe-cell.js';

const PROFILES = [
  { id: 'eu.m', name: '', geography: 'eu' },
  { id: 'apac.m', name: '', geography: 'apac' },
  { id: 'global.m', name: '', geography: 'global' },
  { id: 'abc', name: 'billing', geography: 'application' },
];
const ACTIVE = { status: 'ACTIVE' };

function cell(state: MatrixState | undefined, models: Knowledge = 'known', profiles: Knowledge = models): CellView {
  const matrix: Matrix = {
    source: 'aws',
    note: '',
    regions: [{ region: 'eu-west-1', models, profiles }],
    profiles: PROFILES,
    models: [],
  };
  const [states, cells] = state === undefined ? [[], [-1]] : [[state], [0]];
  return describeCell(matrix, { id: 'm', name: '', provider: '', input: [], output: [], states, cells }, 0);
}

describe('a cell of the matrix', () => {
  it.each<[MatrixState, boolean, string]>([
    [{ inference: ['ON_DEMAND'], profiles: [], lifecycle: ACTIVE }, true, 'On demand'],
    [
      { inference: ['ON_DEMAND'], profiles: [0, 2, 3], lifecycle: ACTIVE },
      true,
      'On demand, through eu and global profiles, through 1 application profile',
    ],
    [{ inference: ['INFERENCE_PROFILE'], profiles: [1], lifecycle: ACTIVE }, true, 'Through apac profile'],
    [{ inference: ['INFERENCE_PROFILE'], profiles: [], lifecycle: ACTIVE }, false, 'Listed, but no way to invoke it'],
    [
      { inference: ['PROVISIONED'], profiles: [], lifecycle: ACTIVE },
      false,
      'Listed, but no way to invoke it but provisioned throughput',
    ],
    [{ inference: [], profiles: [0] }, true, 'Through eu profile; the region does not list the model itself'],
    [
      {
        inference: ['ON_DEMAND'],
        profiles: [],
        lifecycle: { status: 'LEGACY', endOfLifeTime: '2027-02-03T08:00:00Z' },
      },
      true,
      'On demand; legacy, ends 2027-02-03',
    ],
    [
      { inference: ['ON_DEMAND'], profiles: [], lifecycle: ACTIVE, access: 'denied' },
      false,
      'On demand; access denied',
    ],
  ])('is described for %o as invocable %p, %s', (state, invocable, label) => {
    expect(cell(state)).toMatchObject({ invocable, label });
  });

  it.each<[Knowledge, Knowledge, string, string]>([
    ['known', 'known', 'no', 'Not offered'],
    ['stale', 'known', 'no', 'Not offered'],
    ['failed', 'failed', 'uk', 'Unknown: asking the region failed'],
    ['known', 'failed', 'uk', 'Unknown: asking for profiles failed'],
    ['failed', 'known', 'uk', 'Unknown: asking for models failed'],
    ['pending', 'pending', 'pd', 'Not known yet: the region has not answered'],
    ['known', 'pending', 'pd', 'Not known yet: the region has not answered'],
    ['partial', 'known', 'uk', 'Unknown: not all of the region could be read'],
    ['failed', 'partial', 'uk', 'Unknown: not all of the region could be read'],
  ])('without anything listed, models %s and profiles %s, is %s: %s', (models, profiles, classes, label) => {
    expect(cell(undefined, models, profiles)).toMatchObject({ invocable: false, classes, label });
  });

  it('never says that a region does not list a model whose models nobody knows', () => {
    const { label } = cell({ inference: [], profiles: [0] }, 'failed', 'known');
    expect(label).toBe('Through eu profile; not all of the region is known');
  });

  it('shows old data as such, and geographies in two letters each', () => {
    const view = cell({ inference: ['ON_DEMAND'], profiles: [0, 1, 2, 3], lifecycle: ACTIVE }, 'stale');
    expect(view).toMatchObject({ text: 'eu\nap', classes: 'od ge gl ap st' });
    expect(view.label).toMatch(/; from old data$/);
  });
});
