import { readdir, symlink, writeFile } from 'node:fs/promises';
import { Agent, createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  type BedrockDiscoveryOptions,
  type DiagnoseOptions,
  type Diagnosis,
  type DiagnosisCheck,
  DiscoveryDoctor,
  renderDiagnosis,
} from 'nestjs-bedrock-discovery';
import { afterThisTest, setEnvironment, temporaryFolder } from '../support/cleanup.js';
import { ManualClock } from '../support/clocks.js';
import { optionsFor, startDiscovery, startSimulator, type Surroundings } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const REGIONS = ['eu-west-1', 'eu-west-3', 'us-east-1'];
const PROFILES = { operation: 'ListInferenceProfiles' } as const;
const SECRETS = {
  accessKeyId: 'ASIAZ7EXAMPLEKEY1234',
  secretAccessKey: 'wJalrXUtnFEMI7K7MDENGbPxRfiCY4EXAMPLEKEY',
  sessionToken: `IQoJb3JpZ2luX2VjEXAMPLE${'TokenTokenToken1234/'.repeat(8)}==`,
} as const;
/** Nothing of the machine that runs the tests. */
const BARE = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_BEARER_TOKEN_BEDROCK: undefined,
  AWS_ENDPOINT_URL: undefined,
  AWS_ENDPOINT_URL_BEDROCK: undefined,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  HTTPS_PROXY: undefined,
  https_proxy: undefined,
  HTTP_PROXY: undefined,
  http_proxy: undefined,
  ALL_PROXY: undefined,
  all_proxy: undefined,
};

async function diagnose(
  options: BedrockDiscoveryOptions,
  asked: DiagnoseOptions = {},
  surroundings: Surroundings = {},
): Promise<Diagnosis> {
  const { app } = await startDiscovery(options, surroundings);
  return app.get(DiscoveryDoctor).diagnose(asked);
}

function checkOf({ checks }: Diagnosis, id: string): DiagnosisCheck {
  const found = checks.find((check) => check.id === id);
  if (found === undefined) {
    throw new Error(`No check ${id} among ${checks.map((check) => check.id).join(', ')}.`);
  }
  return found;
}

const at = (simulator: BedrockSimulator, options: BedrockDiscoveryOptions = {}): BedrockDiscoveryOptions =>
  optionsFor(simulator, { regions: REGIONS, ...options });

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a diagnosis where all is well', () => {
  it('is ok in every check, from one request and one scan', async () => {
    const simulator = await startSimulator();
    setEnvironment(BARE);
    const diagnosis = await diagnose(at(simulator));
    expect(diagnosis.checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(diagnosis.status).toBe('ok');
    expect(simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(REGIONS.length);
    expect(simulator.requests.count(PROFILES)).toBe(2 * REGIONS.length + 1);
    expect(diagnosis).toMatchObject({
      identity: {
        kind: 'sigv4',
        source: 'option',
        partition: 'aws',
        account: simulator.accountId,
        accountFrom: 'sts',
      },
      clock: { source: 'measured' },
      endpoints: expect.arrayContaining([
        { service: 'bedrock', region: 'us-east-1', url: simulator.endpoint, source: 'the option `endpoint`' },
      ]),
      proxy: { variables: [] },
      cache: { owner: simulator.accountId, ownerFrom: 'option', mode: 'memory-only' },
      permissions: [],
      refresh: { mode: 'off' },
      versions: { library: expect.stringMatching(/^\d/), node: process.version, sdk: expect.stringMatching(/^3[.]/) },
    });
    expect(checkOf(diagnosis, 'packages')).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('installed'),
    });
    expect(diagnosis.regions.map(({ region }) => region)).toEqual(REGIONS);
    expect(diagnosis.regions[0]?.outcome.models).toMatch(/^\d+ models, listed 0 s ago$/);
    expect(diagnosis.regions[0]?.latencyMs).toBeGreaterThan(0);
  });

  it('asks none of the regions again that have answered', async () => {
    const simulator = await startSimulator();
    const { app, refresher } = await startDiscovery(at(simulator));
    await refresher.refresh();
    simulator.requests.reset();
    await app.get(DiscoveryDoctor).diagnose();
    expect(simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(0);
    expect(simulator.requests.count(PROFILES)).toBe(1);
  });

  it('is plain, frozen data', async () => {
    const simulator = await startSimulator();
    const diagnosis = await diagnose(at(simulator), { residency: 'eu' });
    expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
    expect([diagnosis, diagnosis.checks, diagnosis.identity, diagnosis.policies.residency].every(Object.isFrozen)).toBe(
      true,
    );
  });

  it('names the next run of the job', async () => {
    const simulator = await startSimulator();
    const { refresh } = await diagnose(
      at(simulator, { refresh: { mode: 'cron', cron: '30 4 * * *', timeZone: 'UTC' } }),
    );
    expect(refresh).toMatchObject({ mode: 'cron', cron: '30 4 * * *', nextRunAt: expect.stringMatching(/T04:30:00/) });
  });

  it('names the caller where STS answers', async () => {
    const simulator = await startSimulator();
    const arn = `arn:aws:sts::${simulator.accountId}:assumed-role/Application/session`;
    const sts = await serve((_, response) => {
      const result = `<Arn>${arn}</Arn><UserId>AROAEXAMPLEEXAMPLE00:session</UserId><Account>${simulator.accountId}</Account>`;
      response.setHeader('content-type', 'text/xml');
      response.end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    });
    const endpoint: BedrockDiscoveryOptions['endpoint'] = ({ service }) =>
      service === 'sts' ? sts : simulator.endpoint;
    const right = await diagnose(at(simulator, { endpoint, accountId: undefined }));
    expect(right.identity).toMatchObject({ principalArn: arn, account: simulator.accountId, accountFrom: 'sts' });
    expect(checkOf(right, 'credentials').detail).toContain(arn);
    const wrong = await diagnose(at(simulator, { endpoint, accountId: '999999999999' }));
    expect(checkOf(wrong, 'account')).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining(simulator.accountId),
    });
  });
});

describe('a diagnosis of whose credentials are used', () => {
  it('tells which are used and what is passed over', async () => {
    const simulator = await startSimulator();
    setEnvironment({ ...simulator.environment(), AWS_BEARER_TOKEN_BEDROCK: 'bedrock-api-key-AmbientAmbient' });
    const diagnosis = await diagnose(at(simulator));
    expect(diagnosis.identity).toMatchObject({
      source: 'option',
      passedOver: ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
    });
    expect(checkOf(diagnosis, 'credentials').detail).toContain('AWS_BEARER_TOKEN_BEDROCK');
  });

  it('tells that keys in the environment are used', async () => {
    const simulator = await startSimulator();
    setEnvironment({ ...BARE, ...simulator.environment() });
    const { identity } = await diagnose(at(simulator, { credentials: undefined }));
    expect(identity).toMatchObject({ source: 'environment', passedOver: [] });
    expect(identity.description).toContain('AWS_ACCESS_KEY_ID');
  });

  it('tells that a profile is used', async () => {
    const simulator = await startSimulator();
    const file = join(await temporaryFolder(), 'credentials');
    const { accessKeyId, secretAccessKey } = simulator.credentials;
    await writeFile(file, `[team]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`);
    setEnvironment({ ...BARE, AWS_SHARED_CREDENTIALS_FILE: file });
    const { identity } = await diagnose(at(simulator, { awsProfile: 'team' }));
    expect(identity).toMatchObject({ source: 'profile', description: expect.stringContaining("'team'") });
  });

  it('tells that a Bedrock API key is used', async () => {
    const simulator = await startSimulator();
    setEnvironment({ ...BARE, AWS_BEARER_TOKEN_BEDROCK: 'bedrock-api-key-AmbientAmbient' });
    const diagnosis = await diagnose(at(simulator, { credentials: undefined }));
    expect(diagnosis.identity).toMatchObject({ kind: 'bearer', source: 'bearer-token' });
    expect(diagnosis.policies.discovery.Statement[0]?.Action).toContain('bedrock:CallWithBearerToken');
    expect(JSON.stringify(diagnosis)).not.toContain('AmbientAmbient');
  });

  it('tells the time that they have left', async () => {
    const simulator = await startSimulator();
    const clock = new ManualClock(Date.now());
    const credentials = { ...simulator.credentials, expiration: new Date(clock.now() + 3_600_000) };
    const well = await diagnose(at(simulator, { credentials }), {}, { clock });
    expect(well.identity).toMatchObject({ secondsToExpiry: 3_600, expiresAt: credentials.expiration.toISOString() });
    expect(checkOf(well, 'expiry').status).toBe('ok');
    const soon = { ...credentials, expiration: new Date(clock.now() + 60_000) };
    expect(checkOf(await diagnose(at(simulator, { credentials: soon }), {}, { clock }), 'expiry').status).toBe(
      'warning',
    );
  });
});

describe('a diagnosis of what is wrong', () => {
  it('finds that there are no credentials, without asking anybody', async () => {
    const simulator = await startSimulator();
    setEnvironment(BARE);
    const diagnosis = await diagnose(at(simulator, { credentials: undefined }));
    expect(diagnosis.status).toBe('failed');
    expect(checkOf(diagnosis, 'credentials')).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('Provide AWS credentials'),
    });
    expect(checkOf(diagnosis, 'connection').status).toBe('unknown');
    expect(checkOf(diagnosis, 'permissions').status).toBe('unknown');
    expect(simulator.requests.count()).toBe(0);
  });

  it.each([
    ['an unknown key', { accessKeyId: 'AKIAUNKNOWNUNKNOWN00' }, 'credentials-invalid'],
    ['a wrong secret', { secretAccessKey: 'wrongWRONGwrongWRONGwrongWRONGwrongWRONG' }, 'credentials-invalid'],
  ])('finds %s although it looks like any other', async (_, wrong, kind) => {
    const simulator = await startSimulator();
    const diagnosis = await diagnose(at(simulator, { credentials: { ...simulator.credentials, ...wrong } }));
    expect(checkOf(diagnosis, 'credentials')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('refuses'),
      remedy: expect.stringContaining('Check that the credentials exist'),
    });
    expect(checkOf(diagnosis, `models:${kind}`)).toMatchObject({ status: 'failed' });
    expect(checkOf(diagnosis, 'connection').status).toBe('ok');
    expect(diagnosis.clock.source).toBe('measured');
  });

  it('finds expired credentials', async () => {
    const simulator = await startSimulator();
    simulator.addCredentials({ ...simulator.credentials, expiresAt: 0 });
    const diagnosis = await diagnose(at(simulator));
    expect(checkOf(diagnosis, 'credentials')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('expired'),
      remedy: expect.stringContaining('aws sso login'),
    });
  });

  it('finds credentials that say themselves that they have expired', async () => {
    const simulator = await startSimulator();
    const expiration = new Date(Date.now() - 7_200_000);
    const diagnosis = await diagnose(at(simulator, { credentials: { ...simulator.credentials, expiration } }));
    expect(checkOf(diagnosis, 'expiry')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('2 h ago'),
    });
    expect(diagnosis.identity.secondsToExpiry).toBeLessThan(-7_190);
  });

  it.each([
    [3_600_000, 'slow'],
    [-3_600_000, 'fast'],
  ])('finds a clock that is off by %i ms, and says in which direction', async (offMs, direction) => {
    const simulator = await startSimulator({ now: () => Date.now() + offMs });
    const diagnosis = await diagnose(at(simulator));
    expect(Math.abs((diagnosis.clock.offsetMs ?? 0) - offMs)).toBeLessThan(60_000);
    expect(checkOf(diagnosis, 'clock')).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining(`60 min ${direction}`),
      remedy: expect.stringContaining('NTP'),
    });
  });

  it('finds what is denied in some regions, with the statement that grants it', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1', ...PROFILES });
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-3', ...PROFILES });
    simulator.addFault({ kind: 'scp-denied', region: 'eu-west-3', operation: 'ListFoundationModels' });
    const diagnosis = await diagnose(at(simulator));
    expect(diagnosis.permissions).toEqual([
      {
        action: 'bedrock:ListFoundationModels',
        kind: 'policy-denied',
        regions: ['eu-west-3'],
        policyArn: expect.stringMatching(/^arn:aws:organizations::/),
      },
      {
        action: 'bedrock:ListInferenceProfiles',
        kind: 'access-denied',
        regions: ['eu-west-1', 'eu-west-3'],
        statement: {
          Sid: 'AllowListInferenceProfiles',
          Effect: 'Allow',
          Action: ['bedrock:ListInferenceProfiles'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-west-3'] } },
        },
      },
    ]);
    expect(checkOf(diagnosis, 'permissions:bedrock:ListInferenceProfiles:access-denied').status).toBe('warning');
    expect(checkOf(diagnosis, 'credentials').status).toBe('ok');
    expect(diagnosis.regions[0]?.outcome).toMatchObject({
      models: expect.stringMatching(/^\d+ models/),
      profiles: expect.stringMatching(/^access-denied: .*Allow `bedrock:ListInferenceProfiles` in eu-west-1/),
    });
  });

  it('fails what is denied everywhere', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', ...PROFILES });
    const diagnosis = await diagnose(at(simulator));
    expect(checkOf(diagnosis, 'permissions:bedrock:ListInferenceProfiles:access-denied').status).toBe('failed');
    expect(checkOf(diagnosis, 'models').status).toBe('ok');
  });

  it('looks again on demand where regions failed, denied ones included', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1', times: 3 });
    const { app } = await startDiscovery(at(simulator));
    const doctor = app.get(DiscoveryDoctor);
    expect((await doctor.diagnose()).permissions).not.toEqual([]);
    expect((await doctor.diagnose()).permissions).not.toEqual([]);
    expect((await doctor.diagnose({ recheck: true })).permissions).toEqual([]);
  });

  it('counts regions that are not enabled as trouble only where they are named', async () => {
    const simulator = await startSimulator({ optIn: [] });
    const named = await diagnose(at(simulator, { regions: ['us-east-1', 'af-south-1'] }));
    expect(checkOf(named, 'models:region-not-enabled')).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('Enable af-south-1'),
    });
    simulator.addFault({ kind: 'access-denied', operation: 'ListRegions' });
    const auto = await diagnose(at(simulator, { regions: 'auto' }));
    expect(checkOf(auto, 'models:region-not-enabled').status).toBe('ok');
  });

  it('finds that nothing answers at the endpoint', async () => {
    const simulator = await startSimulator();
    const options = at(simulator);
    await simulator.stop();
    const diagnosis = await diagnose(options);
    expect(diagnosis.status).toBe('failed');
    expect(checkOf(diagnosis, 'connection')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('ECONNREFUSED'),
      remedy: expect.stringContaining('firewall'),
    });
    expect(checkOf(diagnosis, 'models:unreachable').status).toBe('failed');
    expect(diagnosis.clock).toEqual({ source: 'unknown' });
    expect(checkOf(diagnosis, 'clock').status).toBe('unknown');
  });

  it('ends in time although nothing ever answers, and credentials never come', async () => {
    const simulator = await startSimulator();
    // What it asks with is loaded once, which takes a time that is no clock's.
    await diagnose(at(simulator));
    simulator.addFault({ kind: 'hang' });
    const clock = new ManualClock();
    const credentials = (): Promise<never> => new Promise<never>(() => undefined);
    for (const [options, id] of [
      [at(simulator), 'connection'],
      [at(simulator, { credentials }), 'credentials'],
    ] as const) {
      const state = { settled: false };
      const started = clock.monotonic();
      const asking = diagnose({ ...options, scan: { onBootstrap: 'off', regionTimeoutMs: 4_000 } }, {}, { clock });
      void asking.finally(() => (state.settled = true));
      for (await setTimeout(5); !state.settled; await setTimeout(5)) {
        clock.advance(250);
      }
      expect(clock.monotonic() - started).toBeLessThanOrEqual(20_000);
      expect(checkOf(await asking, id).status).toBe('failed');
    }
  });

  it('warns of a proxy that the SDK does not use, unless an agent is given', async () => {
    const simulator = await startSimulator();
    setEnvironment({ ...BARE, HTTPS_PROXY: 'http://user:secret@proxy.example:3128' });
    const diagnosis = await diagnose(at(simulator));
    expect(diagnosis.proxy).toEqual({ variables: ['HTTPS_PROXY'] });
    expect(checkOf(diagnosis, 'proxy')).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('client.httpsAgent'),
    });
    expect(JSON.stringify(diagnosis)).not.toContain('secret');
    const httpsAgent = new Agent();
    afterThisTest(() => httpsAgent.destroy());
    const served = await diagnose(at(simulator, { client: { httpsAgent } }));
    expect(served.proxy).toEqual({ variables: ['HTTPS_PROXY'], agent: 'Agent' });
    expect(checkOf(served, 'proxy').status).toBe('ok');
  });

  it('tells where requests go and what decided it', async () => {
    const simulator = await startSimulator();
    setEnvironment({ ...BARE, AWS_ENDPOINT_URL_BEDROCK: simulator.endpoint });
    const diagnosis = await diagnose(at(simulator, { endpoint: undefined }));
    expect(diagnosis.endpoints).toEqual([
      { service: 'bedrock', region: 'us-east-1', url: simulator.endpoint, source: 'AWS_ENDPOINT_URL_BEDROCK' },
      {
        service: 'bedrock-runtime',
        region: 'us-east-1',
        url: 'https://bedrock-runtime.us-east-1.amazonaws.com',
        source: "the SDK's rules",
      },
      expect.objectContaining({ service: 'account', source: "the SDK's rules" }),
    ]);
    expect(checkOf(diagnosis, 'endpoints').status).toBe('warning');
  });

  it('tells FIPS endpoints', async () => {
    setEnvironment({ ...BARE, AWS_ACCESS_KEY_ID: undefined });
    const { endpoints } = await diagnose({
      regions: ['us-east-1'],
      client: { useFips: true },
      credentials: () => Promise.reject(new Error('none')),
      scan: { onBootstrap: 'off' },
      cache: { directory: false },
      refresh: { mode: 'off' },
    });
    expect(endpoints.slice(0, 2).map(({ url }) => url)).toEqual([
      'https://bedrock-fips.us-east-1.amazonaws.com',
      'https://bedrock-runtime-fips.us-east-1.amazonaws.com',
    ]);
  });
});

describe('a diagnosis of the cache', () => {
  it('is good where its folder can be written to, and leaves nothing there by trying', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    simulator.addFault({ kind: 'access-denied' });
    const { app } = await startDiscovery(
      at(simulator, { accountId: undefined, cache: { directory, namespace: 'team' } }),
    );
    const diagnosis = await app.get(DiscoveryDoctor).diagnose();
    await app.close();
    expect(diagnosis.cache).toMatchObject({ mode: 'ok', folder: join(directory, 'team'), namespace: 'team' });
    const files = await readdir(directory, { recursive: true });
    expect(files.filter((file) => file.includes('probe') || file.endsWith('.tmp'))).toEqual([]);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is read-only where files can be listed and not made', async () => {
    const simulator = await startSimulator();
    const directory = await temporaryFolder();
    // Not even root can make a file there.
    await symlink('/proc/self', join(directory, 'default'));
    const diagnosis = await diagnose(at(simulator, { cache: { directory } }));
    expect(diagnosis.cache.mode).toBe('read-only');
    expect(checkOf(diagnosis, 'cache')).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('cache.directory'),
    });
  });

  it('tells that there is memory alone where the folder is none', async () => {
    const simulator = await startSimulator();
    const directory = join(await temporaryFolder(), 'file');
    await writeFile(directory, '');
    const diagnosis = await diagnose(at(simulator, { cache: { directory } }));
    expect(diagnosis.cache.mode).toBe('memory-only');
    expect(checkOf(diagnosis, 'cache').status).toBe('warning');
  });

  it.each<[string, (simulator: BedrockSimulator) => BedrockDiscoveryOptions, string]>([
    ['option', () => ({}), 'option'],
    [
      'credentials',
      ({ credentials, accountId }) => ({ accountId: undefined, credentials: { ...credentials, accountId } }),
      'credentials',
    ],
    ['first listed profile', () => ({ accountId: undefined }), 'listed-profile'],
  ])('tells that it belongs to the account of the %s', async (_, identity, ownerFrom) => {
    const simulator = await startSimulator();
    const { cache } = await diagnose(at(simulator, identity(simulator)));
    expect(cache).toMatchObject({ owner: simulator.accountId, ownerFrom });
  });

  it('tells that it belongs to nobody while profiles cannot be listed', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', ...PROFILES });
    simulator.addFault({ kind: 'access-denied', operation: 'GetCallerIdentity' });
    const diagnosis = await diagnose(at(simulator, { accountId: undefined }));
    expect(diagnosis.cache).not.toHaveProperty('owner');
    expect(checkOf(diagnosis, 'cache-owner').status).toBe('warning');
    expect(checkOf(diagnosis, 'account').status).toBe('unknown');
  });
});

describe('policies of a diagnosis', () => {
  it('are worked out for the route and the residency that are asked about', async () => {
    const simulator = await startSimulator();
    const modelId = 'amazon.nova-lite-v1:0';
    const arn = `arn:aws:bedrock:eu-west-1:${simulator.accountId}:inference-profile/eu.${modelId}`;
    const route = { modelId, region: 'eu-west-1', arn, via: 'system-profile' as const, destinations: ['eu-west-1'] };
    const { policies } = await diagnose(at(simulator), { route, residency: 'eu' });
    expect(policies.invocation?.Statement[0]).toMatchObject({ Effect: 'Allow', Resource: [arn] });
    expect(policies.residency?.Statement[0]).toMatchObject({ Effect: 'Deny' });
    expect(policies.discovery.Statement[0]?.Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': REGIONS } });
  });

  it('are refused where they are asked for wrongly, before anything is sent', async () => {
    const simulator = await startSimulator();
    await expect(diagnose(at(simulator), { residency: 'nowhere' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(simulator.requests.count()).toBe(0);
  });
});

describe('a diagnosis', () => {
  it('ends when its caller aborts it', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'hang' });
    const { app } = await startDiscovery(at(simulator));
    const controller = new AbortController();
    const asking = app.get(DiscoveryDoctor).diagnose({ signal: controller.signal });
    const refused = expect(asking).rejects.toMatchObject({ code: 'ABORTED' });
    await until(() => simulator.requests.count() > 0);
    controller.abort();
    await refused;
    await expect(app.get(DiscoveryDoctor).diagnose({ signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });

  it('is made after the application was closed as well, and asks nobody', async () => {
    const simulator = await startSimulator();
    const { app } = await startDiscovery(at(simulator));
    const doctor = app.get(DiscoveryDoctor);
    await app.close();
    const diagnosis = await doctor.diagnose();
    expect(checkOf(diagnosis, 'connection').status).toBe('unknown');
    expect(simulator.requests.count()).toBe(0);
  });

  it('holds no secret, whatever AWS echoes', async () => {
    const simulator = await startSimulator({ credentials: SECRETS });
    const { accessKeyId, secretAccessKey, sessionToken } = SECRETS;
    const message = `Refused: Credential=${accessKeyId}/20260822/us-east-1/bedrock/aws4_request, key ${accessKeyId}, secret ${secretAccessKey}, X-Amz-Security-Token: ${sessionToken}`;
    simulator.addFault({ kind: 'access-denied', message });
    setEnvironment({
      ...BARE,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_BEARER_TOKEN_BEDROCK: 'bedrock-api-key-AmbientAmbient',
      AWS_PROFILE: accessKeyId,
      HTTPS_PROXY: `http://user:${secretAccessKey}@proxy.example`,
    });
    const endpoint = simulator.endpoint.replace('//', `//user:${secretAccessKey}@`);
    for (const options of [at(simulator), at(simulator, { credentials: undefined }), at(simulator, { endpoint })]) {
      const diagnosis = await diagnose(options);
      const told = `${JSON.stringify(diagnosis)}\n${renderDiagnosis(diagnosis)}`;
      for (const secret of [accessKeyId, secretAccessKey, sessionToken, sessionToken.slice(0, 40), 'AmbientAmbient']) {
        expect(told).not.toContain(secret);
      }
    }
  });

  it('is rendered for people: every finding with its remedy, and every region', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-1', ...PROFILES });
    const diagnosis = await diagnose(at(simulator), { residency: 'eu' });
    const text = renderDiagnosis(diagnosis);
    for (const { title, detail, remedy = '' } of diagnosis.checks) {
      expect(text).toContain(`${title}: ${detail}`);
      expect(text).toContain(remedy);
    }
    for (const { region, outcome } of diagnosis.regions) {
      expect(text).toMatch(new RegExp(`^${region}\\b`, 'm'));
      expect(text).toContain(outcome.profiles);
    }
    expect(text).toContain('"DenyInvocationOutsideResidency"');
  });
});
