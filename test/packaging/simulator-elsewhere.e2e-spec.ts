import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { cp, readFile, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { afterThisTest, temporaryFolder } from '../support/cleanup.js';
import { pack, ROOT, run } from './packages.js';

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

it('is the example for pytest that the README of the simulator shows', async () => {
  const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
  const example = await readFile(join(PACKAGE, 'examples/pytest/test_weather.py'), 'utf8');
  expect(readme).toContain(`\n\`\`\`python\n${example}\`\`\`\n`);
});

describe('the Dockerfile of the simulator', () => {
  const lines = async () => (await readFile(join(PACKAGE, 'Dockerfile'), 'utf8')).replaceAll('\\\n', '').split('\n');
  const instructions = async (name: string) =>
    (await lines())
      .filter((line) => line.trim().startsWith(`${name} `))
      .map((line) => line.trim().slice(name.length + 1));
  const words = (text: string) => JSON.parse(text.slice(text.indexOf('['))) as string[];

  it('copies what the package holds, and nothing else', async () => {
    const copied = (await instructions('COPY'))
      .filter((line) => !line.startsWith('--from='))
      .flatMap((line) => line.split(' ').slice(0, -1));
    const { files } = await pack('libs/bedrock-simulator', await temporaryFolder());
    const held = files
      .map((path) => path.split('/')[0])
      .filter((name) => !['CHANGELOG.md', 'Dockerfile'].includes(name ?? ''));
    expect([...new Set(copied)].sort()).toEqual([...new Set(held)].sort());
    const admitted = (await readFile(join(PACKAGE, '.dockerignore'), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(admitted.map((line) => line.slice(1)).sort()).toEqual([...new Set(copied)].sort());
  });

  it('ends in a user that is not root, a command that starts, and a check that tells whether it is healthy', async () => {
    expect(await instructions('USER')).toEqual(['node']);
    const [[node = '', ...args] = []] = (await instructions('ENTRYPOINT')).map(words);
    const [check = []] = (await instructions('HEALTHCHECK')).map(words);
    expect([node, check[0]]).toEqual(['node', 'node']);
    const folder = await temporaryFolder();
    for (const name of ['package.json', 'bin', 'dist']) {
      await cp(join(PACKAGE, name), join(folder, name), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const port = await freePort();
    const isHealthy = () =>
      run(
        process.execPath,
        check.slice(1).map((each) => each.replace('4566', port)),
        { cwd: folder },
      ).then(
        () => true,
        () => false,
      );
    expect(await isHealthy()).toBe(false);
    const simulator = spawn(process.execPath, [...args, '--port', port], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    afterThisTest(() => void simulator.kill());
    const [line] = (await once(createInterface(simulator.stdout), 'line')) as [string];
    expect(line).toContain(`http://localhost:${port}`);
    expect(await isHealthy()).toBe(true);
    simulator.kill();
    expect(await once(simulator, 'exit')).toEqual([0, null]);
  });
});

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}
