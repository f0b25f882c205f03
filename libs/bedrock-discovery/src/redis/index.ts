/** For `cache.sharedStore`: a Redis by `@redis/client`, an optional peer, 5 or 6. */
export type { RedisClientLike } from './redis-connection.js';
export { redisSharedStore, type RedisSharedStore, type RedisSharedStoreOptions } from './redis-shared-store.js';
