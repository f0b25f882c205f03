import { describe, expect, it } from '@jest/globals';
import type { Matrix, MatrixModel } from '../api/matrix.types.js';
import { DEFAULTS } from '../state/view-settings.js';
import { arrange, countRegions, endOfLife, isLegacyModel } from './arrange.js';

const model = (id: string, provider: string, more: Partial<MatrixModel> = {}): MatrixModel => ({
  id,
  name: id.toUpperCase(),
  provider,
  input: ['TEXT'],
  output: ['TEXT'],
  states: [{ inference: ['ON_DEMAND'], profiles: [], lifecycle: { status: 'ACTIVE' } }],
  cells: [0, -1, -1],
  ...more,
});

const LEGACY = { status: 'LEGACY', endOfLifeTime: '2030-01-01T00:00:00Z' };

const MATRIX: Matrix = {
  source: 'simulator',
  note: '',
  regions: [
    { region: 'ap-south-1', models: 'known', profiles: 'known' },
    { region: 'eu-west-1', models: 'known', profiles: 'known' },
    { region: 'us-east-1', models: 'failed', profiles: 'failed' },
  ],
  profiles: [{ id: 'eu.b.two', name: 'two', geography: 'eu' }],
  models: [
    model('a.one', 'Zeta'),
    model('b.two', 'Acme', {
      output: ['EMBEDDING'],
      states: [{ inference: ['INFERENCE_PROFILE'], profiles: [0], lifecycle: LEGACY }],
      cells: [0, 0, -1],
    }),
    model('c.three', 'Acme', { states: [{ inference: [], profiles: [] }], cells: [-1, 0, -1] }),
  ],
};

const arranged = (
  part: Partial<typeof DEFAULTS>,
  latencyOf: (region: string) => number | undefined = () => undefined,
) => arrange(MATRIX, { ...DEFAULTS, ...part }, latencyOf);
const rows = (part: Partial<typeof DEFAULTS>): string[] => arranged(part).rows.map(({ id }) => id);

describe('rows of the matrix', () => {
  it.each<[Partial<typeof DEFAULTS>, string[]]>([
    [{}, ['a.one', 'b.two', 'c.three']],
    [{ search: 'acme T' }, ['b.two', 'c.three']],
    [{ search: 'three ACME' }, ['c.three']],
    [{ provider: 'Zeta' }, ['a.one']],
    [{ modality: 'out:EMBEDDING' }, ['b.two']],
    [{ modality: 'in:EMBEDDING' }, []],
    [{ lifecycle: 'LEGACY' }, ['b.two']],
    [{ lifecycle: 'ACTIVE' }, ['a.one', 'c.three']],
    [{ invocable: true }, ['a.one', 'b.two']],
    [{ geography: 'europe' }, ['b.two', 'c.three']],
    [{ geography: 'europe', invocable: true }, ['b.two']],
    [{ geography: 'us' }, []],
  ])('are those that meet %o', (filters, expected) => {
    expect(rows(filters)).toEqual(expected);
  });

  it.each<[Partial<typeof DEFAULTS>, string[]]>([
    [{ descending: true }, ['c.three', 'b.two', 'a.one']],
    [{ sort: 'provider' }, ['b.two', 'c.three', 'a.one']],
    [{ sort: 'regions' }, ['b.two', 'a.one', 'c.three']],
    [{ sort: 'end' }, ['b.two', 'a.one', 'c.three']],
    [{ sort: 'eu-west-1' }, ['b.two', 'c.three', 'a.one']],
    [{ sort: 'no-such-region' }, ['a.one', 'b.two', 'c.three']],
  ])('are sorted by %o', (order, expected) => {
    expect(rows(order)).toEqual(expected);
  });
});

describe('columns of the matrix', () => {
  it('are grouped by geography, or by name, or the fastest first and unmeasured last', () => {
    expect(arranged({}).columns).toEqual([2, 1, 0]);
    expect(arranged({}).starts).toEqual(new Set([0, 1, 2]));
    expect(arranged({ columns: 'name' }).columns).toEqual([0, 1, 2]);
    const latencies: Record<string, number> = { 'us-east-1': 9, 'ap-south-1': 3 };
    expect(arranged({ columns: 'latency' }, (region) => latencies[region]).columns).toEqual([0, 2, 1]);
    expect(arranged({ columns: 'latency' }).starts.size).toBe(0);
  });
});

it('a model is legacy where every region that lists it says so, and ends when the first of them does', () => {
  expect(MATRIX.models.map((each) => isLegacyModel(each))).toEqual([false, true, false]);
  expect(MATRIX.models.map(endOfLife)).toEqual([undefined, LEGACY.endOfLifeTime, undefined]);
  expect(MATRIX.models.map((each) => countRegions(MATRIX, each, [0, 1, 2]))).toEqual([1, 2, 0]);
});
