import { describe, expect, it } from '@jest/globals';
import { Turnstile } from './turnstile.js';

/** A turnstile, and who has passed it in which order. */
function watched() {
  const turnstile = new Turnstile();
  const passed: string[] = [];
  const ask = async (name: string, priority: number): Promise<void> => {
    await turnstile.turn(priority);
    passed.push(name);
  };
  return { ask, passed };
}

describe('the turnstile', () => {
  it('lets the most urgent through first, and equals in the order of asking', async () => {
    const { ask, passed } = watched();
    await Promise.all([ask('b1', 1), ask('c1', 0), ask('b2', 1), ask('a', Number.POSITIVE_INFINITY), ask('c2', 0)]);
    expect(passed).toEqual(['a', 'b1', 'b2', 'c1', 'c2']);
  });

  it('lets one through per turn of the event loop', async () => {
    const turnstile = new Turnstile();
    let passed = 0;
    const all = Promise.all(Array.from({ length: 5 }, () => turnstile.turn(0).then(() => (passed += 1))));
    const seen: number[] = [];
    while (passed < 5) {
      const before = passed;
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(passed - before);
    }
    await all;
    expect(Math.max(...seen)).toBe(1);
  });

  it('lets what takes a part of a turn through together, and nothing beside what takes a whole one', async () => {
    const turnstile = new Turnstile();
    const passed: number[] = [];
    const turns = [1, 1, 0.5, 0.5, 0.5].map((share) => turnstile.turn(0, share).then(() => passed.push(share)));
    const seen: number[] = [];
    while (passed.length < turns.length) {
      const before = passed.length;
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(passed.length - before);
    }
    expect(seen).toEqual([1, 1, 2, 1]);
  });

  it('opens again after it was idle', async () => {
    const { ask, passed } = watched();
    await ask('before', 0);
    await Promise.all([ask('less urgent', 0), ask('more urgent', 1)]);
    expect(passed).toEqual(['before', 'more urgent', 'less urgent']);
  });
});
