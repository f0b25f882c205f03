import { Inject, Injectable } from '@nestjs/common';
import { AccountScope } from '../cache/account-scope.js';
import { FREE } from '../cache/shared-tier.js';
import { TieredCache } from '../cache/tiered-cache.js';
import type { StoreLease } from '../options/bedrock-discovery.options.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { onAbort, pause } from '../util/deadline.js';

/** Between two looks at whether another is done; longer each time, and never the same for all. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 2_000];

export interface ScanPatience {
  /** How long a scan may take before another begins it anew, in milliseconds. */
  readonly leaseMs: number;
  /** Longest wait for another's scan, in milliseconds. */
  readonly waitMs: number;
}

/**
 * The lease of an account among all instances that share a store: who has it scans for all. One for all listings, since they are
 * kept by one manifest. It only saves requests: nothing is wrong where two have it, and who waits too long, or has no store to
 * ask, scans without.
 */
@Injectable()
export class ScanLease {
  /** Scans of this instance that have the lease: all of them share it, and the last gives it back. */
  #held = 0;
  #lease: StoreLease | undefined;
  #asking: Promise<StoreLease | undefined> | undefined;
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
   * @throws the reason of the signal, or of {@link close}
   */
  async take(
    isWanted: () => Promise<boolean>,
    patience: ScanPatience,
    signal: AbortSignal,
  ): Promise<StoreLease | undefined> {
    const prefix = await this.owner.prefix();
    if (prefix === undefined) {
      return undefined;
    }
    const waiting = new AbortController();
    const unfollow = onAbort(signal, () => waiting.abort(signal.reason));
    this.#waiting.add(waiting);
    try {
      return await this.#wait(`${prefix}/lease`, isWanted, patience, waiting.signal);
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
    { leaseMs, waitMs }: ScanPatience,
    signal: AbortSignal,
  ): Promise<StoreLease | undefined> {
    const givingUpAt = this.clock.monotonic() + waitMs;
    for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const lease = await this.#acquire(key, leaseMs);
      if (lease !== undefined) {
        return lease === FREE ? undefined : this.#shared(lease);
      }
      if (this.clock.monotonic() >= givingUpAt) {
        return undefined;
      }
      await pause(this.clock, pauseMs * (0.5 + Math.random()), signal);
      if (!(await isWanted())) {
        return undefined;
      }
    }
  }

  #acquire(key: string, leaseMs: number): Promise<StoreLease | undefined> {
    if (this.#lease !== undefined) {
      return Promise.resolve(this.#lease);
    }
    this.#asking ??= this.cache.acquire(key, leaseMs).finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  #shared(lease: StoreLease): StoreLease {
    this.#lease = lease;
    this.#held += 1;
    return {
      release: async () => {
        this.#held -= 1;
        if (this.#held === 0) {
          this.#lease = undefined;
          await lease.release();
        }
      },
    };
  }
}
