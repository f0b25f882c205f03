import { setTimeout } from 'node:timers/promises';

/** Between two tries, in milliseconds; uneven, so that two who wait do not try at once for ever. */
const PAUSE_MS = 5;
const UNEVENNESS_MS = 15;

/** What `take` comes to once it comes to anything, tried again and again; undefined where that takes too long. */
export async function inTurn<T>(
  take: () => Promise<T | undefined>,
  patienceMs: number,
  pause: (ms: number) => Promise<unknown> = setTimeout,
): Promise<T | undefined> {
  const givingUpAt = performance.now() + patienceMs;
  const mostTries = patienceMs / (PAUSE_MS + UNEVENNESS_MS / 2);
  for (let tries = 0; tries < mostTries && performance.now() < givingUpAt; tries += 1) {
    const taken = await take();
    if (taken !== undefined) {
      return taken;
    }
    await pause(PAUSE_MS + Math.random() * UNEVENNESS_MS);
  }
  return undefined;
}
