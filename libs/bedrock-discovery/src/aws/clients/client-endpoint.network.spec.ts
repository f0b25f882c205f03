import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { networkOf } from './client-endpoint.js';

const NAMES = [
  'AWS_CONFIG_FILE',
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_BEDROCK',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_PROFILE',
];
const former = NAMES.map((name) => [name, process.env[name]] as const);
const URL_1 = 'http://127.0.0.1:4501';
let folder: string;

async function configure(content: string): Promise<void> {
  process.env['AWS_CONFIG_FILE'] = join(folder, `config-${performance.now()}`);
  await writeFile(process.env['AWS_CONFIG_FILE'], content);
}

beforeEach(async () => {
  NAMES.forEach((name) => delete process.env[name]);
  folder = await mkdtemp(join(tmpdir(), 'network-'));
  await configure('');
});
afterEach(async () => {
  for (const [name, value] of former) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
  await rm(folder, { recursive: true });
});

describe('networkOf', () => {
  it('is aws where nothing says otherwise', async () => {
    expect(await networkOf({})).toBe('aws');
    process.env['AWS_ENDPOINT_URL'] = '';
    expect(await networkOf({ endpoint: () => undefined })).toBe('aws');
  });

  it('tells endpoints apart without naming them, and is the same wherever one is set', async () => {
    const network = await networkOf({ endpoint: URL_1 });
    expect(network).toMatch(/^[0-9a-f]{16}$/);
    expect(await networkOf({ endpoint: `${URL_1}1` })).not.toBe(network);
    expect(await networkOf({ endpoint: () => URL_1 })).toBe(network);
    await configure(`[default]\nendpoint_url = ${URL_1}\n`);
    expect(await networkOf({})).toBe(network);
    await configure(`[profile p]\nservices = s\n[services s]\nbedrock =\n  endpoint_url = ${URL_1}\n`);
    expect(await networkOf({ awsProfile: 'p' })).toBe(network);
    process.env['AWS_ENDPOINT_URL'] = 'http://elsewhere';
    process.env['AWS_ENDPOINT_URL_BEDROCK'] = URL_1;
    expect(await networkOf({})).toBe(network);
  });

  it('is none of AWS where a function cannot tell', async () => {
    const endpoint = (): string => {
      throw new Error('not here');
    };
    expect(await networkOf({ endpoint })).toBe('custom');
  });
});
