import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/cleanup.js';
import { CliProcess, runCli, runInShell } from '../support/cli-process.js';
import { startSimulator } from '../support/simulated-discovery.js';

describe('completion in bash', () => {
  let script: string;

  beforeAll(async () => {
    const folder = await temporaryFolder();
    const simulator = await startSimulator();
    const environment = { ...simulator.environment(), BEDROCK_DISCOVERY_CACHE_DIRECTORY: folder };
    // A scan leaves the ids that shells complete.
    expect(await runCli(['refresh'], environment)).toMatchObject({ code: 0 });
    const { code, out } = await runCli(['completion', 'bash'], environment);
    expect(code).toBe(0);
    script = join(folder, 'completion.bash');
    await writeFile(script, out);
  });

  /** What bash would offer behind a line, without any other process being started. */
  async function offered(line: string): Promise<string[]> {
    const { code, out, error } = await runInShell(
      'source "$SCRIPT" && COMP_POINT=${#COMP_LINE} && _bedrock_discovery && printf "%s\\n" "${COMPREPLY[@]}"',
      { SCRIPT: script, COMP_LINE: line },
    );
    expect({ code, error }).toEqual({ code: 0, error: '' });
    return out.split('\n').filter((word) => word !== '');
  }

  it('offers commands, and their options with those of all', async () => {
    expect(await offered('bedrock-discovery re')).toEqual(['regions', 'refresh']);
    expect(await offered('bedrock-discovery route nova --re')).toEqual([
      '--residency',
      '--retention',
      '--reasoning',
      '--reasons',
      '--rejected',
      '--region',
      '--regions',
    ]);
    expect(await offered('bedrock-discovery help ro')).toEqual(['route']);
    expect(await offered('bedrock-discovery he')).toEqual(['help']);
    expect(await offered('bedrock-discovery models --js')).toEqual(['--json']);
  });

  it('offers regions, also behind a comma, geographies, and what else an option takes', async () => {
    expect(await offered('bedrock-discovery models --region eu-w')).toEqual(['eu-west-1', 'eu-west-2', 'eu-west-3']);
    expect(await offered('bedrock-discovery route x --source eu-west-1,eu-north')).toEqual(['eu-west-1,eu-north-1']);
    expect(await offered('bedrock-discovery route x --residency europ')).toEqual(['europe']);
    expect(await offered('bedrock-discovery models --lifecycle ')).toEqual(['ACTIVE', 'LEGACY']);
    expect(await offered('bedrock-discovery completion ')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('offers the ids of models from the cache, colons and all', async () => {
    expect(await offered('bedrock-discovery where anthropic.claude-opus-4-7')).toEqual(['anthropic.claude-opus-4-7']);
    // What stands before the last colon is typed already, for readline.
    expect(await offered('bedrock-discovery where amazon.nova-pro-v1:0:3')).toEqual(['300k']);
  });

  it('completes at a prompt, with a tab', async () => {
    const shell = new CliProcess(
      'script',
      ['--quiet', '--return', '--command', 'bash --norc --noprofile -i', '/dev/null'],
      { PS1: '$ ', HISTFILE: '/dev/null' },
    );
    shell.type(`bind 'set enable-bracketed-paste off'; source '${script}'; echo re''ady\n`);
    await shell.printed(/^ready\r$/m);
    shell.type('bedrock-discovery where anthropic.claude-haiku-4\t\x01echo : \n');
    await shell.printed(/^: bedrock-discovery where anthropic\.claude-haiku-4-5-20251001-v1:0 ?\r$/m);
    shell.type('exit\n');
    expect((await shell.ended()).code).toBe(0);
  });
});

/** A shell that is missing is said to be, since its script is then not tested; where CI is set, that is a failure. */
function describeIn(shell: string): typeof describe | typeof describe.skip {
  if (process.env['CI'] || spawnSync(shell, ['-c', 'true']).status === 0) {
    return describe;
  }
  process.stderr.write(`SKIPPED: completion in ${shell}, which is not installed here.\n`);
  return describe.skip;
}

/** The script for a shell, which knows one model besides the real ones. */
async function scriptFor(shell: string): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'completion'));
  await writeFile(join(folder, 'completion', 'model-ids'), 'maker.model-v1:0\nother.model-v2:0\n');
  const { code, out } = await runCli(['completion', shell, '--cache-dir', folder]);
  expect(code).toBe(0);
  const script = join(folder, `completion.${shell}`);
  await writeFile(script, out);
  return script;
}

describeIn('fish')('completion in fish', () => {
  it('offers commands, regions behind a comma, and ids of models', async () => {
    const script = await scriptFor('fish');
    const offered = async (line: string): Promise<string[]> => {
      const command = `source '${script}'; complete -C '${line}'`;
      const { out, error } = await new CliProcess('fish', ['--no-config', '-c', command], {}).ended();
      expect(error).toBe('');
      return out.split('\n').map((word) => word.split('\t')[0] ?? '');
    };
    expect(await offered('bedrock-discovery refr')).toContain('refresh');
    expect(await offered('bedrock-discovery help rout')).toContain('route');
    expect(await offered('bedrock-discovery where maker.')).toContain('maker.model-v1:0');
    expect(await offered('bedrock-discovery route x --source eu-west-1,eu-north')).toContain('eu-west-1,eu-north-1');
    expect(await offered('bedrock-discovery models --resid')).not.toContain('--residency');
  });
});

describeIn('zsh')('completion in zsh', () => {
  it('completes regions behind a comma and ids of models at a prompt', async () => {
    const script = await scriptFor('zsh');
    const line = ['--quiet', '--return', '--command', 'zsh -f -i', '/dev/null'];
    const shell = new CliProcess('script', line, { PS1: '% ', TERM: 'dumb' });
    shell.type(
      `autoload -U compinit; compinit -D; source '${script}'; bedrock-discovery() { echo : "$@" }; echo re''ady\n`,
    );
    await shell.printed(/^ready\r$/m);
    shell.type('bedrock-discovery where maker.\t\n');
    await shell.printed(/^: where maker\.model-v1:0\r$/m);
    shell.type('bedrock-discovery help rout\t\n');
    await shell.printed(/^: help route\r$/m);
    shell.type('bedrock-discovery route x --source eu-west-1,eu-nor\t\n');
    await shell.printed(/^: route x --source eu-west-1,eu-north-1\r$/m);
    shell.type('exit\n');
    expect((await shell.ended()).code).toBe(0);
  });
});
