import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';

const ROOT = new URL('../../', import.meta.url);
const RULE = /^arrows-point-down-from-(.+)$/;

/** The rooms of the library from the top down, as the check of imports enforces them. */
async function enforcedRooms(): Promise<string[]> {
  const { default: rules } = await import(new URL('.dependency-cruiser.js', ROOT).href);
  return rules.forbidden.flatMap(({ name }: { name: string }) => RULE.exec(name)?.slice(1) ?? []);
}

describe('the architecture as it is documented', () => {
  it('shows the rooms and arrows that the check of imports enforces', async () => {
    const text = await readFile(new URL('docs/architecture.md', ROOT), 'utf8');
    const drawing = /```text\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
    const drawn = drawing.split('\n').flatMap((line) => /^[a-z]+(?= {2,})/.exec(line) ?? []);
    expect(drawn).toEqual(await enforcedRooms());
  });

  it('names files and folders that are there', async () => {
    const text = await readFile(new URL('docs/architecture.md', ROOT), 'utf8');
    const named = [...text.matchAll(/`((?:[a-z-]+\/)*[a-z.-]+\.ts)`/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(20);
    const folders = ['bedrock-discovery', 'bedrock-discovery-cli', 'bedrock-simulator'].map(
      (name) => `libs/${name}/src/`,
    );
    const files = await Promise.all(
      [...folders, 'src/'].map(async (folder) =>
        (await readdir(new URL(folder, ROOT), { recursive: true })).map((file) => `/${folder}${file}`),
      ),
    );
    expect(named.filter((file) => !files.flat().some((path) => path.endsWith(`/${file}`)))).toEqual([]);
  });
});
