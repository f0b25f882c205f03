import { describe, expect, it } from '@jest/globals';
import type { Matrix, MatrixModel, MatrixState } from '../api/matrix.types.js';
import { DEFAULTS } from '../state/view-settings.js';
import { arrange, countRegions, endOfLife, hasEnded, isLegacyModel, relatives, searching } from './arrange.js';

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
) => arrange(MATRIX, { ...DEFAULTS, sort: 'id', ...part }, latencyOf);
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

const begun = (day: string): Partial<MatrixModel> => ({
  states: [state({ lifecycle: { status: 'ACTIVE', startOfLifeTime: `${day}T00:00:00Z` } })],
  cells: [0],
});
const OFFER: Matrix = {
  ...MATRIX,
  regions: MATRIX.regions.slice(0, 1),
  models: [
    model('a.only', 'Small', begun('2026-09-01')),
    model('b.old', 'Large', { ...begun('2024-01-01'), name: 'Large Opus 4' }),
    model('b.new', 'Large', { ...begun('2026-01-01'), name: 'Large Opus 5' }),
    model('b.new:24k', 'Large', { states: [state({ verdict: 'not', code: 'NOT_ON_DEMAND' })], cells: [0] }),
    model('b.other', 'Large', { ...begun('2025-01-01'), name: 'Large Sonnet 5' }),
  ],
};

it('models stand by provider, those that are offered in most places first, and of each the newest first', () => {
  const { rows: shown, variants } = arrange(OFFER, DEFAULTS, () => undefined);
  expect(shown.map(({ id }) => id)).toEqual(['b.new', 'b.other', 'b.old', 'a.only']);
  expect(variants).toBe(1);
});

it('variants of a model that cannot be invoked are shown where that is asked for', () => {
  const { rows: shown, variants } = arrange(OFFER, { ...DEFAULTS, variants: true }, () => undefined);
  expect(shown.map(({ id }) => id)).toContain('b.new:24k');
  expect(variants).toBe(0);
});

it('regions from which all that is offered would leave the residency are left out', () => {
  const outside = state({ verdict: 'not', code: 'OUTSIDE_RESIDENCY' });
  const elsewhere = state({ verdict: 'not', code: 'SOURCE_OUTSIDE_RESIDENCY', vias: [] });
  const models = [model('a.one', 'A', { states: [state({}), outside, elsewhere], cells: [0, 1, 2] })];
  const arrangement = arrange({ ...MATRIX, models }, DEFAULTS, () => undefined);
  expect({ columns: arrangement.columns, outside: arrangement.outside }).toEqual({ columns: [0], outside: 2 });
});

it('of the models of a provider, those whose names share most are the nearest relatives, the newest first', () => {
  const [, old] = OFFER.models;
  expect(relatives(OFFER, old as MatrixModel).map(({ id }) => id)).toEqual(['b.new', 'b.other']);
});

it('letters in the middle of the name of a provider are no match', () => {
  const sonnet = model('anthropic.claude-sonnet-5', 'Anthropic', { name: 'Claude Sonnet 5' });
  expect(searching('claude op')(sonnet)).toBe(false);
  expect(searching('anthropic.claude-son')(sonnet)).toBe(true);
  expect(searching('son ANTH')(sonnet)).toBe(true);
});
