import { CacheModule } from '@nestjs/cache-manager';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { AwsClientFactory } from '../aws/aws-client.factory.js';
import { CacheOwner } from '../cache/cache-owner.js';
import { createCacheStores } from '../cache/cache-stores.js';
import { DiscoveryCache } from '../cache/discovery-cache.js';
import { ModelAccessService } from '../discovery/access/model-access.service.js';
import { IdentityEvidence } from '../discovery/identity-evidence.js';
import { InventoryContext } from '../discovery/inventory-context.js';
import { ModelReference } from '../discovery/model-reference.js';
import { ModelDiscoveryService } from '../discovery/models/model-discovery.service.js';
import { ModelInventory } from '../discovery/models/model-inventory.js';
import { ProfileDiscoveryService } from '../discovery/profiles/profile-discovery.service.js';
import { ProfileInventory } from '../discovery/profiles/profile-inventory.js';
import { DiscoveryDoctor } from '../doctor/discovery-doctor.js';
import { LatencyTracker } from '../latency/latency-tracker.js';
import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.js';
import { ChangeLog } from '../refresh/change-log.js';
import { DiscoveryRefresher } from '../refresh/discovery-refresher.js';
import { REGISTRATION_NAME, RefreshSchedule } from '../refresh/refresh-schedule.js';
import { Failover } from '../routing/failover.js';
import { InvocationRouter } from '../routing/invocation-router.js';
import { RouteResolver } from '../routing/route-resolver.js';
import { RegionDirectory } from '../scan/region-directory.js';
import { RegionScanner } from '../scan/region-scanner.js';
import { BEDROCK_DISCOVERY_CLOCK, systemClock } from '../time/clock.js';
import { BedrockDiscoveryLifecycle } from './bedrock-discovery.lifecycle.js';
import {
  type BedrockDiscoveryAsyncOptions,
  type BedrockDiscoveryExtras,
  ConfigurableModuleClass,
} from './bedrock-discovery.module-definition.js';
import { OptionsModule } from './options.module.js';

const PUBLIC_SERVICES = [
  AwsClientFactory,
  LatencyTracker,
  DiscoveryCache,
  ModelDiscoveryService,
  ProfileDiscoveryService,
  ModelAccessService,
  InvocationRouter,
  DiscoveryRefresher,
  DiscoveryDoctor,
];

const INTERNALS: Provider[] = [
  { provide: BEDROCK_DISCOVERY_CLOCK, useValue: systemClock },
  CacheOwner,
  RegionDirectory,
  RegionScanner,
  IdentityEvidence,
  InventoryContext,
  ModelInventory,
  ProfileInventory,
  ModelReference,
  RouteResolver,
  Failover,
  ChangeLog,
  RefreshSchedule,
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
    return assemble(
      super.forRootAsync(options as Parameters<typeof ConfigurableModuleClass.forRootAsync>[0]),
      options.name,
    );
  }
}

function assemble(definition: DynamicModule, name = ''): DynamicModule {
  const optionsModule = OptionsModule.of(definition);
  const cacheModule = CacheModule.registerAsync({
    imports: [optionsModule],
    inject: [RESOLVED_OPTIONS],
    useFactory: async (options: ResolvedOptions) => ({ stores: await createCacheStores(options) }),
  });
  return {
    module: definition.module,
    global: definition.global === true,
    imports: [optionsModule, cacheModule],
    providers: [{ provide: REGISTRATION_NAME, useValue: name }, ...INTERNALS, ...PUBLIC_SERVICES],
    exports: [...PUBLIC_SERVICES, BEDROCK_DISCOVERY_CLOCK],
  };
}
