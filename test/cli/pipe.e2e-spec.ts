import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import module from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EXIT_CODES } from 'bedrock-discovery-cli';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  type DiscoveredModel,
  type FoundModel,
  GEOGRAPHIES,
  invocationPolicy,
  type Provenance,
  type Resolution,
} from 'nestjs-bedrock-discovery';
import { parseLink } from '../../libs/explorer-web/src/state/view-settings.js';
import { temporaryFolder } from '../support/cleanup.js';
import { ESCAPE, type Environment, runCli, runHere, runInShell, startCli } from '../support/cli-process.js';
import { askEveryRegion } from '../support/listed.js';
import { startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const MODEL = 'anthropic.claude-opus-4-7';

/** What leads the command line to a simulator in this process, with a cache of its own. */
async function environmentFor(simulator: BedrockSimulator): Promise<Environment> {
  return { ...simulator.environment(), BEDROCK_DISCOVERY_CACHE_DIRECTORY: await temporaryFolder() };
}

/** A simulator that nobody changes, and what leads to it and to a cache that all of it is in. */
let unchanged: BedrockSimulator;
let known: Environment;

beforeAll(async () => {
  unchanged = await startSimulator();
  known = await environmentFor(unchanged);
  await runHere(['refresh'], known);
});

describe('the command line in a pipe', () => {
  it('lists every region and id that invokes a model, as the regions themselves list them', async () => {
    const simulator = await startSimulator();
    const { code, out, error } = await runCli(['where', 'Claude Opus 4.7', '--json'], await environmentFor(simulator));
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const { modelId, routes } = JSON.parse(out) as Resolution;
    expect(modelId).toBe(MODEL);
    const listed = await askEveryRegion(simulator);
    const expected = simulator.regions.flatMap((region) => [
      ...(listed.models.get(region) ?? [])
        .filter((model) => model.modelId === MODEL && model.inferenceTypesSupported?.includes('ON_DEMAND'))
        .map(() => `${region} ${MODEL}`),
      ...(listed.profiles.get(region) ?? [])
        .filter(({ models }) => models?.some(({ modelArn }) => modelArn?.endsWith(`/${MODEL}`)))
        .map(({ inferenceProfileId }) => `${region} ${inferenceProfileId}`),
    ]);
    expect(routes.map(({ region, invocationId }) => `${region} ${invocationId}`).sort()).toEqual(expected.sort());
    const latencies = routes.map(({ latencyMs }) => latencyMs ?? Number.MAX_VALUE);
    expect(latencies).toEqual([...latencies].sort((a, b) => a - b));
  });

  it('lists what the account owns of what it is told to list, and the routes to it', async () => {
    const simulator = await startSimulator();
    const arn = simulator.addAccountModel({ kind: 'imported-model', region: 'eu-west-1', name: 'support-bot' });
    const environment = { ...(await environmentFor(simulator)), BEDROCK_DISCOVERY_REGIONS: 'eu-west-1,us-east-1' };
    const listed = await runHere(['account-models', '--listings', 'imported,routers', '--json'], environment);
    expect({ code: listed.code, error: listed.error }).toEqual({ code: 0, error: '' });
    expect(JSON.parse(listed.out)).toMatchObject([{ arn, name: 'support-bot', via: 'imported-model' }]);
    const routes = await runHere(['route', 'support-bot', '--json'], {
      ...environment,
      BEDROCK_DISCOVERY_LISTINGS: 'imported',
    });
    expect(JSON.parse(routes.out)).toMatchObject({ modelId: arn, routes: [{ arn }] });
    const none = await runHere(['account-models'], environment);
    expect([none.code, none.out]).toEqual([1, '']);
    expect(none.error).toContain('The option "listings" names none of');
    expect((await runHere(['account-models', '--listings', 'all'], environment)).error).toContain(
      'Allowed are provisioned',
    );
  });

  it('lists the members of a family, newest first, each with its best route', async () => {
    const { code, out } = await runHere(['where', 'claude opus', '--json'], known);
    expect(code).toBe(0);
    const { items: found, provenance } = JSON.parse(out) as { items: FoundModel[]; provenance: Provenance };
    expect(provenance).toMatchObject({ partition: 'aws', source: 'endpoint', complete: true });
    expect(found.length).toBeGreaterThan(3);
    expect(found.every(({ modelId }) => modelId.includes('opus'))).toBe(true);
    const invocable = found.filter(({ verdict }) => verdict === 'eligible');
    expect(found.slice(0, invocable.length)).toEqual(invocable);
    expect(invocable.every(({ route, modelId }) => route?.modelId === modelId)).toBe(true);
  });

  it('lists as invocable the models that have a route, and no other', async () => {
    const simulator = await startSimulator();
    simulator.addModel({
      modelId: 'maker.ended',
      regions: ['eu-west-1'],
      lifecycle: { status: 'LEGACY', endOfLifeTime: '2020-01-01T00:00:00Z' },
    });
    const environment = { ...(await environmentFor(simulator)), BEDROCK_DISCOVERY_REGIONS: 'eu-west-1,us-east-1' };
    const idsOf = async (...args: string[]): Promise<string[]> =>
      (JSON.parse((await runHere(['models', '--json', ...args], environment)).out) as DiscoveredModel[]).map(
        ({ modelId }) => modelId,
      );
    const [all, invocable] = [await idsOf(), await idsOf('--invocable')];
    expect(all).toContain('maker.ended');
    expect(invocable).not.toContain('maker.ended');
    expect(invocable.length).toBeGreaterThan(50);
    for (const modelId of ['maker.ended', ...invocable.slice(0, 3)]) {
      const { code } = await runHere(['route', modelId], environment);
      expect(code).toBe(modelId === 'maker.ended' ? 3 : 0);
    }
  });

  it('asks AWS once, and answers the second command from the cache', async () => {
    const simulator = await startSimulator();
    const environment = await environmentFor(simulator);
    const first = await runHere(['where', 'claude-opus-4-7'], environment);
    expect(first).toMatchObject({ code: 0, error: '' });
    const asked = simulator.requests.count();
    expect(asked).toBeGreaterThanOrEqual(3 * simulator.regions.length);
    expect(await runHere(['where', 'claude-opus-4-7'], environment)).toEqual(first);
    expect(await runHere(['models'], environment)).toMatchObject({ code: 0 });
    expect(simulator.requests.count()).toBe(asked);
  });

  it('prints whole values between tabs, without colours, below a line of names', async () => {
    const { out } = await runHere(['profiles', '--model', 'nova-lite'], known);
    const [names = '', ...lines] = out.trimEnd().split('\n');
    expect(names.split('\t')).toEqual([
      'inferenceProfileId',
      'type',
      'regions',
      'destinations',
      'modelIds',
      'inferenceProfileName',
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^eu\.amazon\.nova-lite-v1:0\tSYSTEM_DEFINED\teu-central-1 /));
    expect(lines.map((line) => line.split('\t').length)).toEqual(lines.map(() => 6));
    expect(out).not.toContain(ESCAPE);
    expect(out).not.toContain('…');
  });

  it('prints CSV with CRLF and the same columns', async () => {
    const { out } = await runHere(['regions', '--csv'], known);
    const lines = out.split('\r\n');
    expect(lines[0]).toBe('region,latencyMs,models,profiles,ageMs,problem,remedy');
    expect(lines.slice(1, -1).map((line) => line.split(',')[0])).toHaveLength(unchanged.regions.length);
    expect(lines.at(-1)).toBe('');
  });

  it('filters models, and finds those whose life ends soon', async () => {
    const simulator = await startSimulator();
    const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
    simulator.setLifecycle('amazon.nova-lite-v1:0', { status: 'LEGACY', endOfLifeTime: inDays(30) });
    simulator.setLifecycle('amazon.nova-pro-v1:0', { status: 'LEGACY', endOfLifeTime: inDays(120) });
    const environment = { ...(await environmentFor(simulator)), BEDROCK_DISCOVERY_REGIONS: 'eu-west-1' };
    const ids = async (...args: string[]): Promise<string[]> => {
      const { out } = await runHere(['models', '--json', ...args], environment);
      return (JSON.parse(out) as DiscoveredModel[]).map(({ modelId }) => modelId);
    };
    const soon = await ids('nova', '--retiring', '90');
    expect(soon).toContain('amazon.nova-lite-v1:0');
    expect(soon).not.toContain('amazon.nova-pro-v1:0');
    expect(await ids('--region', 'eu-west-1', '--provider', 'anthropic', '--input', 'image')).toContain(MODEL);
  });

  it('asks with refresh only the regions that are named, and what is fresh only with --force', async () => {
    const simulator = await startSimulator();
    const environment = await environmentFor(simulator);
    await runHere(['refresh', '--region', 'eu-west-1,eu-west-3'], environment);
    const regions = new Set(simulator.requests.list().map(({ region }) => region));
    expect([...regions].sort()).toEqual(['eu-west-1', 'eu-west-3']);
    simulator.requests.reset();
    await runHere(['refresh', '--region', 'eu-west-1'], environment);
    expect(simulator.requests.count()).toBe(0);
    expect((await runHere(['refresh', '--region', 'eu-west-1', '--force'], environment)).error).toMatch(
      /^3 requests in/,
    );
    expect(simulator.requests.count({ region: 'eu-west-1' })).toBe(3);
  });

  it('ranks by price, with the prices, and says which cheaper route the constraints leave out', async () => {
    const { out } = await runHere(
      ['route', MODEL, '--prefer', 'price', '--source-regions', 'eu-west-1', '--json'],
      known,
    );
    const { routes } = JSON.parse(out) as Resolution;
    expect(routes.map(({ price }) => price?.inputPerMillion)).toEqual([5, 5.5]);
    const table = await runHere(['route', MODEL, '--residency', 'eu'], known);
    expect(table.out.split('\n')[0]?.split('\t')).toEqual(
      expect.arrayContaining(['inputPerMillion', 'outputPerMillion']),
    );
    const { cheaper } = JSON.parse(
      (await runHere(['route', MODEL, '--residency', 'eu', '--json'], known)).out,
    ) as Resolution;
    expect(cheaper).toMatchObject({ invocationId: `global.${MODEL}`, surchargePercent: 10 });
  });

  it('takes what a model must be able to do, for routes and for models', async () => {
    expect((await runHere(['route', MODEL, '--min-context', '1m', '--tool-use'], known)).code).toBe(0);
    expect((await runHere(['route', MODEL, '--min-context', '1000001'], known)).code).toBe(3);
    const { out } = await runHere(['models', '--min-context', '1m', '--unknown-facts', 'reject', '--json'], known);
    const models = JSON.parse(out) as DiscoveredModel[];
    expect(models.map(({ modelId }) => modelId)).toContain(MODEL);
    expect(models.every(({ capabilities }) => (capabilities?.contextTokens ?? 0) >= 1_000_000)).toBe(true);
  });

  it('tells which routes were left out, and why', async () => {
    const { out } = await runHere(['route', MODEL, '--residency', 'eu', '--rejected'], known);
    expect(out).toMatch(/^eu-west-1\tglobal\.anthropic\.claude-opus-4-7\tOUTSIDE_RESIDENCY\t/m);
  });

  it('is silent when its reader has had enough', async () => {
    const { out, error } = await runInShell('cli models | head -n 1; echo "${PIPESTATUS[0]}"', known);
    expect({ out, error }).toEqual({ out: expect.stringMatching(/^modelId\t[^\n]+\n0\n$/), error: '' });
  });

  it('logs what the library does to the other stream with --verbose', async () => {
    const environment = await environmentFor(await startSimulator());
    const { out, error } = await runHere(['models', '--verbose', '--json'], environment);
    expect(JSON.parse(out)).not.toHaveLength(0);
    expect(error).toMatch(/^\[DiscoveryRefresher\] Models: 31 of 31 regions/m);
  });

  it('says in its help which geographies there are', async () => {
    const { out } = await runHere(['route', '--help']);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`geography (${Object.keys(GEOGRAPHIES).join(', ')})`);
  });
});

describe('an answer on the command line', () => {
  it('says whose it is, and how old, as JSON does', async () => {
    for (const command of ['where', 'route']) {
      const { out } = await runHere([command, 'nova-lite', '--json'], known);
      expect(JSON.parse(out)).toMatchObject({
        provenance: {
          account: unchanged.accountId,
          source: 'endpoint',
          complete: true,
          regionCount: unchanged.regions.length,
        },
      });
    }
    const { out } = await runHere(['where', 'nova-lite', '--json', '--simulator'], known);
    expect(JSON.parse(out)).toMatchObject({ provenance: { source: 'simulator' } });
  });

  it('is written to the end, and the process is gone, whatever else is still waited for', async () => {
    const environment = {
      ...known,
      // As credentials do that are asked of a machine which does not answer.
      NODE_OPTIONS: '--import=data:text/javascript,setInterval(()=>undefined,1e9)',
    };
    const { code, out } = await runCli(['models', '--json'], environment);
    expect(code).toBe(0);
    expect((JSON.parse(out) as unknown[]).length).toBeGreaterThan(100);
    expect(await runHere(['wher'], environment)).toMatchObject({
      code: 2,
      error: expect.stringContaining('Did you mean'),
    });
  });

  it('is not to be had with a profile that there is not, and those that there are are named', async () => {
    const folder = await temporaryFolder();
    const config = join(folder, 'config');
    await writeFile(
      config,
      '[default]\n[profile work]\nregion = eu-west-1\n[sso-session mine]\n[profile "of two words"]\n',
    );
    const environment = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') };
    expect(await runHere(['models', '--profile', 'wrok'], environment)).toMatchObject({
      code: 2,
      error: "bedrock-discovery: there is no profile 'wrok'. There are: default, of two words, work.\n",
    });
  });

  it('is the policy that the best route needs', async () => {
    const { code, out, error } = await runHere(['policy', 'nova-lite', '--residency', 'eu'], known);
    expect(code).toBe(0);
    const { routes } = JSON.parse(
      (await runHere(['route', 'nova-lite', '--residency', 'eu', '--json'], known)).out,
    ) as Resolution;
    expect(JSON.parse(out)).toEqual(routes[0] && invocationPolicy(routes[0]));
    expect(error).toBe(`${routes[0]?.invocationId} in ${routes[0]?.region}.\n`);
    const none = await runHere(['policy', 'nova-lite', '--residency', 'us-gov'], known);
    expect([none.code, none.error]).toEqual([
      3,
      expect.stringContaining('route amazon.nova-lite-v1:0 --rejected says why'),
    ]);
  });

  it.each([
    [['--language', 'python'], /^import boto3\n[^]*region_name="eu-[^]*modelId="eu\.amazon\.nova-lite-v1:0"/],
    [[], /^import \{ BedrockRuntimeClient/],
    [['--client', 'vercel'], /from 'ai'/],
    [['--language', 'cli'], /^aws bedrock-runtime converse/],
    [['--language', 'terraform'], /resource "aws_bedrock_inference_profile"[^]*"aws_iam_policy_document"/],
  ])('is code with the exact id and region, with %p', async (args, code) => {
    const environment = { ...known, BEDROCK_DISCOVERY_REGIONS: 'eu-west-1,eu-west-3' };
    const found = await runHere(['snippet', 'nova-lite', '--residency', 'eu', '--quiet', ...args], environment);
    expect(found).toEqual({ code: 0, out: expect.stringMatching(code), error: '' });
  });

  it('is no code where there is none, with the reason', async () => {
    const { code, error } = await runHere(['snippet', 'cohere.rerank-v3-5:0', '--client', 'vercel'], known);
    expect([code, error]).toEqual([3, expect.stringMatching(/has no function for models of this kind/)]);
  });

  it('is the address of the page at this question, of which nothing is asked of AWS', async () => {
    const args = ['open', 'Nova Lite', '--residency', 'eu', '--source-regions', 'eu-west-1,eu-west-3'];
    const { code, out } = await runHere([...args, '--url', 'https://explorer.example.com/']);
    expect(code).toBe(0);
    const { origin, hash } = new URL(out.trim());
    expect(origin).toBe('https://explorer.example.com');
    expect(parseLink(hash)).toMatchObject({
      panel: 'routes',
      ask: { model: 'Nova Lite', residency: 'eu', sourceRegions: 'eu-west-1,eu-west-3' },
    });
    expect((await runHere(['open'])).out).toBe('http://127.0.0.1:3000/\n');
  });

  it('is what has changed, and since when that is recorded', async () => {
    const simulator = await startSimulator();
    const environment = {
      ...(await environmentFor(simulator)),
      BEDROCK_DISCOVERY_REGIONS: 'eu-west-1',
    };
    const none = await runHere(['changes', '--since', '1d'], environment);
    expect(none.error).toMatch(/^Nothing has changed\.\nChanges are recorded since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n$/);
    simulator.addModel({ modelId: 'maker.new', regions: ['eu-west-1'] });
    await runHere(['refresh', '--force'], environment);
    const { out } = await runHere(['changes', '--json'], environment);
    expect(JSON.parse(out)).toMatchObject([{ type: 'model-appeared', modelId: 'maker.new' }]);
    expect((await runHere(['changes', '--since', '2999-01-01', '--json'], environment)).out).toBe('[]\n');
  });

  // Node 22.8 and later keep what they compile by themselves.
  const itBefore22 = 'enableCompileCache' in module ? it.skip : it;
  itBefore22('starts from what an earlier start has compiled, unless somebody else may have written that', async () => {
    const folder = await temporaryFolder();
    const version = (variables: Environment = {}) =>
      runCli(['--version'], { XDG_CACHE_HOME: folder, NODE_COMPILE_CACHE: '', ...variables });
    const first = await version({ NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(first).toMatchObject({ code: 0, error: '' });
    expect(await readdir(folder)).toEqual([]);
    expect(await version()).toEqual(first);
    const [name = ''] = await readdir(join(folder, 'bedrock-discovery-cli'));
    const kept = join(folder, 'bedrock-discovery-cli', name);
    const { ino, mode } = await stat(kept);
    expect(mode & 0o777).toBe(0o600);
    expect(await version()).toEqual(first);
    expect((await stat(kept)).ino).toBe(ino);
    await chmod(kept, 0o666);
    expect(await version()).toEqual(first);
    expect((await stat(kept)).ino).not.toBe(ino);
    await writeFile(kept, 'not what V8 keeps');
    expect(await version()).toEqual(first);
    expect((await stat(kept)).size).toBeGreaterThan(100_000);
    expect(await version({ XDG_CACHE_HOME: '/dev/null' })).toEqual(first);
  });

  it('is the help of a command', async () => {
    const [help, option] = [await runHere(['help', 'route']), await runHere(['route', '--help'])];
    expect(help).toEqual(option);
    expect(help.out).toContain('--residency <where>');
  });
});

describe('the embedded simulator', () => {
  it('answers in the place of AWS, and what it made up is kept apart', async () => {
    const real = await startSimulator();
    const environment = await environmentFor(real);
    const first = await runHere(['where', MODEL, '--simulator'], environment);
    expect(first).toMatchObject({ code: 0, error: '' });
    expect(await runHere(['where', MODEL, '--simulator'], environment)).toEqual(first);
    expect(real.requests.count()).toBe(0);
    const folders = await readdir(environment['BEDROCK_DISCOVERY_CACHE_DIRECTORY'] ?? '');
    expect(folders.sort()).toEqual(['completion', 'simulator']);
  });

  it('runs by itself, with the options of its own command line', async () => {
    const cli = startCli(['simulator', '--port', '0', '--latency', 'none']);
    await cli.printed(/^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+$/m);
    cli.signal('SIGINT');
    expect(await cli.ended()).toMatchObject({ code: 0, error: '' });
    expect((await runHere(['simulator', '--port', 'x'])).code).toBe(2);
    expect((await runHere(['simulator', '--help'])).out).toMatch(/--latency/);
  });
});

describe('the exit code of the command line', () => {
  async function endOf(args: string[], environment: Environment): Promise<unknown> {
    const { code, out, error } = await runHere(args, environment);
    // One line that says what is wrong, and nothing that a script could take for an answer.
    expect(out).not.toMatch(/^(?:\{|\[)/);
    expect(error).toMatch(/^[^\n]+\n$/);
    return { code, error };
  }

  it('is 3 where no region has the model or a route, with the names that are near', async () => {
    expect(await endOf(['where', 'claude-opus-99'], known)).toEqual({
      code: 3,
      error: expect.stringMatching(/'claude-opus-99' names no model .*Did you mean.*anthropic\.claude-opus-4/),
    });
    expect(await endOf(['route', MODEL, '--residency', 'ca', '--via', 'on-demand'], known)).toEqual({
      code: 3,
      error: expect.stringMatching(/^No route to anthropic\.claude-opus-4-7: \d+ ways to invoke it left out/),
    });
  });

  it('is 3 where every region keeps more than --retention allows', async () => {
    const simulator = await startSimulator();
    const environment = { ...(await environmentFor(simulator)), BEDROCK_DISCOVERY_REGIONS: 'eu-west-1,eu-west-3' };
    simulator.setDataRetention('eu-west-3', 'none');
    const args = ['route', MODEL, '--source', 'eu-west-1,eu-west-3', '--retention', 'none', '--json'];
    const { code, out } = await runHere(args, environment);
    const { routes, rejected } = JSON.parse(out) as Resolution;
    expect([code, new Set(routes.map(({ region }) => region))]).toEqual([0, new Set(['eu-west-3'])]);
    expect(new Set(rejected.flatMap((each) => (each.code === 'RETENTION' ? [each.region] : [])))).toEqual(
      new Set(['eu-west-1']),
    );
    expect(await endOf(['route', MODEL, '--source', 'eu-west-1', '--retention', 'none'], environment)).toMatchObject({
      code: 3,
    });
  });

  it('is 4 where regions that are not known might have it', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'internal-error', region: 'ca-central-1' });
    const { code, error } = await runHere(
      ['route', MODEL, '--residency', 'ca', '--via', 'on-demand'],
      await environmentFor(simulator),
    );
    expect(code).toBe(4);
    expect(error).toMatch(/^Not fully known: 1 region \(service-error: ca-central-1\)\.$/m);
  });

  it('is 5 for credentials that are wrong and permissions that are missing', async () => {
    const simulator = await startSimulator();
    const wrong = { ...(await environmentFor(simulator)), AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONGW' };
    expect(await endOf(['models'], wrong)).toMatchObject({ code: 5 });
    simulator.addFault({ kind: 'access-denied' });
    expect(await endOf(['models'], await environmentFor(simulator))).toEqual({
      code: 5,
      error: expect.stringMatching(/nothing is known of any region\. 31 regions:.*bedrock:ListFoundationModels/),
    });
  });

  it('is 1 where nobody answers, and that is said within --timeout', async () => {
    const silent = await startSimulator();
    silent.addFault({ kind: 'hang' });
    const within = await endOf(['models', '--timeout', '400ms'], await environmentFor(silent));
    // Half of it is for the regions of the account.
    expect(within).toEqual({ code: 1, error: expect.stringContaining('No answer within 200 ms') });
    const simulator = await startSimulator();
    const environment = await environmentFor(simulator);
    await simulator.stop();
    expect(await endOf(['models', '--region', 'eu-west-1'], environment)).toMatchObject({ code: 1 });
  });

  it.each<[wrong: string, args: string[], message: RegExp]>([
    ['a command', ['wher'], /unknown command 'wher' \(Did you mean where\?\)/],
    ['an option', ['models', '--jsno'], /unknown option '--jsno'/],
    ['a choice', ['models', '--lifecycle', 'DEAD'], /Allowed choices are ACTIVE, LEGACY/],
    ['a region', ['models', '--region', 'nowhere'], /option "regions\.0" must be a region name.*'nowhere'/],
    ['the slip in a region', ['models', '--region', 'eu-wst-1'], /the name eu-wst-1\. Did you mean eu-west-1\?/],
    [
      'a preferred region',
      ['route', 'x', '--preferred-regions', 'eu-west-1,eu-cental-1'],
      /Did you mean eu-central-1\?/,
    ],
    ['a source region', ['route', 'x', '--source', 'us-esat-1'], /Did you mean us-east-1\?/],
    ['the residency of a route', ['route', 'x', '--residency', 'eu-wset-3'], /Did you mean eu-west-3\?/],
    ['the residency of a policy', ['doctor', '--residency', 'eu-wset-3'], /Did you mean eu-west-3\?/],
    ['a number of tokens', ['route', 'x', '--min-context', 'many'], /number of tokens such as 200000, 200k or 1m/],
    ['a geography', ['route', 'nova-lite', '--residency', 'atlantis', '--simulator'], /no geography "atlantis"/],
    ['a time', ['watch', '--every', 'often'], /It is a time such as/],
    ['two formats at once', ['models', '--json', '--csv'], /cannot be used with/],
    ['no model', ['where'], /missing required argument 'model'/],
    [
      'a time that is none',
      ['changes', '--since', 'garbage'],
      /'garbage' is invalid\. It is how long ago, as in 30m, 12h or 1d/,
    ],
    ['a time that V8 takes for one', ['watch', '--since', 'garbage 1'], /'garbage 1' is invalid\./],
    ['a language', ['snippet', 'x', '--language', 'cobol'], /Allowed choices are typescript, python, cli, terraform/],
    ['a profile', ['models', '--profile', 'nope'], /there is no profile 'nope'\. There (is none in|are: )/],
  ])('is 2 for %s that is wrong, in one line that says what is accepted', async (_, args, message) => {
    const environment = { BEDROCK_DISCOVERY_CACHE_DIRECTORY: await temporaryFolder() };
    expect(await endOf(args, environment)).toEqual({ code: 2, error: expect.stringMatching(message) });
  });

  it('is 2 for a variable that is wrong', async () => {
    expect(await endOf(['models'], { BEDROCK_DISCOVERY_SCAN_CONCURRENCY: 'many' })).toEqual({
      code: 2,
      error: expect.stringMatching(/environment variable BEDROCK_DISCOVERY_SCAN_CONCURRENCY must be/),
    });
  });

  it.each(['REGIONS', 'PREFERRED_REGIONS'])('is 2 for a slip in a region that the variable …%s names', async (name) => {
    expect(await endOf(['models'], { [`BEDROCK_DISCOVERY_${name}`]: 'eu-west-1,us-esat-1' })).toEqual({
      code: 2,
      error: expect.stringMatching(`variable BEDROCK_DISCOVERY_${name}: .* us-esat-1\\. Did you mean us-east-1\\?`),
    });
  });

  it('is 130 after an interruption, and nothing is left running', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', operation: 'ListFoundationModels' });
    const cli = startCli(['models'], await environmentFor(simulator));
    while (simulator.requests.count({ operation: 'ListFoundationModels' }) === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    cli.signal('SIGINT');
    expect(await cli.ended()).toEqual({ code: 130, out: '', error: 'bedrock-discovery: interrupted.\n' });
  });

  it('is said in the README as in the help', async () => {
    const readme = await readFile(new URL('../../libs/bedrock-discovery-cli/README.md', import.meta.url), 'utf8');
    const told = [...readme.matchAll(/^\| (\d+) +\| (\S.*?) +\|$/gm)].map(([, code, meaning]) => [
      Number(code),
      meaning,
    ]);
    expect(told).toEqual(EXIT_CODES.map(([code, meaning]) => [code, expect.stringContaining(meaning)]));
  });

  it('is said in the help', async () => {
    const { code, out } = await runHere(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/Examples:[^]*Exit codes:\n +0 {2}[^]*\n +3 {2}[^]*\n +4 {2}[^]*\n +5 {2}[^]*\n +130 {2}/);
  });
});

describe('the doctor of the command line', () => {
  it('ends with 0 where all is well, and has no secret in what it says', async () => {
    const simulator = await startSimulator();
    const { code, out } = await runHere(['doctor'], await environmentFor(simulator));
    expect(code).toBe(0);
    expect(out).toMatch(/^ok +Connection: /m);
    expect(out).not.toContain(simulator.credentials.secretAccessKey);
    expect(out).not.toContain(simulator.credentials.accessKeyId);
  });

  it('ends with 5 where credentials are wrong or a permission is missing, and says which', async () => {
    const simulator = await startSimulator();
    const wrong = { ...(await environmentFor(simulator)), AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONGW' };
    expect(await runHere(['doctor', '--region', 'eu-west-1'], wrong)).toMatchObject({ code: 5 });
    simulator.addFault({ kind: 'access-denied', operation: 'ListInferenceProfiles' });
    const denied = await runHere(['doctor', '--json', '--model', 'nova-lite'], await environmentFor(simulator));
    expect(denied.code).toBe(5);
    expect(JSON.parse(denied.out)).toMatchObject({
      status: 'failed',
      permissions: [{ action: 'bedrock:ListInferenceProfiles' }],
      policies: { invocation: { Statement: expect.anything() } },
    });
  });
});

describe('the access of routes on the command line', () => {
  it('is asked for where only known access is enough', async () => {
    const simulator = await startSimulator();
    simulator.setAccess('amazon.nova-lite-v1:0', { authorization: 'NOT_AUTHORIZED' }, 'eu-west-1');
    const environment = { ...(await environmentFor(simulator)), BEDROCK_DISCOVERY_REGIONS: 'eu-west-1,eu-west-3' };
    const args = ['route', 'nova-lite', '--residency', 'eu', '--json'];
    const regionsOf = async (...more: string[]): Promise<string[]> => {
      const { routes } = JSON.parse((await runHere([...args, ...more], environment)).out) as Resolution;
      return [...new Set(routes.map(({ region }) => region))];
    };
    expect(await regionsOf()).toContain('eu-west-1');
    expect(simulator.requests.count({ operation: 'GetFoundationModelAvailability' })).toBe(0);
    const granted = await regionsOf('--access', 'known');
    expect(granted).toContain('eu-west-3');
    expect(granted).not.toContain('eu-west-1');
  });
});

describe('watch on the command line', () => {
  it('prints each change in one line of JSON, until it is interrupted', async () => {
    const simulator = await startSimulator();
    const args = ['watch', '--every', '200ms', '--json', '--region', 'eu-west-1,eu-west-3'];
    const cli = startCli(args, await environmentFor(simulator));
    await cli.printed(/^Watching \d+ models; /m);
    simulator.addModel({ modelId: 'maker.new-v1:0', regions: ['eu-west-1'] });
    await cli.printed(/maker\.new-v1:0/);
    cli.signal('SIGINT');
    const { code, out } = await cli.ended();
    expect(code).toBe(0);
    const changes = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(changes).toEqual([expect.objectContaining({ type: 'model-appeared', modelId: 'maker.new-v1:0' })]);
  });

  it('asks a region that refuses once and not each time', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-3' });
    const args = ['watch', '--every', '100ms', '--region', 'eu-west-1,eu-west-3'];
    const cli = startCli(args, await environmentFor(simulator));
    const asked = (region: string): number => simulator.requests.count({ operation: 'ListFoundationModels', region });
    await until(() => asked('eu-west-1') > 2);
    cli.signal('SIGINT');
    await cli.ended();
    expect(asked('eu-west-3')).toBe(1);
  });
});
