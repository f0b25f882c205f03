import { FREE } from '../cache/shared-tier.js';
import type { StoreLease } from '../options/bedrock-discovery.options.js';
import { onAbort, pause } from '../util/deadline.js';
import type { InventoryContext } from './inventory-context.js';
import type { Listing } from './listing.js';

/** Between two looks at whether another is done; longer each time, and never the same for all. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 2_000];

export interface ScanPatience {
  /** How long a scan may take before another begins it anew, in milliseconds. */
  readonly leaseMs: number;
  /** Longest wait for another's scan, in milliseconds. */
  readonly waitMs: number;
}

/**
 * The lease of a listing among all instances that share a store: who has it scans for all. It only saves requests. Nothing is
 * wrong where two have it, and who waits too long, or has no store to ask, scans without.
 */
export class ScanLease {
  /** Scans of this instance that have the lease, and share it. */
  #held = 0;
  readonly #waiting = new Set<AbortController>();

  constructor(
    private readonly listing: Pick<Listing<never, never>, 'name'>,
    private readonly context: Pick<InventoryContext, 'cache' | 'clock' | 'owner'>,
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
    const prefix = await this.context.owner.prefix();
    if (prefix === undefined || this.#held > 0) {
      return undefined;
    }
    const waiting = new AbortController();
    const unfollow = onAbort(signal, () => waiting.abort(signal.reason));
    this.#waiting.add(waiting);
    try {
      return await this.#wait(`${prefix}/lease/${this.listing.name}`, isWanted, patience, waiting.signal);
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
    const { cache, clock } = this.context;
    const givingUpAt = clock.monotonic() + waitMs;
    for (let pauseMs = SHORTEST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const lease = await cache.acquire(key, leaseMs);
      if (lease !== undefined) {
        return lease === FREE ? undefined : this.#counted(lease);
      }
      if (clock.monotonic() >= givingUpAt) {
        return undefined;
      }
      await pause(clock, pauseMs * (0.5 + Math.random()), signal);
      if (!(await isWanted())) {
        return undefined;
      }
    }
  }

  #counted(lease: StoreLease): StoreLease {
    this.#held += 1;
    return {
      release: async () => {
        this.#held -= 1;
        await lease.release();
      },
    };
  }
}
