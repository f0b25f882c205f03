import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseRoute } from './ranking.js';
import type { RankedRoute } from './ranking.js';

const ranked = (key: string, latency = 0): RankedRoute =>
  ({ key, rank: { access: 0, preferred: 0, health: 0, latency, preference: 0 } }) as RankedRoute;
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
});
