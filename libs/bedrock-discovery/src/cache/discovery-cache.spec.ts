import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../testing/manual-clock.js';
import { HOUR, openCache, START } from './cache.spec.fixture.js';
import { DiscoveryCache } from './discovery-cache.js';

describe('DiscoveryCache', () => {
  it('shows the application the entries of the tiers that the library works with', async () => {
    const clock = new ManualClock(START);
    const tiers = await openCache({}, clock);
    const cache = new DiscoveryCache(tiers);
    await tiers.setEntry('library', { models: 1 }, START - 2 * HOUR);
    await cache.set('application', 'mine');
    expect(await cache.getEntry('library')).toMatchObject({ value: { models: 1 }, ageMs: 2 * HOUR, stale: true });
    expect(await tiers.get('application')).toBe('mine');

    await cache.delete('library');
    expect(await cache.get('library')).toBeUndefined();
    await cache.set('expired', 1);
    clock.advance(1_000 * HOUR);
    expect(await cache.prune()).toBe(2);
    await cache.set('a/1', 1);
    await cache.set('b/1', 1);
    await cache.clear('a/');
    expect([await cache.get('a/1'), await cache.get('b/1')]).toEqual([undefined, 1]);
    await cache.clear();
    expect(await cache.get('b/1')).toBeUndefined();
  });

  it('has no members but those that an application may use', () => {
    expect(Object.getOwnPropertyNames(DiscoveryCache.prototype).sort()).toEqual(
      ['clear', 'constructor', 'delete', 'get', 'getEntry', 'prune', 'set'].sort(),
    );
  });

  it('rejects a key that is none as the tiers do', async () => {
    const cache = new DiscoveryCache(await openCache({}));
    const refused = { code: 'INVALID_ARGUMENT' };
    await expect(cache.get('')).rejects.toMatchObject(refused);
    await expect(cache.set('', 1)).rejects.toMatchObject(refused);
    await expect(cache.delete('k'.repeat(1_025))).rejects.toMatchObject(refused);
  });
});
