import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import type { BedrockSimulator, FaultKind, FaultOptions } from 'bedrock-simulator';
import {
  BedrockDiscoveryError,
  DiscoveryDoctor,
  type FailureKind,
  type InventoryUnavailableError,
  InvocationRouter,
  type RegionStatus,
  isBedrockDiscoveryError,
  type NoRouteError,
  renderDiagnosis,
} from 'nestjs-bedrock-discovery';
import { stdSerializers } from 'pino';
import { setEnvironment, temporaryFolder } from '../support/cleanup.js';
import { ImpatientClock, ManualClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator } from '../support/simulated-discovery.js';
import { pageOf, startStranger } from '../support/start-stranger.js';
import { until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REGION = 'eu-west-1';
const OTHERS = ['eu-west-3', 'us-east-1'];
const REGIONS = [REGION, ...OTHERS];
const MODELS = { operation: 'ListFoundationModels' } as const;
const PROFILES = { operation: 'ListInferenceProfiles' } as const;
const MODEL = 'amazon.nova-lite-v1:0';

const statusIn = (statuses: readonly RegionStatus[], region = REGION): RegionStatus =>
  statuses.find((status) => status.region === region) as RegionStatus;

function expectNoSecrets(text: string, { credentials }: BedrockSimulator): void {
  for (const secret of Object.values(credentials)) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toMatch(/Signature=|x-amz-security-token/i);
}

const missingCredentials = (): Promise<never> =>
  Promise.reject(
    Object.assign(new Error('Could not load credentials from any providers'), { name: 'CredentialsProviderError' }),
  );

/** However it is logged: by the console, as JSON, or by pino. */
function expectFewLines(error: unknown): void {
  const lines = inspect(error)
    .split('\n')
    .filter((line) => !line.trim().startsWith('at '));
  expect(lines.length).toBeLessThan(15);
  expect(JSON.stringify(error).length).toBeLessThan(300);
  const { stack, message, ...members } = stdSerializers.err(error as Error);
  expect(stack.split('\n').length).toBeLessThan(50);
  expect(message.length).toBeLessThan(1_000);
  expect(JSON.stringify(members).length).toBeLessThan(2_000);
}

interface Expectation {
  readonly kind: FailureKind;
  readonly retryable: boolean;
  /** How often the region is asked in one scan, at most. */
  readonly attempts: number;
  readonly atLeast?: number;
  readonly message?: RegExp;
}

const never = (kind: FailureKind, message?: RegExp): Expectation => ({ kind, retryable: false, attempts: 1, message });
const thrice = (kind: FailureKind, message?: RegExp): Expectation => ({ kind, retryable: true, attempts: 3, message });

const FAULTS: [Exclude<FaultKind, 'rejected-token' | 'hang' | 'slow-body'>, Expectation][] = [
  ['unrecognized-client', never('region-not-enabled', /security token included in the request is invalid/)],
  ['expired-token', never('credentials-expired', /expired/)],
  ['access-denied', never('access-denied', /no identity-based policy allows/)],
  ['scp-denied', never('policy-denied', /explicit deny in a service control policy/)],
  ['account-not-enabled', never('account-not-enabled', /account is not authorized/)],
  ['throttled', thrice('throttled', /Too many requests/)],
  ['validation', never('unsupported-operation', /not valid/)],
  ['unknown-operation', never('unsupported-operation')],
  ['internal-error', thrice('service-error')],
  ['service-unavailable', thrice('service-error')],
  ['reset', thrice('unreachable')],
  ['truncated', thrice('malformed-response')],
  ['malformed', thrice('malformed-response')],
  ['missing-list', { ...thrice('malformed-response'), atLeast: 1 }],
];

describe('a region that fails', () => {
  it.each(FAULTS)(
    'is told by its kind %s, costs no more calls than can help, and leaves the others alone',
    async (kind, wanted) => {
      const simulator = await startSimulator();
      simulator.addFault({ kind, region: REGION, ...MODELS });
      const clock = new ImpatientClock();
      const { models, profiles, refresher, logger } = await startDiscovery(
        optionsFor(simulator, { regions: REGIONS }),
        { clock },
      );
      const report = await refresher.refresh();
      expect(statusIn(report.models.regions)).toEqual({
        region: REGION,
        status: 'failed',
        stale: false,
        count: 0,
        failure: {
          kind: wanted.kind,
          retryable: wanted.retryable,
          message: expect.stringMatching(wanted.message ?? /./),
          remedy: expect.stringMatching(/\w{3,}/),
          at: new Date(clock.now()).toISOString(),
        },
      });
      for (const region of OTHERS) {
        expect(statusIn(report.models.regions, region)).toMatchObject({ status: 'ok', stale: false, source: 'scan' });
        expect(await models.isModelAvailableInRegion(MODEL, region)).toBe(true);
      }
      expect(report.profiles.regions.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
      expect(await profiles.getAllProfiles({ region: REGION })).not.toHaveLength(0);
      const attempts = simulator.requests.count({ ...MODELS, region: REGION });
      expect(attempts).toBeLessThanOrEqual(wanted.attempts);
      expect(attempts).toBeGreaterThanOrEqual(wanted.atLeast ?? wanted.attempts);
      expect(report.models.requests).toBe(attempts + OTHERS.length);
      await expect(models.isModelAvailableInRegion(MODEL, REGION)).rejects.toMatchObject({
        code: 'REGION_UNKNOWN',
        failure: { kind: wanted.kind },
      });
      expectNoSecrets(inspect([report, logger.lines], { depth: 10 }), simulator);
    },
  );

  it.each(FAULTS)(
    'keeps what it last listed after %s, stale with its age, until that is too old to be believed',
    async (kind, wanted) => {
      const simulator = await startSimulator();
      const clock = new ImpatientClock();
      const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
      await refresher.refresh();
      const before = await models.getAllModels();
      const scannedAt = new Date(clock.now()).toISOString();
      simulator.addFault({ kind, ...MODELS, region: REGION });
      clock.advance(DAY_MS);
      await refresher.refresh({ force: true });
      expect(statusIn(models.getRegionStatuses())).toMatchObject({
        status: 'failed',
        failure: { kind: wanted.kind },
        stale: true,
        scannedAt,
        ageMs: DAY_MS,
        count: before.filter((model) => model.regions.includes(REGION)).length,
      });
      expect(await models.getAllModels()).toEqual(before);
      expect(await models.isModelAvailableInRegion(MODEL, REGION)).toBe(true);
      clock.advance(2 * DAY_MS + 1);
      await expect(models.isModelAvailableInRegion(MODEL, REGION)).rejects.toMatchObject({ code: 'REGION_UNKNOWN' });
      expect(statusIn(models.getRegionStatuses())).toMatchObject({ status: 'failed', stale: false, count: 0 });
      expect((await models.getModel(MODEL))?.regions).toEqual(OTHERS);
    },
  );

  it('ends at its own time limit, alone, where it hangs', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang', region: REGION });
    const clock = new ManualClock();
    const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    const refreshing = refresher.refresh();
    await until(() => simulator.requests.count({ region: REGION }) === 3);
    await until(() => OTHERS.every((region) => statusIn(models.getRegionStatuses(), region).status === 'ok'));
    clock.advance(7_999);
    expect(statusIn(models.getRegionStatuses()).status).toBe('pending');
    clock.advance(1);
    const report = await refreshing;
    for (const { regions } of [report.models, report.profiles]) {
      expect(statusIn(regions)).toMatchObject({
        status: 'failed',
        failure: { kind: 'timeout', retryable: true },
        count: 0,
      });
    }
    expect(simulator.requests.count({ region: REGION })).toBe(3);
  });

  it.each([1, 10])('ends at its time limit where its body is slow, sent in %i pieces', async (chunks) => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'slow-body', region: REGION, delayMs: 3_600_000, chunks, ...MODELS });
    const clock = new ManualClock();
    const { refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), { clock });
    const refreshing = refresher.refresh();
    await until(() => simulator.requests.count(MODELS) === REGIONS.length);
    clock.advance(8_000);
    expect(statusIn((await refreshing).models.regions)).toMatchObject({
      status: 'failed',
      failure: { kind: 'timeout' },
    });
  });

  it('is waited for within its time limit where its body is slow', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'slow-body', region: REGION, delayMs: 30, chunks: 5 });
    const { refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const { models } = await refresher.refresh();
    expect(models.regions.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  it('is unreachable where it has no endpoint', async () => {
    const simulator = await startSimulator({ listenerPerRegion: true });
    await simulator.closeRegion(REGION);
    const endpoint = ({ region }: { region: string }): string => simulator.endpointFor(region);
    const { refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, endpoint }));
    const { models } = await refresher.refresh();
    expect(statusIn(models.regions)).toMatchObject({ failure: { kind: 'unreachable', retryable: false } });
    expect(models.regions.map(({ status }) => status)).toEqual(['failed', 'ok', 'ok']);
    await simulator.openRegion(REGION);
    expect((await refresher.refresh()).models.regions.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  it('is taken back as soon as it answers again', async () => {
    const simulator = await startSimulator();
    const remove = simulator.addFault({ kind: 'internal-error', region: REGION });
    const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), {
      clock: new ImpatientClock(),
    });
    await refresher.refresh();
    remove();
    await refresher.refresh();
    expect(statusIn(models.getRegionStatuses())).toMatchObject({ status: 'ok', stale: false });
    expect(statusIn(models.getRegionStatuses())).not.toHaveProperty('failure');
    expect(await models.isModelAvailableInRegion(MODEL, REGION)).toBe(true);
  });
});

describe('the outcomes of the two operations', () => {
  it('knows models where profiles are denied, and the reverse', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1', ...PROFILES });
    simulator.addFault({ kind: 'scp-denied', region: 'us-east-1', ...MODELS });
    const { models, profiles, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await refresher.refresh();
    expect(statusIn(models.getRegionStatuses(), 'eu-west-1')).toMatchObject({ status: 'ok' });
    expect(statusIn(profiles.getRegionStatuses(), 'eu-west-1')).toMatchObject({ failure: { kind: 'access-denied' } });
    expect(statusIn(models.getRegionStatuses(), 'us-east-1')).toMatchObject({ failure: { kind: 'policy-denied' } });
    expect(statusIn(profiles.getRegionStatuses(), 'us-east-1')).toMatchObject({ status: 'ok' });
    expect(await models.isModelAvailableInRegion(MODEL, 'eu-west-1')).toBe(true);
    await expect(profiles.getAllProfiles({ region: 'eu-west-1' })).rejects.toMatchObject({ code: 'REGION_UNKNOWN' });
    await expect(profiles.scanProfilesInRegion('eu-west-1')).rejects.toMatchObject({
      code: 'REGION_FAILED',
      region: 'eu-west-1',
      failure: { kind: 'access-denied' },
    });
  });

  it('answers about models although profiles are denied everywhere', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', ...PROFILES });
    const { models, profiles, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await refresher.refresh();
    expect(await models.getModel(`eu.${MODEL}`)).toMatchObject({ modelId: MODEL });
    await expect(profiles.getAllProfiles()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    await expect(refresher.export()).resolves.toMatchObject({ version: 1 });
  });
});

describe('a refused token', () => {
  it('is the fault of the region where another region accepts the identity', async () => {
    const simulator = await startSimulator({ optIn: [] });
    const { models, refresher, logger } = await startDiscovery(
      optionsFor(simulator, { regions: ['us-east-1', 'af-south-1'] }),
    );
    await refresher.refresh();
    expect(statusIn(models.getRegionStatuses(), 'af-south-1').failure).toMatchObject({
      kind: 'region-not-enabled',
      retryable: false,
      remedy: expect.stringContaining('af-south-1'),
    });
    expect(logger.of('warn')).toEqual([]);
  });

  it('is the fault of the region although the accepting region only denies', async () => {
    const simulator = await startSimulator({ optIn: [] });
    simulator.addFault({ kind: 'access-denied', region: 'us-east-1' });
    const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: ['us-east-1', 'af-south-1'] }));
    await refresher.refresh();
    expect(statusIn(models.getRegionStatuses(), 'af-south-1').failure?.kind).toBe('region-not-enabled');
  });

  it.each([
    ['an unknown key', { accessKeyId: 'AKIAUNKNOWNUNKNOWN00' }],
    ['a wrong secret', { secretAccessKey: 'wrongWRONGwrongWRONGwrongWRONGwrongWRONG' }],
    ['a wrong session token', { sessionToken: 'not-the-token' }],
  ])('is the fault of the credentials where no region accepts them: %s', async (_, wrong) => {
    const simulator = await startSimulator();
    const credentials = { ...simulator.credentials, ...wrong };
    const { models, refresher, logger } = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS, credentials }),
    );
    await refresher.refresh();
    for (const region of REGIONS) {
      expect(statusIn(models.getRegionStatuses(), region).failure).toMatchObject({
        kind: 'credentials-invalid',
        retryable: false,
      });
    }
    expect(simulator.requests.count(MODELS)).toBe(REGIONS.length);
    const error: unknown = await models.getAllModels().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'INVENTORY_UNAVAILABLE',
      failures: { [REGION]: { kind: 'credentials-invalid' } },
    });
    const told = inspect([error, logger.lines, models.getRegionStatuses()], { depth: 12 });
    for (const secret of [...Object.values(credentials), ...Object.values(wrong)]) {
      expect(told).not.toContain(secret);
    }
  });

  it('is told as missing credentials without asking anybody where there are none', async () => {
    const simulator = await startSimulator();
    const credentials = missingCredentials;
    const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, credentials }));
    await refresher.refresh();
    expect(models.getRegionStatuses().map(({ failure }) => failure?.kind)).toEqual(
      REGIONS.map(() => 'credentials-missing'),
    );
    await expect(models.getAllModels()).rejects.toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    expect(simulator.requests.count()).toBe(0);
  });

  it('takes a few lines in a log, however many regions have it', async () => {
    const simulator = await startSimulator();
    const { models, app, logger } = await startDiscovery(optionsFor(simulator, { credentials: missingCredentials }));
    const error: unknown = await models.getAllModels().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVENTORY_UNAVAILABLE' });
    expect(Object.keys((error as InventoryUnavailableError).failures)).toHaveLength(simulator.regions.length);
    expectFewLines(error);
    expect(JSON.stringify(error)).not.toContain(simulator.regions[0]);
    await app
      .get(InvocationRouter)
      .resolve(MODEL)
      .catch(() => undefined);
    const told = logger.lines.filter(({ level }) => level === 'warn' || level === 'error');
    expect(told.map(({ message }) => /in all 31 regions \(credentials-missing\)/.test(message))).toEqual([true, true]);
  });

  it('takes a few lines in a log where no route is found, or every route refused', async () => {
    const simulator = await startSimulator();
    const { app } = await startDiscovery(optionsFor(simulator));
    const router = app.get(InvocationRouter);
    simulator.addFault({ operation: 'Converse', kind: 'throttled' });
    const call = router.run(MODEL, ({ route, client }) =>
      client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages: [] })),
    );
    const exhausted: unknown = await call.catch((thrown: unknown) => thrown);
    expect(exhausted).toMatchObject({ code: 'ROUTES_EXHAUSTED', attempts: expect.any(Array) });
    expectFewLines(exhausted);

    const missing = await startDiscovery(optionsFor(simulator));
    for (const region of simulator.regions.filter((each) => each !== REGION)) {
      simulator.addFault({ kind: 'access-denied', region });
    }
    const unknown: unknown = await missing.app
      .get(InvocationRouter)
      .run(MODEL, () => Promise.resolve(), { via: ['application-profile'] })
      .catch((thrown: unknown) => thrown);
    expect(unknown).toMatchObject({ code: 'ROUTES_UNKNOWN' });
    expect((unknown as NoRouteError).resolution.unknownRegions).toHaveLength(simulator.regions.length - 1);
    expectFewLines(unknown);
  });

  it('narrows by its code to the class that has what there is to tell', async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const told = (error: unknown): string | undefined => {
      if (!isBedrockDiscoveryError(error)) {
        return undefined;
      }
      switch (error.code) {
        case 'INVENTORY_UNAVAILABLE':
          return Object.keys(error.failures).join();
        case 'REGION_UNKNOWN':
        case 'REGION_FAILED':
          return error.region;
        case 'MODEL_NOT_FOUND':
          return error.nearest.join();
        case 'NO_ROUTE':
        case 'ROUTES_UNKNOWN':
          return error.resolution.modelId;
        case 'ROUTES_EXHAUSTED':
        case 'MAY_HAVE_EXECUTED':
          return `${error.attempts.length}`;
        case 'INVALID_OPTIONS':
          return error.option;
        case 'ABORTED':
        case 'INVALID_ARGUMENT':
        case 'SHUT_DOWN':
          return error.message;
      }
    };
    const thrownBy = (query: Promise<unknown>): Promise<unknown> => query.catch((error: unknown) => error);
    expect(told(await thrownBy(models.isModelAvailableInRegion(MODEL, 'sa-east-1')))).toBe('sa-east-1');
    expect(told(await thrownBy(models.getModelRegions('nova')))).toContain(MODEL);
    expect(told(new Error('of others'))).toBeUndefined();
  });

  it('names the profile where there is none of that name', async () => {
    const folder = await temporaryFolder();
    setEnvironment({
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    });
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, awsProfile: 'tema' }));
    const error: unknown = await models.getAllModels().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'INVENTORY_UNAVAILABLE',
      message: expect.stringMatching(
        /credentials-missing.*The profile "tema" is in none of the shared AWS configuration/,
      ),
    });
  });

  it('is told as expired credentials, having asked for newer ones once', async () => {
    const simulator = await startSimulator();
    simulator.addCredentials({
      ...simulator.credentials,
      secretAccessKey: simulator.credentials.secretAccessKey,
      expiresAt: 0,
    });
    let resolved = 0;
    const credentials = (): Promise<typeof simulator.credentials> => {
      resolved += 1;
      return Promise.resolve(simulator.credentials);
    };
    const { models, refresher } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, credentials }));
    await refresher.refresh();
    expect(models.getRegionStatuses().map(({ failure }) => failure?.kind)).toEqual(
      REGIONS.map(() => 'credentials-expired'),
    );
    expect(resolved).toBe(2);
  });

  it('is followed by the new credentials where the old ones have expired', async () => {
    const simulator = await startSimulator();
    const fresh = { accessKeyId: 'AKIAFRESHFRESHFRESH0', secretAccessKey: 'f'.repeat(40) };
    simulator.addCredentials(fresh);
    let current: typeof fresh = simulator.credentials;
    const options = optionsFor(simulator, { regions: REGIONS, credentials: () => Promise.resolve(current) });
    const { refresher } = await startDiscovery(options);
    await refresher.refresh();
    simulator.addCredentials({ ...simulator.credentials, expiresAt: 0 });
    current = fresh;
    const { models, profiles } = await refresher.refresh({ force: true });
    expect([...models.regions, ...profiles.regions].map(({ status }) => status)).toEqual(Array(6).fill('ok'));
  });
});

describe('a clock that is wrong', () => {
  it.each([3_600_000, -3_600_000])('is corrected by what AWS says, off by %i ms', async (offMs) => {
    const simulator = await startSimulator({ now: () => Date.now() + offMs });
    const { models, refresher, clients } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    const report = await refresher.refresh();
    expect(models.getRegionStatuses().map(({ status }) => status)).toEqual(REGIONS.map(() => 'ok'));
    expect(Math.abs(clients.clockOffsetMs - offMs)).toBeLessThan(60_000);
    expect(report.models.requests).toBeLessThanOrEqual(2 * REGIONS.length);
    simulator.requests.reset();
    await refresher.refresh({ force: true });
    expect(simulator.requests.count()).toBe(3 * REGIONS.length);
  });

  it('does not keep the other regions from answering where one alone is off', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'clock-skew', region: REGION, skewMs: 3_600_000 });
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }));
    await models.scanAllRegions();
    await models.scanAllRegions({ force: true });
    expect(OTHERS.map((region) => statusIn(models.getRegionStatuses(), region).status)).toEqual(['ok', 'ok']);
  });

  it('is named, with what to do, where it cannot be corrected', async () => {
    const simulator = await startSimulator({ now: () => Date.now() + 3_600_000 });
    const options = optionsFor(simulator, { regions: REGIONS, client: { maxAttempts: 1 } });
    const { models } = await startDiscovery(options);
    const { regions } = await models.scanAllRegions();
    expect(regions.map(({ failure }) => failure)).toContainEqual(
      expect.objectContaining({ kind: 'clock-skew', remedy: expect.stringContaining('clock') }),
    );
  });
});

describe('retries of a scan', () => {
  it.each([1, 2, 5])('make at most client.maxAttempts attempts: %i', async (maxAttempts) => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'internal-error', region: REGION, ...MODELS });
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS, client: { maxAttempts } }), {
      clock: new ImpatientClock(),
    });
    await models.scanAllRegions();
    expect(simulator.requests.count({ ...MODELS, region: REGION })).toBe(maxAttempts);
  });

  it('succeed where the trouble passes', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'service-unavailable', region: REGION, ...MODELS, times: 2 });
    const { models } = await startDiscovery(optionsFor(simulator, { regions: REGIONS }), {
      clock: new ImpatientClock(),
    });
    const report = await models.scanAllRegions();
    expect(statusIn(report.regions).status).toBe('ok');
    expect(report.requests).toBe(REGIONS.length + 2);
  });

  it('share one budget over all regions, so that an outage is not answered with a storm', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'internal-error' });
    const { models } = await startDiscovery(optionsFor(simulator), { clock: new ImpatientClock() });
    await models.scanAllRegions();
    const regions = simulator.regions.length;
    expect(simulator.requests.count(MODELS)).toBe(2 * regions);
  });

  it.each<FaultKind>(['access-denied', 'unrecognized-client', 'scp-denied'])(
    'do not repeat %s in every region',
    async (kind) => {
      const simulator = await startSimulator();
      simulator.addFault({ kind });
      const { refresher } = await startDiscovery(optionsFor(simulator));
      await refresher.refresh();
      expect(simulator.requests.count(MODELS)).toBe(simulator.regions.length);
      expect(simulator.requests.count(PROFILES)).toBeLessThanOrEqual(2 * simulator.regions.length);
    },
  );
});

describe('a list that shrinks', () => {
  it('is confirmed by a second look where it shrinks by more than a third', async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: ['us-east-1'] }));
    await models.scanAllRegions();
    const ids = (await models.getAllModels()).map(({ modelId }) => modelId);
    ids.slice(0, Math.ceil(ids.length / 2)).forEach((id) => simulator.removeModel(id, 'us-east-1'));
    simulator.requests.reset();
    await models.scanAllRegions({ force: true });
    expect(simulator.requests.count(MODELS)).toBe(2);
    expect(await models.getAllModels()).toHaveLength(Math.floor(ids.length / 2));
  });

  it('is believed at once where it shrinks by less than a third', async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: ['us-east-1'] }));
    await models.scanAllRegions();
    const [gone] = await models.getAllModels();
    simulator.removeModel(gone?.modelId as string, 'us-east-1');
    simulator.requests.reset();
    await models.scanAllRegions({ force: true });
    expect(simulator.requests.count(MODELS)).toBe(1);
    expect(await models.getModel(gone?.modelId as string)).toBeUndefined();
  });

  it('is not believed where it shrinks in one answer only', async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(optionsFor(simulator, { regions: ['us-east-1'] }));
    await models.scanAllRegions();
    const before = await models.getAllModels();
    before.forEach(({ modelId }) => simulator.removeModel(modelId, 'us-east-1'));
    const scanning = models.scanAllRegions({ force: true });
    await until(() => simulator.requests.count(MODELS) === 2);
    for (const { modelId, modelName, providerName, inputModalities, outputModalities } of before) {
      simulator.addModel({
        modelId,
        modelName,
        providerName,
        inputModalities,
        outputModalities,
        regions: ['us-east-1'],
      });
    }
    await scanning;
    expect((await models.getAllModels()).map(({ modelId }) => modelId)).toEqual(before.map(({ modelId }) => modelId));
  });

  it('keeps the last good list where the second look fails', async () => {
    const simulator = await startSimulator();
    const { models } = await startDiscovery(
      optionsFor(simulator, { regions: ['us-east-1'], client: { maxAttempts: 1 } }),
    );
    await models.scanAllRegions();
    const before = await models.getAllModels();
    before.slice(2).forEach(({ modelId }) => simulator.removeModel(modelId, 'us-east-1'));
    const scanning = models.scanAllRegions({ force: true });
    await until(() => simulator.requests.count(MODELS) === 2);
    simulator.addFault({ kind: 'internal-error' });
    await scanning;
    expect(statusIn(models.getRegionStatuses(), 'us-east-1')).toMatchObject({ status: 'failed', stale: true });
    expect(await models.getAllModels()).toEqual(before);
  });
});

describe('pages of a list', () => {
  const WHERE = { regions: ['us-east-1'] };

  it('are all read, however short', async () => {
    const simulator = await startSimulator();
    const { profiles } = await startDiscovery(optionsFor(simulator, WHERE));
    await profiles.scanAllRegions();
    const whole = await profiles.getAllProfiles();
    simulator.setPageSize(7);
    simulator.requests.reset();
    await profiles.scanAllRegions({ force: true });
    expect(await profiles.getAllProfiles()).toEqual(whole);
    expect(simulator.requests.count(PROFILES)).toBe(Math.ceil(whole.length / 7) + 1);
  });

  it.each([1, 2])('are read from the start when a token is rejected, %i times', async (times) => {
    const simulator = await startSimulator({ pageSize: 10 });
    const { profiles } = await startDiscovery(optionsFor(simulator, WHERE));
    simulator.rejectNextToken({ times });
    const report = await profiles.scanAllRegions();
    expect(report.regions).toMatchObject([{ status: 'ok' }]);
    const ids = (await profiles.getAllProfiles()).map((profile) => profile.inferenceProfileId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(statusIn(report.regions, 'us-east-1').count);
  });

  it('end in a failure when tokens are always rejected, and never in half a list', async () => {
    const simulator = await startSimulator({ pageSize: 10 });
    simulator.addFault({ kind: 'rejected-token' });
    const { profiles } = await startDiscovery(optionsFor(simulator, WHERE));
    const report = await profiles.scanAllRegions();
    expect(report.regions).toMatchObject([{ status: 'failed', count: 0 }]);
    await expect(profiles.getAllProfiles()).rejects.toBeInstanceOf(BedrockDiscoveryError);
  });

  it.each<FaultOptions['kind']>(['missing-list', 'internal-error', 'truncated'])(
    'are never half a list where they fail midway with %s',
    async (kind) => {
      const simulator = await startSimulator({ pageSize: 10 });
      const { profiles } = await startDiscovery(optionsFor(simulator, { ...WHERE, client: { maxAttempts: 1 } }));
      const scanning = profiles.scanAllRegions();
      await until(() => simulator.requests.count(PROFILES) >= 3);
      simulator.addFault({ kind });
      expect((await scanning).regions).toMatchObject([{ status: 'failed', count: 0 }]);
    },
  );
});

describe('a proxy that answers in the place of the service', () => {
  const startBehind = async (answer: Parameters<typeof startStranger>[0]) => {
    const simulator = await startSimulator();
    const stranger = await startStranger(answer);
    const endpoint = ({ region }: { region: string }) => (region === REGION ? stranger.url : simulator.endpoint);
    const options = optionsFor(simulator, { regions: REGIONS, endpoint });
    return { stranger, ...(await startDiscovery(options, { clock: new ImpatientClock() })) };
  };

  it.each([403, 407, 429, 500, 502, 200])(
    'with a page of status %i is malformed, is asked again, and denies nothing',
    async (status) => {
      const { stranger, models, access, refresher } = await startBehind(pageOf(status));
      const report = await refresher.refresh();
      expect(statusIn(report.models.regions)).toMatchObject({
        status: 'failed',
        failure: {
          kind: 'malformed-response',
          retryable: true,
          message: `HTTP status ${status} with content type text/html, not answered by the service.`,
        },
      });
      expect(statusIn(report.models.regions, 'us-east-1').status).toBe('ok');
      expect((await access.getAccess(MODEL, REGION)).state).toBe('unknown');
      const asked = stranger.asked;
      await models.scanAllRegions();
      expect(stranger.asked).toBeGreaterThan(asked);
    },
  );

  it('is told from the service, whose refusals without JSON are its own', async () => {
    const { models, stranger } = await startBehind(pageOf(403));
    stranger.answer = { ...pageOf(429), headers: { 'x-amzn-requestid': 'a-1', 'content-type': 'text/html' } };
    expect(statusIn((await models.scanAllRegions()).regions).failure?.kind).toBe('throttled');
    stranger.answer = {
      ...pageOf(403),
      headers: { 'x-amzn-errortype': 'AccessDeniedException', 'content-type': 'text/html' },
    };
    expect(statusIn((await models.scanAllRegions()).regions).failure?.kind).toBe('access-denied');
  });

  it('is not read to its end where it says more than any error has to say', async () => {
    const body = JSON.stringify({ message: 'session '.repeat(1 << 20) });
    const headers = { 'x-amzn-requestid': 'a-1', 'x-amzn-errortype': 'AccessDeniedException' };
    const { models } = await startBehind({ status: 403, headers, body });
    expect(statusIn((await models.scanAllRegions()).regions).failure).toMatchObject({
      kind: 'access-denied',
      message: 'AccessDeniedException: HTTP status 403 without a content type, not the JSON of the service.',
    });
  });
});

describe('what others wrote', () => {
  /** Clears the terminal, forges a line of a log, and turns the direction of writing around. */
  const HOSTILE = 'Nova\u001b[2J\r\n[Nest] 1 - ERROR forged\u0000\u202e\u2028 Pro';
  const LEAVES_ITS_LINE = /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]|^\[Nest\]/mu;

  it('stays in its line in logs, errors, explanations and the findings of the doctor', async () => {
    const simulator = await startSimulator();
    const named = { modelName: HOSTILE, providerName: HOSTILE, regions: [REGION] };
    simulator.addModel({ modelId: 'maker.hostile-v1:0', ...named });
    simulator.addModel({ modelId: `maker.${HOSTILE}`, ...named });
    simulator.addFault({ kind: 'scp-denied', region: 'us-east-1', message: `explicit deny: ${HOSTILE}` });
    const { app, models, profiles, refresher, logger } = await startDiscovery(
      optionsFor(simulator, { regions: REGIONS }),
    );
    await refresher.refresh();
    const router = app.get(InvocationRouter);
    const resolution = await router.resolve('maker.hostile-v1:0');
    const wanted = [
      models.getModel(HOSTILE),
      profiles.getInferenceProfile(`eu.${HOSTILE}`),
      router.resolve(`arn:aws:bedrock:us-east-1::foundation-model/x\u0007y`),
      router.resolve(MODEL, { applicationProfile: HOSTILE }),
      router.resolve(MODEL, { sourceRegions: [HOSTILE] }),
      models.scanAllRegions({ regions: [HOSTILE] }),
    ];
    const errors = await Promise.all(wanted.map((each) => each.then(String, (error: Error) => error.message)));
    const texts = [
      ...errors,
      ...logger.lines.map(({ message }) => message),
      resolution.explain(),
      renderDiagnosis(await app.get(DiscoveryDoctor).diagnose()),
      JSON.stringify(await models.getAllModels(), undefined, 1),
      ...models.getRegionStatuses().map(({ failure }) => `${failure?.message} ${failure?.remedy}`),
    ];
    expect(texts.filter((text) => LEAVES_ITS_LINE.test(text))).toEqual([]);
    expect(errors.filter((text) => /[\n\r]/.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes('explicit deny: Nova [2J'))).not.toHaveLength(0);
    // A name with such characters in it names nothing, also where one without them would.
    await expect(models.getModel('Nova\u0000 Pro')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(models.getModel('Nova Pro')).resolves.toMatchObject({ modelId: 'amazon.nova-pro-v1:0' });
  });
});
