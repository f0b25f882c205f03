import { Inject, type FactoryProvider, type InjectionToken, type Provider, type Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, SELF_DECLARED_DEPS_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { InvalidOptionsError } from '../errors/errors.js';
import { REGISTRATION_NAME } from '../reporting/reporter.js';

/**
 * The token of a service: the class itself, and for a registration with a `name` one of its own, so that two accounts can be
 * injected side by side.
 *
 * @publicApi
 */
export function getBedrockDiscoveryToken<T>(service: Type<T>, name = ''): InjectionToken<T> {
  return name === '' ? service : Symbol.for(`nestjs-bedrock-discovery.${service.name}:${name}`);
}

/**
 * Injects a service of the registration with this `name`, or of the one without.
 *
 * @publicApi
 */
export function InjectBedrockDiscovery(service: Type<unknown>, name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getBedrockDiscoveryToken(service, name));
}

/**
 * Providers under the tokens of a registration. With a name, no public class is a token any more, since `app.get` finds
 * whichever module has it.
 */
export function providersOf(name: string, services: readonly Type[], internals: readonly Provider[]): Provider[] {
  if (name === '') {
    return [...internals, ...services];
  }
  const tokenOf = (token: InjectionToken): InjectionToken =>
    services.some((service) => service === token) ? getBedrockDiscoveryToken(token as Type, name) : token;
  const make = (service: Type): FactoryProvider => ({
    provide: tokenOf(service),
    inject: dependenciesOf(service).map(tokenOf),
    useFactory: (...dependencies: unknown[]) => new service(...dependencies) as unknown,
  });
  return [
    ...internals.map((provider) => (typeof provider === 'function' ? make(provider) : provider)),
    ...services.map(make),
  ];
}

/** What Nest would inject into a class. */
function dependenciesOf(service: Type): InjectionToken[] {
  const types = (Reflect.getMetadata(PARAMTYPES_METADATA, service) ?? []) as InjectionToken[];
  const declared = (Reflect.getMetadata(SELF_DECLARED_DEPS_METADATA, service) ?? []) as {
    readonly index: number;
    readonly param: InjectionToken;
  }[];
  return types.map((type, index) => declared.find((each) => each.index === index)?.param ?? type);
}

/** Refuses a second registration of one name in an application: who injects would get either. */
export const UNIQUE_REGISTRATION: FactoryProvider = {
  provide: Symbol('nestjs-bedrock-discovery.unique-registration'),
  inject: [ModulesContainer, REGISTRATION_NAME],
  useFactory: (modules: ModulesContainer, name: string) => {
    const alike = [...modules.values()].filter(({ providers }) => providers.get(REGISTRATION_NAME)?.instance === name);
    if (alike.length > 1) {
      throw new InvalidOptionsError(
        'name',
        `the module is registered ${alike.length} times ${name === '' ? 'without one' : `as "${name}"`}. ` +
          'Register it once, with isGlobal: true where other modules inject its services, and give each further account a name of its own.',
      );
    }
  },
};
