import {
  ConfigurableModuleBuilder,
  type InjectionToken,
  type ModuleMetadata,
  type OptionalFactoryDependency,
  type Type,
} from '@nestjs/common';
import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';

/**
 * Known when the module is declared, so never returned by a factory.
 *
 * @publicApi
 */
export interface BedrockDiscoveryExtras {
  /** Makes the services available everywhere without importing the module again. @default false */
  isGlobal?: boolean;
  /**
   * Tells a further registration in one application apart, for another account. Its services are injected by
   * `@InjectBedrockDiscovery(ModelDiscoveryService, name)`. @default none
   */
  name?: string;
}

/**
 * Makes the options in a class, for `useClass` and `useExisting`.
 *
 * @publicApi
 */
export interface BedrockDiscoveryOptionsFactory {
  createBedrockDiscoveryOptions(): BedrockDiscoveryOptions | Promise<BedrockDiscoveryOptions>;
}

/** @publicApi */
export interface BedrockDiscoveryAsyncOptions extends BedrockDiscoveryExtras, Pick<ModuleMetadata, 'imports'> {
  useFactory?: (...args: never[]) => BedrockDiscoveryOptions | Promise<BedrockDiscoveryOptions>;
  inject?: (InjectionToken | OptionalFactoryDependency)[] | undefined;
  useClass?: Type<BedrockDiscoveryOptionsFactory>;
  useExisting?: Type<BedrockDiscoveryOptionsFactory>;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<BedrockDiscoveryOptions>(
  {
    moduleName: 'BedrockDiscovery',
  },
)
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createBedrockDiscoveryOptions')
  .setExtras<BedrockDiscoveryExtras>({ isGlobal: false, name: undefined }, (definition, { isGlobal }) => ({
    ...definition,
    global: isGlobal === true,
  }))
  .build();
