import { expect, it } from '@jest/globals';
import type { Matrix, MatrixState } from '../api/matrix.types.js';
import { retiringModels } from './retiring.js';

const known = { models: 'known', profiles: 'known' } as const;
const UNLISTED: MatrixState = { verdict: 'eligible', vias: ['system-profile'], profiles: [0], inference: [] };
const state = (status: string, endOfLifeTime?: string): MatrixState => ({
  ...UNLISTED,
  lifecycle: { status, endOfLifeTime },
});
const row = (id: string, states: readonly MatrixState[], cells: readonly number[]) => ({
  id,
  name: id,
  provider: '',
  input: [],
  output: [],
  states,
  cells,
});

it('tells which models end when and where, the soonest first, those without a date last', () => {
  const matrix: Matrix = {
    source: 'aws',
    note: '',
    regions: ['a', 'b', 'c'].map((region) => ({ region, ...known })),
    profiles: [],
    prices: [],
    models: [
      row('active', [state('ACTIVE')], [0, 0, 0]),
      row('announced', [state('ACTIVE', '2028-01-01')], [-1, 0, -1]),
      row('differs', [state('LEGACY', '2029-01-01'), state('LEGACY', '2027-01-01')], [0, 1, 0]),
      row('undated', [state('LEGACY'), state('ACTIVE')], [1, 0, -1]),
      row('unlisted', [UNLISTED], [0, -1, -1]),
    ],
  };
  expect(retiringModels(matrix).map(({ model, end, regions }) => [model.id, end, regions])).toEqual([
    ['differs', '2027-01-01', ['b']],
    ['announced', '2028-01-01', ['b']],
    ['differs', '2029-01-01', ['a', 'c']],
    ['undated', undefined, ['b']],
  ]);
});
