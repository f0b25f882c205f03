import module from 'node:module';
import { join } from 'node:path';
import Runner from 'jest-runner';

/** Suites that measure real time, which others that run at the same time would distort. */
const MEASURES_TIME = /[\\/]latency\.e2e-spec\.ts$/;

/**
 * Suites that take longest, by which no end is to be waited for, in the order in which they begin. Browsers that run beside each
 * other take much longer, so there is one at a time.
 */
const LONGEST = [
  'library/fault-matrix',
  'library/fleet',
  'page/quality',
  'library/failover.',
  'library/sdks',
  'page/states',
  'library/identity',
  'cli/pipe',
  'page/questions',
  'library/wire',
  'readme/readme',
  'page/matrix',
  'explorer-process',
  'library/routes',
  'page/panels',
  'packaging/tarballs',
  'cache/crashes',
  'page/live',
  'cli/terminal',
  'library/one-scan',
  'test/snippets',
  'library/churn',
];

/** As many suites at once as there are workers, the longest first, and those that measure time one by one after them. */
export default class PatientRunner extends Runner {
  #isWatching;

  constructor(globalConfig, context) {
    super(globalConfig, context);
    // Workers and the processes of tests load the same, which Node keeps from 22.8 on. How often code ran is counted in what was
    // compiled anew.
    if ('enableCompileCache' in module && !globalConfig.collectCoverage) {
      process.env.NODE_COMPILE_CACHE ??= join(globalConfig.rootDir, 'node_modules/.cache/compiled');
    }
    this.#isWatching = globalConfig.watch || globalConfig.watchAll;
  }

  async runTests(tests, watcher, { serial, ...settings }) {
    // The process that watches would keep the sources that it has loaded.
    const options = { ...settings, serial: serial && !this.#isWatching };
    const measures = ({ path }) => MEASURES_TIME.test(path);
    const placeOf = ({ path }) => LONGEST.findIndex((name) => path.replaceAll('\\', '/').includes(`/${name}`));
    const isLong = (test) => placeOf(test) >= 0;
    const others = tests.filter((test) => !measures(test));
    const longest = others.filter(isLong).sort((a, b) => placeOf(a) - placeOf(b));
    await super.runTests([...longest, ...others.filter((test) => !isLong(test))], watcher, options);
    for (const test of tests.filter(measures)) {
      await super.runTests([test], watcher, options);
    }
  }
}
