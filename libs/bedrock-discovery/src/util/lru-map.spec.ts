import { describe, expect, it } from '@jest/globals';
import { LruMap } from './lru-map.js';

describe('LruMap', () => {
  it('forgets what was used longest ago', () => {
    const map = new LruMap<string, string>(2);
    map.getOrCreate('a', () => 'a1');
    map.getOrCreate('b', () => 'b1');
    map.getOrCreate('a', () => 'a2');
    map.getOrCreate('c', () => 'c1');
    expect(map.getOrCreate('a', () => 'a3')).toBe('a1');
    expect(map.getOrCreate('b', () => 'b2')).toBe('b2');
  });

  it('forgets nothing where a key is set again', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1).set('b', 2).set('b', 3).set('a', 4);
    expect([...map]).toEqual([
      ['b', 3],
      ['a', 4],
    ]);
  });

  it('forgets what a condition holds for', () => {
    const map = new LruMap<string, number>(5);
    map.getOrCreate('odd', () => 1);
    map.getOrCreate('even', () => 2);
    map.deleteWhere((value) => value % 2 === 1);
    expect(map.getOrCreate('odd', () => 3)).toBe(3);
    expect(map.getOrCreate('even', () => 4)).toBe(2);
  });
});
