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

/**
 * Injection token of the {@link Clock}; override it in a testing module to move time by hand.
 *
 * @publicApi
 */
export const BEDROCK_DISCOVERY_CLOCK = Symbol.for('nestjs-bedrock-discovery.clock');

/**
 * Internal token of what took the place of {@link systemClock} under {@link BEDROCK_DISCOVERY_CLOCK}; undefined where nothing
 * did, so that classes fall back on that clock itself. What the public token gives may have been wrapped by a tool that traces
 * every provider of the application, and a refresh reads the clock more than a thousand times.
 */
export const CLOCK_OVERRIDE = Symbol('nestjs-bedrock-discovery.clock-override');

/** Clocks of two machines differ by less. */
const CLOCK_SKEW_MS = 60_000;

/** Whether a time that was written down lies ahead: the clock was wrong then, or is now. Both in milliseconds since the epoch. */
export function isFuture(at: number, now: number): boolean {
  return at > now + CLOCK_SKEW_MS;
}

/** How long ago something was, in milliseconds; infinity where nobody knows, since it is dated in the future. */
export function ageOf(at: number, now: number): number {
  return isFuture(at, now) ? Number.POSITIVE_INFINITY : Math.max(0, now - at);
}

/** The longest delay that a Node timer can hold. */
const MAX_DELAY_MS = 2 ** 31 - 1;

class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(callback: () => void, delayMs: number, keepsAlive = false): () => void {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), MAX_DELAY_MS));
    if (!keepsAlive) {
      timer.unref();
    }
    return () => clearTimeout(timer);
  }
}

export const systemClock: Clock = new SystemClock();

/** Whether a clock is that of this machine, wrapped or not. */
export function isSystemClock(clock: Clock): boolean {
  return clock instanceof SystemClock;
}
