import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  // One more than there are processors: many suites wait for other processes, or for what they have made wait.
  maxWorkers: availableParallelism() + 1,
  // Of the machine's memory: what suites leave to the collector, and modules that Node never forgets. A new worker begins cold.
  workerIdleMemoryLimit: 0.12,
  // In milliseconds. It takes time to give back what so many suites have loaded.
  workerGracefulExitTimeout: 30_000,
  // A machine that is busy with other things fails no test.
  testTimeout: 60_000,
  runner: '<rootDir>/test/support/jest/runner.mjs',
  testRunner: '<rootDir>/test/support/jest/framework.mjs',
  testEnvironment: '<rootDir>/test/support/jest/environment.mjs',
  globalTeardown: '<rootDir>/test/support/jest/exit-guard.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/libs', '<rootDir>/src', '<rootDir>/samples', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts', '**/*.e2e-spec.ts'],
  // Fixtures and examples have tests of their own, run by those that use them.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/fixtures/', '<rootDir>/test/.output/'],
  modulePathIgnorePatterns: ['/dist/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^nestjs-bedrock-discovery$': '<rootDir>/libs/bedrock-discovery/src/index.ts',
    '^nestjs-bedrock-discovery/config$': '<rootDir>/libs/bedrock-discovery/src/config/index.ts',
    '^nestjs-bedrock-discovery/enumerations$': '<rootDir>/libs/bedrock-discovery/src/enumerations.ts',
    '^nestjs-bedrock-discovery/health$': '<rootDir>/libs/bedrock-discovery/src/health/index.ts',
    '^nestjs-bedrock-discovery/http$': '<rootDir>/libs/bedrock-discovery/src/http/index.ts',
    '^nestjs-bedrock-discovery/redis$': '<rootDir>/libs/bedrock-discovery/src/redis/index.ts',
    '^nestjs-bedrock-discovery/regions$': '<rootDir>/libs/bedrock-discovery/src/regions/index.ts',
    '^nestjs-bedrock-discovery/snippets$': '<rootDir>/libs/bedrock-discovery/src/snippets/index.ts',
    '^nestjs-bedrock-discovery/telemetry$': '<rootDir>/libs/bedrock-discovery/src/telemetry/index.ts',
    '^nestjs-bedrock-discovery/testing$': '<rootDir>/libs/bedrock-discovery/src/testing/index.ts',
    '^bedrock-discovery-cli$': '<rootDir>/libs/bedrock-discovery-cli/src/index.ts',
    '^bedrock-simulator$': '<rootDir>/libs/bedrock-simulator/src/index.ts',
    '^bedrock-simulator/cli$': '<rootDir>/libs/bedrock-simulator/src/cli/run-cli.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  coverageProvider: 'v8',
  // What runs in the tests' own process: not the page, nor the command line.
  collectCoverageFrom: [
    'libs/bedrock-{discovery,simulator}/src/**/*.ts',
    'src/**/*.ts',
    '!**/*.spec.**',
    '!**/*.types.ts',
    '!**/known-ids.ts',
    '!**/main.ts',
  ],
};
