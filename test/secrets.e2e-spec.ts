import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, type LoggerService, Module, Param, UseFilters } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { runCli } from 'bedrock-discovery-cli';
import type { BedrockSimulator, FaultOptions } from 'bedrock-simulator';
import {
  BEDROCK_DISCOVERY_CLOCK,
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  type DiagnosticEvents,
  DiscoveryDoctor,
  DiscoveryRefresher,
  InvocationRouter,
  isBedrockDiscoveryError,
  LatencyTracker,
  ModelAccessService,
  ModelDiscoveryService,
  renderDiagnosis,
  type RunContext,
  type SharedStore,
} from 'nestjs-bedrock-discovery';
import { BedrockDiscoveryExceptionFilter } from 'nestjs-bedrock-discovery/http';
import { redisSharedStore } from 'nestjs-bedrock-discovery/redis';
import { BedrockDiscoveryTelemetryModule } from 'nestjs-bedrock-discovery/telemetry';
import { ENDPOINTS } from '../src/endpoints/endpoints.js';
import { afterThisTest, setEnvironment, temporaryFolder } from './support/cleanup.js';
import { ImpatientClock } from './support/clocks.js';
import { startExplorer } from './support/explorer.js';
import { everything, MARKED, secretsIn } from './support/marked-secrets.js';
import { optionsFor, startSimulator } from './support/simulated-discovery.js';

const MODEL = 'amazon.nova-lite-v1:0';
const REGIONS = ['eu-west-1', 'us-east-1'];
const { accessKeyId, secretAccessKey, sessionToken } = MARKED;
const CREDENTIALS = { accessKeyId, secretAccessKey, sessionToken };

function withPassword(url: string, password: string): string {
  return url.replace('//', `//marked:${encodeURIComponent(password)}@`);
}

const PROXY = withPassword('http://proxy.example:3128', MARKED.proxyPassword);
const REDIS = withPassword('redis://127.0.0.1:1', MARKED.redisPassword);
const basic = (password: string): string => `Basic ${Buffer.from(`marked:${password}`).toString('base64')}`;

/** As AWS, a proxy or whatever stands in between may echo what it was sent. */
const ECHO = [
  `Refused: Credential=${accessKeyId}/20261126/us-east-1/bedrock/aws4_request`,
  `key ${accessKeyId}, secret ${secretAccessKey}`,
  `X-Amz-Security-Token: ${sessionToken}`,
  `https://bedrock.example/?X-Amz-Credential=${accessKeyId}%2F20261126&X-Amz-Security-Token=${encodeURIComponent(sessionToken)}&X-Amz-Signature=0`,
  `Authorization: Bearer ${MARKED.bearerToken}`,
  `x-amz-sso_bearer_token: ${MARKED.ssoToken}`,
  `Proxy-Authorization: ${basic(MARKED.proxyPassword)}`,
  `by ${PROXY} and ${REDIS}`,
  JSON.stringify(CREDENTIALS),
].join(', ');

/** An agent as those of proxies are: it knows the way to its proxy. This one goes straight on. */
class ProxyAgent extends Agent {
  readonly proxy = new URL(PROXY);
  readonly proxyHeaders = { 'Proxy-Authorization': basic(MARKED.proxyPassword) };
}

/** A store that knows how to log in, and all that it was ever given. */
class RecordingStore implements SharedStore {
  readonly url = REDIS;
  readonly given: unknown[] = [];
  readonly #entries = new Map<string, string>();
  isAway = false;

  async get(key: string): Promise<unknown> {
    this.#reach(key);
    return this.#entries.get(key);
  }

  async set(key: string, value: string, ttlMs?: number): Promise<unknown> {
    this.#reach(key, value, ttlMs);
    return this.#entries.set(key, value);
  }

  async delete(key: string): Promise<unknown> {
    this.#reach(key);
    return this.#entries.delete(key);
  }

  #reach(...given: unknown[]): void {
    this.given.push(given);
    if (this.isAway) {
      throw Object.assign(new Error(`connect ECONNREFUSED ${REDIS}`), { code: 'ECONNREFUSED', url: REDIS });
    }
  }
}

/** Keeps all that is logged, as it was given. */
class WholeLogger implements LoggerService {
  readonly given: unknown[] = [];
  readonly log = this.#take;
  readonly error = this.#take;
  readonly warn = this.#take;
  readonly debug = this.#take;
  readonly verbose = this.#take;
  readonly fatal = this.#take;

  get #take(): (...given: unknown[]) => void {
    return (...given) => this.given.push(given);
  }
}

const CHANNELS: Readonly<Record<keyof DiagnosticEvents, true>> = {
  refresh: true,
  scan: true,
  region: true,
  resolve: true,
  run: true,
  attempt: true,
  circuit: true,
  access: true,
  cache: true,
};

/** All events on all channels, as they are at each moment; until the end of the current test. */
function recordEvents(): string[] {
  const events: string[] = [];
  const record = (event: unknown): unknown => events.push(everything(event));
  const names = Object.keys(CHANNELS).flatMap((name) => [
    `nestjs-bedrock-discovery:${name}`,
    ...['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map(
      (moment) => `tracing:nestjs-bedrock-discovery:${name}:${moment}`,
    ),
  ]);
  for (const name of names) {
    channel(name).subscribe(record);
    afterThisTest(() => channel(name).unsubscribe(record));
  }
  return events;
}

/** OpenTelemetry's own SDK; gone after the current test. */
function recordTelemetry(): () => Promise<unknown> {
  const spans = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 });
  const meters = new MeterProvider({ readers: [reader] });
  trace.setGlobalTracerProvider(tracers);
  metrics.setGlobalMeterProvider(meters);
  afterThisTest(async () => {
    [trace, metrics].forEach((api) => api.disable());
    await Promise.all([tracers.shutdown(), meters.shutdown()]);
  });
  return async () => {
    await reader.forceFlush();
    const told = spans
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    expect(told).not.toEqual([]);
    return [told, exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.map((scope) => scope.metrics))];
  };
}

/** Errors that a controller throws, in the hands of the library's filter and of Nest's own. */
const thrown: unknown[] = [];

@Controller()
class ThrowingController {
  @Get('own/:index')
  @UseFilters(BedrockDiscoveryExceptionFilter)
  own(@Param('index') index: string): never {
    throw thrown[Number(index)] as Error;
  }

  @Get('of-nest/:index')
  ofNest(@Param('index') index: string): never {
    throw thrown[Number(index)] as Error;
  }
}

@Module({ controllers: [ThrowingController], providers: [BedrockDiscoveryExceptionFilter] })
class ThrowingModule {}

const messages = [{ role: 'user' as const, content: [{ text: 'Hello' }] }];

async function converse({ route, client }: RunContext): Promise<unknown> {
  return client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages }));
}

async function openStream({ route, client }: RunContext): Promise<AsyncIterable<unknown>> {
  const command = new ConverseStreamCommand({ modelId: route.invocationId, messages });
  const { stream } = await client(BedrockRuntimeClient).send(command);
  return stream ?? Promise.reject(new Error('There is no stream.'));
}

async function drain(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const item of items) {
    count += item === undefined ? 0 : 1;
  }
  return count;
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => `${file}\n${await readFile(file, 'utf8')}`));
}

interface Trouble {
  readonly options?: BedrockDiscoveryOptions;
  readonly fault?: FaultOptions;
  readonly isStoreAway?: true;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'nothing at all': {},
  'a denial that echoes': { fault: { kind: 'access-denied', message: ECHO } },
  'a refused token that echoes': { fault: { kind: 'unrecognized-client', message: ECHO } },
  'a validation that echoes': { fault: { kind: 'validation', message: ECHO } },
  'a failure of the service that echoes': { fault: { kind: 'internal-error', message: ECHO } },
  'a bad signature': {
    options: { credentials: { ...CREDENTIALS, secretAccessKey: `${secretAccessKey.slice(0, -1)}Z` } },
  },
  'a proxy that refuses': { fault: { kind: 'proxy-page', status: 407 } },
  'credentials that cannot be had': {
    options: {
      credentials: () =>
        Promise.reject(Object.assign(new Error(ECHO, { cause: new Error(ECHO) }), { credentials: CREDENTIALS })),
    },
  },
  'an endpoint that nobody listens at': {
    options: { endpoint: withPassword('http://127.0.0.1:9', MARKED.endpointPassword) },
  },
  'a store that is away': { isStoreAway: true },
};

function secretOptions(simulator: BedrockSimulator, options: BedrockDiscoveryOptions = {}): BedrockDiscoveryOptions {
  return optionsFor(simulator, {
    regions: REGIONS,
    endpoint: withPassword(simulator.endpoint, MARKED.endpointPassword),
    credentials: () => Promise.resolve(CREDENTIALS),
    logging: 'structured',
    client: { httpsAgent: new ProxyAgent(), maxAttempts: 1 },
    quotas: { mode: 'listed' },
    pricing: { offers: 'lazy' },
    ...options,
  });
}

/** What stands around the application, besides its options. */
function setSecretEnvironment(): void {
  setEnvironment({
    AWS_BEARER_TOKEN_BEDROCK: MARKED.bearerToken,
    HTTPS_PROXY: PROXY,
    BEDROCK_DISCOVERY_ENDPOINT: undefined,
  });
}

describe('the search for secrets', () => {
  it.each(Object.entries(MARKED))('finds %s in any form, wherever it stands', (name, secret) => {
    const planted: Readonly<Record<string, unknown>> = {
      plain: `a ${secret} b`,
      'JSON-escaped': JSON.stringify({ at: [secret] }),
      'URL-encoded': `https://x.example/?token=${encodeURIComponent(secret)}`,
      hexadecimal: Buffer.from(`--${secret}--`).toString('hex'),
      Base64: Buffer.from(`user:${secret}`).toString('base64'),
    };
    for (const [form, text] of Object.entries(planted)) {
      expect({ form, found: secretsIn(everything({ nested: new Map([['key', [text]]]) })) }).toMatchObject({
        found: expect.arrayContaining([`${name}, ${form}`]),
      });
    }
    const hidden = Object.defineProperty(new Error('none'), 'request', { enumerable: false, value: { secret } });
    expect(secretsIn(everything(new Error('outer', { cause: hidden })))).not.toEqual([]);
  });

  it('finds nothing where there is nothing', () => {
    expect(secretsIn(everything({ accountId: '123456789012', modelId: MODEL, message: '***' }))).toEqual([]);
  });
});

describe('secrets of an application', () => {
  it.each(Object.entries(TROUBLES))(
    'are in no log, error, answer, file, store, event, span or metric after %s',
    async (_, { options, fault, isStoreAway }) => {
      setSecretEnvironment();
      const simulator = await startSimulator({ credentials: CREDENTIALS });
      const [logger, store, directory] = [new WholeLogger(), new RecordingStore(), await temporaryFolder()];
      const [events, telemetry] = [recordEvents(), recordTelemetry()];
      const cache = { directory, sharedStore: store, integrityKey: MARKED.integrityKey };
      const testing = await Test.createTestingModule({
        imports: [
          BedrockDiscoveryModule.forRoot({ ...secretOptions(simulator, { ...options, cache }), isGlobal: true }),
          BedrockDiscoveryTelemetryModule.forRoot(),
          ThrowingModule,
        ],
      })
        .overrideProvider(BEDROCK_DISCOVERY_CLOCK)
        .useValue(new ImpatientClock(Date.now()))
        .setLogger(logger)
        .compile();
      const app = testing.createNestApplication();
      afterThisTest(() => app.close());
      await app.listen(0, '127.0.0.1');
      const refresher = app.get(DiscoveryRefresher);
      const router = app.get(InvocationRouter);
      await refresher.refresh();
      store.isAway = isStoreAway === true;
      if (fault !== undefined) {
        simulator.addFault(fault);
      }
      const report = await refresher.refresh({ force: true });
      const works = [
        app.get(ModelDiscoveryService).getAllModels({ region: 'eu-west-1' }),
        app.get(ModelDiscoveryService).getModel('nothing like it'),
        app.get(LatencyTracker).measure('eu-west-1'),
        router.run(MODEL, converse),
        router.run(MODEL, converse, { retention: 'none', access: 'known' }),
        drain(router.stream(MODEL, openStream)),
      ];
      // What the caller's own function threw is the caller's, and passes through as it is.
      const errors = (await Promise.all(works.map(caught))).filter(isBedrockDiscoveryError);
      thrown.splice(0, Infinity, ...errors);
      const url = await app.getUrl();
      const replies = await Promise.all(
        errors.flatMap((__, index) => ['own', 'of-nest'].map((way) => replyOf(`${url}/${way}/${index}`))),
      );
      const diagnosis = await app.get(DiscoveryDoctor).diagnose();
      const access = await app.get(ModelAccessService).getAccess(MODEL, 'eu-west-1');
      const resolution = await caught(router.resolve(MODEL, { retention: 'none' }));
      const answers = [report, access, resolution, diagnosis, renderDiagnosis(diagnosis), await telemetry()];
      const snapshot = await refresher.export().catch(() => undefined);
      await app.close();
      const places = {
        told: [answers, snapshot, replies],
        errors: errors.map((error) => [error, error.stack]),
        log: logger.given,
        events,
        files: await filesIn(directory),
        store: store.given,
      };
      expect(events.length).toBeGreaterThan(10);
      expect(store.given.length).toBeGreaterThan(3);
      const leaks = Object.entries(places).map(([place, told]) => ({ place, secrets: secretsIn(everything(told)) }));
      expect(leaks.filter(({ secrets }) => secrets.length > 0)).toEqual([]);
      // What echoes was read, and is told without them.
      const echoes = fault?.message !== undefined || typeof options?.credentials === 'function' || isStoreAway === true;
      expect(everything(places).includes('***') || !echoes).toBe(true);
    },
  );

  it('are told to nobody by a Redis that cannot be reached', async () => {
    const simulator = await startSimulator({ credentials: CREDENTIALS });
    const logger = new WholeLogger();
    const sharedStore = redisSharedStore(REDIS);
    const testing = await Test.createTestingModule({
      imports: [BedrockDiscoveryModule.forRoot(secretOptions(simulator, { cache: { directory: false, sharedStore } }))],
    })
      .setLogger(logger)
      .compile();
    afterThisTest(() => testing.close());
    await testing.init();
    const report = await testing.get(DiscoveryRefresher).refresh();
    const diagnosis = await testing.get(DiscoveryDoctor).diagnose();
    const error = await caught(sharedStore.get('key'));
    await testing.close();
    expect(everything(logger.given)).toMatch(/ECONNREFUSED/);
    expect(secretsIn(everything([report, diagnosis, logger.given, sharedStore, error]))).toEqual([]);
  });
});

async function replyOf(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, init);
  return [response.status, ...response.headers, await response.text()].join('\n');
}

describe('secrets of the sample application', () => {
  const TRIED = [
    'nothing at all',
    'a denial that echoes',
    'a failure of the service that echoes',
    'a store that is away',
  ];

  it.each(TRIED)('are in no page, answer, metric or log after %s', async (name) => {
    setSecretEnvironment();
    const { fault, isStoreAway } = TROUBLES[name] ?? {};
    const simulator = await startSimulator({ credentials: CREDENTIALS });
    const [logger, store] = [new WholeLogger(), new RecordingStore()];
    const cache = { directory: await temporaryFolder(), sharedStore: store, integrityKey: MARKED.integrityKey };
    const explorer = await startExplorer(secretOptions(simulator, { cache }), undefined, {
      logger,
      access: { token: MARKED.explorerToken },
    });
    afterThisTest(() => explorer.close());
    await explorer.app.get(DiscoveryRefresher).refresh();
    store.isAway = isStoreAway === true;
    if (fault !== undefined) {
      simulator.addFault(fault);
    }
    const paths = ENDPOINTS.filter(({ method, path }) => method === 'GET' && path !== '/events')
      .map(({ path, example }) => example ?? path)
      .filter((path) => !path.includes('{'));
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${MARKED.explorerToken}` };
    const post = { method: 'POST', headers };
    const question = JSON.stringify({ model: MODEL, message: 'Hello' });
    const replies = [
      await replyOf(`${explorer.url}/refresh`, post),
      await replyOf(`${explorer.url}/chat`, { ...post, body: question }),
    ];
    for (const path of ['/', '/openapi.json', '/nothing', '/models/nothing-like-it', ...paths]) {
      replies.push(await replyOf(`${explorer.url}${path}`, { headers }));
    }
    await explorer.close();
    expect(replies.length).toBeGreaterThan(20);
    const leaks = replies.map((reply) => ({ secrets: secretsIn(reply), reply: reply.slice(0, 500) }));
    expect(leaks.filter(({ secrets }) => secrets.length > 0)).toEqual([]);
    expect(secretsIn(everything(logger.given))).toEqual([]);
  });
});

describe('secrets of the command line', () => {
  const COMMANDS = [
    ['doctor', '--json', '--verbose'],
    ['doctor', '--verbose'],
    ['refresh', '--verbose'],
    ['route', 'nova-lite', '--json', '--verbose'],
    ['route', 'nova-lite', '--explain', '--verbose'],
    ['models', '--json'],
    ['regions', '--verbose'],
  ];

  async function runAll(): Promise<string[]> {
    const printed: string[] = [];
    const output = { write: (text: string) => printed.push(text) };
    for (const command of COMMANDS) {
      const { signal } = new AbortController();
      printed.push(command.join(' '));
      const code = await runCli(command, { out: output, error: output, environment: process.env, signal });
      printed.push(`ended with ${code}`);
    }
    return printed;
  }

  async function startBehind(): Promise<{ simulator: BedrockSimulator; directory: string }> {
    const simulator = await startSimulator({ credentials: CREDENTIALS });
    const directory = await temporaryFolder();
    setEnvironment({
      ...simulator.environment(),
      AWS_ENDPOINT_URL: withPassword(simulator.endpoint, MARKED.endpointPassword),
      BEDROCK_DISCOVERY_REGIONS: REGIONS.join(','),
      BEDROCK_DISCOVERY_CACHE_DIRECTORY: directory,
      HTTPS_PROXY: PROXY,
      AWS_BEARER_TOKEN_BEDROCK: undefined,
    });
    return { simulator, directory };
  }

  it.each(['nothing at all', 'a denial that echoes', 'a proxy that refuses'])(
    'are not printed, nor kept, after %s',
    async (name) => {
      const { simulator, directory } = await startBehind();
      const { fault } = TROUBLES[name] ?? {};
      if (fault !== undefined) {
        simulator.addFault(fault);
      }
      const printed = await runAll();
      expect(printed.join('').length).toBeGreaterThan(2_000);
      expect(secretsIn([...printed, ...(await filesIn(directory))].join('\n'))).toEqual([]);
    },
  );

  it.each([
    ['a bearer token', { AWS_BEARER_TOKEN_BEDROCK: MARKED.bearerToken }],
    ['the session of a single sign-on', { AWS_PROFILE: 'marked' }],
  ])('are not printed where %s is all that there is', async (_, environment) => {
    const { directory } = await startBehind();
    const home = await temporaryFolder();
    await mkdir(join(home, '.aws', 'sso', 'cache'), { recursive: true });
    const session = createHash('sha1').update('marked').digest('hex');
    await writeFile(
      join(home, '.aws', 'sso', 'cache', `${session}.json`),
      JSON.stringify({ accessToken: MARKED.ssoToken, expiresAt: '2099-01-01T00:00:00Z', region: 'us-east-1' }),
    );
    const settings = [
      'sso_session = marked',
      'sso_account_id = 123456789012',
      'sso_role_name = role',
      'region = us-east-1',
    ];
    const ofSession = ['sso_region = us-east-1', 'sso_start_url = https://marked.example/start'];
    const config = ['[profile marked]', ...settings, '[sso-session marked]', ...ofSession].join('\n');
    await writeFile(join(home, '.aws', 'config'), config);
    setEnvironment({
      HOME: home,
      AWS_CONFIG_FILE: join(home, '.aws', 'config'),
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SESSION_TOKEN: undefined,
      ...environment,
    });
    const printed = await runAll();
    expect(printed.join('')).toMatch(/bearer|sso|SSO/);
    expect(secretsIn([...printed, ...(await filesIn(directory))].join('\n'))).toEqual([]);
  });
});
