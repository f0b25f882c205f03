import { inspect } from 'node:util';
import { expect, it } from '@jest/globals';
import { createClient } from '@redis/client';
import { redisSharedStore, type RedisSharedStoreOptions } from 'nestjs-bedrock-discovery/redis';
import { afterThisTest } from '../support/cleanup.js';
import { askRedis, Cable, describeWithRedis, RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const MINUTE = 60_000;

/** A store in use, until the end of the current test; `readied` counts how often it could be reached anew. */
function attached(url: string, options?: RedisSharedStoreOptions) {
  const store = redisSharedStore(url, options);
  const seen = { readied: 0 };
  afterThisTest(store.attach(() => (seen.readied += 1)));
  return Object.assign(store, { seen });
}

async function connectedClient(url: string) {
  const client = createClient({ url });
  client.on('error', () => undefined);
  afterThisTest(() => client.destroy());
  await client.connect();
  return client;
}

describeWithRedis('redisSharedStore', () => {
  it('reads what it wrote, one by one and many at once, in their order', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = attached(url, { keyPrefix });
    await store.set('a', '12:34', MINUTE);
    await store.set('b', 'ü', MINUTE);
    expect(await store.get('a')).toBe('12:34');
    expect(await store.getMany(['b', 'none', 'a'])).toEqual(['ü', undefined, '12:34']);
    await store.delete('a');
    expect(await store.get('a')).toBeUndefined();
  });

  it('keeps what was stored later, and lets the last of two writes of one time win', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = attached(url, { keyPrefix });
    const now = await store.time();
    expect(await store.setIfNewer('k', 'new', now, MINUTE)).toBe(true);
    expect(await store.setIfNewer('k', 'late', now - 1, MINUTE)).toBe(false);
    expect(await store.get('k')).toBe('new');
    expect(await store.setIfNewer('k', 'again', now, MINUTE)).toBe(true);
    expect(await store.get('k')).toBe('again');
  });

  it('overwrites what is dated in the future by its own clock, and what somebody else left there', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = attached(url, { keyPrefix });
    const now = await store.time();
    await store.setIfNewer('future', 'wrong', now + 10 * MINUTE, MINUTE);
    expect(await store.setIfNewer('future', 'right', now, MINUTE)).toBe(true);
    await askRedis(url, 'RPUSH', `${keyPrefix}list`, 'x');
    expect(await store.setIfNewer('list', 'mine', now, MINUTE)).toBe(true);
    await askRedis(url, 'SET', `${keyPrefix}text`, 'of somebody else');
    expect(await store.get('text')).toBe('of somebody else');
    expect(await store.setIfNewer('text', 'mine', now, MINUTE)).toBe(true);
    expect(await store.getMany(['future', 'list', 'text'])).toEqual(['right', 'mine', 'mine']);
  });

  it('lets what it wrote expire', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = attached(url, { keyPrefix });
    await store.set('a', '1', MINUTE);
    await store.setIfNewer('b', '1', 1, MINUTE);
    for (const key of ['a', 'b']) {
      const left = Number(await askRedis(url, 'PTTL', keyPrefix + key));
      expect([left > 0, left <= MINUTE]).toEqual([true, true]);
    }
  });

  it('gives a lease to one of many, and back only to whom it belongs', async () => {
    const { url, keyPrefix } = await startRedis();
    const [one, two] = [attached(url, { keyPrefix }), attached(url, { keyPrefix })];
    const leases = await Promise.all([one, two, one, two].map((store) => store.acquire('lease', MINUTE)));
    const lease = leases.find((each) => each !== undefined);
    expect(leases.filter((each) => each === undefined)).toHaveLength(3);
    await lease?.release();
    const next = await two.acquire('lease', MINUTE);
    expect(next).toBeDefined();
    await lease?.release();
    expect(await one.acquire('lease', MINUTE)).toBeUndefined();
  });

  it('lets a lease pass on that nobody gave back', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = attached(url, { keyPrefix });
    await store.acquire('lease', 1);
    await until(async () => (await store.acquire('lease', MINUTE)) !== undefined);
  });

  it('tells all who subscribed to a channel, until they have had enough', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = attached(url, { keyPrefix });
    const heard: string[] = [];
    const stop = store.subscribe('news', (message) => heard.push(`one ${message}`));
    store.subscribe('news', (message) => heard.push(`two ${message}`));
    await until(async () => (await store.publish('news', 'a'), heard.length >= 2));
    stop();
    heard.length = 0;
    await until(async () => (await store.publish('news', 'b'), heard.includes('two b')));
    expect(heard).not.toContain('one b');
  });

  it('uses a client that is connected, and leaves it open', async () => {
    const { url, keyPrefix } = await startRedis();
    const client = await connectedClient(url);
    const store = redisSharedStore(client, { keyPrefix });
    const detach = store.attach(() => undefined);
    const heard: string[] = [];
    store.subscribe('news', (message) => heard.push(message));
    await store.set('k', 'v', MINUTE);
    await until(async () => (await store.publish('news', 'a'), heard.length > 0));
    detach();
    expect(client.isReady).toBe(true);
    expect(await store.get('k')).toBe('v');
  });

  it('says what to do with a client that is not connected', async () => {
    const { url } = await startRedis();
    await expect(redisSharedStore(createClient({ url })).get('k')).rejects.toThrow('await its connect() first');
  });

  it('has one connection for commands and subscriptions, and closes it once nobody uses it any more', async () => {
    const { url, keyPrefix } = await startRedis();
    const store = redisSharedStore(url, { keyPrefix });
    const [first, second] = [store.attach(() => undefined), store.attach(() => undefined)];
    const connections = async () =>
      String(await askRedis(url, 'CLIENT', 'LIST'))
        .split('\n')
        .filter((line) => line.includes('addr=')).length - 1;
    const before = await connections();
    store.subscribe('news', () => undefined);
    await store.set('k', 'v', MINUTE);
    await until(async () => (await connections()) === before + 1);
    first();
    first();
    expect(await store.get('k')).toBe('v');
    second();
    await until(async () => (await connections()) === before);
  });

  it('shows no password', () => {
    const store = redisSharedStore('redis://user:hunter2@127.0.0.1:1');
    expect(inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(store)).not.toContain('hunter2');
  });
});

describeWithRedis.ofOurOwn('redisSharedStore with a server that fails', () => {
  it('fails at once while nobody listens, and works again once somebody does', async () => {
    const server = await RedisServer.start();
    const store = attached(server.url);
    await store.set('k', 'v', MINUTE);
    await server.end();
    await until(() =>
      store.get('k').then(
        () => false,
        () => true,
      ),
    );
    await expect(store.get('k')).rejects.toThrow('Redis is not connected');
    await server.begin();
    await until(() => store.seen.readied === 2);
    expect(await store.get('k')).toBeUndefined();
  });

  it('finds the server though it starts later', async () => {
    const server = await RedisServer.start();
    await server.end();
    const store = attached(server.url);
    await expect(store.get('k')).rejects.toThrow(`connect ECONNREFUSED 127.0.0.1:${server.port}`);
    await server.begin();
    await until(() => store.seen.readied === 1);
    expect(await store.get('k')).toBeUndefined();
  });

  it('does not wait for a server that has stopped answering, and works again once it answers', async () => {
    const server = await RedisServer.start();
    const store = attached(server.url, { timeoutMs: 250 });
    await store.set('k', 'v', MINUTE);
    server.pause();
    await expect(store.get('k')).rejects.toThrow('Redis did not answer within 250 ms');
    await expect(store.get('k')).rejects.toThrow('no answer within 250 ms');
    server.resume();
    await until(() =>
      store.get('k').then(
        (value) => value === 'v',
        () => false,
      ),
    );
  });

  it('tells news again after the server was away', async () => {
    const server = await RedisServer.start();
    const store = attached(server.url);
    const heard: string[] = [];
    store.subscribe('news', (message) => heard.push(message));
    await until(async () => (await store.publish('news', 'before'), heard.includes('before')));
    await server.end();
    await server.begin();
    await until(async () => (await store.publish('news', 'after').catch(() => undefined), heard.includes('after')));
  });

  it('tells that a password is missing or wrong', async () => {
    const { port, url } = await RedisServer.start('--requirepass', 'hunter2');
    await expect(attached(url).get('k')).rejects.toThrow('NOAUTH');
    await expect(attached(`redis://:wrong@127.0.0.1:${port}`).get('k')).rejects.toThrow('WRONGPASS');
    await attached(`redis://:hunter2@127.0.0.1:${port}`).set('k', 'v');
  });

  it('tells that the server is full', async () => {
    // Less than an empty server takes, so that it has no moment at which a little more fits.
    const { url } = await RedisServer.start('--maxmemory', '1', '--maxmemory-policy', 'noeviction');
    const store = attached(url);
    await expect(store.setIfNewer('k', 'v', 1, MINUTE)).rejects.toThrow('OOM');
    await expect(store.acquire('lease', MINUTE)).rejects.toThrow('OOM');
  });

  it('opens another connection where one was cut without a word', async () => {
    const server = await RedisServer.start();
    const cable = await Cable.to(server.port);
    const store = attached(cable.url, { timeoutMs: 250 });
    await store.set('k', 'v', MINUTE);
    cable.cut();
    await expect(store.get('k')).rejects.toThrow('Redis did not answer');
    cable.mend();
    await until(() =>
      store.get('k').then(
        (value) => value === 'v',
        () => false,
      ),
    );
  });
});
