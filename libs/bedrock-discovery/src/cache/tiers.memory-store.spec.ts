import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from './tiers.js';

const item = (key: string) => ({ value: { key, storedAtMs: 0, value: key } });

describe('MemoryStore', () => {
  it('forgets what was longest unused once it is full', () => {
    const store = new MemoryStore(2);
    store.set('a', item('a')).set('b', item('b'));
    store.get('a');
    store.set('c', item('c'));
    expect([...store.keys()]).toEqual(['a', 'c']);
  });

  it('does not forget anything where a key is set again', () => {
    const store = new MemoryStore(2);
    store.set('a', item('a')).set('b', item('b')).set('b', item('b')).set('a', item('a'));
    expect([...store.keys()]).toEqual(['b', 'a']);
  });

  it('is bounded unless told otherwise', () => {
    const store = new MemoryStore();
    for (let index = 0; index < 6_000; index++) store.set(String(index), item('x'));
    expect(store.size).toBe(5_000);
  });
});
