import { CacheModule } from '@nestjs/cache-manager';
import { type DynamicModule, type FactoryProvider, Module, type Provider, type Type } from '@nestjs/common';
import { AccessRegistry } from '../access/access-registry.js';
import { ModelAccessService } from '../access/model-access.service.js';
import { AwsClientFactory } from '../aws/clients/aws-client.factory.js';
import { AWS_STAND_IN, type AwsStandIn } from '../aws/stand-in.js';
import { AccountScope } from '../cache/account-scope.js';
import { DiscoveryCache } from '../cache/discovery-cache.js';
import { KeptValues } from '../cache/kept-values.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { createCacheStores } from '../cache/tiers.js';
import { AccountInventories } from '../catalog/account/account-inventories.js';
import { CatalogReader } from '../catalog/catalog-reader.js';
import { ModelDiscoveryService } from '../catalog/models/model-discovery.service.js';
import { ModelInventory } from '../catalog/models/model-inventory.js';
import { ProfileDiscoveryService } from '../catalog/profiles/profile-discovery.service.js';
import { ProfileInventory } from '../catalog/profiles/profile-inventory.js';
import { DiscoveryDiagnostics } from '../diagnostics/discovery-diagnostics.js';
import { DiscoveryDoctor } from '../doctor/discovery-doctor.js';
import { ApiEvidence } from '../facts/apis/api-evidence.js';
import { CapabilityEvidence } from '../facts/capabilities/capability-evidence.js';
import { ModelQuotas } from '../facts/quotas/model-quotas.js';
import { PATH_FACTS, type AnyFact } from '../facts/path-fact.js';
import { RetentionModes } from '../facts/retention/retention-modes.js';
import { PriceBook } from '../facts/pricing/price-book.js';
import { CredentialEvidence, InventoryContext } from '../inventory/inventory-context.js';
import { LISTINGS } from '../inventory/listing.js';
import { RegionClient } from '../inventory/region-client.js';
import { RegionDirectory } from '../inventory/region-directory.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import { ScanLease } from '../inventory/scan-lease.js';
import { InvalidOptionsError } from '../errors/errors.js';
import { LatencyStore } from '../latency/latency-store.js';
import { LatencyTracker } from '../latency/latency-tracker.js';
import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions, resolveOptions } from '../options/resolve-options.js';
import { ChangeLog } from '../refresh/change-log.js';
import { DiscoveryRefresher, RefreshPass } from '../refresh/discovery-refresher.js';
import { NewsReader } from '../refresh/news-reader.js';
import { RefreshSchedule } from '../refresh/refresh-schedule.js';
import { RegionNameWarnings } from '../regions/region-name-warnings.js';
import { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { REGISTRATION_NAME, Reporter } from '../reporting/reporter.js';
import { Failover } from '../routing/failover.js';
import { InvocationRouter } from '../routing/invocation-router.js';
import { RouteResolver } from '../routing/route-resolver.js';
import { BEDROCK_DISCOVERY_CLOCK, type Clock, CLOCK_OVERRIDE, isSystemClock, systemClock } from '../util/clock.js';
import { stableKey } from '../util/stable-key.js';
import { BedrockDiscoveryLifecycle } from './bedrock-discovery.lifecycle.js';
import {
  type BedrockDiscoveryAsyncOptions,
  type BedrockDiscoveryExtras,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
} from './bedrock-discovery.module-definition.js';
import { getBedrockDiscoveryToken, providersOf, UNIQUE_REGISTRATION } from './registration.js';

/** Tells registrations with other options apart for Nest, whose container may name a module by what it holds. */
const OPTIONS_KEY = Symbol('nestjs-bedrock-discovery.options-key');

/**
 * Runs the user's factory and validates what it returns, once for all who need the options. What the user gave is no
 * provider of its own, since whatever a container or a dynamic module holds can be inspected.
 */
@Module({})
class OptionsModule {
  /**
   * @param definition of the builder, whose providers make the options as the user gave them
   * @param standIn of a test
   */
  static of({ imports = [], providers = [] }: DynamicModule, standIn?: AwsStandIn): DynamicModule {
    const { key, inject, make } = givenBy(providers.find(isOfOptions));
    return {
      module: OptionsModule,
      imports,
      providers: [
        ...providers.filter((provider) => !isOfOptions(provider)),
        RegionNameWarnings,
        { provide: OPTIONS_KEY, useValue: key },
        { provide: AWS_STAND_IN, useFactory: () => standIn },
        {
          provide: RESOLVED_OPTIONS,
          inject: [RegionNameWarnings, AWS_STAND_IN, ...inject],
          useFactory: async (regionNames: RegionNameWarnings, toUse: AwsStandIn | undefined, ...args: unknown[]) => {
            const given = withoutExtras(await make(...args));
            const asGiven = resolveOptions(given);
            const options = toUse === undefined ? asGiven : resolveOptions(toUse.adapt(given ?? {}));
            const { regions, preferredRegions } = options;
            regionNames.check(
              [...(regions === 'auto' ? [] : regions), ...preferredRegions],
              new DiscoveryLogger(BedrockDiscoveryModule.name, {
                isStructured: options.logging === 'structured',
                registration: '',
              }),
            );
            return options;
          },
        },
      ],
      exports: [RESOLVED_OPTIONS, RegionNameWarnings, AWS_STAND_IN],
    };
  }
}

function isOfOptions(provider: Provider): boolean {
  return 'provide' in provider && provider.provide === MODULE_OPTIONS_TOKEN;
}

/** How the builder's provider comes to the options. */
function givenBy(provider: Provider | undefined): {
  key: string;
  inject: NonNullable<FactoryProvider['inject']>;
  make: (...args: unknown[]) => unknown;
} {
  if (provider !== undefined && 'useFactory' in provider) {
    return { key: '', inject: provider.inject ?? [], make: provider.useFactory };
  }
  const value: unknown = provider !== undefined && 'useValue' in provider ? provider.useValue : undefined;
  return { key: stableKey(value), inject: [], make: () => value };
}

/** What is known when the module is declared is ignored where a factory returns it as well. */
function withoutExtras(given: unknown): BedrockDiscoveryOptions | undefined {
  if (typeof given !== 'object' || given === null) {
    return given as undefined;
  }
  const { isGlobal: _isGlobal, name: _name, ...options } = given as Record<string, unknown>;
  return options;
}

const PUBLIC_SERVICES: Type[] = [
  AwsClientFactory,
  LatencyTracker,
  DiscoveryCache,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  ModelAccessService,
  InvocationRouter,
  DiscoveryRefresher,
  DiscoveryDoctor,
  DiscoveryDiagnostics,
];

/** One for each listing that there always is. */
const INVENTORIES: Type<RegionalInventory>[] = [ModelInventory, ProfileInventory];

/** What decides besides what is listed. */
const FACTS: Type<AnyFact>[] = [ApiEvidence, CapabilityEvidence, RetentionModes, ModelQuotas, PriceBook];

const INTERNALS: Provider[] = [
  { provide: BEDROCK_DISCOVERY_CLOCK, useValue: systemClock },
  {
    provide: CLOCK_OVERRIDE,
    inject: [BEDROCK_DISCOVERY_CLOCK],
    useFactory: (clock: Clock) => (isSystemClock(clock) ? undefined : clock),
  },
  Reporter,
  TieredCache,
  KeptValues,
  LatencyStore,
  AccountScope,
  RegionDirectory,
  RegionClient,
  CredentialEvidence,
  ScanLease,
  InventoryContext,
  ...INVENTORIES,
  AccountInventories,
  {
    provide: LISTINGS,
    inject: [AccountInventories, ...INVENTORIES],
    useFactory: ({ all }: AccountInventories, ...inventories: RegionalInventory[]) => [...inventories, ...all],
  },
  CatalogReader,
  ...FACTS,
  { provide: PATH_FACTS, inject: FACTS, useFactory: (...facts: AnyFact[]) => facts },
  AccessRegistry,
  RouteResolver,
  Failover,
  ChangeLog,
  RefreshPass,
  RefreshSchedule,
  NewsReader,
  BedrockDiscoveryLifecycle,
];

/**
 * Discovers Amazon Bedrock's models and inference profiles in all regions and gives the services as singletons.
 *
 * @publicApi
 */
@Module({})
export class BedrockDiscoveryModule extends ConfigurableModuleClass {
  /**
   * Registers the module with options known now; all have defaults. Wrong options reject while the module is compiled,
   * with an `InvalidOptionsError` that names the option.
   */
  static override forRoot(options: BedrockDiscoveryOptions & BedrockDiscoveryExtras = {}): DynamicModule {
    return assemble(super.forRoot(options), options.name);
  }

  /** Registers the module with options from a factory, a class or another provider. The factory runs once. */
  static override forRootAsync(options: BedrockDiscoveryAsyncOptions): DynamicModule {
    const { useFactory, useClass, useExisting, ...others } = options;
    if (useFactory === undefined && useClass === undefined && useExisting === undefined) {
      const refuse = (): never => {
        throw new InvalidOptionsError('useFactory', 'forRootAsync takes one of useFactory, useClass and useExisting.');
      };
      return assemble(super.forRootAsync({ ...others, useFactory: refuse }), options.name);
    }
    return assemble(
      super.forRootAsync(options as Parameters<typeof ConfigurableModuleClass.forRootAsync>[0]),
      options.name,
    );
  }
}

/**
 * The library as a module.
 *
 * @param definition of the builder
 * @param name of the registration, empty for the only one
 * @param standIn of a test
 */
export function assemble(definition: DynamicModule, name = '', standIn?: AwsStandIn): DynamicModule {
  const optionsModule = OptionsModule.of(definition, standIn);
  const cacheModule = CacheModule.registerAsync({
    imports: [optionsModule],
    inject: [RESOLVED_OPTIONS],
    useFactory: async (options: ResolvedOptions) => ({ stores: await createCacheStores(options) }),
  });
  return {
    module: definition.module,
    global: definition.global === true,
    imports: [optionsModule, cacheModule],
    providers: [
      { provide: REGISTRATION_NAME, useValue: name },
      UNIQUE_REGISTRATION,
      ...providersOf(name, PUBLIC_SERVICES, INTERNALS),
    ],
    exports: [...PUBLIC_SERVICES.map((service) => getBedrockDiscoveryToken(service, name)), BEDROCK_DISCOVERY_CLOCK],
  };
}
