import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';

/** A process of its own takes its time on a busy machine. */
jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Which packages of the AWS SDK a process has loaded once it has imported an entry point; `npm test` builds it first. */
async function loadedBy(entry: string): Promise<string[]> {
  const script = `
    import { createRequire } from 'node:module';
    await import(${JSON.stringify(entry)});
    const loaded = Object.keys(createRequire(${JSON.stringify(ROOT)}).cache);
    const names = loaded.map((path) => /node_modules.(@aws-sdk.[^/\\\\]+)/.exec(path)?.[1]).filter(Boolean);
    process.stdout.write(JSON.stringify([...new Set(names)]));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: ROOT,
  });
  return JSON.parse(stdout) as string[];
}

describe('the code that asks AWS', () => {
  it('is loaded with an application, which must not stand still for it later', async () => {
    expect(await loadedBy('nestjs-bedrock-discovery')).toEqual(
      expect.arrayContaining(['@aws-sdk/client-bedrock', '@aws-sdk/credential-provider-node']),
    );
  });

  it('is not loaded by the entry point for processes that live shortly', async () => {
    expect(await loadedBy('nestjs-bedrock-discovery/on-demand')).toEqual([]);
  });
});
