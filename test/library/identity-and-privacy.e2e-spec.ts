import { readdir, readFile, stat } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import {
  AccessDeniedException,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InternalServerException,
} from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it, jest } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import type { BedrockSimulator, FaultKind, FaultOptions } from 'bedrock-simulator';
import {
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  DiscoveryDoctor,
  InvocationRouter,
  isBedrockDiscoveryError,
  optionsFromEnvironment,
  renderDiagnosis,
  type RunContext,
  type SharedStore,
} from 'nestjs-bedrock-discovery';
import { setEnvironment, temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock, ManualClock } from '../support/clocks.js';
import { everything, textsWithin } from '../support/marked-secrets.js';
import { identityOf, optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { turns, until } from '../support/until.js';

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
    expect(failures[0]?.message).toContain('API Key');
    expect(simulator.requests.list().every(({ accessKeyId }) => accessKeyId === undefined)).toBe(true);
    expect(inspect([failures, logger.lines], { depth: 10 })).not.toContain(token);
  });

  it('are an API key that holds in its own region alone, where that is all that is given', async () => {
    const simulator = await startSimulator({ listenerPerRegion: true });
    const [own = '', other = ''] = REGIONS;
    setEnvironment({ ...simulator.environment(), AWS_BEARER_TOKEN_BEDROCK: simulator.apiKey({ region: own }) });
    const options = optionsFor(simulator, {
      regions: [own, other],
      credentials: undefined,
      accountId: undefined,
      endpoint: ({ region }) => simulator.endpointFor(region),
    });
    const { refresher, models } = await startDiscovery(options);
    await refresher.refresh();
    const statuses = models.getRegionStatuses().map(({ region, status, failure }) => [region, failure?.kind ?? status]);
    expect(Object.fromEntries(statuses)).toEqual({ [own]: 'ok', [other]: 'credentials-invalid' });
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

/** Users and passwords of URLs, tokens and keys of the environment have it in them. */
const CANARY = 'canary';
const BEARER_TOKEN = `bedrock-api-key-${CANARY}CanaryCanary`;

function withUser(url: string): string {
  return url.replace('//', `//${CANARY}-user:${CANARY}-password@`);
}

/** An agent as those of proxies are: it knows the way to its proxy. This one goes straight on. */
class ProxyAgent extends Agent {
  readonly proxy = new URL(withUser('http://proxy.example'));
  readonly proxyHeaders = { 'Proxy-Authorization': `Basic ${CANARY}` };
}

/** A store as clients of databases are: it knows how to log in. */
class LoggedInStore implements SharedStore {
  readonly entries = new Map<string, string>();
  readonly uri = withUser('redis://store.example');
  readonly settings = { password: CANARY };

  async get(key: string): Promise<unknown> {
    return this.entries.get(key);
  }

  async set(key: string, value: string): Promise<unknown> {
    return this.entries.set(key, value);
  }

  async delete(key: string): Promise<unknown> {
    return this.entries.delete(key);
  }
}

/** The secrets that are told by something, by their beginnings, since half a secret is one too. */
function toldBy(value: unknown): string[] {
  const { accessKeyId, secretAccessKey, sessionToken } = SECRETS;
  const hidden = [accessKeyId, secretAccessKey.slice(0, 20), sessionToken.slice(0, 40), CANARY];
  const text = (typeof value === 'string' ? value : everything(value)).toLowerCase();
  return hidden.filter((secret) => text.includes(secret.toLowerCase()));
}

/** Every provider of the library's modules in an application, by name. */
function providersOf(app: INestApplicationContext): [name: string, instance: unknown][] {
  const ours = [...app.get(ModulesContainer).values()].filter(({ metatype }) =>
    ['BedrockDiscoveryModule', 'OptionsModule', 'CacheModule'].includes(metatype.name),
  );
  return ours.flatMap(({ providers }) =>
    [...providers]
      // Nest's own, which lead to the whole application.
      .filter(([token]) => token !== ModuleRef && token !== ApplicationConfig)
      .map(([token, { instance }]): [string, unknown] => [
        typeof token === 'function' ? token.name : String(token),
        instance,
      ]),
  );
}

/** Options that hold a secret wherever one can stand. */
function secretOptions(simulator: BedrockSimulator, options: BedrockDiscoveryOptions = {}): BedrockDiscoveryOptions {
  return optionsFor(simulator, {
    regions: REGIONS,
    endpoint: withUser(simulator.endpoint),
    credentials: SECRETS,
    accountId: undefined,
    ...options,
    client: { httpsAgent: new ProxyAgent(), ...options.client },
    cache: { sharedStore: new LoggedInStore(), ...options.cache },
  });
}

function ask({ route, client }: RunContext): Promise<unknown> {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
  return client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages }));
}

async function openStream({ route, client }: RunContext): Promise<AsyncIterable<unknown>> {
  const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];
  const { stream } = await client(BedrockRuntimeClient).send(
    new ConverseStreamCommand({ modelId: route.invocationId, messages }),
  );
  return stream ?? Promise.reject(new Error('no stream'));
}

/** To its end, if it has one. */
async function drain(items: AsyncIterable<unknown>): Promise<void> {
  let left = 100;
  for await (const item of items) {
    expect(item).toBeDefined();
    left -= 1;
    if (left === 0) {
      break;
    }
  }
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('secrets', () => {
  /** As AWS, or what stands in for it, may echo them. */
  const ECHO =
    `Refused: Credential=${SECRETS.accessKeyId}/20260822/us-east-1/bedrock/aws4_request, key ${SECRETS.accessKeyId}, ` +
    `secret ${SECRETS.secretAccessKey}, X-Amz-Security-Token: ${SECRETS.sessionToken}, Bearer ${BEARER_TOKEN}, ` +
    `by ${withUser('https://proxy.example')}, https://${CANARY}@${CANARY}@proxy.example`;

  type Given = [options: BedrockDiscoveryOptions, environment?: Record<string, string>];

  it.each<[string, (simulator: BedrockSimulator) => Given]>([
    ['keys of the options', () => [{}, { AWS_BEARER_TOKEN_BEDROCK: BEARER_TOKEN }]],
    [
      'a provider and an endpoint that are functions',
      ({ endpoint }) => [
        { credentials: async () => SECRETS, endpoint: () => withUser(endpoint), client: { httpsAgent: undefined } },
      ],
    ],
    [
      'keys, an endpoint and a proxy of the environment',
      ({ endpoint }) => [
        { credentials: undefined, endpoint: undefined, client: { httpsAgent: undefined } },
        {
          AWS_ACCESS_KEY_ID: SECRETS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: SECRETS.secretAccessKey,
          AWS_SESSION_TOKEN: SECRETS.sessionToken,
          AWS_ENDPOINT_URL: withUser(endpoint),
          HTTPS_PROXY: withUser('http://proxy.example'),
        },
      ],
    ],
    [
      'a bearer token of the environment',
      () => [{ credentials: undefined }, { AWS_BEARER_TOKEN_BEDROCK: BEARER_TOKEN }],
    ],
  ])('are shown by no provider, client or report of an application with %s', async (name, givenFor) => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const [given, environment] = givenFor(simulator);
    setEnvironment({ AWS_BEARER_TOKEN_BEDROCK: undefined, ...environment });
    const directory = await temporaryFolder();
    const region = 'eu-west-1';
    const options = secretOptions(simulator, { regions: [region], ...given, cache: { directory } });
    const { app, refresher, clients, latencies, logger } = await startDiscovery(options, {
      clock: new ImpatientClock(),
    });
    await refresher.refresh();
    await caught(latencies.measure(region));
    const contexts: RunContext[] = [];
    const run = app.get(InvocationRouter).run(MODEL, (context) => {
      contexts.push(context);
      return ask(context);
    });
    await caught(run);
    // The bearer token is nobody's.
    expect(simulator.executions.count()).toBe(name.startsWith('a bearer') ? 0 : 1);
    const snapshot = await refresher.export().catch(() => undefined);
    const providers = providersOf(app);
    expect(providers.map(([provider]) => provider)).toEqual(
      expect.arrayContaining(['AwsClientFactory', 'DiscoveryDoctor', 'InvocationRouter', 'CACHE_MANAGER']),
    );
    expect(providers.filter(([, instance]) => toldBy(instance).length > 0).map(([provider]) => provider)).toEqual([]);
    const { credentials } = options;
    const endpoint = withUser(simulator.endpoint);
    const handedOut = [
      clients.getClient(BedrockClient, { region }),
      clients.getClient(BedrockRuntimeClient, { region, preset: 'ai' }),
      clients.getClient(BedrockClient, { region, ...(credentials && { credentials }), config: { endpoint } }),
      clients.getClient(BedrockClient, { region, config: { credentials: SECRETS, token: { token: BEARER_TOKEN } } }),
      identityOf(clients),
      ...contexts.map(({ client }) => client(BedrockRuntimeClient)),
    ];
    const diagnosis = await app.get(DiscoveryDoctor).diagnose();
    const reports = [diagnosis, renderDiagnosis(diagnosis), snapshot, logger.lines, contexts];
    expect([...handedOut, ...reports, BedrockDiscoveryModule.forRoot(options)].flatMap(toldBy)).toEqual([]);
  });

  const KINDS: Record<FaultKind, Omit<FaultOptions, 'kind'>> = {
    'unrecognized-client': { message: ECHO },
    'expired-token': { message: ECHO },
    'access-denied': { message: ECHO },
    'scp-denied': { message: ECHO },
    'account-not-enabled': { message: ECHO },
    throttled: { message: ECHO },
    'throttled-tokens': { message: ECHO },
    validation: { message: ECHO },
    'unknown-operation': { message: ECHO },
    'rejected-token': { message: ECHO },
    'internal-error': { message: ECHO },
    'service-unavailable': { message: ECHO },
    'model-error': { message: ECHO },
    'model-timeout': { message: ECHO },
    'model-not-ready': { message: ECHO },
    hang: {},
    reset: {},
    truncated: {},
    malformed: {},
    'missing-list': {},
    'slow-body': { delayMs: 1 },
    'clock-skew': {},
    'refused-stream': {},
    goaway: {},
    'headers-hang': {},
    'proxy-page': { status: 403 },
    'endless-body': {},
    'stream-cut': { afterEvents: 0 },
    'stream-drop': { afterEvents: 0 },
    'stream-reset': { afterEvents: 0 },
    'stream-hang': { afterEvents: 0 },
    'stream-end': { afterEvents: 0 },
    'stream-error': { afterEvents: 0, message: ECHO },
  };

  it.each(Object.entries(KINDS) as [FaultKind, FaultOptions][])(
    'are in no log, error, file, key, report or provider after %s',
    async (kind, fault) => {
      const simulator = await startSimulator({ credentials: SECRETS });
      const clock = new ImpatientClock();
      const directory = await temporaryFolder();
      const sharedStore = new LoggedInStore();
      const options = secretOptions(simulator, { cache: { directory, sharedStore }, access: { mode: 'off' } });
      const { app, refresher, models, profiles, latencies, logger } = await startDiscovery(options, { clock });
      await refresher.refresh();
      simulator.addFault({ ...fault, kind });
      const router = app.get(InvocationRouter);
      const only = { timeoutMs: 20_000 };
      const settled = Promise.all([
        refresher.refresh({ force: true }),
        ...[
          models.getAllModels({ region: 'eu-west-1' }),
          profiles.scanProfilesInRegion('eu-west-1'),
          latencies.measure('eu-west-1'),
          router.run(MODEL, ask, only),
          drain(router.stream(MODEL, openStream, only)),
        ].map(caught),
      ]);
      await advanceUntilSettled(clock, settled);
      const [report, ...errors] = await settled;
      const diagnosing = app.get(DiscoveryDoctor).diagnose();
      await advanceUntilSettled(clock, diagnosing);
      // What the caller's own function threw is the caller's, and passes through as it is.
      const ours = errors.filter(isBedrockDiscoveryError);
      const seen = [report, ours, ours.map(({ stack }) => stack), models.getRegionStatuses(), await diagnosing];
      const held = textsWithin(providersOf(app)).join('\n');
      expect([...seen, await refresher.export(), held].flatMap(toldBy)).toEqual([]);
      await app.close();
      // A write that the hand-moved clock took for one that hangs goes on behind.
      await until(async () => !(await filesBelow(directory)).some((file) => /\.(?:tmp|lock)$/.test(file)));
      const files = await filesBelow(directory);
      const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      expect(files.length).toBeGreaterThan(2 * REGIONS.length);
      expect(sharedStore.entries.size).toBeGreaterThan(3);
      expect([...files, ...contents, ...[...sharedStore.entries].flat(), logger.lines].flatMap(toldBy)).toEqual([]);
    },
  );

  it.each<[string, string, FaultOptions, object]>([
    [
      'refused',
      'ROUTES_EXHAUSTED',
      { kind: 'access-denied' },
      { name: 'AccessDeniedException', $fault: 'client', $metadata: { httpStatusCode: 403, attempts: 1 } },
    ],
    [
      'failed in doubt',
      'MAY_HAVE_EXECUTED',
      { kind: 'internal-error' },
      { name: 'InternalServerException', $fault: 'server', $metadata: { httpStatusCode: 500, attempts: 1 } },
    ],
  ])('are out of the cause of a call that was %s, which tells all else', async (_, code, fault, cause) => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const { app, refresher } = await startDiscovery(secretOptions(simulator, { access: { mode: 'off' } }));
    await refresher.refresh();
    simulator.addFault({ ...fault, operation: 'Converse', message: `No. ${ECHO}` });
    const error = await caught(app.get(InvocationRouter).run(MODEL, ask));
    expect(error).toMatchObject({
      code,
      cause: { ...cause, message: expect.stringMatching(/^No\. Refused: .*\*\*\*/) },
    });
    const { cause: told } = error as { cause: Error };
    expect([told instanceof AccessDeniedException, told instanceof InternalServerException]).toEqual([
      code === 'ROUTES_EXHAUSTED',
      code === 'MAY_HAVE_EXECUTED',
    ]);
    expect(told).not.toHaveProperty('$response');
    expect(told.stack).toMatch(/^\w+Exception: No\..*\n +at /s);
    expect([error, (error as Error).stack].flatMap(toldBy)).toEqual([]);
  });

  it('stay in an error of the caller’s own, which passes through as it is', async () => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const { app, refresher } = await startDiscovery(secretOptions(simulator));
    await refresher.refresh();
    const own = Object.assign(new Error(ECHO), { attached: SECRETS });
    const throwing = app.get(InvocationRouter).run(MODEL, () => Promise.reject(own));
    expect(await caught(throwing)).toBe(own);
    expect(own).toMatchObject({ message: ECHO, attached: SECRETS });
  });

  it.each<[string, (simulator: BedrockSimulator) => BedrockDiscoveryOptions]>([
    ['the credentials provider', () => ({ credentials: () => Promise.reject(new Error(ECHO)) })],
    [
      'the endpoint',
      () => ({
        endpoint: () => {
          throw new Error(ECHO);
        },
      }),
    ],
    ['the endpoint, which returns no URL,', () => ({ endpoint: () => `${withUser('//')}:` })],
    [
      'the shared store',
      () => {
        const fail = (): Promise<never> =>
          Promise.reject(new Error(`No way to redis://:${CANARY}@${CANARY}@host:6379`));
        return { cache: { sharedStore: { get: fail, set: fail, delete: fail } } };
      },
    ],
  ])('are told to nobody although they are in the error of %s', async (_, failing) => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const { app, refresher, models, latencies, logger } = await startDiscovery(
      secretOptions(simulator, failing(simulator)),
    );
    const results = [
      await caught(refresher.refresh()),
      await caught(models.getAllModels()),
      await caught(latencies.measure('eu-west-1')),
      await caught(app.get(InvocationRouter).run(MODEL, ask)),
      models.getRegionStatuses(),
      await app.get(DiscoveryDoctor).diagnose(),
    ];
    await app.close();
    expect(everything([results, logger.lines])).toMatch(/\*\*\*|Invalid URL/);
    expect([...results, logger.lines].flatMap(toldBy)).toEqual([]);
  });

  it('are in no message about a wrong option', async () => {
    const long = `${CANARY}-${'x'.repeat(100)}`;
    const wrong = [
      { credentials: { ...SECRETS, accessKeyId: 7 } },
      { credentials: { ...SECRETS, secretAccessKey: undefined } },
      { credentials: `${SECRETS.accessKeyId}:${SECRETS.secretAccessKey}` },
      { endpoint: `ftp://${SECRETS.accessKeyId}:${SECRETS.secretAccessKey}@bedrock.example` },
      { endpoint: `${CANARY}:${CANARY}@bedrock.example` },
      { endpoint: `ftp://user:${long}@bedrock.example` },
      { client: { httpsAgent: withUser('http://proxy.example') } },
      { cache: { sharedStore: `redis://:${long}@store.example` } },
      { cache: { sharedStore: [withUser('redis://store.example')] } },
    ] as unknown as BedrockDiscoveryOptions[];
    for (const options of wrong) {
      const imports = [BedrockDiscoveryModule.forRoot(options)];
      const error = await caught(Test.createTestingModule({ imports }).compile());
      expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
      expect(toldBy(error)).toEqual([]);
    }
    const environment = { BEDROCK_DISCOVERY_ENDPOINT: `${CANARY}:${CANARY}@bedrock.example` };
    const error = await caught(Promise.resolve(environment).then(optionsFromEnvironment));
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining('***@bedrock.example') });
    expect(toldBy(error)).toEqual([]);
  });
});

describe('a shared store', () => {
  /** For a store that has never answered: it may be on its way, as this process may. */
  const FIRST_LIMIT_MS = 3_000;
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
    expect(await advanceUntilSettled(clock, asking)).toBeLessThanOrEqual(FIRST_LIMIT_MS);
    expect((await asking).map(({ modelId }) => modelId)).toContain(MODEL);
    const closing = app.close();
    expect(await advanceUntilSettled(clock, closing)).toBeLessThanOrEqual(STORE_LIMIT_MS);
    await expect(models.scanAllRegions()).rejects.toMatchObject({ code: 'SHUT_DOWN' });
  });
});
