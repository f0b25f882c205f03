import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { runCli } from 'bedrock-discovery-cli';
import { ENDPOINTS } from '../../src/endpoints/endpoints.js';
import { tableOf } from './snippets.js';

const rows = tableOf(await readFile(new URL('../../docs/explorer.md', import.meta.url), 'utf8'), 'library, HTTP');
const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** All that the help of a command names, option by option. */
async function helpOf(command: string): Promise<string> {
  let text = '';
  const output = { write: (part: string) => (text += part) };
  await runCli([command, '--help'], { out: output, error: output, environment: {}, signal: AbortSignal.abort() });
  return text;
}

it('the table of names has every parameter that narrows an answer down', () => {
  const narrowing = new Set(['/models', '/models/retiring', '/models/{id}/route', '/profiles']);
  const parameters = ENDPOINTS.filter(({ path }) => narrowing.has(path)).flatMap((each) => each.parameters ?? []);
  const elsewhere = new Set(['limit', 'cursor', 'search', 'region']);
  const names = rows.flatMap(([name]) => codes(name));
  expect(new Set(names)).toEqual(new Set(parameters.filter((name) => !elsewhere.has(name))));
});

it('the table of names has options that the command line takes, those of before included', async () => {
  const help = (await Promise.all(['models', 'profiles', 'route'].map(helpOf))).join('\n');
  const options = rows.flatMap(([, now, before]) => [...codes(now), ...codes(before)]);
  const dashed = options.flatMap((option) => /--[a-z-]+/.exec(option)?.[0] ?? []);
  expect(dashed.length).toBeGreaterThan(20);
  expect(dashed.filter((option) => !new RegExp(`^ .*${option}[ ,]`, 'm').test(help))).toEqual([]);
});
