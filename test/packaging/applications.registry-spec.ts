import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { snippetsOf } from '../readme/snippets.js';
import { temporaryFolder } from '../support/cleanup.js';
import { LIBRARIES, pack, ROOT, run } from './packages.js';

/** Installing takes as long as the registry does. */
jest.setTimeout(300_000);

/** In a folder that the type checks leave out: the types of Vitest want packages that are not installed. */
const VITEST_EXAMPLE = 'vitest/example.test.ts';

/** As it is documented. */
async function vitestExample(): Promise<string> {
  const guide = await readFile(join(ROOT, 'docs/testing.md'), 'utf8');
  return snippetsOf(guide).find(({ name }) => name === 'vitest')?.code ?? '';
}

const INSTALL_QUIETLY = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];

describe.each([
  {
    application: 'commonjs-nest-11',
    title: 'a CommonJS application on Nest 11 and the lowest peers',
    typeChecks: ['tsconfig.json', 'tsconfig.node10.json'],
    tests: [{ command: ['npx', 'jest'], passed: /Tests: +4 passed, 4 total/ }],
  },
  {
    application: 'esm-nest-12',
    title: 'an ES module application on Nest 12 and the newest peers',
    typeChecks: ['tsconfig.json'],
    tests: [
      {
        command: ['node', '--test', '--test-reporter=tap', 'dist/region-report.test.js'],
        passed: /# pass 2\n# fail 0/,
      },
      // The second is the example of the simulator.
      { command: ['npx', 'vitest', 'run', VITEST_EXAMPLE, 'vitest/weather.test.ts'], passed: /Tests +3 passed \(3\)/ },
    ],
  },
])('$title', ({ application, typeChecks, tests }) => {
  let folder: string;

  /** Outside the workspace, so that nothing is found but what was installed. */
  const runHere = (...command: string[]): Promise<{ stdout: string; stderr: string }> => {
    const [program = '', ...rest] = command;
    const env = { ...process.env, BEDROCK_DISCOVERY_CACHE_DIRECTORY: 'false', NO_COLOR: '1' };
    return run(program, rest, { cwd: folder, env, maxBuffer: 10_000_000 });
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    await cp(join(ROOT, 'test/fixtures/packaging', application), folder, { recursive: true });
    if (existsSync(join(folder, 'vitest'))) {
      await writeFile(join(folder, VITEST_EXAMPLE), await vitestExample());
      await cp(join(ROOT, 'libs/bedrock-simulator/examples/vitest'), join(folder, 'vitest'), { recursive: true });
    }
    const tarballs = await Promise.all(LIBRARIES.map((library) => pack(library, folder)));
    await runHere('npm', 'install', ...INSTALL_QUIETLY, ...tarballs.map(({ path }) => path));
    await runHere('npx', 'tsc', '--noCheck');
  });

  it.each(typeChecks)('type checks with %s', async (config) => {
    await expect(runHere('npx', 'tsc', '--noEmit', '-p', config)).resolves.toMatchObject({ stdout: '' });
  });

  it('finds nothing wrong with the declarations under exactOptionalPropertyTypes', async () => {
    const output = await runHere('npx', 'tsc', '--noEmit', '--exactOptionalPropertyTypes').then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
    // Some of what others declare does not compile so, and is none of this package's business.
    expect(output.split('\n').filter((line) => /^(?:src|node_modules\/(?:nestjs-)?bedrock-)/.test(line))).toEqual([]);
  });

  it("starts, scans and prints a model's regions and profiles", async () => {
    const { stdout, stderr } = await runHere('node', 'dist/main.js', 'amazon.nova-lite-v1:0');
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      regions: expect.arrayContaining(['eu-west-1', 'us-east-1']),
      profiles: expect.arrayContaining(['eu.amazon.nova-lite-v1:0', 'us.amazon.nova-lite-v1:0']),
    });
    expect(stderr).not.toMatch(/ExperimentalWarning|Error/);
  });

  it.each(tests)('passes tests by $command.0 $command.1', async ({ command, passed }) => {
    const { stdout, stderr } = await runHere(...command);
    expect(stdout + stderr).toMatch(passed);
  });
});
