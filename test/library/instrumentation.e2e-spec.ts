import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import {
  BEDROCK_DISCOVERY_CLOCK,
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  type Clock,
  DiscoveryRefresher,
  InvocationRouter,
  ModelDiscoveryService,
} from 'nestjs-bedrock-discovery';
import { afterThisTest } from '../support/cleanup.js';
import { optionsFor, startSimulator } from '../support/simulated-discovery.js';

type Method = (...args: unknown[]) => unknown;

/** Counts calls by name as tools do that trace an application: each provider is seen through a proxy. */
class Instrumentation {
  readonly #calls = new Map<string, number>();

  /** How often methods of these names were called. */
  callsOf(...names: string[]): number[] {
    return names.map((name) => this.#calls.get(name) ?? 0);
  }

  readonly instanceDecorator = (instance: unknown): unknown => {
    if (typeof instance === 'function') {
      const apply = (target: object, self: unknown, args: unknown[]): unknown =>
        this.#counted('a function', target as Method).apply(self, args);
      return new Proxy(instance, { apply });
    }
    if (typeof instance !== 'object' || instance === null) {
      return instance;
    }
    const get = (target: object, property: string | symbol): unknown => {
      const value: unknown = Reflect.get(target, property, target);
      const isMethod = typeof value === 'function' && property !== 'constructor';
      return isMethod ? this.#counted(String(property), (value as Method).bind(target)) : value;
    };
    return new Proxy(instance, { get });
  };

  #counted(name: string, method: Method): Method {
    return (...args) => {
      this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
      return method(...args);
    };
  }
}

async function start(
  options: BedrockDiscoveryOptions,
): Promise<{ app: INestApplicationContext; instrument: Instrumentation }> {
  const instrument = new Instrumentation();
  const app = await NestFactory.createApplicationContext(BedrockDiscoveryModule.forRoot(options), {
    instrument,
    logger: false,
    abortOnError: false,
  });
  afterThisTest(() => app.close());
  return { app, instrument };
}

const regionsThatAnswered = (app: INestApplicationContext): string[] =>
  app
    .get(ModelDiscoveryService)
    .getRegionStatuses()
    .filter(({ status }) => status === 'ok')
    .map(({ region }) => region);

describe('an application whose providers are instrumented', () => {
  let simulator: BedrockSimulator;
  const REGIONS = ['eu-central-1', 'us-east-1', 'us-west-2'];
  const optionsOf = async (): Promise<BedrockDiscoveryOptions> => {
    simulator = await startSimulator();
    return optionsFor(simulator, { regions: REGIONS });
  };

  it('refreshes and answers without a call of the clock being traced, though those of services are', async () => {
    const { app, instrument } = await start(await optionsOf());
    await app.get(DiscoveryRefresher).refresh();
    expect(regionsThatAnswered(app)).toEqual(REGIONS);
    expect((await app.get(InvocationRouter).resolve('amazon.nova-lite-v1:0')).routes).not.toEqual([]);
    expect(instrument.callsOf('now', 'monotonic', 'schedule', 'a function')).toEqual([0, 0, 0, 0]);
    expect(instrument.callsOf('refresh', 'getRegionStatuses')).toEqual([1, 1]);
  });

  it('is given a clock that tells the time', async () => {
    const { app } = await start(await optionsOf());
    const clock = app.get<Clock>(BEDROCK_DISCOVERY_CLOCK);
    const before = Date.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(clock.monotonic()).toBeGreaterThan(0);
  });

  it('works with options that are functions', async () => {
    const options = await optionsOf();
    const { app } = await start({
      ...options,
      endpoint: () => simulator.endpoint,
      credentials: async () => simulator.credentials,
    });
    await app.get(DiscoveryRefresher).refresh();
    expect(regionsThatAnswered(app)).toEqual(REGIONS);
  });
});
