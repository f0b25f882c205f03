import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { createClient } from '@redis/client';
import {
  DiscoveryCache,
  DiscoveryRefresher,
  InvocationRouter,
  ModelDiscoveryService,
  ProfileDiscoveryService,
} from 'nestjs-bedrock-discovery';
import { redisSharedStore } from 'nestjs-bedrock-discovery/redis';
import { createApplication } from './application.js';
import type { Measured } from './measure.js';
import type { Task } from './once.js';
import { Cable, isRedisInstalled, RedisServer } from './redis-server.js';
import type { Simulator } from './simulator-process.js';
import { summarise, type Summary } from './statistics.js';

const NEWCOMERS = 9;
const READERS = 6;
const CHANGES = 4;
const OUTAGES = 2;
/** The region that changes lists as much as an average one. */
const CHANGING = 'eu-north-1';
const MODEL = 'amazon.nova-lite-v1:0';
/** Longer than anything takes that goes with what is on its way already. */
const SLOW_MS = 200;
/** Long enough for the library to leave Redis alone for as long as it ever does. */
const OUTAGE_MS = 8_000;
const LOOK_MS = 20;
/** Who hears of news looks within five seconds, and has to come by them. */
const KNOWN_WITHIN_S = 5.5;

export interface RedisRow {
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MB' | 'ratio' | 'requests' | 'round trips';
  readonly value: Summary | number;
  readonly bound?: number;
}

interface World {
  readonly simulator: Simulator;
  readonly redis: RedisServer;
}

/**
 * What instances that share a Redis ask of it and how long they wait for it, beside a plain client of Redis. No rows where there
 * is no `redis-server`, which is said.
 *
 * @param inFreshProcess has something done in a process of its own
 */
export async function studyRedis(
  simulator: Simulator,
  inFreshProcess: (task: Task) => Promise<Measured>,
): Promise<RedisRow[]> {
  if (!isRedisInstalled()) {
    console.log('Redis is not studied, since no redis-server was found: install one.');
    return [];
  }
  const redis = await RedisServer.start();
  const world = { simulator, redis };
  try {
    return [
      ...(await measureNewcomers(world, inFreshProcess)),
      ...(await measureAdoption(world)),
      ...(await measureOutages(world)),
    ];
  } finally {
    await redis.end();
  }
}

function open(simulator: Simulator, url: string, mode: 'off' | 'follow' = 'off'): Promise<INestApplicationContext> {
  return createApplication(simulator, {
    refresh: { mode },
    cache: { directory: false, sharedStore: redisSharedStore(url) },
  });
}

async function measureNewcomers(
  { simulator, redis }: World,
  inFreshProcess: (task: Task) => Promise<Measured>,
): Promise<RedisRow[]> {
  const first = await open(simulator, redis.url);
  await first.get(DiscoveryRefresher).refresh();
  await first.close();
  const keys = [...(await contents(redis)).keys()];
  const askedBefore = await simulator.requests();
  const measured: Record<'newcomer' | 'redis-floor', Measured[]> = { newcomer: [], 'redis-floor': [] };
  for (let round = 0; round < NEWCOMERS; round += 1) {
    for (const kind of ['newcomer', 'redis-floor'] as const) {
      measured[kind].push(await inFreshProcess({ kind, target: simulator, requests: [], redisUrl: redis.url, keys }));
    }
  }
  const cable = await Cable.to(redis.port);
  const store = redisSharedStore(cable.url);
  // Connecting comes before.
  const detach = store.attach(() => undefined);
  await store.get('k');
  cable.reset();
  cable.slow(SLOW_MS);
  const newcomer = await createApplication(simulator, { cache: { directory: false, sharedStore: store } });
  const listings = [newcomer.get(ModelDiscoveryService), newcomer.get(ProfileDiscoveryService)] as const;
  await Promise.all([listings[0].getAllModels(), listings[1].getAllProfiles()]);
  const { roundTrips, received } = cable;
  await newcomer.close();
  detach();
  cable.stop();
  const name = 'a newcomer with an empty disk';
  const [times, floor] = [measured.newcomer, measured['redis-floor']];
  const took = (of: 'ms' | 'cpuMs', words: string): RedisRow[] => {
    const [library, plain] = [times, floor].map((each) => summarise(each.map((one) => one[of]))) as [Summary, Summary];
    return [
      { name: `${name}, ${words}, floor (plain client, MGET of the same)`, unit: 'ms', value: plain },
      { name: `${name}, ${words}, library`, unit: 'ms', value: library },
      { name: `${name}, ${words}, library / floor`, unit: 'ratio', value: library.median / plain.median },
    ];
  };
  return [
    { name: `${name}, to Bedrock`, unit: 'requests', value: (await simulator.requests()) - askedBefore, bound: 0 },
    { name: `${name}, to Redis`, unit: 'round trips', value: roundTrips, bound: 2 },
    { name: `${name}, from Redis`, unit: 'MB', value: received / 1e6, bound: 0.3 },
    ...took('ms', 'until its first answer'),
    ...took('cpuMs', 'CPU'),
  ];
}

/** By key, how many bytes it has. */
async function contents({ url }: RedisServer): Promise<ReadonlyMap<string, number>> {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const keys = await client.keys('*');
    return new Map(await Promise.all(keys.map(async (key) => [key, await client.strLen(key)] as const)));
  } finally {
    client.destroy();
  }
}

/** They hear of it, look each at a moment of its own, and fetch the manifest and what has changed. */
async function measureAdoption({ simulator, redis }: World): Promise<RedisRow[]> {
  const cable = await Cable.to(redis.port);
  const writer = await open(simulator, redis.url);
  const urls = Array.from({ length: READERS }, (_, index) => (index === 0 ? cable.url : redis.url));
  const readers = await Promise.all(urls.map((url) => open(simulator, url, 'follow')));
  const askedBefore = await simulator.requests();
  let askedByWriter = 0;
  const change = async (): Promise<void> => {
    await simulator.change(CHANGING);
    const { models, profiles } = await writer.get(DiscoveryRefresher).refresh({ force: true });
    askedByWriter += models.requests + profiles.requests;
  };
  const changed = async (of: INestApplicationContext): Promise<string | undefined> =>
    (await of.get(ModelDiscoveryService).getAllModels()).find(({ modelId }) => modelId.startsWith('maker.change-'))
      ?.modelId;
  const allKnow = async (): Promise<number[]> => {
    const [known, began] = [await changed(writer), performance.now()];
    const each = readers.map(async (reader) => {
      await until(async () => (await changed(reader)) === known);
      return (performance.now() - began) / 1_000;
    });
    return Promise.all(each);
  };
  const [seconds, received, ratios]: [number[], number[], number[]] = [[], [], []];
  await change();
  await allKnow();
  for (let round = 0; round < CHANGES; round += 1) {
    const before = await contents(redis);
    cable.reset();
    await change();
    seconds.push(Math.max(...(await allKnow())));
    const least = [...(await contents(redis))].filter(([key]) => !before.has(key) || key.endsWith('/manifest'));
    received.push(cable.received / 1e6);
    ratios.push(cable.received / least.reduce((sum, [, bytes]) => sum + bytes, 0));
  }
  await Promise.all([writer, ...readers].map((application) => application.close()));
  cable.stop();
  const asked = (await simulator.requests()) - askedBefore - askedByWriter;
  const name = `what another has scanned, where one of ${simulator.regions.length} regions changed`;
  return [
    { name: `${name}, to Bedrock`, unit: 'requests', value: asked, bound: 0 },
    {
      name: `${name}, until the last of ${READERS} knows it`,
      unit: 's',
      value: Math.max(...seconds),
      bound: KNOWN_WITHIN_S,
    },
    { name: `${name}, from Redis`, unit: 'MB', value: summarise(received) },
    { name: `${name}, from Redis / manifest and what changed`, unit: 'ratio', value: summarise(ratios), bound: 1.25 },
  ];
}

/** Queries go on all the while, and a plain client of Redis comes back beside the library. */
async function measureOutages({ simulator, redis }: World): Promise<RedisRow[]> {
  const application = await open(simulator, redis.url);
  await application.get(DiscoveryRefresher).refresh();
  const peer = createClient({ url: redis.url, disableOfflineQueue: true });
  peer.on('error', () => undefined);
  await peer.connect();
  const cache = application.get(DiscoveryCache);
  const ends = { ended: false };
  const queried = query(application, ends);
  const times = { library: [] as number[], peer: [] as number[] };
  for (let outage = 0; outage < 2 * OUTAGES; outage += 1) {
    const isPaused = outage % 2 === 1;
    await (isPaused ? redis.pause() : redis.end());
    const noticing = setInterval(() => void cache.set('bench/noticing', outage), LOOK_MS);
    await sleep(OUTAGE_MS);
    clearInterval(noticing);
    await (isPaused ? redis.resume() : redis.begin());
    const began = performance.now();
    const key = `bench/${outage}`;
    const works = async (try_: () => Promise<unknown>): Promise<number> => {
      await until(async () => (await Promise.race([try_().catch(() => false), sleep(1_000, false)])) === true);
      return (performance.now() - began) / 1_000;
    };
    const library = works(async () => {
      await cache.set(key, outage);
      return [...(await contents(redis)).keys()].some((each) => each.endsWith(key));
    });
    const plain = works(async () => (await peer.get('bench')) === null);
    times.library.push(await library);
    times.peer.push(await plain);
  }
  ends.ended = true;
  const { turns, queries, own } = await queried;
  peer.destroy();
  await application.close();
  const name = `Redis is back, after ${OUTAGE_MS / 1_000} s, until it is used again`;
  return [
    { name: `${name}, peer (plain client)`, unit: 's', value: Math.max(...times.peer) },
    { name: `${name}, library`, unit: 's', value: Math.max(...times.library), bound: 5 },
    { name: 'slowest turn of the event loop while Redis comes and goes, floor', unit: 'ms', value: Math.max(...turns) },
    { name: `slowest of ${queries.length} warm queries meanwhile`, unit: 'ms', value: Math.max(...queries) },
    {
      name: 'slowest of them without the time for which the machine let others run',
      unit: 'ms',
      value: Math.max(...own),
      bound: 50,
    },
  ];
}

interface Asked {
  /** Turns of the event loop with nothing to do. */
  readonly turns: number[];
  readonly queries: number[];
  /** Of the queries, without the time for which the machine let others run. */
  readonly own: number[];
}

/** Asks what is known again and again; in milliseconds. */
async function query(application: INestApplicationContext, ends: { readonly ended: boolean }): Promise<Asked> {
  const [models, router] = [application.get(ModelDiscoveryService), application.get(InvocationRouter)];
  const works = [() => models.getModelRegions(MODEL), () => models.getAllModels(), () => router.resolve(MODEL)];
  const timed = async (work: () => Promise<unknown>): Promise<{ ms: number; ownMs: number }> => {
    const [began, cpu, loop] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
    await work();
    const { user, system } = process.cpuUsage(cpu);
    const ms = performance.now() - began;
    return { ms, ownMs: Math.min(ms, (user + system) / 1_000 + performance.eventLoopUtilization(loop).idle) };
  };
  // What is asked first is compiled first.
  await Promise.all(works.map((work) => work()));
  const asked: Asked = { turns: [], queries: [], own: [] };
  while (!ends.ended) {
    asked.turns.push((await timed(() => new Promise(setImmediate))).ms);
    for (const work of works) {
      const { ms, ownMs } = await timed(work);
      asked.queries.push(ms);
      asked.own.push(ownMs);
    }
    await sleep(5);
  }
  return asked;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await sleep(LOOK_MS);
  }
}
