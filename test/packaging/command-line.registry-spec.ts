import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { temporaryFolder } from '../support/cleanup.js';
import { PACKAGES, pack, run } from './packages.js';

/** Installing takes as long as the registry does. */
jest.setTimeout(300_000);

it('the command line runs as it is installed', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'someone', version: '1.0.0', private: true }));
  const tarballs = await Promise.all(PACKAGES.map((each) => pack(each, folder)));
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  await run('npm', ['install', ...quietly, ...tarballs.map(({ path }) => path)], { cwd: folder });
  const env = { ...process.env, BEDROCK_DISCOVERY_CACHE_DIRECTORY: 'false', NO_COLOR: '1' };
  const command = ['bedrock-discovery', 'where', 'nova-lite', '--region', 'eu-north-1', '--simulator'];
  const { stdout, stderr } = await run('npx', command, { cwd: folder, env });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^eu-north-1\t[\d.]+\tamazon\.nova-lite-v1:0\teu-north-1\ton-demand\t/m);
});
