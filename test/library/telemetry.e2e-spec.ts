import { channel, tracingChannel } from 'node:diagnostics_channel';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { Test } from '@nestjs/testing';
import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  BEDROCK_DISCOVERY_CLOCK,
  BedrockDiscoveryModule,
  DiscoveryRefresher,
  getBedrockDiscoveryToken,
  InvocationRouter,
  ModelDiscoveryService,
  type RunContext,
  type RunOptions,
} from 'nestjs-bedrock-discovery';
import { BedrockDiscoveryTelemetryModule, type TelemetryOptions } from 'nestjs-bedrock-discovery/telemetry';
import { afterThisTest } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { optionsFor, startSimulator } from '../support/simulated-discovery.js';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const OTHER_MODEL = 'amazon.nova-pro-v1:0';
const PREFERRED: RunOptions = { residency: 'eu', preferredRegions: ['eu-west-3', 'eu-north-1'] };
const REGIONS = ['eu-central-1', 'eu-north-1', 'eu-west-3'];
const HOUR_MS = 3_600_000;

/** OpenTelemetry's own SDK, which keeps what it is given in memory; gone after the current test. */
function registerSdk(temporality = AggregationTemporality.CUMULATIVE) {
  const spans = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(temporality);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 });
  const meters = new MeterProvider({ readers: [reader] });
  trace.setGlobalTracerProvider(tracers);
  metrics.setGlobalMeterProvider(meters);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  afterThisTest(async () => {
    [trace, metrics, context].forEach((api) => api.disable());
    await Promise.all([tracers.shutdown(), meters.shutdown()]);
  });
  /** The data points of a metric, each with its attributes. */
  const collect = async (): Promise<ReadonlyMap<string, readonly Point[]>> => {
    exporter.reset();
    await reader.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return new Map(
      all.map(({ descriptor, dataPoints, dataPointType }) => [
        `${descriptor.name} ${descriptor.unit}`,
        dataPoints.map(({ attributes, value }) => ({
          ...attributes,
          value: dataPointType === DataPointType.HISTOGRAM ? (value as { count: number }).count : value,
        })),
      ]),
    );
  };
  return { spans, collect };
}

type Point = Readonly<Record<string, unknown>>;

let clock: ImpatientClock;

beforeEach(() => {
  clock = new ImpatientClock('2026-08-22T12:00:00Z');
});

async function start(options: TelemetryOptions = {}) {
  const simulator = await startSimulator({ now: () => clock.now() });
  const discovery = optionsFor(simulator, { regions: REGIONS, access: { mode: 'off' } });
  const app = await Test.createTestingModule({
    imports: [
      BedrockDiscoveryModule.forRoot(discovery),
      BedrockDiscoveryModule.forRoot({ ...discovery, name: 'europe', regions: ['eu-west-1'] }),
      BedrockDiscoveryTelemetryModule.forRoot(options),
    ],
  })
    .overrideProvider(BEDROCK_DISCOVERY_CLOCK)
    .useValue(clock)
    .setLogger(new RecordingLogger())
    .compile();
  afterThisTest(() => app.close());
  await app.init();
  const refresh = (name = '') =>
    app.get<DiscoveryRefresher>(getBedrockDiscoveryToken(DiscoveryRefresher, name)).refresh({ force: true });
  return { app, simulator, refresh, router: app.get(InvocationRouter) };
}

const messages = [{ role: 'user' as const, content: [{ text: 'Where are you?' }] }];
const converse = ({ route, client }: RunContext): Promise<unknown> =>
  client(BedrockRuntimeClient).send(new ConverseCommand({ modelId: route.invocationId, messages }));

const childrenOf = (parent: ReadableSpan | undefined, spans: readonly ReadableSpan[]): ReadableSpan[] =>
  spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent?.spanContext().spanId);

describe('the spans', () => {
  it('of a refresh have a child for each region and operation, with its failure', async () => {
    const { spans } = registerSdk();
    const { simulator, refresh } = await start();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-3', operation: 'ListInferenceProfiles' });
    await refresh();
    const all = spans.getFinishedSpans();
    const parent = all.find(({ name }) => name === 'bedrock.discovery.refresh');
    expect(parent).toMatchObject({
      kind: SpanKind.INTERNAL,
      parentSpanContext: undefined,
      attributes: {
        'bedrock.discovery.registration': 'default',
        'cloud.account.id': simulator.accountId,
        'bedrock.discovery.failed_regions': 1,
      },
    });
    const children = childrenOf(parent, all);
    expect(children).toHaveLength(2 * REGIONS.length);
    const failed = children.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed).toMatchObject([
      {
        name: 'bedrock.discovery.region ListInferenceProfiles',
        attributes: {
          'cloud.region': 'eu-west-3',
          'rpc.system': 'aws-api',
          'rpc.service': 'Bedrock',
          'rpc.method': 'ListInferenceProfiles',
          'error.type': 'access-denied',
        },
      },
    ]);
  });

  it("of a call have a child for each attempt, to which the caller's own spans belong", async () => {
    const { spans } = registerSdk();
    const { simulator, refresh, router } = await start();
    await refresh();
    spans.reset();
    simulator.addFault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse', times: 1 });
    const tracer = trace.getTracer('of the application');
    await tracer.startActiveSpan('request', async (request) => {
      await router.run(
        MODEL,
        async (call) => {
          await Promise.resolve();
          return tracer.startActiveSpan('of the sdk', async (own) => {
            try {
              return await converse(call);
            } finally {
              own.end();
            }
          });
        },
        PREFERRED,
      );
      request.end();
    });
    const all = spans.getFinishedSpans();
    const [run] = childrenOf(
      all.find(({ name }) => name === 'request'),
      all,
    );
    expect(run).toMatchObject({
      name: `bedrock.discovery.run ${MODEL}`,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'gen_ai.provider.name': 'aws.bedrock',
        'gen_ai.request.model': MODEL,
        'cloud.region': 'eu-north-1',
        'bedrock.discovery.attempts': 2,
        'bedrock.discovery.failovers': 1,
      },
    });
    const attempts = childrenOf(run, all);
    expect(attempts).toMatchObject([
      {
        name: `chat ${MODEL}`,
        kind: SpanKind.CLIENT,
        status: { code: SpanStatusCode.ERROR },
        attributes: { 'cloud.region': 'eu-west-3', 'error.type': 'throttled', 'bedrock.discovery.attempt': 1 },
      },
      {
        name: `chat ${MODEL}`,
        kind: SpanKind.CLIENT,
        status: { code: SpanStatusCode.UNSET },
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'aws.bedrock',
          'gen_ai.request.model': MODEL,
          'gen_ai.usage.input_tokens': expect.any(Number),
          'gen_ai.usage.output_tokens': expect.any(Number),
          'cloud.region': 'eu-north-1',
          'server.address': '127.0.0.1',
          'bedrock.discovery.invocation_id': `eu.${MODEL}`,
          'bedrock.discovery.via': 'system-profile',
        },
      },
    ]);
    expect(attempts.map((attempt) => childrenOf(attempt, all).map(({ name }) => name))).toEqual([
      ['of the sdk'],
      ['of the sdk'],
    ]);
  });
});

describe('the metrics', () => {
  it('count what happens, by registration', async () => {
    const { collect } = registerSdk();
    const { simulator, refresh } = await start();
    simulator.addFault({ kind: 'access-denied', region: 'eu-west-3', operation: 'ListInferenceProfiles' });
    await Promise.all([refresh(), refresh('europe')]);
    const points = await collect();
    const of = (name: string): readonly Point[] => points.get(name) ?? [];
    const ours = { 'bedrock.discovery.registration': 'default' };
    const europe = { 'bedrock.discovery.registration': 'europe' };
    expect([...of('bedrock.discovery.refresh.duration s')].sort(byText)).toEqual([
      { ...ours, value: 1 },
      { ...europe, value: 1 },
    ]);
    expect(of('bedrock.discovery.scan.duration s')).toContainEqual({
      ...ours,
      'cloud.region': 'eu-west-3',
      'rpc.method': 'ListInferenceProfiles',
      'error.type': 'access-denied',
      value: 1,
    });
    expect(of('bedrock.discovery.scan.duration s')).toHaveLength(2 * (REGIONS.length + 1));
    const requests = of('bedrock.discovery.requests {request}');
    const sent = requests.reduce((sum, { value }) => sum + Number(value), 0);
    expect(sent).toBe(simulator.requests.count());
    expect(requests).toContainEqual({
      ...ours,
      'rpc.method': 'ListInferenceProfiles',
      'error.type': 'access-denied',
      value: simulator.requests.count({ operation: 'ListInferenceProfiles', region: 'eu-west-3' }),
    });
    expect(of('bedrock.discovery.inventory.regions {region}')).toEqual(
      expect.arrayContaining([
        { ...ours, 'bedrock.discovery.listing': 'models', 'bedrock.discovery.status': 'ok', value: 3 },
        { ...ours, 'bedrock.discovery.listing': 'profiles', 'bedrock.discovery.status': 'failed', value: 1 },
        { ...europe, 'bedrock.discovery.listing': 'profiles', 'bedrock.discovery.status': 'ok', value: 1 },
      ]),
    );
  });

  it('count calls, the routes that carry them, failovers and throttles', async () => {
    const { collect } = registerSdk();
    const { simulator, refresh, router } = await start();
    await refresh();
    simulator.addFault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse' });
    await router.run(MODEL, converse, PREFERRED);
    await router.run(MODEL, converse, PREFERRED);
    await expect(router.run('no.such-model-v1:0', converse)).rejects.toThrow();
    const points = await collect();
    const ours = { 'bedrock.discovery.registration': 'default' };
    const there = { ...ours, 'cloud.region': 'eu-west-3' };
    const left = { ...there, 'error.type': 'throttled' };
    const taken = { ...ours, 'cloud.region': 'eu-north-1' };
    const via = { 'bedrock.discovery.via': 'system-profile' };
    const model = { 'gen_ai.request.model': MODEL };
    expect(points.get('bedrock.discovery.run.duration s')).toEqual([
      { ...ours, ...model, value: 2 },
      { ...ours, 'gen_ai.request.model': 'other', 'error.type': 'NO_ROUTE', value: 1 },
    ]);
    expect(points.get('bedrock.discovery.routes {call}')).toEqual([{ ...taken, ...via, ...model, value: 2 }]);
    expect(points.get('bedrock.discovery.attempts {attempt}')).toEqual([
      { ...left, ...via, value: 2 },
      { ...taken, ...via, value: 2 },
    ]);
    expect(points.get('bedrock.discovery.failovers {failover}')).toEqual([{ ...left, ...model, value: 2 }]);
    expect(points.get('bedrock.discovery.throttles {attempt}')).toEqual([{ ...left, ...model, value: 2 }]);
    expect(points.get('bedrock.discovery.circuit.changes {change}')).toEqual([
      { ...there, 'bedrock.discovery.circuit.state': 'open', value: 1 },
    ]);
    expect(points.get('bedrock.discovery.circuits {circuit}')).toEqual([
      { ...there, 'bedrock.discovery.circuit.state': 'open', value: 1 },
    ]);
    expect(points.get('bedrock.discovery.requests {request}')).toContainEqual({
      ...ours,
      'rpc.method': 'converse',
      'error.type': 'throttled',
      value: 2,
    });
  });

  it('go on to tell of what is not any more', async () => {
    const { collect } = registerSdk();
    const { simulator, refresh, router } = await start();
    await refresh();
    const lift = simulator.addFault({ kind: 'throttled', region: 'eu-west-3', operation: 'Converse' });
    await router.run(MODEL, converse, PREFERRED);
    lift();
    const there = { 'bedrock.discovery.registration': 'default', 'cloud.region': 'eu-west-3' };
    const circuit = { ...there, 'bedrock.discovery.circuit.state': 'open' };
    expect((await collect()).get('bedrock.discovery.circuits {circuit}')).toEqual([{ ...circuit, value: 1 }]);
    clock.advance(1_000 * HOUR_MS);
    const points = await collect();
    const listed = { ...there, 'bedrock.discovery.listing': 'models' };
    expect(points.get('bedrock.discovery.circuits {circuit}')).toEqual([{ ...circuit, value: 0 }]);
    expect(points.get('bedrock.discovery.inventory.age s')).toContainEqual({ ...listed, value: Infinity });
    expect(points.get('bedrock.discovery.inventory.items {item}')).toContainEqual({ ...listed, value: 0 });
    expect(points.get('bedrock.discovery.inventory.regions {region}')).toContainEqual({
      'bedrock.discovery.registration': 'default',
      'bedrock.discovery.listing': 'models',
      'bedrock.discovery.status': 'ok',
      value: 0,
    });
  });

  it('read age, size and latency when they are collected', async () => {
    const { collect } = registerSdk();
    const { app, refresh } = await start();
    const models = app.get(ModelDiscoveryService);
    expect((await collect()).get('bedrock.discovery.inventory.age s')).toBeUndefined();
    await refresh();
    clock.advance(HOUR_MS);
    const points = await collect();
    const there = { 'bedrock.discovery.registration': 'default', 'cloud.region': 'eu-west-3' };
    const listed = { ...there, 'bedrock.discovery.listing': 'models' };
    expect(points.get('bedrock.discovery.inventory.age s')).toContainEqual({ ...listed, value: HOUR_MS / 1_000 });
    const { count } = models.getRegionStatuses().find(({ region }) => region === 'eu-west-3') ?? {};
    expect(points.get('bedrock.discovery.inventory.items {item}')).toContainEqual({ ...listed, value: count });
    expect(points.get('bedrock.discovery.latency s')).toContainEqual({
      ...there,
      'bedrock.discovery.plane': 'control',
      value: expect.any(Number),
    });
    expect(points.get('bedrock.discovery.cache.lookups {lookup}')).toContainEqual({
      'bedrock.discovery.registration': 'default',
      'bedrock.discovery.cache.tier': 'none',
      'bedrock.discovery.cache.outcome': 'miss',
      value: expect.any(Number),
    });
  });

  it('tell what is left of a quota that calls have drawn from', async () => {
    const { collect } = registerSdk();
    const { simulator, refresh, router } = await start();
    await refresh();
    simulator.setQuota({ modelId: MODEL, region: 'eu-west-3', scope: 'cross-region', requestsPerMinute: 1 });
    await router.run(MODEL, converse, PREFERRED);
    await router.run(MODEL, converse, PREFERRED);
    const quota = {
      'bedrock.discovery.registration': 'default',
      'cloud.region': 'eu-west-3',
      'gen_ai.request.model': MODEL,
      'bedrock.discovery.quota.scope': 'cross-region',
    };
    expect((await collect()).get('bedrock.discovery.quota.headroom 1')).toEqual([{ ...quota, value: 0 }]);
    clock.advance(10 * HOUR_MS);
    expect((await collect()).get('bedrock.discovery.quota.headroom 1')).toEqual([{ ...quota, value: Number.NaN }]);
  });

  it('have series of so many models at most, and none named by what callers write or by ARNs', async () => {
    const { collect } = registerSdk();
    const { refresh, router } = await start({ maxModels: 1 });
    await refresh();
    await router.run(MODEL, converse, PREFERRED);
    await router.run(OTHER_MODEL, converse, PREFERRED);
    await expect(router.run('what a customer wrote', converse)).rejects.toThrow();
    const points = await collect();
    const models = [...points.values()].flat().map((point) => point['gen_ai.request.model']);
    expect(new Set(models)).toEqual(new Set([undefined, MODEL, 'other']));
    expect(JSON.stringify([...points])).not.toMatch(/arn:|customer|\d{12}/);
  });

  it('refuse a number of models that is none', () => {
    expect(() => BedrockDiscoveryTelemetryModule.forRoot({ maxModels: -1 })).toThrow(
      /maxModels must be a whole number/,
    );
  });
});

describe('the telemetry of an application', () => {
  it('tells of its own registrations alone', async () => {
    const { spans } = registerSdk();
    const [one, other] = [await start(), await start()];
    await one.refresh();
    await other.app.close();
    expect(spans.getFinishedSpans().filter(({ name }) => name === 'bedrock.discovery.refresh')).toHaveLength(1);
  });

  it('does nothing where no SDK is registered', async () => {
    const { refresh, router } = await start();
    await refresh();
    await router.run(MODEL, converse, PREFERRED);
  });

  it('leaves nothing subscribed when the application closes', async () => {
    const { collect } = registerSdk(AggregationTemporality.DELTA);
    const { app, refresh } = await start();
    await refresh();
    expect((await collect()).has('bedrock.discovery.inventory.age s')).toBe(true);
    await app.close();
    const timed = ['refresh', 'scan', 'region', 'run', 'attempt'].map((name) => tracingChannel(nameOf(name)));
    const points = ['resolve', 'circuit', 'access', 'cache'].map((name) => channel(nameOf(name)));
    expect([...timed, ...points].filter(({ hasSubscribers }) => hasSubscribers)).toEqual([]);
    expect((await collect()).has('bedrock.discovery.inventory.age s')).toBe(false);
  });
});

const nameOf = (name: string): string => `nestjs-bedrock-discovery:${name}`;
const byText = (one: object, other: object): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
