import { Inject, Injectable } from '@nestjs/common';
import { CacheOwner } from '../cache/account-scope.js';
import { TieredCache } from '../cache/tiered-cache.js';
import { LatencyStore } from '../latency/latency-store.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { RegionNameWarnings } from '../regions/region-name-warnings.js';
import { RegionDirectory } from './region-directory.js';
import { RegionScanner } from './region-client.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { IdentityEvidence } from './credential-evidence.js';

/** What every inventory of regions works with. */
@Injectable()
export class InventoryContext {
  constructor(
    @Inject(RESOLVED_OPTIONS) readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) readonly clock: Clock = systemClock,
    readonly cache: TieredCache,
    readonly owner: CacheOwner,
    readonly directory: RegionDirectory,
    readonly scanner: RegionScanner,
    readonly latencies: LatencyStore,
    readonly evidence: IdentityEvidence,
    readonly regionNames: RegionNameWarnings,
  ) {}
}
