import type { Clock } from '../util/clock.js';

/** A tier that works and fails by turns is reported no more often. */
const QUIET_MS = 3_600_000;

export interface TierLimits {
  /** Longest wait for one operation. */
  readonly timeoutMs: number;
  /** How long the tier is left alone after a failure. */
  readonly pauseMs: number;
}

/** Stands between the cache and a tier that may fail or hang: then an operation comes to `undefined`, and one warning is given. */
export class TierGuard {
  #down = false;
  #quietUntilMs = -Infinity;
  #pausedUntilMs = -Infinity;

  constructor(
    private readonly clock: Clock,
    private readonly warn: (problem: string) => void,
    private readonly limits?: TierLimits,
  ) {}

  /** @param proves whether success shows that the tier works: on a read-only disk reading does not */
  async run<T>(operation: () => Promise<T>, proves = true): Promise<T | undefined> {
    if (this.clock.monotonic() < this.#pausedUntilMs) {
      return undefined;
    }
    try {
      const result = await (this.limits ? this.#inTime(operation, this.limits.timeoutMs) : operation());
      if (proves) {
        this.#down = false;
      }
      return result;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  async #inTime<T>(operation: () => Promise<T>, timeoutMs: number): Promise<T> {
    let cancel = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.clock.schedule(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      return await Promise.race([operation(), late]);
    } finally {
      cancel();
    }
  }

  #failed(error: unknown): void {
    const nowMs = this.clock.monotonic();
    if (!this.#down && nowMs >= this.#quietUntilMs) {
      this.#quietUntilMs = nowMs + QUIET_MS;
      this.warn(describe(error));
    }
    this.#down = true;
    if (this.limits) {
      this.#pausedUntilMs = nowMs + this.limits.pauseMs;
    }
  }
}

/** Clients of stores like to quote their URL, and with it a password. */
function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\/\/[^/\s]*@/g, '//***@');
}
