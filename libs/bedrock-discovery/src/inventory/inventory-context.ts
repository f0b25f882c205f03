import { Inject, Injectable } from '@nestjs/common';
import { AccountScope } from '../cache/account-scope.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { RegionNameWarnings } from '../regions/region-name-warnings.js';
import { RegionDirectory } from './region-directory.js';
import { RegionClient } from './region-client.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { CredentialEvidence } from './credential-evidence.js';

/** What every inventory of regions works with. */
@Injectable()
export class InventoryContext {
  constructor(
    @Inject(RESOLVED_OPTIONS) readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) readonly clock: Clock = systemClock,
    readonly cache: TieredCache,
    readonly owner: AccountScope,
    readonly directory: RegionDirectory,
    readonly scanner: RegionClient,
    readonly latencies: LatencyStore,
    readonly evidence: CredentialEvidence,
    readonly regionNames: RegionNameWarnings,
  ) {}
}
