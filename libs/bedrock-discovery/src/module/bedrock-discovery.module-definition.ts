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
  /** Called once, while the module is compiled. */
  createBedrockDiscoveryOptions(): BedrockDiscoveryOptions | Promise<BedrockDiscoveryOptions>;
}

/** Where the options come from: one of `useFactory`, `useClass` and `useExisting`. @publicApi */
export interface BedrockDiscoveryAsyncOptions extends BedrockDiscoveryExtras, Pick<ModuleMetadata, 'imports'> {
  /** Makes the options, or promises them, of what `inject` names. Called once. */
  useFactory?: (...args: never[]) => BedrockDiscoveryOptions | Promise<BedrockDiscoveryOptions>;
  /** Tokens of what `useFactory` is called with, in their order; `{ token, optional: true }` for what may be missing. */
  inject?: (InjectionToken | OptionalFactoryDependency)[] | undefined;
  /** A class that makes the options, made for this. */
  useClass?: Type<BedrockDiscoveryOptionsFactory>;
  /** A provider of an imported module that makes the options. */
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
