import { createHook } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestEnvironment } from 'jest-environment-node';

/** A socket that was told to close needs some turns of the event loop, a child process some more. */
const GRACE_STEPS = 100;
const GRACE_STEP_MS = 20;

/**
 * Fails the file whose tests leave something behind that keeps the process alive: a timer, a socket, a server, a child.
 * Jest itself only prints a warning in that case, or ends its workers by force and reports success.
 */
export default class OpenHandlesEnvironment extends TestEnvironment {
  #file;
  #opened = new Map();
  #hook = createHook({
    init: (id, type, _trigger, resource) => {
      if (typeof resource.hasRef === 'function') {
        this.#opened.set(id, { type, resource });
      }
    },
    destroy: (id) => this.#opened.delete(id),
  });

  constructor(config, context) {
    super(config, context);
    this.#file = context.testPath;
  }

  async setup() {
    await super.setup();
    // The process's own, which are made when they are first used.
    void [process.stdin, process.stdout, process.stderr];
    this.#hook.enable();
  }

  async teardown() {
    // By now: what the wait below opens is not the tests'.
    const ids = [...this.#opened.keys()];
    const left = () => ids.map((id) => this.#opened.get(id)).filter((handle) => handle?.resource.hasRef());
    for (let step = 0; left().length > 0 && step < GRACE_STEPS; step++) {
      await sleep(GRACE_STEP_MS);
    }
    const types = left().map(({ type }) => type);
    this.#hook.disable();
    await super.teardown();
    if (types.length > 0) {
      throw new Error(`${this.#file} left open: ${types.join(', ')}. What a test starts, it stops.`);
    }
  }
}
