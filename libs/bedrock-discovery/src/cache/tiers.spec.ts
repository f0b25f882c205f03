import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import { Module, type OnModuleDestroy } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type Cache, createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import { RESOLVED_OPTIONS } from '../options/resolve-options.js';
import { Reporter } from '../reporting/reporter.js';
import { CLOCK_OVERRIDE } from '../util/clock.js';
import { ManualClock } from '../testing/manual-clock.js';
import { openCache, optionsOf, START, temporaryFolder } from './cache.spec.fixture.js';
import { TieredCache } from './tiered-cache.js';
import { createCacheStores, MemoryStore } from './tiers.js';

const seed = {
  format: 'nestjs-bedrock-discovery/snapshot',
  version: 1,
  exportedAt: '2026-03-01T00:00:00Z',
  entries: [],
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('createCacheStores', () => {
  it('makes a Keyv for each tier that is asked for', async () => {
    expect(await createCacheStores(optionsOf({}))).toHaveLength(1);
    const stores = await createCacheStores(optionsOf({ directory: folder.path, sharedStore: new Keyv(), seed }));
    expect(stores).toHaveLength(4);
    for (const store of stores) {
      expect(store).toBeInstanceOf(Keyv);
    }
  });

  it('makes stores that serialise nothing, expire nothing and throw on errors', async () => {
    for (const store of await createCacheStores(optionsOf({ directory: folder.path, sharedStore: new Keyv() }))) {
      expect(store).toMatchObject({ serialize: undefined, ttl: undefined, namespace: undefined, throwOnErrors: true });
    }
  });

  it.each([
    ['a file that is not there', () => '/nowhere/seed.json', 'cannot be read'],
    ['a file that is not JSON', () => join(folder.path, 'seed.json'), 'cannot be read'],
    ['an object that JSON cannot hold', () => ({ ...seed, entries: [1n] }), 'cannot be read'],
    ['an object that is no snapshot', () => ({ models: [] }), 'is not a usable snapshot'],
  ])('rejects %s as a seed', async (_, make, problem) => {
    await writeFile(join(folder.path, 'seed.json'), '{');
    await expect(createCacheStores(optionsOf({ seed: make() }))).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      option: 'cache.seed',
      message: expect.stringContaining(`cache.seed ${problem}`),
    });
  });
});

describe('the memory tier', () => {
  it('is bounded, and forgets what was longest unused', () => {
    const store = new MemoryStore();
    for (let index = 0; index < 6_000; index++) {
      store.set(String(index), { value: { key: String(index), storedAtMs: 0, value: index } });
      store.get('0');
    }
    expect(store.size).toBe(5_000);
    expect([store.has('0'), store.has('1'), store.has('5999')]).toEqual([true, false, true]);
  });
});

describe('the stores in CacheModule', () => {
  it('can still be flushed when Nest has disconnected them, and leave the store of the user connected', async () => {
    const sharedStore = new Keyv();
    const disconnect = jest.spyOn(sharedStore, 'disconnect');
    const options = optionsOf({ directory: folder.path, sharedStore });

    @Module({
      imports: [CacheModule.registerAsync({ useFactory: async () => ({ stores: await createCacheStores(options) }) })],
      providers: [
        TieredCache,
        { provide: RESOLVED_OPTIONS, useValue: options },
        { provide: CLOCK_OVERRIDE, useValue: new ManualClock(START) },
        { provide: Reporter, useValue: new Reporter('', options) },
        {
          provide: 'flush',
          inject: [TieredCache, CACHE_MANAGER],
          useFactory: (cache: TieredCache): OnModuleDestroy => ({
            async onModuleDestroy() {
              void cache.set('last', 'word');
              await cache.close();
            },
          }),
        },
      ],
    })
    class HostModule {}

    const testing = await Test.createTestingModule({ imports: [HostModule] }).compile();
    await testing.init();
    const cache = testing.get(TieredCache);
    const value = { a: 1 };
    await cache.set('k', value);
    expect(await cache.get('k')).toBe(value);
    await testing.close();

    expect(disconnect).not.toHaveBeenCalled();
    expect(await (await openCache({ directory: folder.path })).get('last')).toBe('word');
    const elsewhere = await openCache({ sharedStore });
    expect(await elsewhere.getEntry('k')).toMatchObject({ value, tier: 'shared' });
    expect(await elsewhere.get('last')).toBe('word');
  });

  it('are found inside the Keyv that an older CacheModule puts around them', async () => {
    const options = optionsOf({ directory: folder.path });
    const stores = (await createCacheStores(options)).map((store) => new Keyv({ store, namespace: undefined }));
    const cache: Cache = createCache({ stores });
    const clock = new ManualClock(START);
    const discovery = new TieredCache(cache, options, clock, new Reporter('', options, clock));
    const value = { a: 1 };
    await discovery.set('k', value);
    expect(await discovery.get('k')).toBe(value);
    expect(await (await openCache({ directory: folder.path })).getEntry('k')).toMatchObject({ value, tier: 'disk' });
  });
});
