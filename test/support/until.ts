/** Longer than any condition takes to come true; a test must fail and not spin for ever. */
const PATIENCE_MS = 20_000;

/** Resolves once a condition holds, looked at in every turn of the event loop; rejects if it never does. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const givingUpAt = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > givingUpAt) {
      throw new Error(`What was waited for did not come true: ${String(condition)}`);
    }
    await turn();
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
