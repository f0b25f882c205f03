import everything from './jest.config.js';

const {
  runner: _runner,
  testRunner: _testRunner,
  globalTeardown: _globalTeardown,
  maxWorkers: _maxWorkers,
  ...shared
} = everything;

/** The fast specs beside what Stryker changes, in the environment that counts what they reach. */
export default {
  ...shared,
  watchman: false,
  testEnvironment: '@stryker-mutator/jest-runner/jest-env/node',
  // The same cases for every mutant, and every time.
  setupFiles: ['<rootDir>/test/support/jest/same-cases.mjs'],
  dependencyExtractor: '<rootDir>/jest.mutation.config.js',
  roots: ['<rootDir>/libs/bedrock-discovery/src'],
  testMatch: ['**/{access,cache,catalog,errors,facts,inventory,latency,routing,util}/**/*.spec.ts'],
  // What takes long, and what joins many parts, of which each has a spec of its own.
  testPathIgnorePatterns: [
    '/node_modules/',
    '\\.processes\\.spec\\.ts$',
    '/(?:access-store|catalog|circuit-breaker|figures|incremental-index|linear-patterns|region-state)\\.spec\\.ts$',
    '/cache/(?!envelope|integrity|packed-text|snapshot)',
  ],
};

/**
 * Of what a spec imports all, of any other file what lies beside it: the tests that Jest finds related to a file are those that
 * import it or its neighbours, and not those of all that is built upon it.
 *
 * @param {string} code
 * @param {string} file
 * @param {(code: string) => Iterable<string>} extractAll
 */
export function extract(code, file, extractAll) {
  const dependencies = [...extractAll(code)];
  return new Set(file.endsWith('.spec.ts') ? dependencies : dependencies.filter((name) => name.startsWith('./')));
}
