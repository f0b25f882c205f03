import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '../../bench/free-port.js';
import { afterThisTest, temporaryFolder } from '../support/cleanup.js';
import { pack, ROOT, run } from './packages.js';

const PACKAGE = join(ROOT, 'libs/bedrock-simulator');

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
    const port = String(await freePort());
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
