import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { ModelQuotas } from '../facts/quotas/model-quotas.js';
import { LISTINGS } from '../inventory/listing.js';
import type { RegionalInventory } from '../inventory/regional-inventory.js';
import { LatencyStore } from '../latency/latency-store.js';
import { REGISTRATION_NAME, Reporter } from '../reporting/reporter.js';
import { RouteResolver } from '../routing/route-resolver.js';

/** One registration of the library, with what its state is read from. */
export interface Registration {
  readonly reporter: Reporter;
  readonly listings: readonly RegionalInventory[];
  readonly latencies: LatencyStore;
  readonly resolver: RouteResolver;
  readonly quotas: ModelQuotas;
}

/** All registrations of the library in an application, whatever their names. */
export function registrationsIn(modules: ModulesContainer): readonly Registration[] {
  const hosts = [...modules.values()].filter(({ providers }) => providers.has(REGISTRATION_NAME));
  return hosts.map(({ providers }) => {
    const get = <T>(token: Type<T> | symbol): T => providers.get(token)?.instance as T;
    return {
      reporter: get(Reporter),
      listings: get<readonly RegionalInventory[]>(LISTINGS),
      latencies: get(LatencyStore),
      resolver: get(RouteResolver),
      quotas: get(ModelQuotas),
    };
  });
}
