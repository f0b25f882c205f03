import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ROOT } from './packages.js';

const PACKAGE = join(ROOT, 'libs/bedrock-simulator');
/** Within the repository, where npx finds the command. */
const OUTPUT = join(ROOT, 'test/.output/simulator-examples');

afterAll(() => rmSync(OUTPUT, { recursive: true, force: true }));

describe.each([
  {
    name: 'pytest',
    commands: ['python3 -m pytest -q -p no:cacheprovider'],
    missing: /No module named \S+/,
    passed: /2 passed/,
  },
  {
    name: 'junit',
    // With what was downloaded before, or else with what is downloaded now.
    commands: ['mvn -B -o test', 'mvn -B test'],
    missing: /\S+ could not be resolved|Unknown host \S+|release version 17 not supported/,
    passed: /Tests run: 2, Failures: 0, Errors: 0, Skipped: 0/,
  },
])('the example of the simulator for $name', ({ name, commands, missing, passed }) => {
  const cwd = join(OUTPUT, name);
  mkdirSync(OUTPUT, { recursive: true });
  cpSync(join(PACKAGE, 'examples', name), cwd, { recursive: true });
  const env = { ...process.env, PATH: [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter) };
  let output = '';
  let reason: string | undefined;
  for (const command of commands) {
    const [program = '', ...args] = command.split(' ');
    const { error, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', timeout: 240_000 });
    output = `${stdout}${stderr}`;
    reason = error?.message ?? missing.exec(output)?.[0];
    if (reason === undefined) {
      break;
    }
  }
  if (reason !== undefined) {
    process.stderr.write(`SKIPPED: the example of the simulator for ${name}, since it cannot run here: ${reason}.\n`);
  }
  (reason === undefined ? it : it.skip)('runs with what is installed here', () => {
    expect(output).toMatch(passed);
  });
});
