/**
 * Time as the library sees it: replaced in tests, so that no test waits for real time to pass.
 *
 * @publicApi
 */
export interface Clock {
  /** Wall clock in milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that never goes backwards. */
  monotonic(): number;
  /**
   * Runs `callback` after `delayMs`; the returned function cancels it. Keeps the process alive only where `keepsAlive` is
   * true, as for a pause in the middle of something that is waited for.
   */
  schedule(callback: () => void, delayMs: number, keepsAlive?: boolean): () => void;
}

/** Injection token of the {@link Clock}; override it in a testing module to move time by hand.
 *
 * @publicApi
 */
export const BEDROCK_DISCOVERY_CLOCK = Symbol.for('nestjs-bedrock-discovery.clock');

/** The longest delay that a Node timer can hold. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(callback, delayMs, keepsAlive = false) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
    if (!keepsAlive) {
      timer.unref();
    }
    return () => clearTimeout(timer);
  },
};
