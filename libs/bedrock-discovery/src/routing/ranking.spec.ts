import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InvocationPath } from '../catalog/invocation-paths.js';
import type { ResolvedConstraints } from './eligibility.js';
import {
  chooseRoute,
  compareListed,
  compareRanks,
  type RankedRoute,
  rankOf,
  type RouteRank,
  withoutRoomLast,
  withReasons,
} from './ranking.js';
import type { Route } from './route.types.js';

const RANK: RouteRank = {
  room: 0,
  access: 0,
  preferred: 0,
  health: 0,
  outdated: 0,
  price: 0,
  latency: 0,
  preference: 0,
  place: 0,
};
const ranked = (key: string, latency = 0): RankedRoute => ({
  key,
  route: { region: key } as Route,
  rank: { ...RANK, latency },
});
/** What a rank is made of, the most important first. */
const ORDER = ['room', 'access', 'preferred', 'outdated', 'health', 'price', 'latency', 'preference'] as const;
const anyPart = fc.constantFrom(0, 1, 2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
const anyRank: fc.Arbitrary<RouteRank> = fc.record({
  room: fc.constantFrom(0, 1),
  access: fc.nat(3),
  preferred: fc.nat(3),
  health: fc.nat(2),
  outdated: fc.constantFrom(0, 1),
  price: anyPart,
  latency: anyPart,
  preference: anyPart,
  place: fc.nat(),
});
const choice = { inFlight: () => 0, turn: 0, affinityKey: undefined, lastKey: undefined };
const EQUALS = ['a', 'b', 'c'].map((key) => ranked(key));
const ROUTES = [...EQUALS, ranked('slower', 1)];

describe('the choice among routes', () => {
  it('is none where there is no route', () => {
    expect(chooseRoute([], choice)).toBeUndefined();
  });

  it('takes turns among equal routes, and never takes one that ranks behind', () => {
    const chosen = [0, 1, 2, 3, 4, 5].map((turn) => chooseRoute(ROUTES, { ...choice, turn })?.key);
    expect(chosen).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('prefers the route with the least load', () => {
    const load: Record<string, number> = { a: 2, b: 1, c: 3, slower: 0 };
    for (const turn of [0, 1, 2]) {
      expect(chooseRoute(ROUTES, { ...choice, turn, inFlight: (key) => load[key] ?? 0 })?.key).toBe('b');
    }
  });

  it('is the same for the same affinity, spread over all equals', () => {
    const chosen = new Map<string | undefined, number>();
    for (let n = 0; n < 300; n += 1) {
      const affine = { ...choice, affinityKey: `conversation ${n}` };
      const first = chooseRoute(ROUTES, affine)?.key;
      expect(chooseRoute(ROUTES, { ...affine, turn: n, inFlight: () => n })?.key).toBe(first);
      chosen.set(first, (chosen.get(first) ?? 0) + 1);
    }
    expect([...chosen.keys()].sort()).toEqual(['a', 'b', 'c']);
    expect(Math.min(...chosen.values())).toBeGreaterThan(60);
  });

  it('stays where the last call of an affinity succeeded while that is among the best', () => {
    const affine = { ...choice, affinityKey: 'x' };
    for (const lastKey of ['a', 'b', 'c']) {
      expect(chooseRoute(ROUTES, { ...affine, lastKey })?.key).toBe(lastKey);
    }
    expect(chooseRoute(ROUTES, { ...affine, lastKey: 'slower' })?.key).not.toBe('slower');
  });

  it('moves only the calls of a route that goes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.constantFrom('a', 'b', 'c'), (affinityKey, gone) => {
        const before = chooseRoute(EQUALS, { ...choice, affinityKey })?.key;
        const after = chooseRoute(
          EQUALS.filter(({ key }) => key !== gone),
          { ...choice, affinityKey },
        )?.key;
        expect(after === before || before === gone).toBe(true);
      }),
    );
  });

  it('is the one with the most of its quota left, up to a small difference, where that is known of all', () => {
    const chosen = (rooms: Record<string, number | undefined>): (string | undefined)[] =>
      [0, 1, 2].map((turn) => chooseRoute(ROUTES, { ...choice, turn, roomOf: ({ region }) => rooms[region] })?.key);
    expect(chosen({ a: 0.5, b: 0.9, c: 0.896, slower: 1 })).toEqual(['b', 'c', 'b']);
    expect(chosen({ a: 0.5, b: 0.9, c: 0.894 })).toEqual(['b', 'b', 'b']);
    expect(chosen({ a: 0.5, b: 0.9, c: undefined })).toEqual(['a', 'b', 'c']);
    expect(chosen({ a: -0.5, b: -0.2, c: -0.9 })).toEqual(['b', 'b', 'b']);
  });
});

describe('the order of routes', () => {
  it('is decided by the most important part in which they differ', () => {
    fc.assert(
      fc.property(anyRank, anyRank, (a, b) => {
        const decisive = ORDER.find((part) => a[part] !== b[part]);
        const sign = decisive === undefined ? 0 : a[decisive] < b[decisive] ? -1 : 1;
        expect(Math.sign(compareRanks(a, b))).toBe(sign);
      }),
    );
  });

  it('takes what is equally unknown for equal', () => {
    const unknown = { ...RANK, price: Infinity, latency: Infinity, preference: -Infinity };
    expect(compareRanks(unknown, { ...unknown })).toBe(0);
    expect(compareRanks(unknown, { ...unknown, preference: 0 })).toBe(-Infinity);
  });

  it('goes by latency itself among equals, then by region and id', () => {
    const listed = (region: string, invocationId: string, rank: Partial<RouteRank> = {}) => ({
      rank: { ...RANK, ...rank },
      path: { region, invocationId } as InvocationPath,
    });
    const inOrder = [
      listed('z', 'z', { place: 1 }),
      listed('a', 'b', { place: Number.POSITIVE_INFINITY }),
      listed('a', 'c', { place: Number.POSITIVE_INFINITY }),
      listed('b', 'a', { place: Number.POSITIVE_INFINITY }),
      listed('a', 'a', { latency: 1 }),
    ];
    expect([...inOrder].reverse().sort(compareListed)).toEqual(inOrder);
    inOrder.forEach((one, index) =>
      inOrder.forEach((other, place) => expect(Math.sign(compareListed(one, other))).toBe(Math.sign(index - place))),
    );
  });
});

describe('the rank of a path', () => {
  const PATH = { region: 'eu', via: 'on-demand', destinations: ['eu'] } as unknown as InvocationPath;
  const STATE: Parameters<typeof rankOf>[1] = {
    access: 'observed',
    circuit: 'closed',
    outdated: false,
    latency: { bucket: 3, place: 7, from: 'round-trip' },
    known: {},
  };
  const WANTED = {
    preferredRegions: ['us', 'eu'],
    prefer: 'latency',
    currency: 'USD',
  } as unknown as ResolvedConstraints;
  const ranksOf = (
    path: object = {},
    state: Partial<typeof STATE> = {},
    wanted: Partial<ResolvedConstraints> = {},
    asksForAccess = true,
  ): RouteRank => rankOf({ ...PATH, ...path }, { ...STATE, ...state }, { ...WANTED, ...wanted }, { asksForAccess });

  it('holds what is known of the path', () => {
    expect(ranksOf()).toEqual({ ...RANK, preferred: 1, latency: 3, place: 7 });
    expect(ranksOf({ region: 'ap' }).preferred).toBe(2);
    expect(ranksOf({}, { outdated: true }).outdated).toBe(1);
    expect((['closed', 'failing', 'open'] as const).map((circuit) => ranksOf({}, { circuit }).health)).toEqual([
      0, 1, 2,
    ]);
  });

  it('is last where nothing is left of the quota', () => {
    const left = (share: number): RouteRank => ranksOf({}, { known: { quotas: { quota: { left: share } } as never } });
    expect([left(0).room, left(0.01).room]).toEqual([1, 0]);
  });

  it('goes by access, where what is not known counts against it only if somebody asks', () => {
    const states = ['observed', 'available', 'unknown', 'obtainable', 'denied'] as const;
    const accesses = (path: object, asks: boolean): number[] =>
      states.map((access) => ranksOf(path, { access }, {}, asks).access);
    expect(accesses({}, true)).toEqual([0, 0, 1, 2, 3]);
    expect(accesses({}, false)).toEqual([0, 0, 0, 2, 3]);
    // Nobody asks about what the account owns.
    expect(accesses({ via: 'imported-model' }, true)).toEqual([0, 0, 0, 2, 3]);
  });

  it('goes by the price only where it is preferred, and then what is not known is last', () => {
    const known = { price: { inputPerMillion: 1, outputPerMillion: 5, currency: 'USD', source: 'table' } } as const;
    expect(ranksOf({}, { known }).price).toBe(0);
    expect(ranksOf({}, { known }, { prefer: 'price' }).price).toBe(2);
    expect(ranksOf({}, { known }, { prefer: 'price', currency: 'EUR' }).price).toBe(Number.POSITIVE_INFINITY);
  });

  it('prefers few destinations, or many, as is wanted', () => {
    const paths = [['eu'], ['eu', 'us'], 'global'].map((destinations) => ({ destinations }));
    const preferences = (prefer: ResolvedConstraints['prefer']): number[] =>
      paths.map((path) => ranksOf(path, {}, { prefer }).preference);
    expect(preferences('latency')).toEqual([0, 0, 0]);
    expect(preferences('price')).toEqual([0, 0, 0]);
    expect(preferences('single-region')).toEqual([2, 4, Number.POSITIVE_INFINITY]);
    expect(preferences('throughput')).toEqual([-2, -4, Number.NEGATIVE_INFINITY]);
  });

  it('puts what is paid by the hour first among equals, and an application profile last unless it was asked for', () => {
    const preferences = (via: string, wanted: Partial<ResolvedConstraints> = {}): number[] =>
      (['latency', 'single-region', 'throughput'] as const).map(
        (prefer) => ranksOf({ via }, {}, { ...wanted, prefer }).preference,
      );
    expect(preferences('provisioned-throughput')).toEqual([-1, 1, -3]);
    expect(preferences('on-demand')).toEqual([0, 2, -2]);
    expect(preferences('application-profile')).toEqual([1, 3, -1]);
    expect(preferences('application-profile', { applicationProfile: 'mine' })).toEqual([0, 2, -2]);
    expect(preferences('application-profile', { via: new Set(['application-profile']) })).toEqual([0, 2, -2]);
    expect(preferences('application-profile', { via: new Set(['on-demand']) })).toEqual([1, 3, -1]);
  });
});

describe('a route that is listed before a faster one of its class', () => {
  const timed = (region: string, latencyMs: number | undefined, rank: Partial<RouteRank> = {}): RankedRoute => ({
    key: region,
    route: { region, latencyMs, reasons: [] } as unknown as Route,
    rank: { ...RANK, ...rank },
  });
  const reasonsOf = (...listed: RankedRoute[]): string[] =>
    withReasons(listed).map(({ key, route }) => [key, ...route.reasons].join(': '));

  it('says so, and what decided', () => {
    expect(reasonsOf(timed('a', 30), timed('b', 20.4))).toEqual([
      'a: Same class: b with its 20 ms counts as equally fast, so that the order so far decides.',
      'b',
    ]);
    expect(reasonsOf(timed('a', 30), timed('b', 20, { preference: 1 }))[0]).toContain('the preference decides');
  });

  it('says nothing where nobody sees a difference, or the class is another', () => {
    expect(reasonsOf(timed('a', 20.4), timed('b', 20))).toEqual(['a', 'b']);
    expect(reasonsOf(timed('a', undefined), timed('b', undefined))).toEqual(['a', 'b']);
    expect(reasonsOf(timed('a', 30), timed('b', 20, { latency: 1 }))).toEqual(['a', 'b']);
  });

  it('is held against the fastest of those behind it', () => {
    expect(reasonsOf(timed('a', 30), timed('b', 25), timed('c', 20))).toEqual([
      expect.stringContaining('c with its 20 ms'),
      expect.stringContaining('c with its 20 ms'),
      'c',
    ]);
    expect(reasonsOf(timed('a', 30), timed('b', 20), timed('c', 25))).toEqual([
      expect.stringContaining('b with its 20 ms'),
      'b',
      'c',
    ]);
  });
});

describe('routes that a call does not fit through', () => {
  const rooms = (left: Record<string, number | undefined>) => withoutRoomLast(EQUALS, ({ region }) => left[region]);

  it('come last, and the others keep their order', () => {
    const order = rooms({ a: -0.1, b: 0, c: undefined });
    expect(order.map(({ key, rank }) => [key, rank.room])).toEqual([
      ['b', 0],
      ['c', 0],
      ['a', 1],
    ]);
  });

  it('change nothing where there are none', () => {
    expect(rooms({ a: 0, b: 1, c: undefined })).toBe(EQUALS);
  });

  it('stay last where nobody knows what is left', () => {
    const full = { ...ranked('full'), rank: { ...RANK, room: 1 } };
    const order = withoutRoomLast([ranked('a'), ranked('b'), full], ({ region }) => (region === 'a' ? -1 : undefined));
    expect(order.map(({ key, rank }) => [key, rank.room])).toEqual([
      ['b', 0],
      ['a', 1],
      ['full', 1],
    ]);
  });

  it('come to the front again where a call fits', () => {
    const full = { ...ranked('full'), rank: { ...RANK, room: 1 } };
    const order = withoutRoomLast([ranked('a', 1), full], () => 0.5);
    expect(order.map(({ key, rank }) => [key, rank.room])).toEqual([
      ['full', 0],
      ['a', 0],
    ]);
  });
});
