import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { BedrockSimulator, FaultKind, SimulatorCredentials } from 'bedrock-simulator';
import { BedrockDiscoveryModule, type BedrockDiscoveryOptions, type SharedStore } from 'nestjs-bedrock-discovery';
import { setEnvironment, temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock, ManualClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns } from '../support/until.js';

const MODELS = { operation: 'ListFoundationModels' } as const;
const PROFILES = { operation: 'ListInferenceProfiles' } as const;
const REGIONS = ['eu-west-1', 'us-east-1'];
const MODEL = 'amazon.nova-lite-v1:0';
/** Shaped like those of AWS, which is how they are recognised where others echo them. */
const SECRETS = {
  accessKeyId: 'ASIAZ7EXAMPLEKEY1234',
  secretAccessKey: 'wJalrXUtnFEMI7K7MDENGbPxRfiCY4EXAMPLEKEY',
  sessionToken: `IQoJb3JpZ2luX2VjEXAMPLE${'TokenTokenToken1234/'.repeat(8)}==`,
} as const;

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Lets a clock go on in steps until something has settled; how long it took. */
async function advanceUntilSettled(clock: ManualClock, work: Promise<unknown>, stepMs = 250): Promise<number> {
  const started = clock.monotonic();
  const state = { settled: false };
  const settle = (): void => {
    state.settled = true;
  };
  void work.then(settle, settle);
  for (await turns(50); !state.settled; await turns(50)) {
    clock.advance(stepMs);
  }
  return clock.monotonic() - started;
}

describe('credentials of the library', () => {
  it('are resolved once for all regions and operations', async () => {
    const simulator = await startSimulator();
    const credentials = jest.fn(() => Promise.resolve(simulator.credentials));
    const { refresher } = await startDiscovery(optionsFor(simulator, { credentials, accountId: undefined }));
    await refresher.refresh();
    await refresher.refresh({ force: true });
    expect(credentials).toHaveBeenCalledTimes(1);
  });

  it('are resolved anew ahead of their expiry, while requests go on', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const credentials = jest.fn(() =>
      Promise.resolve({ ...simulator.credentials, expiration: new Date(clock.now() + 3_600_000) }),
    );
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, credentials }), { clock });
    await models.scanAllRegions();
    clock.advance(50 * 60_000);
    await models.scanAllRegions({ force: true });
    expect(credentials).toHaveBeenCalledTimes(1);
    clock.advance(6 * 60_000);
    await models.scanAllRegions({ force: true });
    expect(credentials).toHaveBeenCalledTimes(2);
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(['ok', 'ok']);
  });

  it.each([
    ['with a known account', '123456789012'],
    ['with an unknown account', undefined],
  ])('lose against the deadline where they never come, %s', async (_, accountId) => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const credentials = (): Promise<never> => new Promise<never>(() => undefined);
    const options = optionsFor(simulator, {
      credentials,
      accountId,
      scan: { deadlineMs: 5_000, regionTimeoutMs: 4_000 },
    });
    const { models } = await startDiscovery(options, { clock });
    const asking = models.getAllModels();
    const refused = expect(asking).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    expect(await advanceUntilSettled(clock, asking)).toBeLessThanOrEqual(5_000);
    await refused;
    expect(simulator.requests.count()).toBe(0);
  });

  it('are used with SigV4 where they are given explicitly, although a bearer token is set', async () => {
    const simulator = await startSimulator();
    setEnvironment({ AWS_BEARER_TOKEN_BEDROCK: 'bedrock-api-key-AmbientAmbientAmbient' });
    const { refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const { models, profiles } = await refresher.refresh();
    expect([...models.regions, ...profiles.regions].map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    const keys = simulator.requests.list().map(({ accessKeyId }) => accessKeyId);
    expect(new Set(keys)).toEqual(new Set([simulator.credentials.accessKeyId]));
  });

  it('are a bearer token where nothing else is given, and a refusal is told without the token', async () => {
    const simulator = await startSimulator();
    const token = 'bedrock-api-key-AmbientAmbientAmbient';
    setEnvironment({ ...simulator.environment(), AWS_BEARER_TOKEN_BEDROCK: token });
    const options = optionsFor(simulator, { regions: REGIONS, credentials: undefined, accountId: undefined });
    const { refresher, models, logger } = await startDiscovery(options);
    await refresher.refresh();
    const failures = models.getRegionStatuses().map(({ failure }) => failure);
    expect(failures).toMatchObject(
      REGIONS.map(() => ({
        kind: expect.stringMatching(/denied|credentials/),
        remedy: expect.stringMatching(/\w{3,}/),
      })),
    );
    expect(failures[0]?.message).toContain('bearer');
    expect(simulator.requests.list().every(({ accessKeyId }) => accessKeyId === undefined)).toBe(true);
    expect(inspect([failures, logger.lines], { depth: 10 })).not.toContain(token);
  });
});

describe('the owner of what the cache keeps', () => {
  const filesOf = async (directory: string, kind: string): Promise<string[]> =>
    (await filesBelow(directory)).filter((file) => file.includes(`_${kind}_`));

  it.each<[string, (simulator: BedrockSimulator) => Partial<BedrockDiscoveryOptions>]>([
    ['the accountId option', () => ({ accountId: '111111111111' })],
    [
      'the accountId of the credentials',
      ({ credentials }) => ({ accountId: undefined, credentials: { ...credentials, accountId: '111111111111' } }),
    ],
    ['the ARN of the first listed profile', () => ({ accountId: undefined })],
  ])('comes from %s', async (_, identity) => {
    const simulator = await startSimulator({ accountId: '111111111111' });
    const directory = await temporaryFolder();
    const options = optionsFor(simulator, { regions: REGIONS, cache: { directory }, ...identity(simulator) });
    const first = await startDiscovery(options);
    await first.refresher.refresh();
    await first.close();
    const files = [...(await filesOf(directory, 'models')), ...(await filesOf(directory, 'profiles'))];
    expect(files).toHaveLength(2 * REGIONS.length);
    expect(files.every((file) => file.includes('aws_111111111111_'))).toBe(true);
    simulator.requests.reset();
    const second = await startDiscovery(options);
    expect(await second.models.isModelAvailableInRegion(MODEL, 'us-east-1')).toBe(true);
    expect(await second.profiles.getAllProfiles()).not.toHaveLength(0);
    expect(simulator.requests.count()).toBe(0);
  });

  it('is unknown until a profile is listed, and until then nothing is written', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    const removeFault = simulator.addFault({ kind: 'access-denied', ...PROFILES });
    const options = optionsFor(simulator, { regions: REGIONS, accountId: undefined, cache: { directory } });
    const { refresher, models, close } = await startDiscovery(options).then((discovery) => ({
      ...discovery,
      close: () => discovery.close(),
    }));
    await refresher.refresh();
    expect(await models.getAllModels()).not.toHaveLength(0);
    await turns();
    expect(await filesOf(directory, 'models')).toEqual([]);
    removeFault();
    await refresher.refresh({ force: true, regions: REGIONS });
    await close();
    expect(await filesOf(directory, 'models')).toHaveLength(REGIONS.length);
  });

  it('sees nothing of what another account keeps in the same folder', async () => {
    const simulator = await startSimulator({ accountId: '111111111111' });
    const other = { accessKeyId: 'AKIAOTHEROTHEROTHER0', secretAccessKey: 'o'.repeat(40) };
    simulator.addCredentials({ ...other, accountId: '222222222222' });
    simulator.addApplicationProfile({ region: 'us-east-1', name: 'Secret plans', modelId: MODEL });
    simulator.addModel({ modelId: 'maker.for-the-first-v1:0', regions: ['us-east-1'] });
    const directory = await temporaryFolder();
    const ours = optionsFor(simulator, { regions: REGIONS, accountId: undefined, cache: { directory } });
    const first = await startDiscovery(ours);
    await first.refresher.refresh();
    await first.close();
    simulator.removeModel('maker.for-the-first-v1:0');
    simulator.requests.reset();
    const second = await startDiscovery({ ...ours, credentials: other });
    expect(await second.models.getModel('maker.for-the-first-v1:0')).toBeUndefined();
    expect(await second.profiles.getAllProfiles({ type: 'APPLICATION' })).toEqual([]);
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
    await second.close();
    simulator.requests.reset();
    const again = await startDiscovery(ours);
    expect(await again.models.getModel('maker.for-the-first-v1:0')).toBeDefined();
    expect(
      (await again.profiles.getAllProfiles({ type: 'APPLICATION' })).map((profile) => profile.inferenceProfileName),
    ).toEqual(['Secret plans']);
    expect(simulator.requests.count()).toBe(0);
  });

  it('keeps namespaces of one folder apart', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    for (const namespace of ['one', 'two']) {
      simulator.requests.reset();
      const { models } = await startDiscovery(
        optionsFor(simulator, { regions: REGIONS, cache: { directory, namespace } }),
      );
      await models.getAllModels();
      expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
    }
  });
});

describe('what is written to disk', () => {
  it('can be read by its owner only', async () => {
    const simulator = await startSimulator();
    const directory = join(await temporaryFolder(), 'made', 'by', 'the-library');
    const { refresher, app } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, cache: { directory } }));
    await refresher.refresh();
    await app.close();
    const files = await filesBelow(directory);
    expect(files.length).toBeGreaterThan(2 * REGIONS.length);
    for (const file of files) {
      expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
    }
    for (const folder of [directory, join(directory, 'default')]) {
      expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700');
    }
  });
});

describe('secrets', () => {
  const everything = (value: unknown): string =>
    inspect(value, { depth: 20, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity });

  function expectNone(text: string, { accessKeyId, secretAccessKey, sessionToken = '' }: SimulatorCredentials): void {
    for (const secret of [
      accessKeyId,
      secretAccessKey,
      sessionToken,
      sessionToken.slice(0, 40),
      secretAccessKey.slice(0, 20),
    ]) {
      expect(text).not.toContain(secret);
    }
  }

  it.each<FaultKind>([
    'access-denied',
    'unrecognized-client',
    'expired-token',
    'throttled',
    'validation',
    'internal-error',
    'reset',
    'truncated',
    'malformed',
    'missing-list',
    'clock-skew',
  ])('are in no logs, errors, files, keys or snapshots after %s', async (kind) => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const directory = await temporaryFolder();
    simulator.addFault({ kind, region: 'eu-west-1' });
    const options = optionsFor(simulator, { regions: REGIONS, accountId: undefined, cache: { directory } });
    const { refresher, models, profiles, latencies, logger, app } = await startDiscovery(options, {
      clock: new ImpatientClock(),
    });
    const report = await refresher.refresh();
    const errors = await Promise.all([
      models.getAllModels({ region: 'eu-west-1' }).catch((error: unknown) => error),
      profiles.scanProfilesInRegion('eu-west-1').catch((error: unknown) => error),
      latencies.measure('eu-west-1').catch((error: unknown) => error),
    ]);
    const snapshot = await refresher.export();
    await app.close();
    const files = await filesBelow(directory);
    const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const texts = [
      ...files,
      ...contents,
      JSON.stringify(snapshot),
      everything(report),
      everything(logger.lines),
      everything(models.getRegionStatuses()),
    ];
    expectNone(texts.join('\n'), SECRETS);
    for (const error of errors) {
      expectNone(everything(error), SECRETS);
      expectNone(String((error as Error).stack), SECRETS);
    }
  });

  it('are told to nobody although AWS, or what stands in for it, echoes them', async () => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const { accessKeyId, secretAccessKey, sessionToken } = SECRETS;
    const message = `Refused: Credential=${accessKeyId}/20260822/us-east-1/bedrock/aws4_request, key ${accessKeyId}, secret ${secretAccessKey}, X-Amz-Security-Token: ${sessionToken}`;
    simulator.addFault({ kind: 'access-denied', message });
    const directory = await temporaryFolder();
    const { refresher, models, profiles, logger, app } = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS, cache: { directory } }),
    );
    await refresher.refresh();
    const errors = await Promise.all([
      models.getAllModels().catch((error: unknown) => error),
      profiles.scanProfilesInRegion('eu-west-1').catch((error: unknown) => error),
    ]);
    await app.close();
    const contents = await Promise.all((await filesBelow(directory)).map((file) => readFile(file, 'utf8')));
    expectNone(
      [everything(errors), everything(logger.lines), everything(models.getRegionStatuses()), ...contents].join('\n'),
      SECRETS,
    );
  });

  it('are told to nobody although a probe fails with an answer that echoes them', async () => {
    const simulator = await startSimulator({ credentials: SECRETS });
    simulator.addFault({ kind: 'access-denied', message: `Refused: key ${SECRETS.accessKeyId}` });
    const { latencies } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const error: unknown = await latencies.measure('eu-west-1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'REGION_FAILED', failure: { kind: 'access-denied' } });
    expect(everything(error).includes(SECRETS.accessKeyId)).toBe(false);
  });

  it('are in no message about a wrong option', async () => {
    const wrong = [
      { credentials: { ...SECRETS, accessKeyId: 7 } },
      { credentials: { ...SECRETS, secretAccessKey: undefined } },
      { credentials: `${SECRETS.accessKeyId}:${SECRETS.secretAccessKey}` },
      { endpoint: `ftp://${SECRETS.accessKeyId}:${SECRETS.secretAccessKey}@bedrock.example` },
    ] as unknown as BedrockDiscoveryOptions[];
    for (const options of wrong) {
      const imports = [BedrockDiscoveryModule.forRoot(options)];
      const error: unknown = await Test.createTestingModule({ imports })
        .compile()
        .then(
          () => 'it compiled',
          (reason: unknown) => reason,
        );
      expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
      expectNone(everything(error), SECRETS);
    }
  });

  it('are in no keys and values of a shared store', async () => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const entries = new Map<string, string>();
    const sharedStore: SharedStore = {
      get: (key) => Promise.resolve(entries.get(key)),
      set: (key, value) => Promise.resolve(entries.set(key, value)),
      delete: (key) => Promise.resolve(entries.delete(key)),
    };
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1' });
    const { refresher, app } = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS, accountId: undefined, cache: { sharedStore } }),
    );
    await refresher.refresh();
    await app.close();
    expect(entries.size).toBeGreaterThan(3);
    expectNone([...entries].flat().join('\n'), SECRETS);
  });
});

describe('a shared store', () => {
  const STORE_LIMIT_MS = 1_000;

  it('spares a second instance the scan', async () => {
    const simulator = await startSimulator();
    const entries = new Map<string, string>();
    const sharedStore: SharedStore = {
      get: (key) => Promise.resolve(entries.get(key)),
      set: (key, value) => Promise.resolve(entries.set(key, value)),
      delete: (key) => Promise.resolve(entries.delete(key)),
    };
    const options = optionsFor(simulator, { regions: REGIONS, cache: { sharedStore } });
    const first = await startDiscovery(options);
    await first.refresher.refresh();
    const answer = await first.models.getAllModels();
    await first.close();
    simulator.requests.reset();
    const second = await startDiscovery(options);
    expect(await second.models.getAllModels()).toEqual(answer);
    expect(second.models.getRegionStatuses()[0]).toMatchObject({ source: 'shared' });
    expect(simulator.requests.count()).toBe(0);
  });

  it.each([
    ['nonsense', () => Promise.resolve('nonsense')],
    ['an object', () => Promise.resolve({ value: [{ modelId: 'evil' }] })],
    ['an error', () => Promise.reject(new Error('down'))],
    ['nothing, ever', () => new Promise<never>(() => undefined)],
  ])('is done without where it answers with %s', async (_, get) => {
    const simulator = await startSimulator();
    const clock = new ManualClock();
    const sharedStore: SharedStore = { get, set: get, delete: get };
    const { models, app } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, cache: { sharedStore } }), {
      clock,
    });
    const asking = models.getAllModels({ region: 'us-east-1' });
    expect(await advanceUntilSettled(clock, asking)).toBeLessThanOrEqual(STORE_LIMIT_MS);
    expect((await asking).map(({ modelId }) => modelId)).toContain(MODEL);
    const closing = app.close();
    expect(await advanceUntilSettled(clock, closing)).toBeLessThanOrEqual(STORE_LIMIT_MS);
    await expect(models.scanAllRegions()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
  });
});
