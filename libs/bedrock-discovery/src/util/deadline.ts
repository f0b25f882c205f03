import type { Clock } from './clock.js';

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
  parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    get remainingMs() {
      return Math.max(0, end - clock.monotonic());
    },
    abort: (reason) => controller.abort(reason),
    end: () => {
      cancel();
      parent?.removeEventListener('abort', follow);
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
    const cancel = clock.schedule(
      () => {
        signal.removeEventListener('abort', stop);
        resolve();
      },
      delayMs,
      true,
    );
    if (signal.aborted) {
      stop();
    } else {
      signal.addEventListener('abort', stop, { once: true });
    }
  });
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts; `work` itself is left alone. */
export function raceSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) {
      abort();
    } else {
      signal.addEventListener('abort', abort, { once: true });
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
