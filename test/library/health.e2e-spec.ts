import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  BEDROCK_DISCOVERY_CLOCK,
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  DiscoveryRefresher,
  getBedrockDiscoveryToken,
  ModelDiscoveryService,
} from 'nestjs-bedrock-discovery';
import { BedrockDiscoveryHealthIndicator, type HealthOptions } from 'nestjs-bedrock-discovery/health';
import { afterThisTest } from '../support/cleanup.js';
import { ImpatientClock } from '../support/clocks.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { optionsFor, startSimulator } from '../support/simulated-discovery.js';
import { until } from '../support/until.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const HOUR_MS = 3_600_000;

/** An application whose readiness rests on the library, by the clock of the test. */
async function start(simulator: BedrockSimulator, options: BedrockDiscoveryOptions = {}) {
  const clock = new ImpatientClock();
  const app = await Test.createTestingModule({
    imports: [
      TerminusModule.forRoot({ logger: false }),
      BedrockDiscoveryModule.forRoot(optionsFor(simulator, { regions: REGIONS, ...options })),
    ],
    providers: [BedrockDiscoveryHealthIndicator],
  })
    .overrideProvider(BEDROCK_DISCOVERY_CLOCK)
    .useValue(clock)
    .setLogger(new RecordingLogger())
    .compile();
  afterThisTest(() => app.close());
  await app.init();
  const indicator = app.get(BedrockDiscoveryHealthIndicator);
  const check = async (wanted?: HealthOptions) => (await indicator.isHealthy('bedrock', wanted)).bedrock;
  return { app, clock, check, refresh: () => app.get(DiscoveryRefresher).refresh({ force: true }) };
}

describe('the health indicator', () => {
  it('is down before anything is known, has AWS asked, and is up once it has answered', async () => {
    const simulator = await startSimulator();
    const { check } = await start(simulator);
    expect(await check()).toMatchObject({
      status: 'down',
      message: 'No region has answered yet. Ask again in a few seconds.',
      models: { regions: 3, usable: 0 },
    });
    await until(async () => (await check()).status === 'up');
    expect(await check()).toEqual({
      status: 'up',
      models: { regions: 3, usable: 3, stale: 0, newestAgeMs: 0, oldestAgeMs: 0, failures: [] },
      profiles: { regions: 3, usable: 3, stale: 0, newestAgeMs: 0, oldestAgeMs: 0, failures: [] },
      degraded: [],
    });
  });

  it('asks no more often than every half minute while it is down', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'unknown-operation' });
    const { app, check, clock } = await start(simulator);
    const isAsked = () =>
      app
        .get(ModelDiscoveryService)
        .getRegionStatuses()
        .every(({ status }) => status === 'failed');
    await check();
    await until(() => isAsked() && simulator.requests.count({ operation: 'ListFoundationModels' }) === 3);
    await check();
    clock.advance(29_000);
    await check();
    expect(simulator.requests.count({ operation: 'ListFoundationModels' })).toBe(3);
    clock.advance(1_000);
    await check();
    await until(() => simulator.requests.count({ operation: 'ListFoundationModels' }) === 6);
  });

  it('tells what is amiss where some regions fail, each kind of failure in a line', async () => {
    const simulator = await startSimulator();
    simulator.addFault({ kind: 'access-denied', operation: 'ListInferenceProfiles' });
    simulator.addFault({ kind: 'unknown-operation', operation: 'ListFoundationModels', region: 'us-east-1' });
    const { check, refresh } = await start(simulator);
    await refresh();
    expect(await check()).toMatchObject({
      status: 'degraded',
      models: { usable: 2, failures: ['us-east-1: unsupported-operation'] },
      profiles: { usable: 0, failures: [`${REGIONS.join(', ')}: access-denied`] },
      degraded: [
        'Models: us-east-1: unsupported-operation',
        `Inference profiles: nothing is known (${REGIONS.join(', ')}: access-denied)`,
      ],
    });
  });

  it('stays up without AWS for as long as what is known may be served, and then is down', async () => {
    const simulator = await startSimulator();
    const { check, refresh, clock } = await start(simulator, { cache: { directory: false, diskTtlMs: 3 * HOUR_MS } });
    await refresh();
    simulator.addFault({ kind: 'reset' });
    clock.advance(2 * HOUR_MS);
    await refresh();
    expect(await check()).toMatchObject({
      status: 'degraded',
      models: { usable: 3, stale: 3, oldestAgeMs: 2 * HOUR_MS, failures: [`${REGIONS.join(', ')}: unreachable`] },
    });
    clock.advance(2 * HOUR_MS);
    expect(await check()).toMatchObject({
      status: 'down',
      models: { usable: 0 },
      message: expect.stringMatching(/^Nothing is known that may be served \(.*: unreachable\)\. Check DNS/),
    });
  });

  it('is down where residency is required and what its regions list is older than it may be', async () => {
    const simulator = await startSimulator();
    const { check, refresh, clock } = await start(simulator);
    await refresh();
    clock.advance(HOUR_MS);
    const required = { residency: 'eu', maxAgeMs: HOUR_MS / 2 };
    expect(await check({ residency: 'eu' })).toMatchObject({ status: 'up', models: { regions: 2, usable: 2 } });
    expect(await check(required)).toMatchObject({ status: 'down', models: { regions: 2, usable: 0 } });
    simulator.addFault({ kind: 'unknown-operation', region: 'eu-west-1' });
    await refresh();
    expect(await check(required)).toMatchObject({
      status: 'degraded',
      models: { usable: 1 },
      degraded: [
        'Models: eu-west-1: unsupported-operation',
        `Models: eu-west-1: older than ${HOUR_MS / 2} ms`,
        'Inference profiles: eu-west-1: unsupported-operation',
        `Inference profiles: eu-west-1: older than ${HOUR_MS / 2} ms`,
      ],
    });
  });

  it('is there for each of several accounts, by its name', async () => {
    const simulator = await startSimulator();
    const options = (region: string) => optionsFor(simulator, { regions: [region], scan: { onBootstrap: 'await' } });
    const app = await Test.createTestingModule({
      imports: [
        TerminusModule.forRoot({ logger: false }),
        BedrockDiscoveryModule.forRoot(options('us-east-1')),
        BedrockDiscoveryModule.forRoot({ ...options('eu-west-1'), name: 'europe' }),
      ],
      providers: [BedrockDiscoveryHealthIndicator, BedrockDiscoveryHealthIndicator.ofRegistration('europe')],
    })
      .setLogger(new RecordingLogger())
      .compile();
    afterThisTest(() => app.close());
    await app.init();
    const isUp = async (name: string) => {
      const token = getBedrockDiscoveryToken(BedrockDiscoveryHealthIndicator, name);
      const { bedrock } = await app
        .get<BedrockDiscoveryHealthIndicator>(token)
        .isHealthy('bedrock', { residency: 'eu' });
      return bedrock.status;
    };
    expect([await isUp(''), await isUp('europe')]).toEqual(['down', 'up']);
  });

  it('passes the check of terminus while it is degraded, and fails it while it is down', async () => {
    const simulator = await startSimulator();
    const { app, refresh } = await start(simulator);
    const indicator = app.get(BedrockDiscoveryHealthIndicator);
    const check = () => app.get(HealthCheckService).check([() => indicator.isHealthy('bedrock')]);
    await expect(check()).rejects.toMatchObject({ status: 503, response: { error: { bedrock: { status: 'down' } } } });
    simulator.addFault({ kind: 'unknown-operation', region: 'eu-west-1' });
    await refresh();
    expect(await check()).toMatchObject({ status: 'degraded', info: { bedrock: { models: { usable: 2 } } } });
  });
});
