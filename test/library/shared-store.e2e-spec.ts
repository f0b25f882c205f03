import KeyvRedis from '@keyv/redis';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Keyv } from 'keyv';
import { DiscoveryDoctor, type DiagnosisCheck, type SharedStore } from 'nestjs-bedrock-discovery';
import { redisSharedStore } from 'nestjs-bedrock-discovery/redis';
import { catchWarnings, openCache } from '../../libs/bedrock-discovery/src/cache/cache.spec.fixture.js';
import type { TieredCache } from '../../libs/bedrock-discovery/src/cache/tiered-cache.js';
import { ManualClock } from '../support/clocks.js';
import { afterThisTest, temporaryFolder } from '../support/cleanup.js';
import { askRedis, describeWithRedis, RedisServer, startRedis } from '../support/redis-server.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const NOW = Date.parse('2026-11-26T12:00:00.000Z');
let warnings: ReturnType<typeof catchWarnings>;

beforeEach(() => {
  warnings = catchWarnings();
});
afterEach(() => warnings.mockRestore());

/** As users write it: nothing is asked to throw. */
function keyvOf(url: string): Keyv {
  const adapter = new KeyvRedis(url);
  const keyv = new Keyv(adapter);
  afterThisTest(() => adapter.disconnect(true).catch(() => undefined));
  return keyv;
}

/** What a process knows that has just started. */
async function cacheOn(
  sharedStore: SharedStore,
  settings: Parameters<typeof openCache>[0] = {},
  clock = new ManualClock(NOW),
): Promise<TieredCache> {
  const cache = await openCache({ sharedStore, ...settings }, clock);
  afterThisTest(() => cache.close());
  return cache;
}

async function storeCheck(sharedStore: SharedStore): Promise<DiagnosisCheck | undefined> {
  const simulator = await startSimulator();
  const options = optionsFor(simulator, { regions: ['us-east-1'], cache: { sharedStore } });
  const { app } = await startDiscovery(options);
  const { checks } = await app.get(DiscoveryDoctor).diagnose();
  return checks.find(({ id }) => id === 'shared-store');
}

const warned = (): string[] => warnings.mock.calls.map(([message]) => String(message));

describeWithRedis('a shared Redis', () => {
  it.each([
    ['redisSharedStore', async (url: string, keyPrefix: string) => redisSharedStore(url, { keyPrefix })],
    [
      'a Keyv',
      async (url: string, namespace: string) =>
        new Keyv({ store: keyvOf(url).opts.store as KeyvRedis<unknown>, namespace }),
    ],
  ])('%s gives the next process what this one stored, and the doctor finds nothing', async (_, storeOf) => {
    const { url, keyPrefix } = await startRedis();
    const store = await storeOf(url, keyPrefix);
    await (await cacheOn(store)).set('k', { a: 1 });
    const entry = await (await cacheOn(store)).getEntry('k');
    expect(entry).toMatchObject({ value: { a: 1 }, tier: 'shared', stale: false });
    expect(await storeCheck(store)).toMatchObject({ status: 'ok' });
    expect(warned()).toEqual([]);
  });

  it('reads many keys in one round trip', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    const keys = Array.from({ length: 33 }, (_, n) => `region-${n}`);
    const writer = await cacheOn(store);
    await Promise.all(keys.map((key) => writer.set(key, key)));
    const before = await readsOf(url);
    const reader = await cacheOn(store);
    expect(await Promise.all(keys.map((key) => reader.get(key)))).toEqual(keys);
    expect(await readsOf(url)).toEqual({ get: before.get, mget: before.mget + 1 });
  });

  it('takes a value that cannot be parsed as none, goes on using the others, and overwrites it', async () => {
    const { url } = await startRedis();
    const store = keyvOf(url);
    const cache = await cacheOn(store);
    await Promise.all([cache.set('bad', 1), cache.set('good', 2)]);
    const [name = ''] = (await askRedis(url, 'KEYS', '*:bad')) as string[];
    await askRedis(url, 'SET', name, '{"value":');
    const other = await cacheOn(store);
    expect(await Promise.all([other.get('bad'), other.get('good')])).toEqual([undefined, 2]);
    await other.set('bad', 3);
    expect(await (await cacheOn(store)).get('bad')).toBe(3);
    expect(warned().filter((message) => message.includes('does not work'))).toEqual([]);
  });

  it.each([
    ['redisSharedStore', (url: string, keyPrefix: string) => redisSharedStore(url, { keyPrefix })],
    ['a Keyv', (url: string) => keyvOf(url)],
  ])('lets a late write of an older entry lose, in %s', async (_, storeOf) => {
    const { url, keyPrefix } = await startRedis();
    const store = storeOf(url, keyPrefix);
    await (await cacheOn(store)).setEntry('k', 'young', NOW - MINUTE);
    await (await cacheOn(store)).setEntry('k', 'old', NOW - HOUR);
    const entry = await (await cacheOn(store)).getEntry('k');
    expect(entry?.value).toBe('young');
    expect(Math.round((entry?.ageMs ?? 0) / MINUTE)).toBe(1);
    await (await cacheOn(store)).setEntry('k', 'younger', NOW - 1);
    expect(await (await cacheOn(store)).get('k')).toBe('younger');
  });

  it.each([
    ['five minutes ahead', 5 * MINUTE],
    ['a day ahead', DAY],
    ['three hours behind', -3 * HOUR],
    ['a year behind', -365 * DAY],
  ])('a peer whose clock is %s reads and is read as if its clock were right', async (_, offMs) => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    // One is never right to the millisecond, and what differs by a second counts as right.
    const [right, wrong] = [new ManualClock(Date.now() - 5_000), new ManualClock(Date.now() + offMs)];
    await (await cacheOn(store, {}, wrong)).set('theirs', 1);
    await (await cacheOn(store, {}, right)).setEntry('ours', 2, right.now() - 10 * MINUTE);
    const theirs = await (await cacheOn(store, {}, right)).getEntry('theirs');
    expect(theirs).toMatchObject({ value: 1, stale: false });
    const ours = await (await cacheOn(store, {}, wrong)).getEntry('ours');
    expect(ours?.value).toBe(2);
    expect(Math.round((ours?.ageMs ?? 0) / MINUTE)).toBe(10);
    // It neither wins for ever nor loses for ever.
    await (await cacheOn(store, {}, right)).set('theirs', 3);
    expect(await (await cacheOn(store, {}, wrong)).get('theirs')).toBe(3);
    await (await cacheOn(store, {}, wrong)).set('ours', 4);
    expect(await (await cacheOn(store, {}, right)).get('ours')).toBe(4);
    expect(warned()).toEqual([]);
  });

  it('keeps the time of a peer whose clock is wrong on this disk by the clock of this machine', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    const right = new ManualClock(Date.now());
    await (await cacheOn(store, {}, new ManualClock(Date.now() + DAY))).set('k', 1);
    const directory = await temporaryFolder();
    const cache = await cacheOn(store, { directory }, right);
    expect(await cache.get('k')).toBe(1);
    await cache.close();
    expect(await (await openCache({ directory }, right)).getEntry('k')).toMatchObject({ value: 1, stale: false });
  });

  it('does not believe a clock for ever that was set meanwhile', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    const clock = new ManualClock(Date.now());
    const cache = await cacheOn(store, {}, clock);
    await cache.set('before', 1);
    clock.jump(HOUR);
    await cache.set('after', 2);
    expect(await (await cacheOn(store)).getEntry('after')).toMatchObject({ value: 2, stale: false });
  });
});

describeWithRedis('cache.integrityKey', () => {
  const [KEY, OLD_KEY] = ['k'.repeat(32), 'o'.repeat(32)];

  it('refuses what was not signed, and says once what that means', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    const stranger = await cacheOn(store);
    await Promise.all([stranger.set('a', 'made up'), stranger.set('b', 'made up')]);
    const cache = await cacheOn(store, { integrityKey: KEY });
    expect(await Promise.all([cache.get('a'), cache.get('b')])).toEqual([undefined, undefined]);
    expect(warned()).toEqual([expect.stringContaining('could name other destinations for profiles')]);
    expect(warned()[0]).toContain('residency');
    expect(warned()[0]).not.toContain(KEY);
  });

  it('refuses what was signed for another namespace, with another key, or altered since', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    const name = (namespace: string) => `nestjs-bedrock-discovery:v1:${namespace}:k`;
    await (await cacheOn(store, { integrityKey: OLD_KEY })).set('k', 'a');
    expect(await (await cacheOn(store, { integrityKey: KEY })).get('k')).toBeUndefined();
    await (await cacheOn(store, { integrityKey: KEY })).set('k', 'a');
    const signed = String(await store.get(name('default')));
    await store.set(name('other'), signed, HOUR);
    expect(await (await cacheOn(store, { integrityKey: KEY, namespace: 'other' })).get('k')).toBeUndefined();
    await store.set(name('default'), signed.replace(/"a"$/, '"b"'), HOUR);
    expect(await (await cacheOn(store, { integrityKey: KEY })).get('k')).toBeUndefined();
    await store.set(name('default'), signed, HOUR);
    expect(await (await cacheOn(store, { integrityKey: KEY })).get('k')).toBe('a');
  });

  it('is replaced without a gap: the first of a list signs, all are accepted', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    await (await cacheOn(store, { integrityKey: OLD_KEY })).set('k', 1);
    const both = await cacheOn(store, { integrityKey: () => Promise.resolve([KEY, OLD_KEY]) });
    expect(await both.get('k')).toBe(1);
    await both.set('k', 2);
    expect(await (await cacheOn(store, { integrityKey: KEY })).get('k')).toBe(2);
    expect(warned()).toEqual([]);
  });

  it('lets instances that do not have it yet read what is signed', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    await (await cacheOn(store, { integrityKey: KEY })).set('k', 1);
    expect(await (await cacheOn(store)).get('k')).toBe(1);
  });

  it('goes without the store where the function provides no key', async () => {
    const { url, keyPrefix } = await startRedis();
    const cache = await cacheOn(redisSharedStore(url, { keyPrefix }), { integrityKey: () => [] });
    await cache.set('k', 1);
    expect(await cache.get('k')).toBe(1);
    expect(warned()).toEqual([expect.stringContaining('gave no key of at least 32 characters')]);
  });
});

describeWithRedis.ofOurOwn('a shared Redis that fails', () => {
  const STORES = [
    ['redisSharedStore', (url: string) => redisSharedStore(url)],
    ['a Keyv that swallows errors', (url: string) => keyvOf(url)],
  ] as const;

  it.each(STORES)('is told of where it is full, by %s', async (_, storeOf) => {
    const { url } = await RedisServer.start('--maxmemory', '1mb', '--maxmemory-policy', 'noeviction');
    await fill(url);
    const store = storeOf(url);
    const cache = await cacheOn(store);
    await cache.set('k', 1);
    await cache.set('l', 1);
    expect(warned()).toEqual([expect.stringContaining('OOM')]);
    const found = await storeCheck(store);
    expect(found).toMatchObject({ status: 'warning', remedy: expect.stringContaining('maxmemory') });
    expect(found?.detail).toContain('OOM');
  });

  it.each(STORES)('is told of where the password is missing, by %s', async (_, storeOf) => {
    const { url } = await RedisServer.start('--requirepass', 'hunter2');
    const found = await storeCheck(storeOf(url));
    expect(found).toMatchObject({ status: 'warning', remedy: expect.stringContaining('password') });
    expect(found?.detail).toContain('NOAUTH');
  });

  it.each(STORES)('is told of where nobody listens, by %s', async (_, storeOf) => {
    const server = await RedisServer.start();
    await server.end();
    const found = await storeCheck(storeOf(server.url));
    expect(found).toMatchObject({ status: 'warning', remedy: expect.stringContaining('address') });
    expect(found?.detail).toContain('ECONNREFUSED');
  });

  it('is used again as soon as it is back, though the pause is not over', async () => {
    const server = await RedisServer.start();
    const clock = new ManualClock(NOW);
    const store = redisSharedStore(server.url);
    const cache = await cacheOn(store, {}, clock);
    await cache.set('k', 1);
    await server.end();
    await until(async () => (await cache.set('k', 2), warned().length > 0));
    await server.begin();
    await until(
      async () => (
        await cache.set('k', 3),
        (await store.get('nestjs-bedrock-discovery:v1:default:k').catch(() => undefined)) !== undefined
      ),
    );
    expect(await (await cacheOn(store)).get('k')).toBe(3);
  });

  it('is written to again after it was flushed', async () => {
    const server = await RedisServer.start();
    const store = redisSharedStore(server.url);
    const cache = await cacheOn(store);
    await cache.set('k', 1);
    await askRedis(server.url, 'FLUSHALL');
    await cache.set('k', 2);
    expect(await (await cacheOn(store)).get('k')).toBe(2);
  });
});

/** To the last byte. */
async function fill(url: string): Promise<void> {
  for (const size of [100_000, 10_000, 1_000, 100, 10]) {
    const write = (n: number): Promise<unknown> => askRedis(url, 'SET', `filler-${size}-${n}`, 'x'.repeat(size));
    for (let n = 0, isFull = false; !isFull; n += 1) {
      isFull = await write(n).then(
        () => false,
        () => true,
      );
    }
  }
}

async function readsOf(url: string): Promise<{ get: number; mget: number }> {
  const stats = String(await askRedis(url, 'INFO', 'commandstats'));
  const calls = (command: string): number =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  return { get: calls('get'), mget: calls('mget') };
}
