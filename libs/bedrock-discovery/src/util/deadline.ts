import type { Clock } from './clock.js';

/** What waits for a signal, by the signal: each has one listener, however many wait, since Node warns of many. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `listener` once, when the signal aborts; the returned function takes it back. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = waiting.get(signal) ?? new Set();
  const call = (): void => listener();
  if (listeners.size === 0) {
    waiting.set(signal, listeners);
    signal.addEventListener('abort', callWaiting, { once: true });
  }
  listeners.add(call);
  return () => {
    listeners.delete(call);
    if (listeners.size === 0) {
      signal.removeEventListener('abort', callWaiting);
    }
  };
}

function callWaiting({ target }: Event): void {
  const listeners = waiting.get(target as AbortSignal) ?? new Set();
  waiting.delete(target as AbortSignal);
  listeners.forEach((listener) => listener());
}

/**
 * A signal that aborts with a `TimeoutError` after a time, or earlier with its parent. `end` must be called once it is
 * no longer needed; it leaves neither timer nor listener behind.
 */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds left. */
  readonly remainingMs: number;
  abort(reason: Error): void;
  end(): void;
}

export function startDeadline(
  clock: Clock,
  timeoutMs: number,
  options: { parent?: AbortSignal; onTimeout?: () => void } = {},
): Deadline {
  const controller = new AbortController();
  const { parent, onTimeout } = options;
  const end = clock.monotonic() + timeoutMs;
  const follow = (): void => controller.abort(parent?.reason);
  const cancel = clock.schedule(() => {
    onTimeout?.();
    controller.abort(new DOMException(`No answer within ${timeoutMs} ms.`, 'TimeoutError'));
  }, timeoutMs);
  if (parent?.aborted === true) {
    follow();
  }
  const unfollow = parent && onAbort(parent, follow);
  return {
    signal: controller.signal,
    get remainingMs() {
      return Math.max(0, end - clock.monotonic());
    },
    abort: (reason) => controller.abort(reason),
    end: () => {
      cancel();
      unfollow?.();
    },
  };
}

/**
 * Resolves after a time; rejects with the signal's reason if that aborts first. Leaves nothing behind, and keeps the process
 * alive meanwhile: somebody waits for what comes after it.
 */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const unfollow = onAbort(signal, stop);
    const cancel = clock.schedule(
      () => {
        unfollow();
        resolve();
      },
      delayMs,
      true,
    );
    if (signal.aborted) {
      unfollow();
      stop();
    }
  });
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts; `work` itself is left alone. */
export function raceSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    const unfollow = onAbort(signal, abort);
    void work.then(resolve, reject).finally(unfollow);
    if (signal.aborted) {
      abort();
    }
  });
}

/** What `work` comes to, or a rejection with a `TimeoutError` after a time or with its parent's reason; its own signal tells it. */
export async function withDeadline<T>(
  clock: Clock,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  parent?: AbortSignal,
): Promise<T> {
  const deadline = startDeadline(clock, timeoutMs, parent && { parent });
  try {
    return await raceSignal(work(deadline.signal), deadline.signal);
  } finally {
    deadline.end();
  }
}
