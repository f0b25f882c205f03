import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import { widthOf } from '../../libs/bedrock-discovery-cli/src/output/text.js';
import { temporaryFolder } from '../support/cleanup.js';
import { ESCAPE, type Environment, runHere, shown, startInTerminal } from '../support/cli-process.js';
import { startSimulator } from '../support/simulated-discovery.js';

/** `script` of util-linux: that of other systems takes other options. Where CI is set, its absence is a failure. */
const hasTerminals =
  Boolean(process.env['CI']) ||
  /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
if (!hasTerminals) {
  process.stderr.write(
    'SKIPPED: the command line in a pseudo-terminal, since there is no `script` of util-linux here.\n',
  );
}

const COLOUR = new RegExp(String.raw`${ESCAPE}\[[1-9]\d*m`);
const BAR = /[█░]{24} \d+\/\d+/;

async function environmentFor(simulator: BedrockSimulator): Promise<Environment> {
  return { ...simulator.environment(), BEDROCK_DISCOVERY_CACHE_DIRECTORY: await temporaryFolder() };
}

(hasTerminals ? describe : describe.skip)('the command line in a terminal', () => {
  /** Of a simulator that all is known of and that nobody changes. */
  let known: Environment;

  beforeAll(async () => {
    const simulator = await startSimulator();
    simulator.addApplicationProfile({
      region: 'eu-west-1',
      name: '請求書の要約',
      copyFrom: 'eu.amazon.nova-lite-v1:0',
    });
    known = await environmentFor(simulator);
    await runHere(['refresh'], known);
  });

  it.each([
    ['where', 'nova-lite'],
    ['route', 'claude-opus-4-7', '--residency', 'eu', '--reasons', '--rejected'],
    ['models'],
    ['profiles'],
    ['regions'],
    ['doctor', '--residency', 'eu', '--model', 'nova-lite'],
    ['models', '--retiring', '365'],
  ])('fits %s %s into any width', async (...args) => {
    for (const columns of [24, 60, 81, 200]) {
      const { code, out } = await runHere(args, known, { columns });
      expect(code).toBe(0);
      const lines = shown(out, '\n').filter((line) => line !== '');
      expect(lines.length).toBeGreaterThan(5);
      expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
    }
  });

  it('shows everything in 80 columns, below its row where it has no place in it, and in one line with --wide', async () => {
    const { out } = await runHere(['where', 'nova-lite', '--csv'], known);
    const cells = out
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',').filter((_, index) => index !== 1));
    const terminal = startInTerminal(['where', 'nova-lite'], { columns: 80, environment: known });
    const narrow = shown((await terminal.ended()).out);
    // An ARN is wider than a terminal, and broken into lines.
    const text = narrow.join('').replaceAll(/\s/g, '');
    for (const [region = '', invocationId = '', destinations = ''] of cells) {
      const all = [region, invocationId, ...(destinations === region ? [] : destinations.split(' '))];
      expect(all.filter((part) => !text.includes(part === 'global' ? 'anyregion' : part))).toEqual([]);
    }
    expect(text).toContain('0.06USD');
    const wide = shown((await runHere(['where', 'nova-lite', '--wide'], known, { columns: 80 })).out, '\n');
    expect(wide.filter((line) => /nova-lite|inference-profile/.test(line))).toHaveLength(cells.length);
    expect(wide[0]).toMatch(/^REGION .* INVOCATION ID .* SERVED IN .* OUT\/M/);
  });

  it.each(['where', 'route'])(
    'says below the answer of %s whose it is, and how old, unless it is to be quiet',
    async (command) => {
      const linesOf = async (...args: string[]): Promise<string> =>
        shown((await runHere([command, 'nova-lite', ...args], known, { columns: 100 })).out, '\n').join('\n');
      expect(await linesOf()).toMatch(/^An endpoint of your own · account \d{12} · listed \d+ s ago · 31 regions\.$/m);
      expect(await linesOf('--simulator')).toMatch(/^Simulated · account \d{12} · listed \d+ s ago · 31 regions\.$/m);
      expect(await linesOf('--quiet')).not.toMatch(/account \d{12}/);
    },
  );

  it('tells what has changed day by day and model by model', async () => {
    const simulator = await startSimulator();
    const environment = {
      ...(await environmentFor(simulator)),
      BEDROCK_DISCOVERY_REGIONS: 'eu-central-1,eu-west-1,us-east-1',
    };
    await runHere(['refresh'], environment);
    simulator.addModel({ modelId: 'maker.new', modelName: 'New', regions: ['eu-west-1'] });
    simulator.setLifecycle('amazon.nova-pro-v1:0', { status: 'LEGACY', endOfLifeTime: '2027-01-31T00:00:00Z' });
    await runHere(['refresh', '--force'], environment);
    simulator.addModel({ modelId: 'maker.new', modelName: 'New', regions: ['eu-central-1', 'us-east-1'] });
    await runHere(['refresh', '--force'], environment);
    const { out, error } = await runHere(['changes'], environment, { columns: 200 });
    const text = `${shown(out, '\n').join('\n')}${error}`;
    expect(text).toMatch(/^\d{4}-\d\d-\d\d$/m);
    expect(text).toMatch(/^ {2}New: new in eu-west-1, \+2 regions \(eu-central-1, us-east-1\)$/m);
    expect(text).toMatch(/^ {2}Nova Pro: active → legacy until 2027-01-31 in /m);
    expect(text).toMatch(/^Changes are recorded since /m);
  });

  it('has one line for each cause that the doctor finds, with the regions that it is the cause of', async () => {
    const simulator = await startSimulator();
    for (const region of ['eu-west-1', 'us-east-1']) {
      simulator.addFault({ kind: 'throttled', region });
    }
    const environment = {
      ...(await environmentFor(simulator)),
      BEDROCK_DISCOVERY_REGIONS: 'eu-central-1,eu-west-1,us-east-1',
    };
    const args = ['doctor', '--region', 'eu-central-1,eu-west-1,us-east-1'];
    const { out } = await runHere(args, environment, { columns: 100 });
    const lines = shown(out, '\n');
    expect(lines.filter((line) => /^failed +throttled in 2 regions \(eu-west-1, us-east-1\)/.test(line))).toHaveLength(
      1,
    );
    expect(lines.filter((line) => /^ok +1 region \(eu-central-1\) answered\./.test(line))).toHaveLength(1);
  });

  it('shows how far a scan is, and wipes that away before the answer', async () => {
    const environment = await environmentFor(await startSimulator());
    const cold = await startInTerminal(['where', 'nova-lite'], { environment }).ended();
    expect(cold.out).toMatch(BAR);
    expect(shown(cold.out).join('\n')).not.toMatch(BAR);
    expect(shown(cold.out)[0]).toMatch(/^REGION +LATENCY +INVOCATION ID/);
    const warm = await startInTerminal(['where', 'nova-lite'], { environment }).ended();
    expect(warm.out).not.toMatch(BAR);
    const quiet = await startInTerminal(['refresh', '--force', '--quiet'], { environment }).ended();
    expect(quiet.out).not.toMatch(BAR);
  });

  it('has colours, unless they are unwanted', async () => {
    const colouredWith = async (args: string[], variables: Environment): Promise<boolean> =>
      COLOUR.test((await runHere(['regions', ...args], { ...known, ...variables }, { columns: 100 })).out);
    expect((await startInTerminal(['regions'], { environment: known }).ended()).out).toMatch(COLOUR);
    expect(await colouredWith([], {})).toBe(true);
    expect(await colouredWith([], { NO_COLOR: '1' })).toBe(false);
    expect(await colouredWith([], { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false);
    expect(await colouredWith([], { TERM: 'dumb' })).toBe(false);
    expect(await colouredWith([], { TERM: 'dumb', FORCE_COLOR: '1' })).toBe(true);
    expect(await colouredWith(['--no-color'], {})).toBe(false);
  });

  it('prints the same JSON as in a pipe', async () => {
    const args = ['models', '--json', '--quiet'];
    const { out } = await runHere(args, known);
    const terminal = await startInTerminal(args, { environment: known }).ended();
    expect(JSON.parse(terminal.out)).toEqual(JSON.parse(out));
  });

  it('watches until Ctrl-C, which is no failure', async () => {
    const simulator = await startSimulator();
    const args = ['watch', '--every', '200ms', '--region', 'eu-west-1'];
    const cli = startInTerminal(args, { environment: await environmentFor(simulator) });
    await cli.printed(/Watching/);
    simulator.removeModel('amazon.nova-lite-v1:0', 'eu-west-1');
    await cli.printed(/model-gone\S* amazon\.nova-lite-v1:0/);
    cli.type('\x03');
    expect(await cli.ended()).toMatchObject({ code: 0 });
  });

  it('ends a scan that hangs on Ctrl-C, and shows the cursor again', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', operation: 'ListFoundationModels' });
    const cli = startInTerminal(['models'], { environment: await environmentFor(simulator) });
    await cli.printed(BAR);
    cli.type('\x03');
    const { code, out } = await cli.ended();
    expect(code).toBe(130);
    expect(out.lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(out.lastIndexOf(`${ESCAPE}[?25l`));
    expect(shown(out).join('\n')).toMatch(/bedrock-discovery: interrupted\./);
  });
});
