// node scripts/run-long.mjs fuzz [--cases 200000] [--seed 7] [--path 12:3] [-t 'name of a test']
// node scripts/run-long.mjs crash [--kills 1000] [--rounds 1000]
// node scripts/run-long.mjs faults
// node scripts/run-long.mjs properties [--factor 10]
// Runs tests that the suite has in short as long as a night allows.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** The fuzz has a run of its own. */
function propertySuites() {
  const grep = ['grep', '--files-with-matches', "'fast-check'", '--', '*spec.ts', ':!test/fuzz'];
  return spawnSync('git', grep, { encoding: 'utf8' }).stdout.trim().split('\n');
}

const RUNS = {
  fuzz: { files: ['test/fuzz'], options: { cases: '200000', seed: undefined, path: undefined } },
  crash: { files: ['libs/bedrock-discovery/src/cache/crashes'], options: { kills: '1000', rounds: '1000' } },
  faults: { files: ['test/library/fault-matrix'], options: { states: 'all' } },
  properties: {
    get files() {
      return propertySuites();
    },
    options: { factor: '10' },
  },
};

const [name = '', ...args] = process.argv.slice(2);
const { files, options } = RUNS[name] ?? {};
if (options === undefined) {
  throw new Error(`Say what to run: ${Object.keys(RUNS).join(' or ')}.`);
}
const { values } = parseArgs({
  args,
  options: {
    ...Object.fromEntries(Object.keys(options).map((option) => [option, { type: 'string' }])),
    testNamePattern: { type: 'string', short: 't' },
  },
});
const { testNamePattern, ...given } = values;
const settings = Object.entries({ ...options, ...given }).filter(([, value]) => value !== undefined);
// A night is long.
const patience = `--testTimeout=${6 * 3_600_000}`;
const jest = ['node_modules/jest/bin/jest.js', patience, ...files, ...(testNamePattern ? ['-t', testNamePattern] : [])];
const { status } = spawnSync(process.execPath, ['--no-warnings', ...jest], {
  stdio: 'inherit',
  env: {
    ...process.env,
    NEW_CASES: 'yes',
    ...Object.fromEntries(settings.map(([option, value]) => [`${name}_${option}`.toUpperCase(), value])),
  },
});
process.exitCode = status ?? 1;
