import module from 'node:module';
import { join } from 'node:path';
import Runner from 'jest-runner';

/** Suites that measure real time, which others that run at the same time would distort. */
const MEASURES_TIME = /[\\/]latency\.e2e-spec\.ts$/;

/** Suites whose regular expressions take ten times as long late: V8 does not optimize them once a process holds much compiled code. */
const WANTS_A_NEW_PROCESS = /[\\/]output[\\/]table\.spec\.ts$/;

/** Suites that take longest, by which no end is to be waited for. Their durations are known only after a first run. */
const TAKES_LONG =
  /[\\/](?:library[\\/](?:fault-matrix|fleet|failover|churn)|page|cli[\\/](?:terminal|pipe)|readme|cache[\\/]crashes|test[\\/]explorer-process)\b/;

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
    const isLong = ({ path, duration }) => duration === undefined && TAKES_LONG.test(path);
    const turnOf = (test) => (WANTS_A_NEW_PROCESS.test(test.path) ? 0 : isLong(test) ? 1 : 2);
    const others = tests.filter((test) => !measures(test)).sort((a, b) => turnOf(a) - turnOf(b));
    await super.runTests(others, watcher, options);
    for (const test of tests.filter(measures)) {
      await super.runTests([test], watcher, options);
    }
  }
}
