import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freePort } from '../../bench/free-port.js';
import { shownFilesOf, snippetsOf } from '../readme/snippets.js';
import { afterThisTest, temporaryFolder } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { LIBRARIES, pack, readManifest, ROOT, run } from './packages.js';

/** Installing takes as long as the registry does. */
jest.setTimeout(300_000);

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const example = (name: string): string =>
  snippetsOf(readme)
    .find((snippet) => snippet.name === name)
    ?.code.trim() ?? '';
const [installForTests = '', runOnSimulator = ''] = example('simulator').split('\n');

/** What `nest new` makes, with what the README says done to it, line by line. */
describe.each([
  { version: 11, suffix: '', passed: /Tests: +2 passed, 2 total/, configure: transformPackages },
  { version: 12, suffix: '.js', passed: /Tests +2 passed \(2\)/, configure: async () => undefined },
])('an application made by the command line of Nest $version', ({ version, suffix, passed, configure }) => {
  let folder: string;

  const runHere = (line: string): Promise<{ stdout: string; stderr: string }> => {
    const [program = '', ...rest] = line.split(' ');
    return run(program, rest, { cwd: folder, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 10_000_000 });
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    await runHere(`npx --yes @nestjs/cli@${version} new application --skip-git --skip-install --package-manager npm`);
    folder = join(folder, 'application');
    const tarballs = new Map<string, string>();
    for (const library of LIBRARIES) {
      tarballs.set((await readManifest(library)).name, (await pack(library, folder)).path);
    }
    const packed = (line: string): string => line.replace(/\S+/g, (word) => tarballs.get(word) ?? word);
    await runHere(`${packed(example('install'))} --prefer-offline --no-audit --no-fund`);
    await runHere(`${packed(installForTests)} --prefer-offline --no-audit --no-fund`);
    // The others want packages more, or are programs of their own.
    for (const { path, code } of shownFilesOf(readme).filter((file) => /\/0[13]-/.test(file.path))) {
      const source = code.replace(/(from '\.\/.*)\.js'/g, `$1${suffix}'`);
      await writeFile(join(folder, 'src', basename(path)), source);
    }
    await configure(folder);
  });

  it('answers on the simulator as the README says', async () => {
    const port = await freePort();
    const env = { ...process.env, PORT: String(port), XDG_CACHE_HOME: join(folder, 'cache') };
    const [program = '', ...rest] = runOnSimulator.split(' ');
    // A group of its own, which ends as a whole, as that of a terminal does.
    const child = spawn(program, rest, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const ended = once(child, 'close');
    afterThisTest(async () => {
      process.kill(-(child.pid ?? NaN), 'SIGKILL');
      await ended;
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    while (!printed.includes('successfully started')) {
      await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error(printed)))]);
    }
    const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${port}/models/claude-sonnet-4-5/route`);
    await until(() =>
      ask().then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const answer = await ask();
    expect(await answer.json()).toEqual(JSON.parse(example('answer')));
  });

  it('passes its tests', async () => {
    const { stdout, stderr } = await runHere('npm test');
    expect(stdout + stderr).toMatch(passed);
  });
});

/** The line that Jest needs in CommonJS, put where the README says. */
async function transformPackages(folder: string): Promise<void> {
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { jest: object };
  const line = JSON.parse(`{${example('jest-line')}}`) as object;
  await writeFile(path, JSON.stringify({ ...manifest, jest: { ...manifest.jest, ...line } }));
}
