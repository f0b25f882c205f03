import asyncHooks from 'node:async_hooks';
import { createRequire, register } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import circus from 'jest-circus/runner';
import { startCounting, takeCounts } from './coverage.mjs';

const require = createRequire(import.meta.url);
const OWN_GLOBALS = fileURLToPath(new URL('./own-globals.cjs', import.meta.url));
/** What Jest's framework and the functions of a suite tell each other, for the length of that suite. */
const OF_ONE_SUITE = ['EVENT_HANDLERS', 'TEST_TIMEOUT_SYMBOL', 'RETRY_TIMES', 'LOG_ERRORS_BEFORE_RETRY'].map((name) =>
  Symbol.for(name),
);
/** Until Node 24 every promise of a process takes longer for each `AsyncLocalStorage` that was ever used in it. */
const SLOWED_BY_STORES = Number.parseInt(process.versions.node, 10) < 24;

let suites = 0;

/**
 * Jest's framework, but for how a suite is loaded: by Node itself, beside the suites that ran before it in this process. So the
 * library, Nest and the AWS SDK are loaded once and are warm from then on, where Jest loads them anew for each suite. A suite
 * and what stands in `test` are a suite's own all the same; what else it changes in the process, it puts back.
 */
export default async function runSuite(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  if (suites === 0) {
    register('./typescript-hooks.mjs', import.meta.url);
    process.setSourceMapsEnabled(true);
    fc.configureGlobal(propertySettings());
    await (globalConfig.collectCoverage && startCounting());
  }
  suites += 1;
  const suite = suites;
  for (const symbol of OF_ONE_SUITE) {
    delete globalThis[symbol];
  }
  // Jest's, which knows the sources that Jest has loaded.
  delete Error.prepareStackTrace;
  // In this realm, as all else: `expect.any(String)` means its own.
  runtime.requireInternalModule = (path) => {
    delete require.cache[path];
    return SLOWED_BY_STORES ? withoutStores(() => require(path)) : require(path);
  };
  runtime.unstable_shouldLoadAsEsm = () => true;
  runtime.unstable_importModule = (path) => {
    globalThis[Symbol.for('own-globals')] = runtime.requireModule(OWN_GLOBALS);
    return import(`${pathToFileURL(path).href}?suite=${suite}`);
  };
  let counts;
  runtime.stopCollectingV8Coverage = async () => {
    counts = await takeCounts(globalConfig, config);
  };
  runtime.getAllV8CoverageInfoCopy = () => counts;
  return circus.default(globalConfig, config, environment, runtime, testPath, sendMessageToJest);
}

function withoutStores(load) {
  const { AsyncLocalStorage } = asyncHooks;
  asyncHooks.AsyncLocalStorage = WhatRuns;
  try {
    return load();
  } finally {
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
  }
}

/**
 * The test or hook that runs, for Jest's framework, which makes an `AsyncLocalStorage` for each suite and never disables it. A
 * suite's tests run one after the other; what fails behind a test that is over counts against what runs then.
 */
class WhatRuns {
  #store;

  run(store, callback) {
    const outer = this.#store;
    this.#store = store;
    const ended = callback();
    void Promise.resolve(ended).then(
      () => (this.#store = outer),
      () => (this.#store = outer),
    );
    return ended;
  }

  getStore() {
    return this.#store;
  }
}

/** What passes once passes again: other cases are for a night. */
function propertySettings() {
  const { NEW_CASES, PROPERTIES_FACTOR = '1' } = process.env;
  return { ...(NEW_CASES === undefined && { seed: 1 }), numRuns: 100 * Number(PROPERTIES_FACTOR) };
}
