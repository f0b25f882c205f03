import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { AWS_STAND_IN } from '../aws/stand-in.js';
import { type BedrockDiscoveryExtras, ConfigurableModuleClass } from '../module/bedrock-discovery.module-definition.js';
import { assemble } from '../module/bedrock-discovery.module.js';
import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';
import { BEDROCK_DISCOVERY_CLOCK, type Clock } from '../util/clock.js';
import { standInFor, type TestAws } from './test-aws.js';

/** What stands for AWS in a test, and what tells the time. @publicApi */
export interface WithoutAwsOptions extends TestAws {
  /** What tells the time, such as a {@link ManualClock}. @default that of the machine */
  clock?: Clock;
}

/** What stands for AWS, and the options of the library. @publicApi */
export interface BedrockDiscoveryTestingOptions extends WithoutAwsOptions, BedrockDiscoveryExtras {
  /** Of the library. Identity, addresses, disk, stores, retries and timers are the test's, whatever they say. */
  options?: BedrockDiscoveryOptions;
}

/**
 * The library for tests: all its services over a catalogue of the test's own. Listing, choosing and calling are done by the
 * code that does them in production; in the place of AWS the test answers. Nothing is sent, nothing is written to disk, and
 * nothing starts by itself but one scan of the catalogue, which `init()` waits for.
 *
 * @publicApi
 */
@Module({})
export class BedrockDiscoveryTestingModule {
  /** The library over the catalogue of the test; without one, AWS lists nothing. */
  static forRoot({ options, name, isGlobal, clock, ...aws }: BedrockDiscoveryTestingOptions = {}): DynamicModule {
    const given = ConfigurableModuleClass.forRoot({ ...options, isGlobal, name });
    const definition = assemble({ ...given, module: BedrockDiscoveryTestingModule }, name, standInFor(aws));
    const ofTest: Provider[] = clock === undefined ? [] : [{ provide: BEDROCK_DISCOVERY_CLOCK, useValue: clock }];
    return { ...definition, providers: [...(definition.providers ?? []), ...ofTest] };
  }
}

/**
 * What a testing module is built by, as `Test.createTestingModule()` of `@nestjs/testing` returns it.
 *
 * @publicApi
 */
export interface OverridableBuilder {
  /** Puts something else in the place of a provider. */
  overrideProvider(token: symbol): {
    /** Puts a value there. */
    useValue(value: unknown): unknown;
  };
}

/**
 * Keeps a test of a whole application away from AWS, disk, stores and timers, wherever it registers the library and however:
 * `withoutAws(Test.createTestingModule({ imports: [AppModule] }))`.
 *
 * @param builder before `compile()`
 * @returns the builder
 * @publicApi
 */
export function withoutAws<B extends OverridableBuilder>(builder: B, { clock, ...aws }: WithoutAwsOptions = {}): B {
  builder.overrideProvider(AWS_STAND_IN).useValue(standInFor(aws));
  if (clock !== undefined) {
    builder.overrideProvider(BEDROCK_DISCOVERY_CLOCK).useValue(clock);
  }
  return builder;
}
