import { type DiagnosticEvent, PointChannel } from '../reporting/event-channel.js';
import type { CacheTier } from './tiers.js';

/**
 * An entry of the cache was looked up, or a tier failed.
 *
 * @publicApi
 */
export interface CacheEvent extends DiagnosticEvent {
  /**
   * - `hit`: an entry was found
   * - `stale`: one was found that is older than `cache.memoryTtlMs`
   * - `miss`: none that may be served
   * - `failed`: the tier did not do what it was asked for, and is done without
   */
  readonly outcome: 'hit' | 'stale' | 'miss' | 'failed';
  /** Where the entry was found, or what failed. Absent for a miss. */
  readonly tier?: CacheTier;
}

export const CACHE_EVENTS = new PointChannel<CacheEvent>('cache');
