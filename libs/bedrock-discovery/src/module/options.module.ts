import { type DynamicModule, Module } from '@nestjs/common';
import type { BedrockDiscoveryOptions } from '../options/bedrock-discovery.options.js';
import { resolveOptions } from '../options/resolve-options.js';
import { RESOLVED_OPTIONS } from '../options/resolved-options.js';
import { MODULE_OPTIONS_TOKEN } from './bedrock-discovery.module-definition.js';

/** Runs the user's factory and validates what it returns, once for all who need the options. */
@Module({})
export class OptionsModule {
  /** @param definition of the builder, whose providers make the options as the user gave them */
  static of(definition: DynamicModule): DynamicModule {
    return {
      module: OptionsModule,
      imports: definition.imports ?? [],
      providers: [
        ...(definition.providers ?? []),
        {
          provide: RESOLVED_OPTIONS,
          inject: [MODULE_OPTIONS_TOKEN],
          useFactory: (given: BedrockDiscoveryOptions | undefined) => resolveOptions(withoutExtras(given)),
        },
      ],
      exports: [RESOLVED_OPTIONS],
    };
  }
}

/** What is known when the module is declared is ignored where a factory returns it as well. */
function withoutExtras(given: unknown): BedrockDiscoveryOptions | undefined {
  if (typeof given !== 'object' || given === null) {
    return given as undefined;
  }
  const { isGlobal: _isGlobal, name: _name, ...options } = given as Record<string, unknown>;
  return options;
}
