import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than any condition takes to come true; a test must fail and not spin for ever. */
const PATIENCE_MS = 20_000;

/** After so many turns of the event loop something is waited for that takes its time, and who looks takes it from others. */
const EAGER_TURNS = 100;
const LONGEST_PAUSE_MS = 20;

/**
 * Resolves once a condition holds, looked at in every turn of the event loop at first, and ever more rarely; rejects if it never
 * does.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const givingUpAt = performance.now() + PATIENCE_MS;
  for (let looks = 0; !(await condition()); looks += 1) {
    if (performance.now() > givingUpAt) {
      throw new Error(`What was waited for did not come true: ${String(condition)}`);
    }
    await (looks < EAGER_TURNS ? turn() : sleep(Math.min((looks - EAGER_TURNS) / 10, LONGEST_PAUSE_MS)));
  }
}

/** Lets all that is ready to run do so: one turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets what was begun settle where nothing tells that it has: many turns. */
export async function turns(count = 200): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await turn();
  }
}
