import Runner from 'jest-runner';

/** Suites that measure real time, which others that run at the same time would distort. */
const MEASURES_TIME = /[\\/]latency\.e2e-spec\.ts$/;

/** As many suites at once as there are workers, and those that measure time one by one after them. */
export default class PatientRunner extends Runner {
  #isWatching;

  constructor(globalConfig, context) {
    super(globalConfig, context);
    this.#isWatching = globalConfig.watch || globalConfig.watchAll;
  }

  async runTests(tests, watcher, { serial, ...others }) {
    // The process that watches would keep the sources that it has loaded.
    const options = { ...others, serial: serial && !this.#isWatching };
    const measures = ({ path }) => MEASURES_TIME.test(path);
    await super.runTests(
      tests.filter((test) => !measures(test)),
      watcher,
      options,
    );
    for (const test of tests.filter(measures)) {
      await super.runTests([test], watcher, options);
    }
  }
}
