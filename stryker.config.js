const SOURCE = 'libs/bedrock-discovery/src';

/** What reads, judges, orders, compares and keeps, and asks nobody: by the part that it belongs to. */
const PURE = {
  parsing: [
    'catalog/arn.ts',
    'catalog/model-names.ts',
    'catalog/models/parse-models.ts',
    'catalog/profiles/parse-profiles.ts',
    'catalog/account/account-listings.ts',
    'inventory/listing.ts',
    'util/guards.ts',
    'facts/pricing/rate-card.ts',
    'facts/quotas/quota-names.ts',
    'access/availability.ts',
  ],
  classification: ['errors/{classify-failure,symptom}.ts', 'routing/failure-verdict.ts'],
  eligibility: ['routing/eligibility.ts', 'facts/fact-rules.ts', 'facts/*/*-rule.ts'],
  ranking: ['routing/{ranking,latency-buckets}.ts', 'latency/moving-average.ts'],
  differences: [
    'inventory/changes.ts',
    'catalog/most-said.ts',
    'catalog/{models/model,profiles/profile,account/account,account/mantle}-index.ts',
  ],
  envelope: ['cache/{envelope,integrity,packed-text,snapshot}.ts'],
  quotas: ['facts/quotas/quota-ledger.ts'],
};

export default {
  mutate: Object.values(PURE).flatMap((files) => files.map((file) => `${SOURCE}/${file}`)),
  ignorePatterns: [
    '*',
    `!${SOURCE}/**`,
    '!libs/bedrock-discovery/package.json',
    '!package.json',
    '!jest*.config.js',
    '!test/support/jest/*.mjs',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'],
  jest: { configFile: 'jest.mutation.config.js' },
  coverageAnalysis: 'perTest',
  // What Jest loads for one mutant it does not give back.
  maxTestRunnerReuse: 50,
  // Below it, there is behaviour that no test would miss.
  thresholds: { high: 95, low: 90, break: 85 },
  // A machine that is busy with other things has killed no mutant.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  reporters: ['clear-text', 'html'],
  htmlReporter: { fileName: 'test/.output/mutation.html' },
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  allowEmpty: false,
};
