import { Inject, Injectable } from '@nestjs/common';
import { AccountScope } from '../cache/account-scope.js';
import { FREE } from '../cache/shared-tier.js';
import { TieredCache } from '../cache/tiered-cache.js';
import type { StoreLease } from '../options/bedrock-discovery.options.js';
import type { ResolvedOptions } from '../options/resolve-options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { onAbort, pause } from '../util/deadline.js';

/** Between two looks at whether another is done; longer each time, and never the same for all. */
export const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 2_000];
/** A lease outlives what a scan may take by this. */
const RESERVE_MS = 2_000;
/** What is listed is kept by one manifest, so that there is one lease for all listings. */
const OF_SCANS = 'lease';

export interface ScanPatience {
  /** How long a scan may take before another begins it anew, in milliseconds. */
  readonly leaseMs: number;
  /** Longest wait for another's scan, in milliseconds. */
  readonly waitMs: number;
  /** Longest pause between two looks, in milliseconds. Default 2000. */
  readonly longestPauseMs?: number;
}

/**
 * For a scan of so many regions. Whoever takes the place of one that has died needs its time as well. Queries wait on a cold start
 * alone, and not in vain.
 */
export function patienceFor(
  regions: number,
  { concurrency, regionTimeoutMs, deadlineMs }: ResolvedOptions['scan'],
  isColdStart: boolean,
): ScanPatience {
  const leaseMs = regionTimeoutMs * Math.ceil(regions / concurrency) + RESERVE_MS;
  return { leaseMs, waitMs: isColdStart ? Math.min(leaseMs, deadlineMs / 2) : 2 * leaseMs };
}

/** A lease that this instance has, or asks for. */
interface HeldLease {
  /** How many have it: all share it, and the last gives it back. */
  users: number;
  lease?: StoreLease;
  asking?: Promise<StoreLease | undefined>;
}

/**
 * Leases of an account among all instances that share a store: who has one scans for all, or finds out for all. They only save
 * requests: nothing is wrong where two have it, and who waits too long, or has no store to
 * ask, scans without.
 */
@Injectable()
export class ScanLease {
  readonly #held = new Map<string, HeldLease>();
  readonly #waiting = new Set<AbortController>();

  constructor(
    private readonly cache: TieredCache,
    private readonly owner: AccountScope,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
  ) {}

  /**
   * Comes to the lease, or to `undefined` where there is none to wait for.
   *
   * @param isWanted whether there is anything left to scan; asked after each pause
   * @param name what it is for
   * @throws the reason of the signal, or of {@link close}
   */
  async take(
    isWanted: () => Promise<boolean>,
    patience: ScanPatience,
    signal: AbortSignal,
    name = OF_SCANS,
  ): Promise<StoreLease | undefined> {
    const prefix = await this.owner.prefix();
    if (prefix === undefined) {
      return undefined;
    }
    const waiting = new AbortController();
    const unfollow = onAbort(signal, () => waiting.abort(signal.reason));
    this.#waiting.add(waiting);
    try {
      return await this.#wait(`${prefix}/${name}`, isWanted, patience, waiting.signal);
    } finally {
      unfollow();
      this.#waiting.delete(waiting);
    }
  }

  /** Nobody waits any more. */
  close(reason: Error): void {
    this.#waiting.forEach((waiting) => waiting.abort(reason));
  }

  async #wait(
    key: string,
    isWanted: () => Promise<boolean>,
    { leaseMs, waitMs, longestPauseMs = LONGEST_PAUSE_MS }: ScanPatience,
    signal: AbortSignal,
  ): Promise<StoreLease | undefined> {
    const givingUpAt = this.clock.monotonic() + waitMs;
    for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const lease = await this.#acquire(key, leaseMs);
      if (lease !== undefined) {
        return lease === FREE ? undefined : this.#shared(key, lease);
      }
      const leftMs = givingUpAt - this.clock.monotonic();
      if (leftMs <= 0) {
        return undefined;
      }
      await pause(this.clock, Math.min(pauseMs * (0.5 + Math.random()), leftMs), signal);
      if (!(await isWanted())) {
        return undefined;
      }
    }
  }

  #acquire(key: string, leaseMs: number): Promise<StoreLease | undefined> {
    const held = this.#held.get(key) ?? { users: 0 };
    this.#held.set(key, held);
    if (held.lease !== undefined) {
      return Promise.resolve(held.lease);
    }
    held.asking ??= this.cache.acquire(key, leaseMs).finally(() => delete held.asking);
    return held.asking;
  }

  #shared(key: string, lease: StoreLease): StoreLease {
    const held = this.#held.get(key) as HeldLease;
    held.lease = lease;
    held.users += 1;
    return {
      release: async () => {
        held.users -= 1;
        if (held.users === 0) {
          delete held.lease;
          await lease.release();
        }
      },
    };
  }
}
