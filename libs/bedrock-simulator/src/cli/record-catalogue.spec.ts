import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from '../bedrock-simulator.js';
import type { RecordedCatalogue } from '../catalogue/catalogue-file.js';
import { runtime, start, stopAll } from '../clients.spec.helper.js';
import { runCli } from './run-cli.js';

const ROOT = join(import.meta.dirname, '../../../..');

const former = { ...process.env };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
});

afterEach(async () => {
  process.env = { ...former };
  await rm(folder, { recursive: true, force: true });
  await stopAll();
});

/** Has the account recorded that a simulator plays. */
async function record(simulator: BedrockSimulator, ...argv: string[]) {
  const { AWS_SESSION_TOKEN: sessionToken, ...environment } = simulator.environment();
  process.env = { ...process.env, ...environment };
  if (sessionToken === undefined) {
    delete process.env['AWS_SESSION_TOKEN'];
  } else {
    process.env['AWS_SESSION_TOKEN'] = sessionToken;
  }
  return runHere('record', ...argv);
}

async function runHere(...argv: string[]) {
  const written = { out: '', error: '' };
  const code = await runCli(argv, {
    out: (text) => (written.out += text),
    error: (text) => (written.error += text),
    signal: AbortSignal.abort(),
  });
  return { code, ...written };
}

const parsed = (text: string) => JSON.parse(text) as RecordedCatalogue;

describe('bedrock-simulator record', () => {
  it('writes a catalogue, which a simulator plays so that it records the same again', async () => {
    const account = await start({ optIn: 'all', pageSize: 20 });
    account.addModel({ modelId: 'acme.one-v1:0', modelName: 'One', regions: ['eu-west-1', 'us-east-1'] });
    account.setLifecycle('acme.one-v1:0', { status: 'LEGACY', legacyTime: '2026-01-01T00:00:00Z' }, 'eu-west-1');
    account.setDestinations('eu.amazon.nova-lite-v1:0', 'eu-west-1', ['eu-west-1', 'eu-moon-1']);
    const { code, out, error } = await record(account);
    expect([code, error]).toEqual([0, '']);
    const file = join(folder, 'catalogue.json');
    await writeFile(file, out);

    const played = await start({ catalogue: file, optIn: 'all' });
    expect(await record(played)).toEqual({ code: 0, out, error: '' });
    const { models, profiles, optIn } = parsed(out);
    expect([models.length, profiles.length, optIn.length]).toEqual([146, 123, 13]);
    expect(models.find(({ modelId }) => modelId === 'acme.one-v1:0')).toMatchObject({
      modelName: 'One',
      lifecycle: { status: 'LEGACY' },
      regionalLifecycle: { 'us-east-1': { status: 'ACTIVE' } },
      inferenceTypes: { 'eu-west-1': ['ON_DEMAND'], 'us-east-1': ['ON_DEMAND'] },
    });
  });

  it('keeps nothing of the account: neither its number nor its own profiles', async () => {
    const account = await start({ credentials: { accessKeyId: 'KEY', secretAccessKey: 's', sessionToken: 'hidden' } });
    account.addApplicationProfile({ region: 'us-east-1', name: 'ours', modelId: 'amazon.nova-lite-v1:0' });
    const { out, error } = await record(account, '--regions', 'us-east-1,eu-west-1');
    for (const secret of [account.accountId, 'ours', 'hidden', 'KEY']) {
      expect(out + error).not.toContain(secret);
    }
    expect(parsed(out)).toMatchObject({ enabledByDefault: ['eu-west-1', 'us-east-1'], optIn: [] });
  });

  it('leaves out, and says so, what is not enabled or does not answer', async () => {
    const account = await start();
    account.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    const { code, out, error } = await record(account);
    expect(code).toBe(0);
    expect(parsed(out).optIn).toEqual([]);
    expect(parsed(out).enabledByDefault).not.toContain('eu-west-1');
    expect(error).toMatch(/^bedrock-simulator: af-south-1 is left out: the account has not opted in to it$/m);
    expect(error).toMatch(
      /^bedrock-simulator: eu-west-1 is left out: bedrock has answered 403 AccessDeniedException /m,
    );
  });

  it('fails where no region answers, and where it has no credentials', async () => {
    const account = await start();
    account.addFault({ kind: 'throttled', operation: 'ListFoundationModels' });
    expect(await record(account, '--regions', 'us-east-1')).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringContaining('no region has answered, of us-east-1'),
    });
    delete process.env['AWS_ACCESS_KEY_ID'];
    expect(await runHere('record')).toMatchObject({
      code: 2,
      error: expect.stringContaining('aws configure export-credentials'),
    });
    expect(await runHere('record', '--port', '1')).toMatchObject({ code: 2 });
  });

  it('is what the catalogue that comes with the simulator is made of', async () => {
    const { out } = await record(await start({ optIn: 'all', now: () => Date.now() }));
    const [file, made] = [join(folder, 'catalogue.json'), join(folder, 'catalogue-data.ts')];
    const shipped = await readFile(join(ROOT, 'libs/bedrock-simulator/src/catalogue/catalogue-data.ts'), 'utf8');
    const surveyedOn = /SURVEYED_ON = '(.*)'/.exec(shipped)?.[1];
    await writeFile(file, JSON.stringify({ ...parsed(out), surveyedOn }));
    await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/make-catalogue.mjs'), file, made]);
    expect(await readFile(made, 'utf8')).toBe(shipped);
  });
});

describe('a catalogue of one’s own', () => {
  const small: RecordedCatalogue = {
    surveyedOn: '2026-10-01',
    enabledByDefault: ['eu-west-1'],
    optIn: ['mars-north-1'],
    models: [
      {
        modelId: 'acme.one-v1:0',
        modelName: 'One',
        providerName: 'Acme',
        inputModalities: ['TEXT'],
        outputModalities: ['TEXT'],
        customizationsSupported: [],
        lifecycle: { status: 'LEGACY', endOfLifeTime: '2026-10-15T00:00:00Z' },
        regionalLifecycle: { 'mars-north-1': { status: 'ACTIVE', endOfLifeTime: '2026-10-15T00:00:00Z' } },
        inferenceTypes: { 'eu-west-1': ['ON_DEMAND'], 'mars-north-1': ['ON_DEMAND'] },
      },
    ],
    profiles: [],
  };
  const [model] = small.models;
  const ask = new ConverseCommand({
    modelId: 'acme.one-v1:0',
    messages: [{ role: 'user', content: [{ text: 'Where are you?' }] }],
  });

  it('is all that is offered, as of its own day, wherever it says', async () => {
    let now = Date.parse('2027-01-01T00:00:00Z');
    const simulator = await start({ catalogue: small, optIn: ['mars-north-1'], now: () => now });
    expect(simulator.regions).toEqual(['eu-west-1', 'mars-north-1']);
    const config = { systemClockOffset: now - Date.now() };
    for (const region of simulator.regions) {
      await expect(runtime(simulator, region, config).send(ask)).resolves.toHaveProperty('stopReason', 'end_turn');
    }
    now = Date.now();
    const judgedNow = await start({ catalogue: small, asOf: '2026-10-15T00:00:00Z' });
    await expect(runtime(judgedNow, 'eu-west-1').send(ask)).rejects.toMatchObject({ message: /end of its life/ });
  });

  it.each<[string, unknown, string]>([
    ['', [], 'an object'],
    ['surveyedOn', { ...small, surveyedOn: 'then' }, 'a time in ISO 8601'],
    ['optIn[0]', { ...small, optIn: [7] }, 'a text that is not empty'],
    ['enabledByDefault', { ...small, optIn: [], enabledByDefault: [] }, 'a list that holds a region'],
    ['models', { ...small, models: {} }, 'a list'],
    ['models[0]', { ...small, models: ['acme'] }, 'an object'],
    ['models[0].modelId', { ...small, models: [{ ...model, modelId: '' }] }, 'a text'],
    [
      'models[0].responseStreamingSupported',
      { ...small, models: [{ ...model, responseStreamingSupported: 1 }] },
      'true',
    ],
    ['models[0].lifecycle.status', { ...small, models: [{ ...model, lifecycle: {} }] }, 'a text'],
    [
      'models[0].inferenceTypes.eu',
      { ...small, models: [{ ...model, inferenceTypes: { eu: 'ON_DEMAND' } }] },
      'a list',
    ],
    ['profiles[0].inferenceProfileId', { ...small, profiles: [{}] }, 'a text'],
  ])('is refused with the path %j of what is wrong', async (path, catalogue, accepted) => {
    const error = { name: 'CatalogueError', path, message: expect.stringContaining(accepted) };
    await expect(start({ catalogue: catalogue as RecordedCatalogue })).rejects.toMatchObject(error);
    const file = join(folder, 'broken.json');
    await writeFile(file, JSON.stringify(catalogue));
    await expect(start({ catalogue: file })).rejects.toMatchObject({ ...error, file });
  });

  it('is taken by the command line, which says what is wrong with it', async () => {
    const file = join(folder, 'catalogue.json');
    await writeFile(file, '{');
    const options = ['--port', '0', '--latency', 'none', '--catalogue', file];
    expect(await runHere(...options)).toEqual({
      code: 2,
      out: '',
      error: `bedrock-simulator: ${file}: it must be JSON, as \`bedrock-simulator record\` writes it.\n`,
    });
    await writeFile(file, JSON.stringify(small));
    expect(await runHere(...options)).toMatchObject({ code: 0, error: '' });
    await rm(file);
    expect(await runHere(...options)).toMatchObject({ code: 1, error: expect.stringContaining('ENOENT') });
  });
});
