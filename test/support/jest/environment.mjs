import { setTimeout as sleep } from 'node:timers/promises';
import { createContext } from 'node:vm';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** A socket that was told to close needs some turns of the event loop, a child process some more. */
const GRACE_STEPS = 100;
const GRACE_STEP_MS = 20;

/**
 * The process as it is, put back after each suite. Fails the suite whose tests leave something behind that keeps the process
 * alive: a timer, a socket, a server, a child. Jest itself only prints a warning in that case, or ends its workers by force and
 * reports success.
 */
export default class ProcessEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern;
  #file;
  #console = console;
  #exit = Object.getOwnPropertyDescriptor(process, 'exit');
  #environment = { ...process.env };
  #resources = [];

  constructor({ projectConfig }, { testPath }) {
    this.#file = testPath;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  /** Where Jest loads the few modules that Node does not. */
  getVmContext() {
    return createContext();
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  async setup() {
    // The process's own, which are made when they are first used.
    void [process.stdin, process.stdout, process.stderr];
    this.#resources = process.getActiveResourcesInfo();
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    for (let step = 0; this.#leftOpen().length > 0 && step < GRACE_STEPS; step++) {
      // What this waits by itself is not referenced, and not counted.
      await sleep(GRACE_STEP_MS);
    }
    const left = this.#leftOpen();
    globalThis.console = this.#console;
    Object.defineProperty(process, 'exit', this.#exit);
    this.#restoreVariables();
    if (left.length > 0) {
      throw new Error(`${this.#file} left open: ${left.join(', ')}. What a test starts, it stops.`);
    }
  }

  #restoreVariables() {
    for (const name of Object.keys(process.env).filter((each) => !(each in this.#environment))) {
      delete process.env[name];
    }
    Object.assign(process.env, this.#environment);
  }

  #leftOpen() {
    const left = process.getActiveResourcesInfo();
    for (const type of this.#resources) {
      const place = left.indexOf(type);
      if (place >= 0) {
        left.splice(place, 1);
      }
    }
    return left;
  }
}
