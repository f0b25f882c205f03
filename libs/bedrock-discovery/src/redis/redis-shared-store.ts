import { randomUUID } from 'node:crypto';
import type { SharedStore, StoreLease } from '../options/bedrock-discovery.options.js';
import { createOwnClient, inTime, type RedisClientLike, RedisConnection } from './redis-connection.js';

/** How a store in Redis is kept. @publicApi */
export interface RedisSharedStoreOptions {
  /** What all keys and channels start with. @default '' */
  keyPrefix?: string;
  /** Longest wait for a connection and for an answer, in milliseconds. @default 1000 */
  timeoutMs?: number;
}

/** A {@link SharedStore} with all that it may have. @publicApi */
export type RedisSharedStore = Required<SharedStore>;

/** Values start with when they were stored, so that a script can compare without knowing what they are. */
const STORED_AT = /^\d{1,15}:/;

/** A value that is dated further ahead than clocks differ was written by a clock that was wrong; nothing is newer than it. */
const SET_IF_NEWER = `
local held = redis.pcall('GETRANGE', KEYS[1], 0, 15)
local heldAt = type(held) == 'string' and tonumber(string.match(held, '^(%d+):'))
local latest = redis.call('TIME')[1] * 1000 + 60000
if heldAt and heldAt > tonumber(ARGV[1]) and heldAt <= latest then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1`;

const DELETE_IF_SAME = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * Redis (6.2 or later) as a store that many instances share, for `cache.sharedStore`: batched reads, leases, and an order among
 * writes. Commands fail at once while there is no connection, and after `timeoutMs` where no answer comes.
 *
 * @param target a URL such as `rediss://user:password@host:6379/0`: connected at first use, again by itself, and closed when the
 * application shuts down. Or a client of `@redis/client` or `redis` that you have connected: it is yours, and never closed.
 */
export function redisSharedStore(
  target: string | RedisClientLike,
  options: RedisSharedStoreOptions = {},
): RedisSharedStore {
  return new RedisStore(target, options);
}

class RedisStore implements RedisSharedStore {
  readonly #prefix: string;
  readonly #timeoutMs: number;
  readonly #given: RedisClientLike | undefined;
  readonly #own: RedisConnection | undefined;
  /** The same connection where it is our own. */
  readonly #subscriber: RedisConnection;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #users = new Set<() => void>();

  constructor(target: string | RedisClientLike, { keyPrefix = '', timeoutMs = 1_000 }: RedisSharedStoreOptions) {
    this.#prefix = keyPrefix;
    this.#timeoutMs = timeoutMs;
    const subscribeAgain = (client: RedisClientLike): void =>
      // Of no effect where the client has done so already.
      this.#subscriptions.forEach(({ tell }, name) => void client.subscribe(name, tell).catch(() => undefined));
    if (typeof target === 'string') {
      const onReady = (client: RedisClientLike): void => {
        subscribeAgain(client);
        this.#users.forEach((user) => user());
      };
      this.#own = new RedisConnection(() => createOwnClient(target), timeoutMs, onReady);
      this.#subscriber = this.#own;
    } else {
      this.#given = target;
      this.#subscriber = new RedisConnection(async () => target.duplicate(), timeoutMs, subscribeAgain);
    }
  }

  async get(key: string): Promise<string | undefined> {
    return valueOf(await this.#send('GET', this.#prefix + key));
  }

  async getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]> {
    const values = await this.#send('MGET', ...keys.map((key) => this.#prefix + key));
    return (values as readonly unknown[]).map(valueOf);
  }

  /** What is set counts as older than all that is stored with a time. */
  async set(key: string, value: string, ttlMs?: number): Promise<void> {
    const lifetime = ttlMs === undefined ? [] : ['PX', String(ttlMs)];
    await this.#send('SET', this.#prefix + key, `0:${value}`, ...lifetime);
  }

  async setIfNewer(key: string, value: string, storedAtMs: number, ttlMs: number): Promise<boolean> {
    const time = String(Math.max(0, Math.floor(storedAtMs)));
    return (await this.#run(SET_IF_NEWER, key, time, value, String(ttlMs))) === 1;
  }

  async delete(key: string): Promise<void> {
    await this.#send('DEL', this.#prefix + key);
  }

  async time(): Promise<number> {
    const [seconds, microseconds] = (await this.#send('TIME')) as readonly unknown[];
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  }

  async acquire(key: string, ttlMs: number): Promise<StoreLease | undefined> {
    const token = randomUUID();
    const answer = await this.#send('SET', this.#prefix + key, token, 'NX', 'PX', String(ttlMs));
    return answer === null ? undefined : { release: async () => void (await this.#run(DELETE_IF_SAME, key, token)) };
  }

  async publish(channel: string, message: string): Promise<void> {
    await this.#send('PUBLISH', this.#prefix + channel, message);
  }

  subscribe(channel: string, listener: (message: string) => void): () => void {
    const name = this.#prefix + channel;
    const subscription = this.#subscriptions.get(name) ?? new Subscription();
    this.#subscriptions.set(name, subscription);
    const listen = (message: string): void => listener(message);
    subscription.listeners.add(listen);
    // Where it fails it is done once there is a connection.
    this.#subscriber.use((client) => client.subscribe(name, subscription.tell)).catch(() => undefined);
    return () => {
      if (!subscription.listeners.delete(listen) || subscription.listeners.size > 0) {
        return;
      }
      this.#subscriptions.delete(name);
      if (this.#subscriptions.size === 0 && this.#own === undefined) {
        this.#subscriber.close();
      } else {
        this.#subscriber.use((client) => client.unsubscribe(name)).catch(() => undefined);
      }
    };
  }

  attach(onReady: () => void): () => void {
    const user = (): void => onReady();
    this.#users.add(user);
    this.#given?.on('ready', user);
    return () => {
      this.#given?.off('ready', user);
      if (this.#users.delete(user) && this.#users.size === 0) {
        this.#subscriptions.clear();
        this.#subscriber.close();
      }
    };
  }

  #run(script: string, key: string, ...args: readonly string[]): Promise<unknown> {
    return this.#send('EVAL', script, '1', this.#prefix + key, ...args);
  }

  #send(...command: readonly string[]): Promise<unknown> {
    const given = this.#given;
    if (given === undefined) {
      return (this.#own as RedisConnection).use((client) => client.sendCommand(command));
    }
    if (!given.isReady) {
      const what = given.isOpen ? 'has no connection at the moment' : 'is not connected: await its connect() first';
      return Promise.reject(new Error(`The client of Redis ${what}.`));
    }
    return inTime(this.#timeoutMs, given.sendCommand(command));
  }
}

/** Who listens to a channel. */
class Subscription {
  readonly listeners = new Set<(message: string) => void>();
  readonly tell = (message: string): void => this.listeners.forEach((listener) => listener(message));
}

/** Also of a client that was told to give buffers. */
function valueOf(value: unknown): string | undefined {
  const text = Buffer.isBuffer(value) ? value.toString() : value;
  return typeof text === 'string' ? text.replace(STORED_AT, '') : undefined;
}
