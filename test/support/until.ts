/** Resolves once a condition holds, looked at in every turn of the event loop. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
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
