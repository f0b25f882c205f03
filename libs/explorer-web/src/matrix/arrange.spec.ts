import { describe, expect, it } from '@jest/globals';
import type { Matrix, MatrixModel, MatrixState } from '../api/matrix.types.js';
import { DEFAULTS } from '../state/view-settings.js';
import { arrange, countRegions, endOfLife, hasEnded, isLegacyModel } from './arrange.js';

const state = (more: Partial<MatrixState>): MatrixState => ({
  verdict: 'eligible',
  vias: ['on-demand'],
  profiles: [],
  inference: ['ON_DEMAND'],
  lifecycle: { status: 'ACTIVE' },
  ...more,
});
const UNKNOWN = state({ verdict: 'unknown', vias: [], lifecycle: undefined });

const model = (id: string, provider: string, more: Partial<MatrixModel> = {}): MatrixModel => ({
  id,
  name: id.toUpperCase(),
  provider,
  input: ['TEXT'],
  output: ['TEXT'],
  states: [state({}), UNKNOWN],
  cells: [0, -1, 1],
  ...more,
});

const ENDED = { status: 'LEGACY', endOfLifeTime: '2020-01-01T00:00:00Z' };
const LEGACY = { status: 'LEGACY', endOfLifeTime: '2030-01-01T00:00:00Z' };

const MATRIX: Matrix = {
  source: 'simulator',
  note: '',
  prices: [],
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
      states: [state({ vias: ['system-profile'], profiles: [0], lifecycle: LEGACY }), UNKNOWN],
      cells: [0, 0, 1],
    }),
    model('c.three', 'Acme', {
      states: [state({ verdict: 'not', code: 'NOT_ON_DEMAND' }), UNKNOWN],
      cells: [-1, 0, 1],
    }),
    model('d.ended', 'Acme', {
      states: [state({ verdict: 'not', code: 'END_OF_LIFE', lifecycle: ENDED })],
      cells: [0, -1, -1],
    }),
    model('e.denied', 'Acme', { states: [state({ verdict: 'not', code: 'ACCESS_DENIED' })], cells: [0, -1, -1] }),
  ],
};

const arranged = (
  part: Partial<typeof DEFAULTS>,
  latencyOf: (region: string) => number | undefined = () => undefined,
) => arrange(MATRIX, { ...DEFAULTS, ...part }, latencyOf);
const rows = (part: Partial<typeof DEFAULTS>): string[] => arranged(part).rows.map(({ id }) => id);

describe('rows of the matrix', () => {
  it.each<[Partial<typeof DEFAULTS>, string[]]>([
    [{}, ['a.one', 'b.two', 'c.three', 'd.ended', 'e.denied']],
    [{ search: 'acme T' }, ['b.two', 'c.three']],
    [{ search: 'three ACME' }, ['c.three']],
    [{ provider: 'Zeta' }, ['a.one']],
    [{ modality: 'out:EMBEDDING' }, ['b.two']],
    [{ modality: 'in:EMBEDDING' }, []],
    [{ lifecycle: 'LEGACY' }, ['b.two', 'd.ended']],
    [{ lifecycle: 'ACTIVE' }, ['a.one', 'c.three', 'e.denied']],
    [{ invocable: true }, ['a.one', 'b.two']],
    [{ geography: 'europe' }, ['b.two', 'c.three']],
    [{ geography: 'europe', invocable: true }, ['b.two']],
    [{ geography: 'us' }, []],
  ])('are those that meet %o: %p', (filters, expected) => {
    expect(rows(filters)).toEqual(expected);
  });

  it('are also those that the application says a search names, within the other filters', () => {
    const named = new Set(['b.two', 'c.three']);
    const found = (part: Partial<typeof DEFAULTS>): string[] =>
      arrange(MATRIX, { ...DEFAULTS, search: 'arn:…', ...part }, () => undefined, named).rows.map(({ id }) => id);
    expect(found({})).toEqual(['b.two', 'c.three']);
    expect(found({ invocable: true })).toEqual(['b.two']);
  });

  it.each<[Partial<typeof DEFAULTS>, string[]]>([
    [{ descending: true }, ['e.denied', 'd.ended', 'c.three', 'b.two', 'a.one']],
    [{ sort: 'provider' }, ['b.two', 'c.three', 'd.ended', 'e.denied', 'a.one']],
    [{ sort: 'regions' }, ['b.two', 'a.one', 'c.three', 'd.ended', 'e.denied']],
    [{ sort: 'end' }, ['d.ended', 'b.two', 'a.one', 'c.three', 'e.denied']],
    [{ sort: 'ap-south-1' }, ['a.one', 'b.two', 'd.ended', 'e.denied', 'c.three']],
    [{ sort: 'us-east-1' }, ['a.one', 'b.two', 'c.three', 'd.ended', 'e.denied']],
    [{ sort: 'no-such-region' }, ['a.one', 'b.two', 'c.three', 'd.ended', 'e.denied']],
  ])('are sorted as %o has it: %p', (order, expected) => {
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
  expect(MATRIX.models.map((each) => isLegacyModel(each))).toEqual([false, true, false, true, false]);
  expect(MATRIX.models.map(endOfLife)).toEqual([
    undefined,
    LEGACY.endOfLifeTime,
    undefined,
    ENDED.endOfLifeTime,
    undefined,
  ]);
});

it('what has ended or is denied is counted in no region, and only what has ended everywhere is called so', () => {
  expect(MATRIX.models.map((each) => countRegions(MATRIX, each, [0, 1, 2]))).toEqual([1, 2, 0, 0, 0]);
  expect(MATRIX.models.map((each) => hasEnded(each))).toEqual([false, false, false, true, false]);
});
