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
  #opened = [];
  // No `destroy`: for its sake Node would follow every promise to its end, which took a tenth of the time of all tests.
  #hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (typeof resource.hasRef === 'function') {
        this.#opened.push({ type, handle: new WeakRef(resource) });
      }
    },
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
    const opened = [...this.#opened];
    const left = () => opened.filter(({ handle }) => isAlive(handle.deref()));
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

/** A timer that is cleared or over goes on saying that it keeps the process alive. */
function isAlive(handle) {
  return handle !== undefined && handle['_destroyed'] !== true && handle.hasRef();
}
