import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { LIBRARY_VERSION } from './probes.js';

it('the version that the library states is that of its manifest', async () => {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as object;
  expect(manifest).toMatchObject({ version: LIBRARY_VERSION });
});
